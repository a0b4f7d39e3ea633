package topology_test

import (
	"context"
	"encoding/json"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/mem"
)

// newTwin is a world whose store has been through the log of w up to a
// revision.
func newTwin(w *world, end graph.Rev) *world {
	t := &world{t: w.t, rnd: w.rnd, ontology: w.ontology, store: mem.New(w.ontology)}
	var batch []graph.Change
	rev := graph.Rev(0)
	for e, err := range w.store.Changes(context.Background(), 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Rev != rev {
			t.replay(batch)
			batch, rev = nil, e.Rev
		}
		if e.Rev > end {
			break
		}
		batch = append(batch, changeOf(w.t, &e))
	}
	t.replay(batch)
	return t
}

func (t *world) replay(batch []graph.Change) {
	if len(batch) == 0 {
		return
	}
	if _, err := t.store.Apply(context.Background(), graph.Batch{Changes: batch}); err != nil {
		t.t.Fatal(err)
	}
}

// changeOf is the change that an entry of the log tells of.
func changeOf(t testing.TB, e *graph.Entry) graph.Change {
	t.Helper()
	var c graph.Change
	var to any
	switch {
	case e.Op == graph.OpRetract:
		return graph.Change{Retract: e.Subject}
	case e.Subject.Tag() == graph.TagEntity:
		c.Entity = &graph.Entity{}
		to = c.Entity
	case e.Subject.Tag() == graph.TagRelation:
		c.Relation = &graph.Relation{}
		to = c.Relation
	default:
		c.Source = &graph.Source{}
		to = c.Source
	}
	if err := json.Unmarshal(e.After, to); err != nil {
		t.Fatal(err)
	}
	return c
}
