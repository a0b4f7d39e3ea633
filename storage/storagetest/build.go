package storagetest

import (
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
