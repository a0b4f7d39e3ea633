package graph_test

import (
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lianzhu/graph"
)

// What hangs together with nothing that a question is about changes no answer:
// neither what is found nor what is said of it.
func TestAPartThatHangsTogetherWithNothingElseChangesNoAnswer(t *testing.T) {
	asked := 0
	eachCrowd(t, graphs(t, 150), func(s *stage, c *crowd, w *twin) {
		var paths []graph.PathQuery
		var reaches []graph.ReachQuery
		var walks []graph.SubgraphQuery
		for range 5 {
			if q := c.pathQuery(s); s.accepts(q.Where) {
				paths = append(paths, q)
			}
			if q := c.reachQuery(s); s.accepts(q.Where) {
				reaches = append(reaches, q)
			}
			walks = append(walks, graph.SubgraphQuery{Roots: some(c.Rand, s.ids(c.keys...)...)[:1], Direction: graph.Both, Bounds: wide(1 + c.IntN(3))})
		}
		of := s.ids(c.keys...)[:2]
		answers := func() (list []any) {
			for _, q := range paths {
				found := s.findPaths(q)
				list = append(list, told(found), found.Completeness)
			}
			for _, q := range reaches {
				found := s.reachable(q)
				list = append(list, told(&graph.Paths{Paths: pathsOf(found)}), found.Completeness)
			}
			for _, q := range walks {
				found := s.mustWalk(q)
				list = append(list, nodesOf(found), slices.Clone(found.RelationIDs), found.Completeness)
			}
			return append(list, s.commonNeighbours(of, nil, 5).Total)
		}
		before := answers()
		asked += len(before)
		s.write(thing("e:apart"), thing("e:aside"), thing("e:beyond"), thing("p:own"),
			tie("e:apart", "SUPPLIES", "e:aside"), tie("e:apart", "SUPPLIES", "e:aside", parallel("again")), tie("e:aside", "INVESTS_IN", "e:beyond"),
			tie("e:beyond", "SUPPLIES", "e:apart"), tie("e:apart", "PARTICIPATES_IN", "p:own"))
		if diff := gocmp.Diff(before, answers()); diff != "" {
			s.Errorf("with a part that has nothing to do with it: %s", diff)
		}
	})
	if asked < 1000 {
		t.Errorf("only %d answers were compared", asked)
	}
}

func pathsOf(r *graph.Reach) (paths []graph.Path) {
	for _, item := range r.Items {
		paths = append(paths, item.Path)
	}
	return paths
}

func nodesOf(g *graph.Subgraph) (ids []graph.EntityID) {
	for _, n := range g.Nodes {
		ids = append(ids, n.ID)
	}
	return ids
}
