package storagetest

import (
	"slices"

	"lianzhu/graph"
)

// star gives enterprise a relations of several types, directions and numbers.
func (h *harness) star() {
	h.basis()
	h.apply(entity("chain:x", "INDUSTRY_CHAIN"), invests("a", "b"), invests("c", "a"), coDevelops("a", "d"), coDevelops("b", "a"),
		relation("CHAIN_LEADER_OF", "enterprise:a", "chain:x"), relation("SUPPLIES", "enterprise:d", "enterprise:a"), invests("a", "c"), invests("b", "c"))
}

var adjacencySentences = []sentence{
	{"neighbours lists the relations at each entity by type and relation, seen from it", func(h *harness) {
		h.star()
		h.view(func(r graph.Reader) {
			a, b, c, d := entityID(h, r, "a"), entityID(h, r, "b"), entityID(h, r, "c"), entityID(h, r, "d")
			x := graph.EntityID(id(h, r, entity("chain:x", "INDUSTRY_CHAIN").UID()))
			edge := func(rel *graph.Relation, peer graph.EntityID, forward bool) graph.Edge {
				return graph.Edge{Relation: relationID(h, r, rel), Peer: peer, Type: rel.Type, Forward: forward, Hot: rel.Hot()}
			}
			both := []graph.Edge{
				edge(relation("CHAIN_LEADER_OF", "enterprise:a", "chain:x"), x, true),
				edge(coDevelops("a", "d"), d, true), edge(coDevelops("a", "b"), b, true),
				edge(invests("a", "b"), b, true), edge(invests("c", "a"), c, false), edge(invests("a", "c"), c, true),
				edge(relation("SUPPLIES", "enterprise:d", "enterprise:a"), d, false),
			}
			pick := func(is func(graph.Edge) bool) (edges []graph.Edge) {
				for _, e := range both {
					if is(e) {
						edges = append(edges, e)
					}
				}
				return edges
			}
			symmetric := func(e graph.Edge) bool { return e.Type == "CO_DEVELOPS_WITH" }
			ask := func(q graph.NeighbourQuery) []graph.Edge {
				q.IDs = []graph.EntityID{a}
				return must(r.Neighbours(q))[0].Edges
			}
			equal(h, "both", ask(graph.NeighbourQuery{Direction: graph.Both}), both)
			equal(h, "out", ask(graph.NeighbourQuery{Direction: graph.Out}), pick(func(e graph.Edge) bool { return e.Forward }))
			equal(h, "in", ask(graph.NeighbourQuery{Direction: graph.In}), pick(func(e graph.Edge) bool { return !e.Forward || symmetric(e) }))
			equal(h, "of types", ask(graph.NeighbourQuery{Direction: graph.Both, Types: []graph.RelationType{"SUPPLIES", "CO_DEVELOPS_WITH", "NONE", "SUPPLIES"}}),
				pick(func(e graph.Edge) bool { return symmetric(e) || e.Type == "SUPPLIES" }))
			equal(h, "of no type", len(ask(graph.NeighbourQuery{Direction: graph.Both, Types: []graph.RelationType{}})), 0)
		})
	}},
	{"neighbours answers for each entity asked for, in that order", func(h *harness) {
		h.star()
		h.view(func(r graph.Reader) {
			a, d := entityID(h, r, "a"), entityID(h, r, "d")
			list := must(r.Neighbours(neighbours(graph.Both, d, 9999, a, d)))
			ids := []graph.EntityID{}
			degrees := []int{}
			for _, l := range list {
				ids, degrees = append(ids, l.Entity), append(degrees, len(l.Edges))
			}
			equal(h, "entities", ids, []graph.EntityID{d, 9999, a, d})
			equal(h, "edges", degrees, []int{2, 0, 7, 2})
			equal(h, "none asked for", len(must(r.Neighbours(neighbours(graph.Both)))), 0)
		})
	}},
	{"match keeps edges by their documents, and sees the peer", func(h *harness) {
		h.star()
		planned := invests("a", "b")
		planned.Modality = graph.Planned
		h.apply(planned)
		h.view(func(r graph.Reader) {
			q := neighbours(graph.Both, entityID(h, r, "a"))
			q.Match = func(rel *graph.Relation, peer graph.EntityID) bool {
				if peer != rel.Peer(q.IDs[0]) {
					h.Errorf("the peer of %s is %d, not %d", rel.Key(), rel.Peer(q.IDs[0]), peer)
				}
				return rel.Modality == graph.Planned
			}
			edges := must(r.Neighbours(q))[0].Edges
			equal(h, "edges", len(edges), 1)
			equal(h, "document", edges[0].Document.Key(), planned.Key())
			equal(h, "what it carries", edges[0].Hot, planned.Hot())
		})
	}},
	{"a panic of match is the caller's own", func(h *harness) {
		h.star()
		defer func() { equal(h, "panic", recover(), "mine") }()
		h.view(func(r graph.Reader) {
			q := neighbours(graph.Both, entityID(h, r, "a"))
			q.Match = func(*graph.Relation, graph.EntityID) bool { panic("mine") }
			r.Neighbours(q)
		})
	}},
	{"limit bounds the edges of each entity, and more says that some were left out", func(h *harness) {
		h.star()
		h.view(func(r graph.Reader) {
			q := neighbours(graph.Both, entityID(h, r, "a"), entityID(h, r, "d"))
			for limit, want := range map[int][]any{1: {1, true, 1, true}, 2: {2, true, 2, false}, 6: {6, true, 2, false}, 7: {7, false, 2, false}, 0: {7, false, 2, false}} {
				q.Limit = limit
				list := must(r.Neighbours(q))
				equal(h, "edges and more", []any{len(list[0].Edges), list[0].More, len(list[1].Edges), list[1].More}, want)
			}
			q.Limit = 2
			q.Match = func(rel *graph.Relation, _ graph.EntityID) bool { return rel.Type == "CO_DEVELOPS_WITH" }
			list := must(r.Neighbours(q))
			equal(h, "more of what matches", []any{len(list[0].Edges), list[0].More}, []any{2, false})
		})
	}},
	{"after goes on where a page ended, for each entity by itself", func(h *harness) {
		h.star()
		h.view(func(r graph.Reader) {
			a, c := entityID(h, r, "a"), entityID(h, r, "c")
			whole := must(r.Neighbours(neighbours(graph.Both, a, c)))
			for limit := 1; limit <= 8; limit++ {
				q := neighbours(graph.Both, a, c)
				q.Limit, q.After = limit, make([]graph.EdgeCursor, 2)
				equal(h, "pages", pages(h, r, q), [][]graph.Edge{whole[0].Edges, whole[1].Edges})
			}
			q := neighbours(graph.Both, a)
			q.After = []graph.EdgeCursor{{Type: "INVESTS_IN"}}
			equal(h, "before the first of a type", must(r.Neighbours(q))[0].Edges, whole[0].Edges[3:])
			q.After = []graph.EdgeCursor{{Type: "INVESTS_IN", Relation: 1<<32 - 1}}
			equal(h, "after the last of a type", must(r.Neighbours(q))[0].Edges, whole[0].Edges[6:])
			q.After = []graph.EdgeCursor{{Type: "ZZZ"}}
			equal(h, "after all types", len(must(r.Neighbours(q))[0].Edges), 0)
		})
	}},
	{"a cursor stays valid when relations are added or retracted, the one it names included", func(h *harness) {
		h.basis()
		var things []any
		for i := range 100 {
			things = append(things, entity(key("enterprise", i), "ENTERPRISE"), relation("INVESTS_IN", "enterprise:a", key("enterprise", i)))
		}
		h.apply(things...)
		var cursor graph.EdgeCursor
		h.view(func(r graph.Reader) {
			q := neighbours(graph.Out, entityID(h, r, "a"))
			q.Limit = 40
			cursor = must(r.Neighbours(q))[0].Edges[39].Cursor()
		})
		gone := []any{}
		for _, i := range []int{39, 40, 20, 63, 64, 65, 99} {
			gone = append(gone, relation("INVESTS_IN", "enterprise:a", key("enterprise", i)).UID())
		}
		h.apply(append(gone, invests("a", "b"))...)
		h.view(func(r graph.Reader) {
			q := neighbours(graph.Out, entityID(h, r, "a"))
			q.After, q.Documents = []graph.EdgeCursor{cursor}, true
			var targets []graph.Key
			for _, e := range must(r.Neighbours(q))[0].Edges {
				targets = append(targets, e.Document.Target)
			}
			var want []graph.Key
			for i := 41; i < 99; i++ {
				if !slices.Contains([]int{63, 64, 65}, i) {
					want = append(want, key("enterprise", i))
				}
			}
			equal(h, "what is left", targets, append(want, "enterprise:b"))
		})
	}},
	{"a hub that loses and gains relations lists those that are left", func(h *harness) {
		h.basis()
		for round := range 6 {
			var things []any
			for i := range 150 {
				k := key("enterprise", i)
				switch {
				case round == 0:
					things = append(things, entity(k, "ENTERPRISE"), relation("INVESTS_IN", "enterprise:a", k))
				case i%6 == round:
					things = append(things, relation("INVESTS_IN", "enterprise:a", k).UID())
				case round == 5 && i%6 == 1:
					things = append(things, relation("INVESTS_IN", "enterprise:a", k))
				}
			}
			h.apply(things...)
			sound(h, h.store)
		}
		h.view(func(r graph.Reader) {
			equal(h, "degree", must(r.Degree([]graph.EntityID{entityID(h, r, "a")}, nil, graph.Out)), []int{50})
		})
	}},
	{"what an edge carries follows its relation", func(h *harness) {
		h.star()
		for i, change := range []func(*graph.Relation){
			func(r *graph.Relation) { r.Modality = graph.Negated },
			func(r *graph.Relation) { r.Confidence = 0.3 },
			func(r *graph.Relation) { r.ValidFrom = graph.MustDate("2021-05") },
			func(r *graph.Relation) { r.ValidTo, r.Modality = graph.MustDate("2022"), graph.Reported },
			func(r *graph.Relation) { r.Derivation = &graph.Derivation{Rule: "rule"} },
			func(*graph.Relation) {},
		} {
			r := invests("a", "b")
			change(r)
			h.apply(r)
			h.view(func(reader graph.Reader) {
				for _, name := range []string{"a", "b"} {
					edges := must(reader.Neighbours(neighbours(graph.Both, entityID(h, reader, name))))[0].Edges
					at := slices.IndexFunc(edges, func(e graph.Edge) bool { return e.Relation == relationID(h, reader, r) })
					if edges[at].Hot != r.Hot() {
						h.Errorf("change %d: enterprise %s sees %+v, not %+v", i, name, edges[at].Hot, r.Hot())
					}
				}
			})
		}
	}},
	{"documents come with edges where they are asked for", func(h *harness) {
		h.star()
		h.view(func(r graph.Reader) {
			q := neighbours(graph.Both, entityID(h, r, "a"))
			for _, e := range must(r.Neighbours(q))[0].Edges {
				equal(h, "document", e.Document == nil, true)
			}
			q.Documents = true
			for _, e := range must(r.Neighbours(q))[0].Edges {
				equal(h, "document", e.Document, must(r.Relations([]graph.RelationID{e.Relation}))[0])
			}
		})
	}},
	{"a query that cannot be is refused", func(h *harness) {
		h.star()
		h.view(func(r graph.Reader) {
			a := entityID(h, r, "a")
			for _, q := range []graph.NeighbourQuery{
				{IDs: []graph.EntityID{a}},
				{IDs: []graph.EntityID{a}, Direction: "SIDEWAYS"},
				{IDs: []graph.EntityID{a}, Direction: graph.Out, After: []graph.EdgeCursor{{}, {}}},
				{IDs: []graph.EntityID{a}, Direction: graph.Out, Limit: -1},
			} {
				_, err := r.Neighbours(q)
				equal(h, "error", graph.CodeOf(err), graph.CodeInvalid)
			}
			_, err := r.Degree([]graph.EntityID{a}, nil, "")
			equal(h, "error", graph.CodeOf(err), graph.CodeInvalid)
		})
	}},
	{"degree counts the relations at an entity, a symmetric one in each direction and once for both", func(h *harness) {
		h.star()
		h.view(func(r graph.Reader) {
			ids := []graph.EntityID{entityID(h, r, "a"), 9999, entityID(h, r, "c")}
			for dir, want := range map[graph.Direction][]int{graph.Out: {5, 0, 1}, graph.In: {4, 0, 2}, graph.Both: {7, 0, 3}} {
				equal(h, string(dir), must(r.Degree(ids, nil, dir)), want)
			}
			equal(h, "of types", must(r.Degree(ids, []graph.RelationType{"INVESTS_IN", "NONE"}, graph.Out)), []int{2, 0, 1})
			equal(h, "of a symmetric type", must(r.Degree(ids, []graph.RelationType{"CO_DEVELOPS_WITH"}, graph.In)), []int{2, 0, 0})
			equal(h, "of no type", must(r.Degree(ids, []graph.RelationType{}, graph.Both)), []int{0, 0, 0})
		})
	}},
}

// pages goes through a query page by page.
func pages(h *harness, r graph.Reader, q graph.NeighbourQuery) [][]graph.Edge {
	h.Helper()
	lists := make([][]graph.Edge, len(q.IDs))
	for more := true; more; {
		more = false
		for i, a := range must(r.Neighbours(q)) {
			lists[i] = append(lists[i], a.Edges...)
			if n := len(a.Edges); n > 0 {
				q.After[i] = a.Edges[n-1].Cursor()
			}
			more = more || a.More
		}
	}
	return lists
}
