package topology

import "lianzhu/graph"

// What a list shows lies far apart, and each of its records is a wait for memory.
// A loop that does nothing but look at one after the other has many of these waits
// at once, where one that also lays out what it finds has few; so lists look at
// everything first. The sums are there for the loops to have a result.

// touchLine is how many bytes come from memory together.
const touchLine = 64

// touchRelations looks at what headers are laid out from.
//
//go:noinline
func (c *columns) touchRelations(ids []graph.RelationID) (sum uint32) {
	ties := c.ties
	source, target := c.source[:len(ties)], c.target[:len(ties)]
	for _, id := range ids {
		if int(id) < len(ties) {
			sum += ties[id].revLow + uint32(source[id]) + uint32(target[id])
		}
	}
	return sum
}

// touchFigures looks at the beginnings and the ends of figures.
//
//go:noinline
func (c *columns) touchFigures(ids []graph.RelationID) (sum uint32) {
	ties, texts := c.ties, c.written.texts
	for _, id := range ids {
		if int(id) >= len(ties) {
			continue
		}
		at := int(ties[id].figures)
		if at+touchLine/2 < len(texts) {
			sum += uint32(texts[at]) + uint32(texts[at+touchLine/2])
		}
	}
	return sum
}

// touch looks at the records of entities, and then at their texts.
//
//go:noinline
func (l *labels) touch(ids []graph.EntityID) (sum uint32) {
	for _, id := range ids {
		if int(id) < len(l.of) {
			sum += l.of[id].begin
		}
	}
	for _, id := range ids {
		if int(id) >= len(l.of) {
			continue
		}
		at := &l.of[id]
		if end := int(at.begin) + int(at.cuts[0]) + int(at.cuts[1]); end < len(l.texts) {
			sum += uint32(l.texts[at.begin]) + uint32(l.texts[end])
		}
	}
	return sum
}
