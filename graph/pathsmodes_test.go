package graph_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"lianzhu/graph"
)

// chainOfSupply is a chain with a firm that supplies twice, a surer way round,
// a rumour, a denial and a conclusion.
func chainOfSupply(t *testing.T) *stage {
	s := newStage(t)
	s.write(thing("e:mine"), thing("e:mill"), thing("e:maker"), thing("e:shop"), thing("e:broker"), thing("r:city"), thing("p:plan"),
		tie("e:mine", "SUPPLIES", "e:mill"),                                          // 1
		tie("e:mill", "SUPPLIES", "e:maker", trusted(0.9)),                           // 2
		tie("e:mill", "SUPPLIES", "e:maker", parallel("second"), trusted(0.6)),       // 3
		tie("e:maker", "SUPPLIES", "e:shop", trusted(0.8)),                           // 4
		tie("e:mine", "SUPPLIES", "e:shop", trusted(0.5)),                            // 5
		tie("e:mine", "SUPPLIES", "e:broker", planned),                               // 6
		tie("e:broker", "SUPPLIES", "e:shop", negated),                               // 7
		tie("e:mine", "INVESTS_IN", "e:maker", derived),                              // 8
		tie("e:mill", "LOCATED_IN", "r:city"), tie("e:shop", "LOCATED_IN", "r:city"), // 9, 10
		tie("e:maker", "PARTICIPATES_IN", "p:plan")) // 11
	return s
}

// inWords is a path as its entities, with the relations' types where they are
// followed against their direction.
func inWords(p graph.Path) string {
	if len(p) == 0 {
		return ""
	}
	words := []string{string(p[0].From.Key[2:])}
	for _, hop := range p {
		arrow := ">"
		if !hop.Forward {
			arrow = "<"
		}
		if hop.Relation.Disc != "" {
			arrow += hop.Relation.Disc + arrow
		}
		words = append(words, arrow, string(hop.To.Key[2:]))
	}
	return strings.Join(words, " ")
}

func TestTheModesTellDifferentPaths(t *testing.T) {
	s := chainOfSupply(t)
	everything := &graph.RelationFilter{Modality: []graph.Modality{graph.Asserted, graph.Planned, graph.Negated}, IncludeDerived: true}
	for _, c := range []struct {
		name     string
		mode     graph.PathMode
		from, to graph.Key
		dir      graph.Direction
		where    *graph.RelationFilter
		depth    int
		paths    int
		want     []string
		reasons  []graph.StopReason
	}{
		{"the shortest is direct, however doubtful", graph.Shortest, "e:mine", "e:shop", graph.Out, nil, 5, 0, []string{"mine > shop"}, nil},
		{"the strongest goes round", graph.Strongest, "e:mine", "e:shop", graph.Out, nil, 5, 0, []string{"mine > mill > maker > shop"}, nil},
		{"the strongest of at most two relations says that there may be a stronger one",
			graph.Strongest, "e:mine", "e:shop", graph.Out, nil, 2, 0, []string{"mine > shop"}, []graph.StopReason{graph.StopDepth}},
		{"parallel relations make different paths", graph.AllShortest, "e:mill", "e:shop", graph.Out, nil, 5, 9,
			[]string{"mill > maker > shop", "mill >second> maker > shop"}, nil},
		{"all of them, no more than one", graph.AllShortest, "e:mill", "e:shop", graph.Out, nil, 5, 1,
			[]string{"mill > maker > shop"}, []graph.StopReason{graph.StopPaths}},
		{"the shortest three, which are all there are", graph.KShortest, "e:mine", "e:shop", graph.Out, nil, 5, 3,
			[]string{"mine > shop", "mine > mill > maker > shop", "mine > mill >second> maker > shop"}, nil},
		{"the shortest two of three", graph.KShortest, "e:mine", "e:shop", graph.Out, nil, 5, 2,
			[]string{"mine > shop", "mine > mill > maker > shop"}, []graph.StopReason{graph.StopPaths}},
		{"the shortest three, two of which are too long", graph.KShortest, "e:mine", "e:shop", graph.Out, nil, 2, 3,
			[]string{"mine > shop"}, []graph.StopReason{graph.StopDepth}},
		{"all of at most two relations are all that was asked for", graph.AllSimple, "e:mine", "e:shop", graph.Out, nil, 2, 9,
			[]string{"mine > shop"}, nil},
		{"against the direction", graph.AllSimple, "e:shop", "e:mill", graph.In, nil, 5, 9,
			[]string{"shop < maker < mill", "shop < maker <second< mill"}, nil},
		{"what is planned, denied or concluded counts where the filter asks for it", graph.AllSimple, "e:mine", "e:shop", graph.Out, everything, 2, 9,
			[]string{"mine > shop", "mine > broker > shop", "mine > maker > shop"}, nil},
		{"a conclusion is half as sure", graph.Strongest, "e:mine", "e:maker", graph.Out, everything, 1, 0,
			[]string{"mine > maker"}, []graph.StopReason{graph.StopDepth}},
		{"nothing leads there", graph.AllSimple, "e:shop", "p:plan", graph.Out, nil, 5, 9, nil, nil},
		{"an entity leads to itself without a step", graph.AllSimple, "e:shop", "e:shop", graph.Out, nil, 5, 9, []string{""}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := graph.PathQuery{Mode: c.mode, From: s.id(c.from), To: s.id(c.to), Direction: c.dir, Where: c.where, Bounds: wide(c.depth)}
			q.Bounds.Paths = c.paths
			got := s.findPaths(q)
			var words []string
			for _, p := range got.Paths {
				words = append(words, inWords(p))
			}
			if !slices.Equal(words, c.want) || !slices.Equal(got.Reasons, c.reasons) || got.Complete != (c.reasons == nil) {
				t.Errorf("%q, %+v", words, got.Completeness)
			}
		})
	}
}

