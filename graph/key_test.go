package graph_test

import (
	"bytes"
	"encoding/base64"
	"testing"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

var tags = []graph.Tag{graph.TagEntity, graph.TagRelation, graph.TagSource, graph.TagEvidence, graph.TagChange}

func TestAUIDIsReadBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tag := rapid.SampledFrom(tags).Draw(t, "tag")
		u := graph.NewUID(tag, graph.Key(rapid.String().Draw(t, "key")))
		back, ok := graph.ParseUID(u.String())
		if !ok || back != u || back.Tag() != tag || len(u.String()) != 16 {
			t.Fatalf("%s became %s", u, back)
		}
	})
}

func TestAUIDFollowsFromItsTagAndKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := graph.Key(rapid.String().Draw(t, "a"))
		b := graph.Key(rapid.String().Draw(t, "b"))
		tag, other := rapid.SampledFrom(tags).Draw(t, "tag"), rapid.SampledFrom(tags).Draw(t, "other")
		if same := graph.NewUID(tag, a) == graph.NewUID(other, b); same != (a == b && tag == other) {
			t.Fatalf("%c %q and %c %q: same %v", tag, a, other, b, same)
		}
	})
}

// The identities stand in files and in other people's links: they must never
// change.
func TestAUIDIsTheSameInEveryVersion(t *testing.T) {
	if got := graph.NewUID(graph.TagEntity, "enterprise:haier-group").String(); got != "Zb4OCQ5gLbkcOJ_b" {
		t.Errorf("enterprise:haier-group is %s", got)
	}
}

func TestADocumentIsNamedByItsKey(t *testing.T) {
	e := graph.Entity{Key: "enterprise:a"}
	s := graph.Source{Key: "source:a"}
	r := graph.Relation{Type: "SUPPLIES", Source: "enterprise:a", Target: "enterprise:b"}
	parallel := r
	parallel.Disc = "2023"
	ev := graph.Evidence{Source: "source:a", Start: 1, End: 3, SHA256: "ab", AssertedBy: "x"}
	for _, c := range []struct {
		name string
		got  graph.UID
		tag  graph.Tag
		key  graph.Key
	}{
		{"an entity", e.UID(), graph.TagEntity, "enterprise:a"},
		{"a source", s.UID(), graph.TagSource, "source:a"},
		{"a relation", r.UID(), graph.TagRelation, "SUPPLIES|enterprise:a|enterprise:b"},
		{"a parallel relation", parallel.UID(), graph.TagRelation, "SUPPLIES|enterprise:a|enterprise:b|2023"},
		{"evidence", ev.UID(), graph.TagEvidence, "source:a|1-3|ab|false|x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.got != graph.NewUID(c.tag, c.key) {
				t.Errorf("it is not %s", c.key)
			}
		})
	}
}

func TestTextThatIsNoUIDIsRefused(t *testing.T) {
	good := graph.NewUID(graph.TagEntity, "enterprise:a").String()
	foreign := graph.NewUID('z', "enterprise:a").String()
	for _, c := range []struct{ name, text string }{
		{"nothing", ""},
		{"a key", "enterprise:a"},
		{"a UID cut short", good[:15]},
		{"a UID with more", good + "A"},
		{"a UID with padding", good[:15] + "="},
		{"a line break within", good[:8] + "\n" + good[9:]},
		{"letters of the other alphabet", good[:8] + "+/" + good[10:]},
		{"a tag that there is not", foreign},
	} {
		t.Run(c.name, func(t *testing.T) {
			if u, ok := graph.ParseUID(c.text); ok || u != (graph.UID{}) {
				t.Errorf("%q was read as %s", c.text, u)
			}
		})
	}
}

func FuzzParseUID(f *testing.F) {
	for _, tag := range tags {
		f.Add(graph.NewUID(tag, "enterprise:a").String())
	}
	f.Add("")
	f.Add("AAAAAAAA\nAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		u, ok := graph.ParseUID(s)
		if !ok {
			if u != (graph.UID{}) {
				t.Errorf("%q is refused and is %v", s, u)
			}
			return
		}
		if u.String() != s {
			t.Errorf("%q is written %q", s, u)
		}
		if b, err := base64.RawURLEncoding.DecodeString(s); err != nil || !bytes.Equal(b, u[:]) {
			t.Errorf("%q holds %v, not %v", s, b, u)
		}
	})
}
