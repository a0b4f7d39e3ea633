package graph_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"lianzhu/graph"
)

var errBroken = errors.New("the disk is broken")

// brittle is a reader that fails at a certain call.
type brittle struct {
	graph.Reader
	left int // calls until it fails; below 0 it never does
}

// call counts a call and tells whether it must fail.
func (b *brittle) call() error {
	if b.left--; b.left == -1 {
		return errBroken
	}
	return nil
}

func (b *brittle) Counts() (graph.Counts, error) {
	if err := b.call(); err != nil {
		return graph.Counts{}, err
	}
	return b.Reader.Counts()
}

func (b *brittle) Resolve(uids []graph.UID) ([]uint32, error) {
	if err := b.call(); err != nil {
		return nil, err
	}
	return b.Reader.Resolve(uids)
}

func (b *brittle) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	if err := b.call(); err != nil {
		return nil, err
	}
	return b.Reader.Entities(ids)
}

func (b *brittle) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	if err := b.call(); err != nil {
		return nil, err
	}
	return b.Reader.Relations(ids)
}

func (b *brittle) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	if err := b.call(); err != nil {
		return nil, err
	}
	return b.Reader.Neighbours(q)
}

func (b *brittle) Degree(ids []graph.EntityID, types []graph.RelationType, dir graph.Direction) ([]int, error) {
	if err := b.call(); err != nil {
		return nil, err
	}
	return b.Reader.Degree(ids, types, dir)
}

func (b *brittle) AllEntities(kinds []graph.Kind, after graph.EntityID) iter.Seq2[graph.EntityID, error] {
	return failing(b, b.Reader.AllEntities(kinds, after))
}

func (b *brittle) AllRelations(types []graph.RelationType, after graph.RelationID) iter.Seq2[graph.RelationID, error] {
	return failing(b, b.Reader.AllRelations(types, after))
}

// failing yields what seq does until the call at which b fails.
func failing[T any](b *brittle, seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			if err == nil {
				err = b.call()
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// questions are some of every sort, which together read in every way.
func questions(s *stage) map[string]func(context.Context, graph.Reader) (any, error) {
	type E = graph.EntityFilter
	type R = graph.RelationFilter
	region := s.id("region:p")
	related := &E{Within: region, RelatedTo: &graph.RelatedFilter{Some: &R{Within: region, Peer: &E{Within: region}}, None: &R{Types: []graph.RelationType{"SUPPLIES"}}, Every: &R{Peer: &E{Within: region}}}}
	page := graph.Window{Limit: 3, Total: true}
	listEntities := func(q graph.EntityQuery) func(context.Context, graph.Reader) (any, error) {
		q.Window, q.Collate = page, collation
		return func(ctx context.Context, r graph.Reader) (any, error) {
			p, err := graph.ListEntities(ctx, r, q)
			return p.Items, err
		}
	}
	listRelations := func(q graph.RelationQuery) func(context.Context, graph.Reader) (any, error) {
		q.Window, q.Collate = page, collation
		return func(ctx context.Context, r graph.Reader) (any, error) {
			p, err := graph.ListRelations(ctx, r, q)
			return p.Items, err
		}
	}
	bounds := boundless
	bounds.Degree = 2
	from, to := s.id("enterprise:a"), s.id("enterprise:far")
	byName := []graph.RelationOrder{{Field: graph.ByPeerName}}
	return map[string]func(context.Context, graph.Reader) (any, error){
		"all entities":                  listEntities(graph.EntityQuery{}),
		"entities by degree":            listEntities(graph.EntityQuery{Order: []graph.EntityOrder{{Field: graph.ByDegree}}}),
		"entities by key":               listEntities(graph.EntityQuery{Where: &E{Keys: []graph.Key{"enterprise:a", "region:p"}}}),
		"entities by their relations":   listEntities(graph.EntityQuery{Where: related}),
		"entities by what they are not": listEntities(graph.EntityQuery{Where: &E{Not: related, Or: []*E{related, {}}}}),
		"all relations":                 listRelations(graph.RelationQuery{Order: byName}),
		"relations by their ends":       listRelations(graph.RelationQuery{Where: &R{Within: region, Peer: related}}),
		"relations at an entity":        listRelations(graph.RelationQuery{At: from, Direction: graph.Both, Order: byName, Where: &R{Not: &R{Peer: related}}}),
		"a subgraph": func(ctx context.Context, r graph.Reader) (any, error) {
			return orNil(graph.WalkSubgraph(ctx, r, graph.SubgraphQuery{Roots: []graph.EntityID{from}, Direction: graph.Both, Where: &R{Within: region}, Bounds: bounds}))
		},
		"a path": func(ctx context.Context, r graph.Reader) (any, error) {
			return orNil(graph.ShortestPath(ctx, r, graph.PathQuery{From: from, To: to, Direction: graph.Both, Where: &R{Or: []*R{{Within: region}, {}}}, Bounds: bounds}))
		},
		"ancestors": func(_ context.Context, r graph.Reader) (any, error) {
			a, err := graph.Ancestors(r, s.id("region:c"))
			return a, err
		},
	}
}

// orNil keeps a nil pointer from becoming something.
func orNil[T any](p *T, err error) (any, error) {
	if p == nil {
		return nil, err
	}
	return p, err
}

// brittleStage holds a little of everything that questions asks for.
func brittleStage(t *testing.T) *stage {
	s := newStage(t)
	s.write(thing("region:p"), thing("region:c"), thing("enterprise:a"), thing("enterprise:b"), thing("enterprise:c"), thing("enterprise:far"),
		tie("region:c", "PART_OF", "region:p"), tie("enterprise:a", "LOCATED_IN", "region:c"), tie("enterprise:b", "LOCATED_IN", "region:c"), tie("enterprise:a", "SUPPLIES", "enterprise:b", placed("region:c")),
		tie("enterprise:a", "SUPPLIES", "enterprise:c"), tie("enterprise:b", "INVESTS_IN", "enterprise:c"), tie("enterprise:c", "INVESTS_IN", "enterprise:far"))
	return s
}

// TestWhatAReaderCannotReadIsAnErrorOfTheQuestion fails every call in turn.
func TestWhatAReaderCannotReadIsAnErrorOfTheQuestion(t *testing.T) {
	s := brittleStage(t)
	for name, ask := range questions(s) {
		t.Run(name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				calls := 0
				for ; ; calls++ {
					answer, err := ask(context.Background(), &brittle{r, calls})
					if err == nil {
						break
					}
					if !errors.Is(err, errBroken) || !isNothing(answer) {
						t.Fatalf("call %d fails: %v, %v", calls, answer, err)
					}
				}
				if calls < 2 {
					t.Errorf("it reads only %d times", calls)
				}
			})
		})
	}
}

