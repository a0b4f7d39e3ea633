package storagetest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
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
	ok, err := m.engine.(graph.Bulk).Bulk(context.Background(), func(lent graph.Filling) error {
		for step := range steps {
			b := m.script.batch()
			if gentle {
				b = m.tame(b)
			}
			m.both(int(step), b, lent.Apply)
			if step%17 == 16 {
				m.glance(lent)
			}
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

// glance compares what may be read while a load is gathered.
func (m *twins) glance(lent graph.Filling) {
	var seen [2]string
	for i, s := range []graph.Filling{lent, m.model} {
		err := s.View(context.Background(), func(r graph.Reader) (err error) {
			seen[i], err = m.glimpse(r)
			return err
		})
		if err != nil {
			m.Fatal(err)
		}
	}
	if seen[0] != seen[1] {
		m.Errorf("while it is filled there is read\n%s\nand from the model\n%s", seen[0], seen[1])
	}
}

// glimpse is everything by its key, as text.
func (m *twins) glimpse(r graph.Reader) (string, error) {
	seen := fmt.Sprint(r.Rev())
	var uids []graph.UID
	for kind, prefix := range prefixes {
		for i := range 12 {
			uids = append(uids, (&graph.Entity{Key: key(prefix, i), Kind: kind}).UID())
		}
	}
	slices.SortFunc(uids, func(a, b graph.UID) int { return bytes.Compare(a[:], b[:]) })
	ids, err := r.Resolve(append(uids, m.script.relations...))
	if err != nil {
		return "", err
	}
	for i, id := range ids {
		if id == 0 {
			continue
		}
		if i < len(uids) {
			docs, err := r.Entities([]graph.EntityID{graph.EntityID(id)})
			if err != nil {
				return "", err
			}
			seen += fmt.Sprintf("\n%s rev %d", document(docs[0]), docs[0].Rev)
			continue
		}
		docs, err := r.Relations([]graph.RelationID{graph.RelationID(id)})
		if err != nil {
			return "", err
		}
		seen += fmt.Sprintf("\n%s rev %d", document(docs[0]), docs[0].Rev)
	}
	for _, name := range sourceNames {
		docs, err := r.Sources([]graph.Key{source(name).Key})
		if err != nil {
			return "", err
		}
		if docs[0] != nil {
			seen += fmt.Sprintf("\n%s rev %d", document(docs[0]), docs[0].Rev)
		}
	}
	for _, b := range m.script.past {
		kept, err := r.Kept(b.Key)
		if err != nil || kept == nil {
			return "", fmt.Errorf("%s is not kept: %v", b.Key, err)
		}
	}
	return seen, nil
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