func TestAPathIsAsSureAsItsRelationsTogether(t *testing.T) {
	s := chainOfSupply(t)
	q := graph.PathQuery{Mode: graph.Strongest, From: s.id("e:mine"), To: s.id("e:shop"), Direction: graph.Out, Bounds: wide(5)}
	p := s.findPaths(q).Paths[0]
	if product := math.Exp(-p.Cost()); math.Abs(product-0.9*0.8) > 1e-12 {
		t.Errorf("the product of the scores is %v", product)
	}
	if weakest := p.Weakest(); weakest != p[2].Relation {
		t.Errorf("the weakest is %v", weakest.Key())
	}
	if p = p[:1]; p.Cost() != 0 || math.Signbit(p.Cost()) || p.Weakest() != p[0].Relation {
		t.Errorf("a certain relation costs %v", p.Cost())
	}
	equal := graph.Path{{Relation: p[0].Relation}, {Relation: &graph.Relation{Modality: graph.Asserted}}}
	if equal.Weakest() != p[0].Relation {
		t.Error("of equals the first is the weakest")
	}
	if p = (graph.Path{}); p.Cost() != 0 || p.Weakest() != nil {
		t.Errorf("a path without hops costs %v and has %v", p.Cost(), p.Weakest())
	}
}

func TestWhatCannotBeSearchedIsRefused(t *testing.T) {
	s := chainOfSupply(t)
	b := wide(3)
	none := b
	none.Paths = 0
	for name, c := range map[string]struct {
		q    graph.PathQuery
		says string
	}{
		"a mode there is not":      {graph.PathQuery{Mode: "LONGEST", Bounds: b}, "it is none of SHORTEST"},
		"a page of no paths":       {graph.PathQuery{Mode: graph.AllSimple, Bounds: none}, "at least 1"},
		"more of a single path":    {graph.PathQuery{Mode: graph.Strongest, Bounds: b, Resume: "x"}, "one path"},
		"a token without a signer": {graph.PathQuery{Mode: graph.AllSimple, Bounds: b, Resume: "x"}, "not accepted"},
		"a filter nothing passes":  {graph.PathQuery{Bounds: b, Where: &graph.RelationFilter{Types: []graph.RelationType{}}}, "nothing could pass"},
	} {
		t.Run(name, func(t *testing.T) {
			c.q.From, c.q.To, c.q.Direction = s.id("e:mine"), s.id("e:shop"), graph.Out
			s.view(func(r graph.Reader) {
				_, err := graph.FindPaths(context.Background(), r, c.q)
				if graph.CodeOf(err) != graph.CodeInvalid || !strings.Contains(err.Error(), c.says) {
					t.Errorf("answered %v", err)
				}
			})
		})
	}
}

func TestReachableTellsWhoIsDownstream(t *testing.T) {
	s := chainOfSupply(t)
	supplies := &graph.RelationFilter{Types: []graph.RelationType{"SUPPLIES"}}
	for _, c := range []struct {
		name  string
		from  graph.Key
		dir   graph.Direction
		where *graph.RelationFilter
		kinds []graph.Kind
		depth int
		want  []string
		hubs  int
	}{
		{"downstream", "e:mine", graph.Out, supplies, nil, 5, []string{"mine > mill", "mine > shop", "mine > mill > maker"}, 0},
		{"upstream", "e:shop", graph.In, supplies, nil, 5, []string{"shop < mine", "shop < maker", "shop < maker < mill"}, 0},
		{"downstream, one step", "e:mill", graph.Out, supplies, nil, 1, []string{"mill > maker"}, 0},
		{"programs behind firms", "e:mine", graph.Out, nil, []graph.Kind{"PROGRAM"}, 5, []string{"mine > mill > maker > plan"}, 0},
		{"a region is reached and not passed", "e:mill", graph.Both, &graph.RelationFilter{Types: []graph.RelationType{"LOCATED_IN"}}, nil, 5, []string{"mill > city"}, 1},
		{"from a region", "r:city", graph.In, nil, []graph.Kind{"ENTERPRISE"}, 1, []string{"city < mill", "city < shop"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := s.reachable(graph.ReachQuery{From: s.id(c.from), Direction: c.dir, Where: c.where, TargetKinds: c.kinds, Bounds: wide(c.depth)})
			var words []string
			for _, item := range got.Items {
				words = append(words, inWords(item.Path))
			}
			if !slices.Equal(words, c.want) || len(got.SkippedHubs) != c.hubs || got.Complete != (c.hubs == 0) {
				t.Errorf("%q, %+v", words, got.Completeness)
			}
		})
	}
	for name, q := range map[string]graph.ReachQuery{
		"nobody":                   {From: 99, Direction: graph.Out, Bounds: wide(1)},
		"a page of nothing":        {From: s.id("e:mine"), Direction: graph.Out, Bounds: graph.Bounds{Depth: 1, Edges: 9}},
		"nothing to look at":       {From: s.id("e:mine"), Direction: graph.Out, Bounds: graph.Bounds{Depth: 1, Nodes: 9}},
		"a direction that is none": {From: s.id("e:mine"), Direction: "UP", Bounds: wide(1)},
	} {
		t.Run("refused: "+name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				if found, err := graph.Reachable(context.Background(), r, q); graph.CodeOf(err) != graph.CodeInvalid && graph.CodeOf(err) != graph.CodeNotFound {
					t.Errorf("answered %v, %v", found, err)
				}
			})
		})
	}
}
