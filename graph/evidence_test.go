package graph_test

import (
	"testing"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

// quoting is evidence at the runes start to end, whose span was quote when the
// evidence was noted.
func quoting(quote string, start, end int) graph.Evidence {
	return graph.Evidence{Source: "source:s", Start: start, End: end, SHA256: graph.HashSpan(quote)}
}

func TestEvidenceIsCheckedAgainstTheTextOfItsSource(t *testing.T) {
	const text = "海尔卡奥斯在青岛。\n海尔卡奥斯也在陇南。"
	once := &graph.Source{Key: "source:s", SHA256: graph.HashSpan(text), Editions: 1}
	replaced := &graph.Source{Key: "source:s", SHA256: graph.HashSpan(text), Editions: 2}
	for _, c := range []struct {
		name       string
		evidence   graph.Evidence
		source     *graph.Source
		want       graph.EvidenceStatus
		start, end int
	}{
		{"it stands where it says", quoting("青岛", 6, 8), once, graph.Verified, 6, 8},
		{"it stands at the beginning", quoting("海尔", 0, 2), once, graph.Verified, 0, 2},
		{"it stands at the end", quoting("陇南。", 17, 20), once, graph.Verified, 17, 20},
		{"it is the whole text", quoting(text, 0, 20), once, graph.Verified, 0, 20},
		{"it runs over a line break", quoting("。\n海", 8, 11), once, graph.Verified, 8, 11},
		{"its second place is verified though the first says the same", quoting("海尔", 10, 12), once, graph.Verified, 10, 12},
		{"it stands elsewhere", quoting("青岛", 2, 4), once, graph.Relocated, 6, 8},
		{"it stands elsewhere, at the very end", quoting("陇南。", 0, 3), once, graph.Relocated, 17, 20},
		{"it stands at several other places, of which the closest is taken", quoting("海尔", 5, 7), once, graph.Relocated, 0, 2},
		{"its offsets run beyond the text, which has it", quoting("青岛", 100, 102), once, graph.Relocated, 6, 8},
		{"its end runs beyond the text, which has it", quoting("陇南。", 18, 21), once, graph.Relocated, 17, 20},
		{"bytes were counted instead of characters", quoting("青岛", 18, 24), once, graph.Missing, -1, -1},
		{"it is not in the text", quoting("济南", 6, 8), once, graph.Missing, -1, -1},
		{"it is not in the text and the text was replaced", quoting("济南", 6, 8), replaced, graph.Stale, -1, -1},
		{"it stands where it says though the text was replaced", quoting("青岛", 6, 8), replaced, graph.Verified, 6, 8},
		{"it moved when the text was replaced", quoting("青岛", 5, 7), replaced, graph.Relocated, 6, 8},
		{"it is longer than the text", quoting(text+text, 0, 40), once, graph.Missing, -1, -1},
		{"it is longer than the text that was replaced", quoting(text+text, 0, 40), replaced, graph.Stale, -1, -1},
		{"its offsets are the wrong way round", quoting("青岛", 8, 6), once, graph.Missing, -1, -1},
		{"it spans nothing", quoting("", 6, 6), once, graph.Missing, -1, -1},
		{"it does not say where", graph.Evidence{Source: "source:s", Start: -1, End: -1}, once, graph.Unchecked, -1, -1},
		{"there is no text", quoting("青岛", 6, 8), &graph.Source{Key: "source:s"}, graph.Unchecked, -1, -1},
		{"there is no source", quoting("青岛", 6, 8), nil, graph.Unchecked, -1, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, start, end := c.evidence.Check(c.source, graph.NewText(text))
			if got != c.want || start != c.start || end != c.end {
				t.Errorf("%s at %d-%d, want %s at %d-%d", got, start, end, c.want, c.start, c.end)
			}
		})
	}
}

func TestAQuoteIsFoundWhereverItStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(rapid.StringOfN(rapid.RuneFrom([]rune("青岛a😀\n")), 1, 60, -1).Draw(t, "text"))
		start := rapid.IntRange(0, len(text)-1).Draw(t, "start")
		end := rapid.IntRange(start+1, len(text)).Draw(t, "end")
		moved := rapid.IntRange(0, 5).Draw(t, "moved")
		e := quoting(string(text[start:end]), start+moved, end+moved)
		src := &graph.Source{Key: "source:s", SHA256: graph.HashSpan(string(text)), Editions: 1}
		status, from, to := e.Check(src, graph.NewText(string(text)))
		if from < 0 || string(text[from:to]) != string(text[start:end]) {
			t.Fatalf("%q at %d is %s at %d-%d", string(text[start:end]), start, status, from, to)
		}
		for i := range len(text) - (end - start) + 1 {
			if string(text[i:i+end-start]) == string(text[start:end]) && abs(i-start-moved) < abs(from-start-moved) {
				t.Fatalf("it was found at %d and stands at %d, closer to %d", from, i, start+moved)
			}
		}
		if status == graph.Verified != (from == start+moved) {
			t.Fatalf("it stands at %d, says %d and is %s", from, start+moved, status)
		}
	})
}

func abs(n int) int { return max(n, -n) }

func TestThePlaceIsWhatTellsEvidenceApart(t *testing.T) {
	e := quoting("青岛", 6, 8)
	for _, c := range []struct {
		name   string
		change func(*graph.Evidence)
	}{
		{"another source", func(e *graph.Evidence) { e.Source = "source:t" }},
		{"another beginning", func(e *graph.Evidence) { e.Start = 5 }},
		{"another end", func(e *graph.Evidence) { e.End = 9 }},
		{"another span", func(e *graph.Evidence) { e.SHA256 = graph.HashSpan("陇南") }},
		{"it speaks against", func(e *graph.Evidence) { e.Refutes = true }},
		{"somebody else notes it", func(e *graph.Evidence) { e.AssertedBy = "x" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			other := e
			c.change(&other)
			if other.UID() == e.UID() || other.Key() == e.Key() {
				t.Errorf("%s and %s are one", other.Key(), e.Key())
			}
		})
	}
	if same := quoting("青岛", 6, 8); same.UID() != e.UID() {
		t.Errorf("the same place has two identities")
	}
}
