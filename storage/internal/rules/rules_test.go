package rules

import (
	"context"
	"encoding/hex"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"lianzhu/graph"
)

// stub is a state that knows a few things by their uid, which need not be that
// of their key.
type stub struct {
	entities  map[graph.UID]*graph.Entity
	relations map[graph.UID]*graph.Relation
	sources   map[graph.UID]*graph.Source
	fails     error
}

func (s stub) Rev() graph.Rev { return 6 }

func (s stub) Entity(uid graph.UID) (*graph.Entity, error)     { return s.entities[uid], s.fails }
func (s stub) Relation(uid graph.UID) (*graph.Relation, error) { return s.relations[uid], s.fails }
func (s stub) Source(uid graph.UID) (*graph.Source, error)     { return s.sources[uid], s.fails }

func (s stub) Has(uid graph.UID) (bool, error) {
	return s.entities[uid] != nil || s.relations[uid] != nil || s.sources[uid] != nil, s.fails
}

func (s stub) Kind(uid graph.UID) (graph.Kind, error) {
	if e := s.entities[uid]; e != nil {
		return e.Kind, s.fails
	}
	return "", s.fails
}

func (s stub) Referrers(graph.UID) iter.Seq2[graph.UID, error] {
	return func(yield func(graph.UID, error) bool) {
		if s.fails != nil {
			yield(graph.UID{}, s.fails)
		}
	}
}

func (s stub) At(graph.UID, graph.RelationType, graph.Direction) iter.Seq2[graph.UID, error] {
	return func(func(graph.UID, error) bool) {}
}

func (s stub) Kept(string) (*Kept, error) { return nil, s.fails }

func ontology() *graph.Ontology {
	return graph.NewOntology([]graph.KindDef{{Kind: "ENTERPRISE"}},
		[]graph.RelationDef{{Type: "SUBSIDIARY_OF", From: []graph.Kind{"ENTERPRISE"}, To: []graph.Kind{"ENTERPRISE"}}})
}

func firm(key graph.Key) *graph.Entity {
	return &graph.Entity{Key: key, Kind: "ENTERPRISE", Names: []graph.Name{{Text: "名", Lang: graph.ZH, Role: graph.Official}}}
}

func TestAKeyWhoseUIDIsAnothersIsRefused(t *testing.T) {
	e, s := firm("enterprise:a"), &graph.Source{Key: "source:a", Title: "t"}
	b, c := firm("enterprise:b"), firm("enterprise:c")
	r := &graph.Relation{Type: "SUBSIDIARY_OF", Source: b.Key, Target: c.Key, Modality: graph.Asserted, Derivation: &graph.Derivation{Rule: "rule"}}
	other := *r
	other.Disc = "other"
	st := stub{
		entities:  map[graph.UID]*graph.Entity{e.UID(): firm("enterprise:other"), b.UID(): b, c.UID(): c},
		sources:   map[graph.UID]*graph.Source{s.UID(): {Key: "source:other", Title: "t"}},
		relations: map[graph.UID]*graph.Relation{r.UID(): &other},
	}
	for _, change := range []graph.Change{{Entity: e}, {Source: s}, {Relation: r}} {
		_, err := Make(context.Background(), st, ontology(), graph.Batch{Changes: []graph.Change{change}})
		if graph.CodeOf(err) != graph.CodeInvalid || !strings.Contains(err.Error(), "other already") {
			t.Errorf("%s: %v", change.Name(), err)
		}
	}
}

func TestAFailureOfTheStoreIsNoRefusal(t *testing.T) {
	broken := errors.New("broken")
	for name, b := range map[string]graph.Batch{
		"a creation":   {Changes: []graph.Change{{Entity: firm("enterprise:a")}}},
		"a retraction": {Changes: []graph.Change{{Retract: firm("enterprise:a").UID()}}},
		"a key":        {Key: "k"},
	} {
		if _, err := Make(context.Background(), stub{fails: broken}, ontology(), b); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The digest is kept in files: it must stay what it is.
func TestTheDigestOfABatchStaysAsItIs(t *testing.T) {
	text, rev := "正文", graph.Rev(4)
	changes := []graph.Change{
		{Source: &graph.Source{Key: "source:a", Title: "<&>"}, Text: &text},
		{Entity: firm("enterprise:a"), IfRev: &rev},
		{Relation: &graph.Relation{Type: "SUBSIDIARY_OF", Source: "enterprise:a", Target: "enterprise:b", Modality: graph.Asserted, ValidFrom: graph.MustDate("2021")}},
		{Retract: firm("enterprise:z").UID()},
	}
	got := digest(changes)
	const want = "c5483fbbf490822a29ec9ffe8728e32d8ab16aacb9367162cb2fc186383d95c7"
	if hex.EncodeToString(got[:]) != want {
		t.Errorf("it is %x", got)
	}
	for i := range changes {
		fewer := append(append([]graph.Change{}, changes[:i]...), changes[i+1:]...)
		if digest(fewer) == got {
			t.Errorf("without change %d it is the same", i)
		}
	}
}

func TestEvidenceIsCountedOnce(t *testing.T) {
	place := graph.Evidence{Source: "source:a", Start: -1, End: -1}
	refuting := place
	refuting.Refutes = true
	r := &graph.Relation{Evidence: []graph.Evidence{place, place}, Attributes: []graph.Attribute{{Evidence: []graph.Evidence{place, refuting}}}}
	if got := Citations(nil, r); len(got) != 2 || got[0] != place || got[1] != refuting {
		t.Errorf("the citations are %+v", got)
	}
	if got := Citations(nil, &graph.Relation{Attributes: []graph.Attribute{{Evidence: []graph.Evidence{place}}}}); len(got) != 1 {
		t.Errorf("the citations are %+v", got)
	}
}

func TestTheTimeOfABatchIsWholeMilliseconds(t *testing.T) {
	at := time.Date(2024, 1, 2, 3, 4, 5, 678999999, time.FixedZone("x", 3600))
	if got := At(&graph.Batch{At: at}); got.Format(time.RFC3339Nano) != "2024-01-02T02:04:05.678Z" {
		t.Errorf("it is %v", got)
	}
	if got := At(&graph.Batch{}); !got.IsZero() {
		t.Errorf("no time is %v", got)
	}
}
