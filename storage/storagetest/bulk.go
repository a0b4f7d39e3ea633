package storagetest

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"lianzhu/graph"
)

// Bulk plays the same random batches into the stores that engine and model open,
// into engine's by its [graph.Bulk], and compares every answer and afterwards
// everything that can be read. gentle leaves out what ends the gathering of a
// load: retractions, above all. LIANZHU_SEED sets the seed, and LIANZHU_STEPS how
// many batches are played.
func Bulk(t *testing.T, engine, model Open, gentle bool) {
	seed, steps := setting(t, "LIANZHU_SEED", time.Now().UnixNano()), setting(t, "LIANZHU_STEPS", 150)
	t.Logf("LIANZHU_SEED=%d LIANZHU_STEPS=%d", seed, steps)
	m := twins{T: t, engine: engine(t), model: model(t), script: script{rand: rand.New(rand.NewPCG(uint64(seed), 0))}, came: map[string]int{}}
	defer m.engine.Close()
	defer m.model.Close()
	ok, err := m.engine.(graph.Bulk).Bulk(context.Background(), func(apply graph.Apply) error {
		for step := range steps {
			b := m.script.batch()
			if gentle {
				b = m.tame(b)
			}
			m.both(int(step), b, apply)
		}
		return nil
	}, nil)
	if !ok || err != nil {
		t.Fatalf("the load answers %v, %v", ok, err)
	}
	m.compare(uint64(seed))
	for step := range 20 { // what was loaded is a store like any other
		m.play(int(steps) + step)
	}
	m.compare(uint64(seed) + 1)
	sound(t, m.engine)
	t.Logf("what batches came to: %v", m.came)
}

// tame leaves out of a batch what a load does not gather.
func (m *twins) tame(b graph.Batch) graph.Batch {
	var kept []graph.Change
	for _, c := range b.Changes {
		if c.Retract == (graph.UID{}) && !(c.Entity != nil && c.Entity.Kind != kindOfKey(c.Entity.Key)) {
			kept = append(kept, c)
		}
	}
	b.Changes = kept
	return b
}

// kindOfKey is the kind of which the script makes entities with such a key.
func kindOfKey(k graph.Key) graph.Kind {
	for kind, prefix := range prefixes {
		if len(k) > len(prefix) && string(k[:len(prefix)+1]) == prefix+":" {
			return kind
		}
	}
	return ""
}
