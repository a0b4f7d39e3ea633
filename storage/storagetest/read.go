package storagetest

import (
	"bytes"
	"slices"

	"lianzhu/graph"
)

var readSentences = []sentence{
	{"an empty store is at revision 0 and counts nothing", func(h *harness) {
		h.view(func(r graph.Reader) {
			equal(h, "revision", r.Rev(), graph.Rev(0))
			equal(h, "counts", must(r.Counts()), graph.Counts{ByKind: map[graph.Kind]int{}, ByType: map[graph.RelationType]int{}})
			for range r.AllEntities(nil, 0) {
				h.Error("there is an entity")
			}
		})
	}},
	{"counts are the sizes of the graph", func(h *harness) {
		h.basis()
		r := invests("a", "b")
		r.Evidence = append(r.Evidence, quote("s", 3, 5, "青岛"), cite("s"))
		r.Attributes = []graph.Attribute{figure("s")}
		h.apply(r, partOf("x", "y"), coDevelops("a", "b"))
		want := graph.Counts{Entities: 7, Relations: 3, Sources: 1, Evidence: 4,
			ByKind: map[graph.Kind]int{"ENTERPRISE": 4, "REGION": 3},
			ByType: map[graph.RelationType]int{"INVESTS_IN": 1, "PART_OF": 1, "CO_DEVELOPS_WITH": 1}}
		h.view(func(r graph.Reader) { equal(h, "counts", must(r.Counts()), want) })
		h.apply(invests("a", "b"), coDevelops("a", "b").UID())
		want.Relations, want.Evidence = 2, 2
		delete(want.ByType, "CO_DEVELOPS_WITH")
		h.view(func(r graph.Reader) { equal(h, "counts", must(r.Counts()), want) })
	}},
	{"resolve gives for each uid the dense id or 0", func(h *harness) {
		h.basis()
		h.apply(invests("a", "b"))
		h.view(func(r graph.Reader) {
			ids := must(r.Resolve([]graph.UID{enterprise("b").UID(), enterprise("none").UID(), invests("a", "b").UID(), source("s").UID(), cite("s").UID(), {}, enterprise("b").UID()}))
			equal(h, "which are there", []bool{ids[0] > 0, ids[1] > 0, ids[2] > 0, ids[3] > 0, ids[4] > 0, ids[5] > 0},
				[]bool{true, false, true, false, false, false})
			equal(h, "one asked for twice", ids[6], ids[0])
			equal(h, "the entity", must(r.Entities([]graph.EntityID{graph.EntityID(ids[0])}))[0].Key, graph.Key("enterprise:b"))
		})
	}},
	{"documents have their ids and revisions filled in, and lists the order asked for", func(h *harness) {
		h.basis()
		h.apply(invests("a", "b"), coDevelops("d", "c"))
		h.view(func(r graph.Reader) {
			a, b, c, d := entityID(h, r, "a"), entityID(h, r, "b"), entityID(h, r, "c"), entityID(h, r, "d")
			list := must(r.Entities([]graph.EntityID{b, 9999, a, 0, b}))
			equal(h, "which are there", []bool{list[0] != nil, list[1] != nil, list[2] != nil, list[3] != nil}, []bool{true, false, true, false})
			want := enterprise("b")
			want.ID, want.Rev = b, 1
			equal(h, "entity", list[0], want)
			equal(h, "asked for twice", list[4], want)
			relations := must(r.Relations([]graph.RelationID{9999, graph.RelationID(id(h, r, coDevelops("c", "d").UID())), graph.RelationID(id(h, r, invests("a", "b").UID()))}))
			equal(h, "none", relations[0] == nil, true)
			equal(h, "ends", [4]graph.EntityID{relations[1].SourceID, relations[1].TargetID, relations[2].SourceID, relations[2].TargetID}, [4]graph.EntityID{c, d, a, b})
			equal(h, "revision", relations[2].Rev, graph.Rev(2))
			sources := must(r.Sources([]graph.Key{"source:none", "source:s"}))
			equal(h, "sources", []bool{sources[0] != nil, sources[1] != nil}, []bool{false, true})
		})
	}},
	{"a reader that has headers gives those of the documents", func(h *harness) {
		h.basis()
		h.apply(source("t"), entity("product:p", "PRODUCT"), richEntity())
		for _, r := range richRelations() {
			h.apply(r)
		}
		h.view(func(r graph.Reader) { sameHeaders(h, r) })
		h.view(func(r graph.Reader) { sameTerms(h, r) })
	}},
	{"a document reads back as it was written", func(h *harness) {
		h.apply(source("s"), source("t"), region("x"), region("y"), entity("product:p", "PRODUCT"), enterprise("a"), enterprise("b"))
		for _, r := range richRelations() {
			h.apply(r)
			h.view(func(reader graph.Reader) {
				got := *must(reader.Relations([]graph.RelationID{graph.RelationID(id(h, reader, r.UID()))}))[0]
				got.ID, got.SourceID, got.TargetID, got.Rev = 0, 0, 0, 0
				equal(h, "relation", &got, r)
			})
		}
		e := richEntity()
		h.apply(e)
		s := &graph.Source{Key: "source:full", Title: "题", TitleEN: "title", Publisher: "报", PublishedOn: graph.MustDate("2023-11-2X"), URL: "https://example.org/", License: "CC0"}
		h.apply(withText(s, "正文"))
		h.view(func(r graph.Reader) {
			got := *must(r.Entities([]graph.EntityID{graph.EntityID(id(h, r, e.UID()))}))[0]
			got.ID, got.Rev = 0, 0
			equal(h, "entity", &got, e)
			want := *s
			want.SHA256, want.Length, want.Editions, want.Rev = graph.HashSpan("正文"), 2, 1, h.rev()
			equal(h, "source", must(r.Sources([]graph.Key{s.Key}))[0], &want)
		})
	}},
	{"evidence gives the first fact that cites it, in the order of uids", func(h *harness) {
		h.basis()
		place := quote("s", 1, 3, "青岛")
		facts := []any{}
		var uids []graph.UID
		for _, name := range []string{"a", "b", "c", "d"} {
			e := enterprise(name)
			e.Evidence = []graph.Evidence{place}
			r := invests(name, "a")
			if name == "a" {
				r = invests("a", "d")
			}
			r.Attributes = []graph.Attribute{{Name: "n", Text: "t", Modality: graph.Asserted, Evidence: []graph.Evidence{place}}}
			facts = append(facts, e, r)
			uids = append(uids, e.UID(), r.UID())
		}
		h.apply(facts...)
		slices.SortFunc(uids, func(a, b graph.UID) int { return slices.Compare(a[:], b[:]) })
		h.view(func(r graph.Reader) {
			got := must(r.Evidence([]graph.UID{quote("s", 9, 10, "x").UID(), place.UID(), enterprise("a").UID()}))
			equal(h, "citations", got, []graph.Citation{{}, {Evidence: place, Fact: uids[0]}, {}})
		})
		first := enterprise("")
		for _, name := range []string{"a", "b", "c", "d"} {
			if e := enterprise(name); e.UID() == uids[0] {
				first = e
			}
		}
		h.apply(first) // no longer cites it
		h.view(func(r graph.Reader) {
			equal(h, "the next fact", must(r.Evidence([]graph.UID{place.UID()}))[0].Fact, uids[1])
		})
	}},
	{"referrers are the facts that name a thing, each once and in the order of uids", func(h *harness) {
		h.basis()
		about := invests("a", "b")
		about.Via, about.Places = "enterprise:a", []graph.Key{"region:x", "region:x"}
		about.Attributes = []graph.Attribute{figure("s")}
		follows := coDevelops("c", "d")
		follows.Evidence, follows.Derivation = nil, &graph.Derivation{Rule: "rule", Premises: []graph.Key{about.Key()}}
		named := enterprise("d")
		named.Names[0].Sources = []graph.Key{"source:s"}
		h.apply(about, follows, named)
		h.view(func(r graph.Reader) {
			want := []graph.UID{about.UID(), named.UID()}
			slices.SortFunc(want, func(a, b graph.UID) int { return bytes.Compare(a[:], b[:]) })
			equal(h, "of a source", must(r.Referrers(source("s").UID())), want)
			equal(h, "of an end", must(r.Referrers(enterprise("a").UID())), []graph.UID{about.UID()})
			equal(h, "of a place", must(r.Referrers(region("x").UID())), []graph.UID{about.UID()})
			equal(h, "of a premise", must(r.Referrers(about.UID())), []graph.UID{follows.UID()})
			equal(h, "of what nothing names", len(must(r.Referrers(region("z").UID()))), 0)
			equal(h, "of what is not there", len(must(r.Referrers(enterprise("nobody").UID()))), 0)
		})
	}},
	{"all entities, relations and sources come in ascending order, of the kinds or types given and after the id given", func(h *harness) {
		h.basis()
		h.apply(source("r"), source("t"), invests("a", "b"), coDevelops("a", "b"), partOf("x", "y"), invests("b", "c"))
		h.view(func(r graph.Reader) {
			var all []graph.EntityID
			for id, err := range r.AllEntities(nil, 0) {
				all = append(all, must(id, err))
			}
			equal(h, "all", len(all), 7)
			equal(h, "ascending", slices.IsSorted(all), true)
			equal(h, "after", collect(r.AllEntities(nil, all[2])), all[3:])
			equal(h, "after the last", len(collect(r.AllEntities(nil, all[6]))), 0)
			equal(h, "after the greatest id", len(collect(r.AllEntities(nil, 1<<32-1))), 0)
			equal(h, "regions", collect(r.AllEntities([]graph.Kind{"REGION"}, 0)), all[4:])
			equal(h, "regions and products", collect(r.AllEntities([]graph.Kind{"PRODUCT", "REGION", "NONE"}, all[4])), all[5:])
			equal(h, "of no kind", len(collect(r.AllEntities([]graph.Kind{}, 0))), 0)
			equal(h, "relations", len(collect(r.AllRelations(nil, 0))), 4)
			investments := collect(r.AllRelations([]graph.RelationType{"INVESTS_IN"}, 0))
			equal(h, "of a type", investments, []graph.RelationID{relationID(h, r, invests("a", "b")), relationID(h, r, invests("b", "c"))})
			equal(h, "of a type, after the first", collect(r.AllRelations([]graph.RelationType{"INVESTS_IN"}, investments[0])), investments[1:])
			equal(h, "sources", collect(r.AllSources()), []graph.Key{"source:r", "source:s", "source:t"})
			for range r.AllEntities(nil, 0) {
				break
			}
		})
	}},
	{"a caller may read while it goes through a list", func(h *harness) {
		h.basis()
		h.apply(invests("a", "b"), invests("b", "c"))
		h.view(func(r graph.Reader) {
			n := 0
			for id, err := range r.AllEntities([]graph.Kind{"ENTERPRISE", "REGION"}, 0) {
				equal(h, "entity", must(r.Entities([]graph.EntityID{must(id, err)}))[0].ID, id)
				for range r.AllEntities([]graph.Kind{"REGION"}, 0) {
				}
				for id := range r.AllRelations(nil, 0) {
					must(r.Relations([]graph.RelationID{id}))
				}
				for key := range r.AllSources() {
					must(r.Sources([]graph.Key{key}))
				}
				n++
			}
			equal(h, "entities", n, 7)
		})
	}},
	{"lists over many ids miss none", func(h *harness) {
		h.apply(source("s"), region("x"))
		const many = 9000 // more than two blocks of members
		for at := 0; at < many; at += 3000 {
			var things []any
			for i := at; i < at+3000; i++ {
				kind := graph.Kind("ENTERPRISE")
				if i%3000 == 17 {
					kind = "PROGRAM"
				}
				things = append(things, &graph.Entity{Key: key("thing", i), Kind: kind, Names: []graph.Name{{Text: string(key("thing", i)), Lang: graph.EN, Role: graph.Official}}})
			}
			h.apply(things...)
		}
		h.view(func(r graph.Reader) {
			programs := collect(r.AllEntities([]graph.Kind{"PROGRAM"}, 0))
			equal(h, "programs", programs, []graph.EntityID{19, 3019, 6019})
			equal(h, "after one", collect(r.AllEntities([]graph.Kind{"PROGRAM"}, 19)), programs[1:])
			equal(h, "after the one before", collect(r.AllEntities([]graph.Kind{"PROGRAM"}, 3018)), programs[1:])
			equal(h, "enterprises", len(collect(r.AllEntities([]graph.Kind{"ENTERPRISE"}, 0))), many-3)
			equal(h, "both", len(collect(r.AllEntities([]graph.Kind{"ENTERPRISE", "PROGRAM"}, 4000))), many+1-4000)
			for _, id := range programs {
				equal(h, "kind", must(r.Entities([]graph.EntityID{id}))[0].Kind, graph.Kind("PROGRAM"))
			}
		})
	}},
	{"named gives the entities that have the name, and where there are none those that are read so", func(h *harness) {
		h.apply(entity("enterprise:a", "ENTERPRISE", "海尔集团", "Haier Group"), entity("enterprise:b", "ENTERPRISE", "海尔"), entity("enterprise:c", "ENTERPRISE", "海尔集团"))
		h.view(func(r graph.Reader) {
			a, b, c := entityID(h, r, "a"), entityID(h, r, "b"), entityID(h, r, "c")
			equal(h, "a Chinese name", must(r.Named("海尔集团")), []graph.EntityID{a, c})
			equal(h, "case and width", must(r.Named("ＨＡＩＥＲ group")), []graph.EntityID{a})
			equal(h, "traditional characters", must(r.Named("海爾")), []graph.EntityID{b})
			equal(h, "a reading", must(r.Named("hai er")), []graph.EntityID{b})
			equal(h, "nothing", len(must(r.Named("海信"))), 0)
		})
		h.apply(entity("enterprise:a", "ENTERPRISE", "卡奥斯"), graph.Change{Retract: enterprise("c").UID()})
		h.view(func(r graph.Reader) { equal(h, "an old name", len(must(r.Named("海尔集团"))), 0) })
	}},
	{"search finds, ranks, filters and pages", func(h *harness) {
		h.apply(entity("enterprise:a", "ENTERPRISE", "海尔集团"), entity("enterprise:b", "ENTERPRISE", "青岛海尔"), entity("region:q", "REGION", "青岛"), entity("enterprise:c", "ENTERPRISE", "海尔"))
		h.view(func(r graph.Reader) {
			whole := must(r.Search(graph.SearchQuery{Text: "海尔", First: 10}))
			equal(h, "total", whole.Total, 3)
			equal(h, "best", whole.Hits[0].Entity.Key, graph.Key("enterprise:c"))
			equal(h, "how", whole.Hits[0].By, graph.MatchExact)
			first := must(r.Search(graph.SearchQuery{Text: "海尔", First: 2}))
			equal(h, "more", first.More, true)
			last := first.Hits[1]
			rest := must(r.Search(graph.SearchQuery{Text: "海尔", First: 2, After: &graph.SearchPos{Score: last.Score, Entity: last.Entity.ID}}))
			equal(h, "pages", slices.Concat(first.Hits, rest.Hits), whole.Hits)
			equal(h, "more of the last page", rest.More, false)
			equal(h, "of a kind", must(r.Search(graph.SearchQuery{Text: "青岛", First: 5, Kinds: []graph.Kind{"REGION"}})).Total, 1)
			_, err := r.Search(graph.SearchQuery{Text: " ", First: 5})
			equal(h, "a blank", graph.CodeOf(err), graph.CodeInvalid)
		})
	}},
}

