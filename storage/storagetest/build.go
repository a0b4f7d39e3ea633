package storagetest

import (
	"fmt"
	"time"

	"lianzhu/graph"
)

// The documents below are the small change of the tests: a key and the least
// that makes it valid.

func entity(key graph.Key, kind graph.Kind, names ...string) *graph.Entity {
	e := &graph.Entity{Key: key, Kind: kind}
	for _, n := range append(names, string(key)) {
		e.Names = append(e.Names, graph.Name{Text: n, Lang: graph.ZH, Role: graph.Official})
	}
	return e
}

func enterprise(name string) *graph.Entity {
	return entity(graph.Key("enterprise:"+name), "ENTERPRISE")
}

func region(name string) *graph.Entity { return entity(graph.Key("region:"+name), "REGION") }

func source(name string) *graph.Source {
	return &graph.Source{Key: graph.Key("source:" + name), Title: "Source " + name}
}

// cite is evidence in source name, by its address only.
func cite(name string) graph.Evidence {
	return graph.Evidence{Source: graph.Key("source:" + name), Start: -1, End: -1}
}

// quote is evidence at runes start to end of source name.
func quote(name string, start, end int, span string) graph.Evidence {
	return graph.Evidence{Source: graph.Key("source:" + name), Start: start, End: end, SHA256: graph.HashSpan(span)}
}

func relation(t graph.RelationType, from, to graph.Key) *graph.Relation {
	return &graph.Relation{Type: t, Source: from, Target: to, Modality: graph.Asserted, Evidence: []graph.Evidence{cite("s")}}
}

// invests joins two enterprises by name.
func invests(from, to string) *graph.Relation {
	return relation("INVESTS_IN", graph.Key("enterprise:"+from), graph.Key("enterprise:"+to))
}

func coDevelops(from, to string) *graph.Relation {
	return relation("CO_DEVELOPS_WITH", graph.Key("enterprise:"+from), graph.Key("enterprise:"+to))
}

// partOf joins two regions by name.
func partOf(inner, outer string) *graph.Relation {
	return relation(graph.PartOf, graph.Key("region:"+inner), graph.Key("region:"+outer))
}

// put makes changes of documents; a [graph.UID] is a retraction.
func put(things ...any) []graph.Change {
	changes := make([]graph.Change, 0, len(things))
	for _, thing := range things {
		var c graph.Change
		switch v := thing.(type) {
		case *graph.Entity:
			c.Entity = v
		case *graph.Relation:
			c.Relation = v
		case *graph.Source:
			c.Source = v
		case graph.UID:
			c.Retract = v
		case graph.Change:
			c = v
		default:
			panic("put takes documents, uids and changes")
		}
		changes = append(changes, c)
	}
	return changes
}

// withText is the addition of a source's text.
func withText(s *graph.Source, text string) graph.Change {
	return graph.Change{Source: s, Text: &text}
}

// noon is when the tests happen.
var noon = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

func batch(things ...any) graph.Batch {
	return graph.Batch{Changes: put(things...), Actor: "tester", Reason: "a test", At: noon}
}

// figure is an attribute that source name gives.
func figure(name string) graph.Attribute {
	return graph.Attribute{Name: "年产值", Text: "很多", Modality: graph.Asserted, Evidence: []graph.Evidence{cite(name)}}
}

// dry is a batch that only reports.
func dry(things ...any) graph.Batch {
	b := batch(things...)
	b.DryRun = true
	return b
}

// key is the i-th key with a prefix.
func key(prefix string, i int) graph.Key { return graph.Key(fmt.Sprintf("%s:%d", prefix, i)) }

// richRelations are relations between a and b that have every field there is,
// none of them all.
func richRelations() []*graph.Relation {
	full := invests("a", "b")
	full.Disc, full.Modality, full.Confidence = "second", graph.Reported, 0.8125
	full.ValidFrom, full.ValidTo, full.OpenEnded = graph.MustDate("2021~"), graph.MustDate("2022-05/2023"), true
	full.Places, full.Via = []graph.Key{"region:x", "region:y"}, "enterprise:b"
	full.Amount = &graph.Quantity{Raw: "12.4亿元", Value: "1240000000", Unit: "CNY"}
	full.Share = &graph.Quantity{Raw: "过半", Min: "50", Max: "100", Unit: "%", Per: "year", Approx: true}
	full.Attributes = []graph.Attribute{
		{Name: "年产值", NameEN: "output", Text: "很多", Quantity: &graph.Quantity{Raw: "百亿", Min: "10000000000", Unit: "CNY", Per: "year"},
			Modality: graph.Planned, Collective: true, ValidFrom: graph.MustDate("2020"), ValidTo: graph.MustDate("../2024"), Evidence: []graph.Evidence{cite("t"), quote("s", 0, 2, "青岛")}},
		{Name: "称号", Text: "链主", Modality: graph.Asserted},
	}
	full.Evidence = []graph.Evidence{quote("s", 10, 14, "青岛日报"), {Source: "source:t", Start: -1, End: -1, Refutes: true, AssertedBy: "somebody"}}
	derived := relation("SUPPLIES", "enterprise:a", "enterprise:b")
	derived.Derivation = &graph.Derivation{Rule: "rule", Premises: []graph.Key{full.Key()}}
	derived.Product, derived.Volume = "product:p", &graph.Quantity{Raw: "6000余吨", Min: "6000", Unit: "t"}
	derived.Evidence = nil
	joint := coDevelops("a", "b")
	joint.Subject, joint.SubjectEN = "电池", "batteries"
	return []*graph.Relation{full, derived, joint}
}

// richEntity is an entity that has every field there is.
func richEntity() *graph.Entity {
	return &graph.Entity{
		Key: "enterprise:full", Kind: "ENTERPRISE",
		Names: []graph.Name{
			{Text: "Full Ltd", Lang: graph.EN, Role: graph.Translation},
			{Text: "重庆全", Lang: graph.ZH, Role: graph.Official, Reading: "chong qing quan", Sources: []graph.Key{"source:s", "source:t"}},
			{Text: "quan", Lang: graph.Pinyin, Role: graph.Transliteration},
		},
		Identifiers: []graph.Identifier{{Scheme: "USCC", Value: "007", Sources: []graph.Key{"source:s"}}, {Scheme: "LEI", Value: "X"}},
		Attributes:  []graph.Attribute{figure("s")},
		Evidence:    []graph.Evidence{quote("t", 1, 2, "全")},
	}
}
