package analytics_test

import (
	"context"
	"slices"
	"testing"

	"lianzhu/analytics"
	"lianzhu/graph"
	"lianzhu/topology"
)

// gathered is the net of all that a snapshot holds, made of lists.
func gathered(t *testing.T, s *topology.Snapshot, shape analytics.Shape) *analytics.Net {
	t.Helper()
	var ids []graph.EntityID
	for id := s.LastEntity(); id > 0; id-- { // in any order
		if s.Has(id) {
			ids = append(ids, id)
		}
	}
	ends := []topology.Ends{{Source: 1, Target: s.LastEntity() + 1}} // leads out of the net
	for _, e := range s.EachRelation(nil) {
		ends = append(ends, e)
	}
	return must(analytics.Gather(context.Background(), ids, ends, shape))(t)
}

func TestANetThatIsGatheredEqualsOneThatIsProjected(t *testing.T) {
	randomly(t, func(t *testing.T, l *list) {
		s := l.snapshot(t)
		for _, shape := range []analytics.Shape{analytics.Directed, analytics.Undirected} {
			want, got := l.net(t, shape), gathered(t, s, shape)
			if !slices.Equal(want.Entities(), got.Entities()) || want.Relations() != got.Relations() {
				t.Fatalf("%d entities and %d relations instead of %d and %d", got.Len(), got.Relations(), want.Len(), want.Relations())
			}
			a := must(analytics.PageRank(context.Background(), want, analytics.PageRankOptions{}))(t)
			b := must(analytics.PageRank(context.Background(), got, analytics.PageRankOptions{}))(t)
			if !slices.Equal(a.Scores, b.Scores) {
				t.Fatalf("PageRank differs: %v and %v", a.Scores, b.Scores)
			}
		}
	})
}

func TestComponentsOfANetEqualThoseOfItsSnapshot(t *testing.T) {
	randomly(t, func(t *testing.T, l *list) {
		s := l.snapshot(t)
		want := must(analytics.Components(context.Background(), s, nil, nil))(t)
		of, sizes := analytics.Numbered(l.net(t, analytics.Undirected))
		if len(sizes) != len(want.List)+1 || sizes[0] != 0 {
			t.Fatalf("%d components instead of %d", len(sizes)-1, len(want.List))
		}
		for i, c := range want.List {
			if sizes[i+1] != c.Size || of[c.Name] != i+1 {
				t.Fatalf("component %d has %d entities, not %d", i+1, sizes[i+1], c.Size)
			}
		}
		for id := range of {
			if want.Of[id] != 0 && of[id] != of[want.Of[id]] {
				t.Fatalf("entity %d is in component %d, its least in %d", id, of[id], of[want.Of[id]])
			}
		}
	})
}

func TestAnEmptyNetIsGathered(t *testing.T) {
	n := must(analytics.Gather(context.Background(), nil, nil, analytics.Directed))(t)
	if of, sizes := analytics.Numbered(n); n.Len() != 0 || len(sizes) != 1 || len(of) != 1 {
		t.Errorf("%d entities, %v %v", n.Len(), of, sizes)
	}
}
