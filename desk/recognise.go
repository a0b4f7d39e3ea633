package desk

import (
	"slices"
	"strings"
	"unicode"

	"lianzhu/graph"
	"lianzhu/text"
)

// longestName is how many letters a name has that is recognised.
const longestName = 40

// Mention is a place at which an entity is named. New says that the graph does
// not have it, and Like whom of the graph it may be. Several lists what is called so where the
// name does not tell which; Entity is nil then.
type Mention struct {
	At      graph.Span
	Text    string
	Entity  *graph.Entity
	New     bool
	Like    []graph.Suspect
	Several []*graph.Entity
}

// recogniser finds names of the graph in an article.
type recogniser struct {
	r       graph.Reader
	article []rune
	known   map[string][]*graph.Entity // by folded name; met before
}

// mentions are those of a sentence, in order, the longest at each place.
func (c *recogniser) mentions(sentence graph.Span) ([]Mention, error) {
	var found []Mention
	for i := sentence.Start; i < sentence.End; {
		m, err := c.longestAt(i, sentence.End)
		if err != nil {
			return nil, err
		}
		if m.At.End == 0 {
			i++
			continue
		}
		found = append(found, m)
		i = m.At.End
	}
	return found, nil
}

// longestAt is the longest name that begins at a place, or none.
func (c *recogniser) longestAt(start, limit int) (longest Mention, err error) {
	if !isWord(c.article[start]) || start > 0 && sameWord(c.article[start-1], c.article[start]) {
		return longest, nil
	}
	words := 0
	for end := start + 1; end <= limit && words < longestName; end++ {
		last := c.article[end-1]
		if strings.ContainsRune("，。；：、！？,;!?", last) {
			break
		}
		if !isWord(last) {
			continue
		}
		if words++; words < 2 || end < len(c.article) && sameWord(last, c.article[end]) {
			continue
		}
		m, err := c.named(graph.Span{Start: start, End: end})
		if err != nil {
			return longest, err
		}
		if m.At.End > 0 {
			longest = m
		}
	}
	return longest, nil
}

// sameWord tells whether two neighbours belong to one word of Latin letters or
// figures.
func sameWord(a, b rune) bool {
	latin := func(r rune) bool { return isWord(r) && !unicode.Is(unicode.Han, r) }
	return latin(a) && latin(b)
}

// named is the mention that a span is, or none.
func (c *recogniser) named(at graph.Span) (Mention, error) {
	words := string(c.article[at.Start:at.End])
	folded := text.Fold(words)
	docs, met := c.known[folded]
	if !met {
		var err error
		if docs, err = c.find(words, folded); err != nil {
			return Mention{}, err
		}
		c.known[folded] = docs
	}
	switch len(docs) {
	case 0:
		return Mention{}, nil
	case 1:
		return Mention{At: at, Text: words, Entity: docs[0]}, nil
	}
	return Mention{At: at, Text: words, Several: docs}, nil
}

// find gives the entities that are written so. Of regions that share a name the
// higher ones count, and a county only by its full name.
func (c *recogniser) find(words, folded string) ([]*graph.Entity, error) {
	ids, err := c.r.Named(words)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	docs, err := c.r.Entities(ids)
	if err != nil {
		return nil, err
	}
	docs = slices.DeleteFunc(docs, func(e *graph.Entity) bool {
		return e == nil || !slices.ContainsFunc(e.Names, func(n graph.Name) bool {
			full := n.Role == graph.Official || !isCounty(e)
			return n.Lang != graph.Pinyin && full && text.Fold(n.Text) == folded
		})
	})
	if slices.ContainsFunc(docs, func(e *graph.Entity) bool { return !isCounty(e) }) {
		docs = slices.DeleteFunc(docs, isCounty)
	}
	return docs, nil
}

// isCounty tells whether e is a region of the lowest level: those have so many
// short names that common words are among them.
func isCounty(e *graph.Entity) bool {
	code := e.Identifier("GB/T 2260")
	return e.Kind == graph.KindRegion && code != "" && !strings.HasSuffix(code, "00")
}
