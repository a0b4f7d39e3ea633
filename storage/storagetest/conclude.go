package storagetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lianzhu/graph"
)

// Conclude writes and retracts premises at random, one or several in a batch, and
// wants exactly what the rule of the ontology concludes from those that are left:
// taking a premise away takes away what rested on it, and nothing else.
func Conclude(t *testing.T, open Open) {
	seed := setting(t, "LIANZHU_SEED", time.Now().UnixNano())
	t.Logf("LIANZHU_SEED=%d", seed)
	r := rand.New(rand.NewPCG(uint64(seed), 3))
	store := open(t)
	defer store.Close()
	h := &harness{t, store}
	h.apply(source("s"), enterprise("a"), enterprise("b"), enterprise("c"), enterprise("d"), enterprise("e"), region("x"), region("y"), region("z"))
	premises := map[graph.Key]*graph.Relation{}
	most := 0
	for range setting(t, "LIANZHU_STEPS", 200) {
		changes := map[graph.Key]any{}
		for range 1 + r.IntN(3) {
			p := randomPremise(r)
			if _, there := premises[p.Key()]; there && r.IntN(2) == 0 {
				changes[p.Key()] = p.UID()
			} else {
				p.Modality = pick(r, graph.Asserted, graph.Asserted, graph.Asserted, graph.Planned, graph.Negated)
				changes[p.Key()] = p
			}
		}
		var things []any
		for key, change := range changes {
			if p, written := change.(*graph.Relation); written {
				premises[key] = p
			} else {
				delete(premises, key)
			}
			things = append(things, change)
		}
		h.apply(things...)
		want := conclusions(premises)
		if got := h.concluded(); !slices.Equal(got, want) {
			t.Fatalf("from %v follows %v, and there is %v", premises, want, got)
		}
		most = max(most, len(want))
	}
	if most < 5 {
		t.Errorf("there were never more than %d conclusions", most)
	}
}

func randomPremise(r *rand.Rand) *graph.Relation {
	from, to := pick(r, "a", "b", "c", "d", "e"), pick(r, "a", "b", "c", "d", "e")
	if from == to || r.IntN(2) == 0 {
		return relation(graph.LocatedIn, graph.Key("enterprise:"+from), graph.Key("region:"+pick(r, "x", "y", "z")))
	}
	return invests(from, to)
}

// conclusions are what the rule says, worked out pair by pair: who invests in a
// firm invests where it stands.
func conclusions(premises map[graph.Key]*graph.Relation) (list []string) {
	for _, invest := range premises {
		for _, locate := range premises {
			if invest.Type == "INVESTS_IN" && locate.Type == graph.LocatedIn && invest.Target == locate.Source &&
				invest.Modality == graph.Asserted && locate.Modality == graph.Asserted {
				list = append(list, fmt.Sprint(invest.Source, " in ", locate.Target, " from ", invest.Key(), " and ", locate.Key()))
			}
		}
	}
	slices.Sort(list)
	return list
}

// concluded are the conclusions that the store holds.
func (h *harness) concluded() (list []string) {
	h.view(func(r graph.Reader) {
		for id, err := range r.AllRelations(nil, 0) {
			rel := must(r.Relations([]graph.RelationID{must(id, err)}))[0]
			if rel.Derived() {
				list = append(list, fmt.Sprint(rel.Source, " in ", rel.Target, " from ", rel.Derivation.Premises[0], " and ", rel.Derivation.Premises[1]))
			}
		}
	})
	slices.Sort(list)
	return list
}