// isNothing tells whether an answer has nothing in it.
func isNothing(answer any) bool {
	switch a := answer.(type) {
	case nil:
		return true
	case []*graph.Entity:
		return len(a) == 0
	case []graph.Edge:
		return len(a) == 0
	}
	return false
}

func TestAQuestionThatIsCancelledIsAnError(t *testing.T) {
	s := brittleStage(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, ask := range questions(s) {
		if name == "ancestors" {
			continue // takes no context: its reader has one
		}
		t.Run(name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				if _, err := ask(ctx, r); !errors.Is(err, context.Canceled) {
					t.Errorf("it goes on: %v", err)
				}
			})
		})
	}
}

// holed is a reader of a damaged graph, in which some documents are missing.
type holed struct {
	graph.Reader
	entities  []graph.EntityID
	relations bool
}

func (h holed) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	docs, err := h.Reader.Entities(ids)
	for i, id := range ids {
		if slices.Contains(h.entities, id) {
			docs[i] = nil
		}
	}
	return docs, err
}

func (h holed) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	docs, err := h.Reader.Relations(ids)
	if h.relations {
		clear(docs)
	}
	return docs, err
}

func (h holed) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	found, err := h.Reader.Neighbours(q)
	for _, adjacency := range found {
		if h.relations && q.Documents {
			clear(adjacency.Edges)
		}
	}
	return found, err
}

func TestADamagedGraphIsSaidToBeDamaged(t *testing.T) {
	s := brittleStage(t)
	ask := questions(s)
	lost := s.ids("enterprise:b", "enterprise:c")
	for _, c := range []struct {
		name     string
		question string
		reader   holed
	}{
		{"a subgraph lacks an entity", "a subgraph", holed{entities: lost}},
		{"a subgraph lacks a relation", "a subgraph", holed{relations: true}},
		{"a path lacks an entity", "a path", holed{entities: lost}},
		{"a path lacks a relation", "a path", holed{relations: true}},
		{"a list at an entity lacks a relation", "relations at an entity", holed{relations: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.view(func(r graph.Reader) {
				c.reader.Reader = r
				if answer, err := ask[c.question](context.Background(), c.reader); graph.CodeOf(err) != graph.CodeCorrupt || !isNothing(answer) {
					t.Errorf("%v, %v", answer, err)
				}
			})
		})
	}
}

// TestAListLeavesOutWhatIsLost tells that one lost document does not take the
// rest of a list along.
func TestAListLeavesOutWhatIsLost(t *testing.T) {
	s := brittleStage(t)
	s.view(func(r graph.Reader) {
		all := passingEntities(t, r, nil)
		if got := passingEntities(t, holed{Reader: r, entities: s.ids("enterprise:b", "region:p")}, nil); len(got) != len(all)-2 {
			t.Errorf("%d of %d are left", len(got), len(all))
		}
		if got := passingTies(t, holed{Reader: r, relations: true}, nil); len(got) != 0 {
			t.Errorf("%d relations are left of none", len(got))
		}
		byPeer := &graph.RelationFilter{Peer: &graph.EntityFilter{Keys: []graph.Key{"enterprise:b"}}}
		if got := passingTies(t, holed{Reader: r, entities: s.ids("enterprise:b")}, byPeer); len(got) != 0 {
			t.Errorf("%d relations have a peer that is lost", len(got))
		}
	})
}
