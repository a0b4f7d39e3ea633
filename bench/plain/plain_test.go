package plain

import (
	"bytes"
	"encoding/json"
	"testing"

	"lianzhu/bench/gen"
	"lianzhu/graph"
)

func small(t *testing.T) *Graph {
	t.Helper()
	g, err := gen.New(gen.MinScale, 11)
	if err != nil {
		t.Fatal(err)
	}
	return New(g)
}

func TestRowsHoldEveryRelationAtBothEnds(t *testing.T) {
	p := small(t)
	seen := map[[2]uint32]int{}
	for id := range uint32(p.G.Entities()) {
		edges, tags := p.at(id)
		last := edge{}
		for i, e := range edges {
			seen[[2]uint32{id, e.relation}]++
			from, to := p.G.From[e.relation], p.G.To[e.relation]
			if tags[i]&leaves != 0 && (from != id || to != e.peer) || tags[i]&leaves == 0 && (to != id || from != e.peer) {
				t.Fatalf("relation %d stands at %d as if it joined it with %d", e.relation, id, e.peer)
			}
			if (tags[i]&shown != 0) != p.G.Modal[e.relation].Shown() || tags[i]/typed != tag(p.G.Types[e.relation]) {
				t.Fatalf("relation %d has the tag %b", e.relation, tags[i])
			}
			if i > 0 && (tags[i]/typed < tags[i-1]/typed || tags[i]/typed == tags[i-1]/typed && e.relation <= last.relation) {
				t.Fatalf("the relations of %d are out of order", id)
			}
			last = e
		}
	}
	if len(seen) != 2*p.G.Relations() {
		t.Errorf("%d ends of %d relations", len(seen), p.G.Relations())
	}
}

func TestEntitiesAreFoundByTheirKeys(t *testing.T) {
	p := small(t)
	for id := range uint32(p.G.Entities()) {
		key := p.G.Key(id)
		if found, ok := p.Find(string(key)); !ok || found != id {
			t.Fatalf("%s is %d, %v and not %d", key, found, ok, id)
		}
		if p.ID(id) != graph.NewUID(graph.TagEntity, key).String() {
			t.Fatalf("%s has the id %s", key, p.ID(id))
		}
	}
	if _, ok := p.Find("enterprise:none"); ok {
		t.Error("what is not there was found")
	}
}

func TestAnswersAreJSON(t *testing.T) {
	p := small(t)
	firm, _ := p.G.Span(gen.Enterprise)
	path, _ := p.Path(nil, firm, firm+9, 8)
	prefecture, _ := p.G.Prefectures()
	for name, answer := range map[string][]byte{
		"Q1": p.Entity(nil, firm), "Q2": p.Supplies(nil, firm, 50), "Q3": p.Subgraph(nil, firm, 100, 500), "Q4": path,
		"Q6": p.Within(nil, prefecture, 20), "Q7": p.Trace(nil, firm, 4, 300), "Q8": p.ByProvince(nil), "Q9": p.Hub(nil, firm, 500),
	} {
		if !json.Valid(answer) {
			t.Errorf("%s: %s", name, answer)
		}
	}
}

func TestAnAnswerIsAppended(t *testing.T) {
	p := small(t)
	firm, _ := p.G.Span(gen.Enterprise)
	if got := p.Subgraph([]byte("x"), firm, 50, 500); !bytes.HasPrefix(got, []byte(`x{"subgraph"`)) {
		t.Errorf("%.40s", got)
	}
}

// far is the distance by looking at everything, level by level.
func far(p *Graph, from, to uint32) int {
	level, seen := []uint32{from}, map[uint32]bool{from: true}
	for depth := 1; len(level) > 0; depth++ {
		var next []uint32
		for _, id := range level {
			for _, e := range p.shownAt(id, false) {
				if e.peer == to {
					return depth
				}
				if !seen[e.peer] && !p.region(e.peer) {
					seen[e.peer] = true
					next = append(next, e.peer)
				}
			}
		}
		level = next
	}
	return Far
}

func TestDistancesAreThoseOfAPlainSearch(t *testing.T) {
	p := small(t)
	firm, end := p.G.Span(gen.Enterprise)
	for i := range uint32(300) {
		a, b := firm+i, end-1-(i*7)%(end-firm)
		if a == b {
			continue
		}
		want := far(p, a, b)
		if got := p.Distance(a, b, 12, false); got != want {
			t.Fatalf("from %d to %d it is %d, not %d", a, b, got, want)
		}
		strict := p.Distance(a, b, 12, true)
		if strict < want {
			t.Fatalf("along fewer relations it is shorter: %d than %d", strict, want)
		}
		if answer, cut := p.Path(nil, a, b, 12); !cut {
			var paths struct {
				Paths struct{ Paths []struct{ Length int } }
			}
			if err := json.Unmarshal(answer, &paths); err != nil {
				t.Fatal(err)
			}
			if len(paths.Paths.Paths) == 1 && (paths.Paths.Paths[0].Length < want || paths.Paths.Paths[0].Length > strict) {
				t.Fatalf("the path from %d to %d has %d relations; %d to %d are right", a, b, paths.Paths.Paths[0].Length, want, strict)
			}
			if len(paths.Paths.Paths) == 0 && strict != Far {
				t.Fatalf("no path from %d to %d", a, b)
			}
		}
	}
}
