package ask

import (
	"encoding/json"
	"fmt"
	"strings"

	"lianzhu/bench/gen"
	"lianzhu/text"
)

const searchQuery = `query Q5($q: String!) { search(q: $q, first: 20) { totalCount nodes { score matched matchedBy node { id key name kind } } } }`

// search makes the questions by what is typed: Q5 is all of them in turns, the
// others are one length each.
func (c *chooser) search() []Question {
	lengths := []struct {
		name  string
		typed func() string
	}{
		{"Q5-1", func() string { return c.piece(1) }},
		{"Q5-2", func() string { return c.piece(2) }},
		{"Q5-4", func() string { return c.piece(4) }},
		{"Q5-6", func() string { return c.piece(6) }},
		{"Q5-pinyin", func() string { return reading(c.beginning(3)) }},
	}
	all := Question{Name: "Q5", Query: searchQuery}
	questions := []Question{}
	for _, l := range lengths {
		q := Question{Name: l.name, Query: searchQuery}
		for range 32 {
			q.Asked = append(q.Asked, c.typed(l.typed()))
		}
		questions = append(questions, q)
	}
	for i := range 32 {
		for _, q := range questions {
			all.Asked = append(all.Asked, q.Asked[i])
		}
	}
	return append([]Question{all}, questions...)
}

// piece is n characters of a name, from its beginning one time in two.
func (c *chooser) piece(n int) string {
	for {
		name := []rune(c.p.G.Name(c.firm()))
		if len(name) < n {
			continue
		}
		at := 0
		if c.random.IntN(2) == 0 {
			at = c.random.IntN(len(name) - n + 1)
		}
		return string(name[at : at+n])
	}
}

// beginning is the first n characters of a name.
func (c *chooser) beginning(n int) string {
	for {
		if name := []rune(c.p.G.Name(c.firm())); len(name) >= n {
			return string(name[:n])
		}
	}
}

// typed asks for one text.
func (c *chooser) typed(q string) Asked {
	return Asked{Variables: map[string]any{"q": q}, Check: func(data []byte) error { return c.checkSearch(q, data) }}
}

// slips are sought only where fewer than so many names hold the text.
const slips = 10

// checkSearch looks at every name of the graph. A text in Chinese characters is
// found where it stands in a name; where few have it, names with one slip may
// follow. Of pinyin only what was found is looked at.
func (c *chooser) checkSearch(q string, data []byte) error {
	var answer struct {
		Search struct {
			TotalCount int
			Nodes      []hit
		}
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return err
	}
	hits, total := answer.Search.Nodes, answer.Search.TotalCount
	if len(hits) != min(searchPage, total) {
		return fmt.Errorf("%d of %d hits were given", len(hits), total)
	}
	for i, h := range hits {
		if err := c.checkHit(h); err != nil {
			return err
		}
		if i > 0 && h.Score > hits[i-1].Score {
			return fmt.Errorf("hit %d stands behind a lesser one", i)
		}
	}
	if q[0] < 0x80 {
		return c.checkPinyin(q, total, hits)
	}
	holding := c.holding(q)
	if total < holding || total > holding && holding >= slips {
		return fmt.Errorf("it counts %d where %d names have it", total, holding)
	}
	for i, h := range hits {
		if i < holding && !strings.Contains(h.Matched, q) {
			return fmt.Errorf("hit %d is %s, which does not have it", i, h.Matched)
		}
	}
	return nil
}

type hit struct {
	Score              float64
	Matched, MatchedBy string
	Node               struct{ ID, Key, Name, Kind string }
}

// checkHit tells whether a hit is an entity that has the name that matched.
func (c *chooser) checkHit(h hit) error {
	entity, ok := c.p.Find(h.Node.Key)
	if !ok {
		return fmt.Errorf("there is no %s", h.Node.Key)
	}
	g := c.p.G
	switch {
	case h.Node.Name != g.Name(entity) || h.Node.ID != c.p.ID(entity) || h.Node.Kind != string(g.ClassOf(entity).Kind()):
		return fmt.Errorf("%s is given as %v", h.Node.Key, h.Node)
	case h.Matched != g.Name(entity) && h.Matched != g.Short(entity):
		return fmt.Errorf("%s does not have the name %s", h.Node.Key, h.Matched)
	}
	return nil
}

// checkPinyin wants what is usually read so before everything else. What is read
// so in another way may follow, so the total may be more.
func (c *chooser) checkPinyin(q string, total int, hits []hit) error {
	usual := 0
	for _, r := range c.allReadings() {
		if strings.HasPrefix(r, q) {
			usual++
		}
	}
	if total < usual {
		return fmt.Errorf("it counts %d where %d names are read so", total, usual)
	}
	for i, h := range hits[:min(usual, len(hits))] {
		if read := reading(h.Matched); !strings.HasPrefix(read, q) {
			return fmt.Errorf("hit %d is %s, which is read %s", i, h.Matched, read)
		}
	}
	return nil
}

// allReadings are the usual readings of all official names.
func (c *chooser) allReadings() []string {
	if c.readings == nil {
		for i := range uint32(c.p.G.Entities()) {
			c.readings = append(c.readings, reading(c.p.Name(i)))
		}
	}
	return c.readings
}

// reading is how a name is usually read, in one piece.
func reading(name string) string { return strings.ReplaceAll(text.Pinyin(name), " ", "") }

// holding is how many entities have a name with q in it.
func (c *chooser) holding(q string) int {
	n := 0
	g := c.p.G
	firms, _ := g.Span(gen.Enterprise)
	for i := range uint32(g.Entities()) {
		if strings.Contains(c.p.Name(i), q) {
			n++ // a short name is a part of the whole one
		} else if i >= firms && strings.Contains(g.Short(i), q) {
			n++
		}
	}
	return n
}