// sameHeaders compares every header, where the reader has them, with that of
// the document, and asks for one that is not there.
func sameHeaders(h *harness, r graph.Reader) {
	headers, ok := r.(graph.Headers)
	if !ok {
		return
	}
	entities := append(collect(r.AllEntities(nil, 0)), 9999)
	gotEntities := make([]graph.EntityHeader, len(entities))
	if err := headers.EntityHeaders(entities, gotEntities); err != nil {
		h.Fatal(err)
	}
	for i, e := range must(r.Entities(entities)) {
		want := graph.EntityHeader{}
		if e != nil {
			want = e.Header()
		}
		equal(h, "the header of an entity", gotEntities[i], want)
	}
	relations := append(collect(r.AllRelations(nil, 0)), 9999)
	gotRelations := make([]graph.RelationHeader, len(relations))
	if err := headers.RelationHeaders(relations, gotRelations); err != nil {
		h.Fatal(err)
	}
	for i, rel := range must(r.Relations(relations)) {
		want := graph.RelationHeader{}
		if rel != nil {
			want = rel.Header()
			sameDates(h, &want, rel)
		}
		equal(h, "the header of a relation", gotRelations[i], want)
	}
}

// sameDates holds that what a header tells of dates is what the document says.
func sameDates(h *harness, header *graph.RelationHeader, r *graph.Relation) {
	if from, to, ok := header.Validity(); ok {
		equal(h, "the dates of a header", [2]string{from.String(), to.String()}, [2]string{r.ValidFrom.String(), r.ValidTo.String()})
	}
}
