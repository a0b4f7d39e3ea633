package storagetest

import (
	"context"
	"math"
	"strings"
	"time"

	"lianzhu/graph"
)

func closed(s graph.Store) bool {
	err := s.View(context.Background(), func(graph.Reader) error { return nil })
	return graph.CodeOf(err) == graph.CodeClosed
}

var applySentences = []sentence{
	{"a batch makes one revision and tells what each change did", func(h *harness) {
		things := []any{source("s"), enterprise("a"), enterprise("b"), invests("a", "b")}
		receipt := h.apply(things...)
		equal(h, "revision", receipt.Rev, graph.Rev(1))
		for i, c := range put(things...) {
			equal(h, "result", receipt.Results[i], graph.Result{UID: c.Subject(), Created: true})
		}
		changed := invests("a", "b")
		changed.Confidence = 0.5
		receipt = h.apply(changed, enterprise("a"), enterprise("c"))
		equal(h, "receipt", receipt, graph.Receipt{Rev: 2, Results: []graph.Result{
			{UID: changed.UID(), Changed: true}, {UID: enterprise("a").UID()}, {UID: enterprise("c").UID(), Created: true},
		}})
	}},
	{"a batch is applied as a whole or not at all", func(h *harness) {
		h.basis()
		e := h.refuse(graph.CodeNotFound, enterprise("new"), invests("a", "b"), invests("a", "nobody"))
		equal(h, "index of the change at fault", e.Index, 2)
		equal(h, "key that is missing", e.Key, "enterprise:nobody")
		h.view(func(r graph.Reader) {
			equal(h, "id of what came before", id(h, r, enterprise("new").UID()), uint32(0))
			equal(h, "id of what came before", id(h, r, invests("a", "b").UID()), uint32(0))
		})
	}},
	{"an empty batch makes no revision", func(h *harness) {
		h.basis()
		equal(h, "receipt", len(h.apply().Results), 0)
		equal(h, "revision", h.rev(), graph.Rev(1))
	}},
	{"the ends of a relation exist or come earlier in the batch", func(h *harness) {
		h.basis()
		h.apply(enterprise("e"), invests("e", "a"))
		equal(h, "index", h.refuse(graph.CodeNotFound, invests("f", "a"), enterprise("f")).Index, 0)
		equal(h, "index", h.refuse(graph.CodeNotFound, enterprise("f"), invests("f", "g")).Index, 1)
	}},
	{"whatever else a relation names exists or comes earlier in the batch", func(h *harness) {
		h.basis()
		for name, with := range relationReferences {
			r := relation(with.typ, "enterprise:a", with.target)
			with.name(r)
			e := h.refuse(graph.CodeNotFound, entity(with.target, with.targetKind), r)
			if e.Index != 1 || e.Key == "" {
				h.Errorf("%s that is not there: index %d, key %q", name, e.Index, e.Key)
			}
			h.apply(entity("region:missing", "REGION"), entity("product:missing", "PRODUCT"), source("missing"),
				entity(with.target, with.targetKind), relation("INVESTS_IN", "enterprise:b", "enterprise:c"), r)
			h.apply(r.UID(), invests("b", "c").UID(), entity("region:missing", "REGION").UID(),
				entity("product:missing", "PRODUCT").UID(), source("missing").UID())
		}
	}},
	{"whatever an entity names exists or comes earlier in the batch", func(h *harness) {
		for name, with := range entityReferences {
			e := enterprise("a")
			with(e)
			if at := h.refuse(graph.CodeNotFound, e).Index; at != 0 {
				h.Errorf("%s that is not there: index %d", name, at)
			}
			h.apply(source("missing"), e)
			h.refuse(graph.CodeConflict, source("missing").UID())
			h.apply(e.UID(), source("missing").UID())
		}
	}},
	{"a relation joins only kinds that the ontology joins", func(h *harness) {
		h.basis()
		h.refuse(graph.CodeInvalid, relation("LOCATED_IN", "region:x", "enterprise:a"))
		h.refuse(graph.CodeInvalid, entity("program:p", "PROGRAM"), relation("INVESTS_IN", "enterprise:a", "program:p"))
		h.apply(relation("LOCATED_IN", "enterprise:a", "region:x"))
	}},
	{"the kind of an entity changes only while its relations still fit", func(h *harness) {
		h.basis()
		h.apply(invests("a", "b"), relation("CO_DEVELOPS_WITH", "enterprise:b", "enterprise:c"))
		h.apply(entity("enterprise:a", "REGION"))
		e := h.refuse(graph.CodeConflict, entity("enterprise:c", "REGION"))
		equal(h, "index", e.Index, 0)
		h.apply(coDevelops("b", "c").UID(), entity("enterprise:c", "REGION"))
		h.apply(entity("enterprise:a", "ENTERPRISE"))
	}},
	{"shapes that the ontology refuses are refused by the store too", func(h *harness) {
		h.basis()
		none := invests("a", "b")
		none.Evidence = nil
		h.refuse(graph.CodeInvalid, none)
		nan := invests("a", "b")
		nan.Confidence = math.NaN()
		h.refuse(graph.CodeInvalid, nan)
		h.refuse(graph.CodeInvalid, entity("enterprise:e", "NO_SUCH_KIND"))
		h.refuse(graph.CodeInvalid, graph.Change{})
		h.refuse(graph.CodeInvalid, graph.Change{Entity: enterprise("e"), Relation: invests("a", "b")})
	}},
	{"a symmetric relation is the same whichever end is named first", func(h *harness) {
		h.basis()
		h.apply(coDevelops("b", "a"))
		equal(h, "receipt", h.apply(coDevelops("a", "b")).Results[0], graph.Result{UID: coDevelops("a", "b").UID()})
	}},
	{"a change with IfRev is applied only while the thing was last written at that revision", func(h *harness) {
		h.basis() // revision 1
		h.apply(enterprise("e"))
		at := func(rev graph.Rev, thing any) graph.Change {
			c := put(thing)[0]
			c.IfRev = &rev
			return c
		}
		renamed := entity("enterprise:a", "ENTERPRISE", "甲")
		equal(h, "index", h.refuse(graph.CodeConflict, enterprise("new"), at(2, renamed)).Index, 1)
		h.refuse(graph.CodeConflict, at(0, renamed))
		h.refuse(graph.CodeConflict, at(1, enterprise("f")))
		h.apply(at(1, renamed), at(0, enterprise("f")))
		h.refuse(graph.CodeConflict, at(1, renamed.UID()))
		h.apply(at(3, renamed.UID()), at(1, source("s")))
	}},
	{"a later change of a batch sees the earlier ones", func(h *harness) {
		rev := graph.Rev(1)
		renamed := entity("enterprise:a", "ENTERPRISE", "甲")
		h.apply(source("s"), enterprise("a"), graph.Change{Entity: renamed, IfRev: &rev}, enterprise("b"), invests("a", "b"),
			invests("a", "b").UID(), enterprise("b").UID())
		h.view(func(r graph.Reader) {
			list := must(r.Entities([]graph.EntityID{entityID(h, r, "a")}))
			equal(h, "name", list[0].Name(graph.ZH), "甲")
			equal(h, "what was retracted", entityID(h, r, "b"), graph.EntityID(0))
			equal(h, "relations", must(r.Counts()).Relations, 0)
		})
		h.refuse(graph.CodeConflict, enterprise("c"), invests("a", "c"), enterprise("c").UID())
	}},
	{"an entity that has relations is not retracted", func(h *harness) {
		h.basis()
		h.apply(invests("a", "b"), coDevelops("c", "d"))
		for _, name := range []string{"a", "b", "c", "d"} {
			e := h.refuse(graph.CodeConflict, enterprise(name).UID())
			equal(h, "key", e.Key, "enterprise:"+name)
		}
		h.apply(invests("a", "b").UID(), enterprise("a").UID(), enterprise("b").UID())
	}},
	{"what a fact names is not retracted, and the refusal names the fact", func(h *harness) {
		h.basis()
		for name, with := range relationReferences {
			if name == "a premise" {
				continue // see the next sentence
			}
			r := relation(with.typ, "enterprise:a", with.target)
			h.apply(entity("region:missing", "REGION"), entity("product:missing", "PRODUCT"), source("missing"), entity(with.target, with.targetKind), invests("b", "c"))
			with.name(r)
			h.apply(r)
			refused := 0
			for _, uid := range []graph.UID{entity("region:missing", "REGION").UID(), entity("product:missing", "PRODUCT").UID(), source("missing").UID(), invests("b", "c").UID()} {
				if _, err := h.store.Apply(context.Background(), dry(uid)); graph.CodeOf(err) == graph.CodeConflict {
					refused++
					if !strings.Contains(err.Error(), string(r.Key())) {
						h.Errorf("%s: the refusal does not name the fact: %v", name, err)
					}
				}
			}
			want := 1
			if name == "a premise" { // a conclusion goes with it instead
				want = 0
			}
			if refused != want {
				h.Errorf("%s: %d things could not be retracted, want %d", name, refused, want)
			}
			h.apply(r.UID(), invests("b", "c").UID(), source("missing").UID())
		}
	}},
	{"a relation takes place in regions and nowhere else", func(h *harness) {
		h.basis()
		r := invests("a", "b")
		r.Places = []graph.Key{"enterprise:c"}
		h.refuse(graph.CodeInvalid, r)
		r.Places = []graph.Key{"region:x"}
		h.apply(r)
		h.refuse(graph.CodeConflict, entity("region:x", "PRODUCT"))
	}},
	{"what a rule concludes from two relations is written with them and goes with either", func(h *harness) {
		h.basis()
		plant, gansu := enterprise("plant"), region("620000")
		invest := relation("INVESTS_IN", "enterprise:a", "enterprise:plant")
		locate := relation(graph.LocatedIn, "enterprise:plant", "region:620000")
		concluded := func() (found []*graph.Relation) {
			h.view(func(r graph.Reader) {
				for id, err := range r.AllRelations(nil, 0) {
					if rel := must(r.Relations([]graph.RelationID{must(id, err)}))[0]; rel.Derived() {
						found = append(found, rel)
					}
				}
			})
			return found
		}
		h.apply(plant, gansu, invest, locate)
		found := concluded()
		if len(found) != 1 || found[0].Source != "enterprise:a" || found[0].Target != "region:620000" || found[0].Type != "INVESTS_IN" {
			h.Fatalf("concluded: %+v", found)
		}
		equal(h, "premises", found[0].Derivation.Premises, []graph.Key{invest.Key(), locate.Key()})
		equal(h, "writing the premises again", h.apply(invest, locate).Rev, h.rev())
		planned := *invest
		planned.Modality = graph.Planned
		h.apply(&planned)
		equal(h, "conclusions from a plan", len(concluded()), 0)
		h.apply(invest)
		equal(h, "conclusions from the fact", len(concluded()), 1)
		other := relation("INVESTS_IN", "enterprise:b", "enterprise:plant")
		h.apply(other)
		equal(h, "conclusions from two investors", len(concluded()), 2)
		h.apply(invest.UID())
		equal(h, "conclusions left", concluded()[0].Source, graph.Key("enterprise:b"))
		h.apply(locate.UID())
		equal(h, "conclusions without a place", len(concluded()), 0)
	}},
	{"what was concluded from a relation is retracted with it", func(h *harness) {
		h.basis()
		conclusion := invests("a", "b")
		conclusion.Derivation = &graph.Derivation{Rule: "rule", Premises: []graph.Key{invests("b", "c").Key()}}
		h.apply(invests("b", "c"), conclusion)
		receipt := h.apply(invests("b", "c").UID())
		equal(h, "results", receipt.Results, []graph.Result{{UID: invests("b", "c").UID(), Changed: true}})
		equal(h, "entries", len(h.changes(2)), 2)
		h.view(func(r graph.Reader) { equal(h, "relations", must(r.Counts()).Relations, 0) })
	}},
	{"what an update no longer names can be retracted", func(h *harness) {
		h.basis()
		r := invests("a", "b")
		r.Places = []graph.Key{"region:x"}
		r.Evidence = append(r.Evidence, cite("t"))
		h.apply(source("t"), r)
		h.refuse(graph.CodeConflict, region("x").UID())
		h.apply(invests("a", "b"))
		h.apply(region("x").UID(), source("t").UID())
	}},
	{"what does not exist is not retracted", func(h *harness) {
		h.basis()
		h.refuse(graph.CodeNotFound, enterprise("e").UID())
		h.refuse(graph.CodeNotFound, invests("a", "b").UID())
		h.refuse(graph.CodeNotFound, source("t").UID())
		h.refuse(graph.CodeInvalid, cite("s").UID())
		h.apply(enterprise("a").UID())
		h.refuse(graph.CodeNotFound, enterprise("a").UID())
	}},
	{"a region does not contain itself", func(h *harness) {
		h.basis()
		h.apply(partOf("x", "y"), partOf("y", "z"))
		h.refuse(graph.CodeInvalid, partOf("y", "x"))
		h.refuse(graph.CodeInvalid, partOf("z", "x"))
		equal(h, "index", h.refuse(graph.CodeInvalid, region("w"), partOf("z", "w"), partOf("w", "x")).Index, 2)
		h.apply(partOf("x", "z"))
		h.apply(partOf("y", "z").UID(), partOf("x", "z").UID(), partOf("z", "x"))
	}},
	{"what is not a region may be part of itself, until it becomes one", func(h *harness) {
		h.apply(source("s"), entity("program:p", "PROGRAM"), entity("program:q", "PROGRAM"), entity("program:o", "PROGRAM"))
		h.apply(relation("PART_OF", "program:p", "program:q"), relation("PART_OF", "program:q", "program:p"))
		h.apply(entity("program:p", "REGION"))
		h.refuse(graph.CodeInvalid, entity("program:q", "REGION"))
		h.apply(relation("PART_OF", "program:q", "program:p").UID(), entity("program:q", "REGION"))
	}},
	{"a change that writes what is there changes nothing, and a batch of such makes no revision", func(h *harness) {
		h.basis()
		r := invests("a", "b")
		r.Attributes = []graph.Attribute{{Name: "年产值", Text: "很多", Modality: graph.Asserted, Evidence: []graph.Evidence{cite("s")}}}
		h.apply(r)
		receipt := h.apply(r, enterprise("a"), source("s"))
		equal(h, "revision", receipt.Rev, graph.Rev(2))
		for _, result := range receipt.Results {
			equal(h, "result", result, graph.Result{UID: result.UID})
		}
		equal(h, "revision", h.rev(), graph.Rev(2))
		equal(h, "entries", len(h.changes(2)), 0)
	}},
	{"a cancelled context stops a batch before it is applied", func(h *harness) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := h.store.Apply(ctx, batch(source("s"))); err != context.Canceled {
			h.Fatalf("apply answered %v", err)
		}
		equal(h, "revision", h.rev(), graph.Rev(0))
	}},
	{"what the caller does to a batch afterwards changes nothing", func(h *harness) {
		b := batch(source("s"), enterprise("a"), enterprise("b"), invests("a", "b"))
		h.applyBatch(b)
		b.Changes[1].Entity.Names[0].Text = "changed"
		b.Changes[3].Relation.Evidence[0].AssertedBy = "changed"
		h.view(func(r graph.Reader) {
			e := must(r.Entities([]graph.EntityID{entityID(h, r, "a")}))
			equal(h, "name", e[0].Names[0].Text, "enterprise:a")
		})
	}},
	{"the time of a batch is kept in UTC and whole milliseconds", func(h *harness) {
		b := batch(source("s"))
		b.At = time.Date(2024, 5, 17, 20, 0, 0, 123456789, time.FixedZone("CST", 8*3600))
		h.applyBatch(b)
		equal(h, "time", h.changes(0)[0].At, time.Date(2024, 5, 17, 12, 0, 0, 123000000, time.UTC))
	}},
}

// relationReferences are the ways in which a relation from enterprise a names
// something that is missing.
var relationReferences = map[string]struct {
	typ        graph.RelationType
	target     graph.Key
	targetKind graph.Kind
	name       func(*graph.Relation)
}{
	"a place":          {"INVESTS_IN", "enterprise:b", "ENTERPRISE", func(r *graph.Relation) { r.Places = []graph.Key{"region:x", "region:missing"} }},
	"via":              {"INVESTS_IN", "enterprise:b", "ENTERPRISE", func(r *graph.Relation) { r.Via = "region:missing" }},
	"a product":        {"SUPPLIES", "enterprise:b", "ENTERPRISE", func(r *graph.Relation) { r.Product = "product:missing" }},
	"recognisedIn":     {"CHAIN_LEADER_OF", "chain:c", "INDUSTRY_CHAIN", func(r *graph.Relation) { r.RecognisedIn = "region:missing" }},
	"recognisedBy":     {"CHAIN_LEADER_OF", "chain:c", "INDUSTRY_CHAIN", func(r *graph.Relation) { r.RecognisedBy = "region:missing" }},
	"evidence":         {"INVESTS_IN", "enterprise:b", "ENTERPRISE", func(r *graph.Relation) { r.Evidence = append(r.Evidence, cite("missing")) }},
	"a figure's basis": {"INVESTS_IN", "enterprise:b", "ENTERPRISE", func(r *graph.Relation) { r.Attributes = []graph.Attribute{figure("missing")} }},
	"a premise": {"INVESTS_IN", "enterprise:b", "ENTERPRISE", func(r *graph.Relation) {
		r.Derivation = &graph.Derivation{Rule: "rule", Premises: []graph.Key{"INVESTS_IN|enterprise:b|enterprise:c"}}
	}},
}

// entityReferences are those of an entity.
var entityReferences = map[string]func(*graph.Entity){
	"the source of a name": func(e *graph.Entity) { e.Names[0].Sources = []graph.Key{"source:missing"} },
	"the source of an identifier": func(e *graph.Entity) {
		e.Identifiers = []graph.Identifier{{Scheme: "LEI", Value: "1", Sources: []graph.Key{"source:missing"}}}
	},
	"evidence":         func(e *graph.Entity) { e.Evidence = []graph.Evidence{cite("missing")} },
	"a figure's basis": func(e *graph.Entity) { e.Attributes = []graph.Attribute{figure("missing")} },
}
