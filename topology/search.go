package topology

import (
	"lianzhu/graph"
	"lianzhu/text"
)

// mostSaid is how many entities may have changed, since the index of words was
// made, for it to be the quicker way still.
const mostSaid = 16_384

// indexed tells whether b has an index of words.
func (b *base) indexed() bool { return len(b.words.Blocks) > 0 || b.entities == 0 }

// index takes over the search terms of the store, where it tells them.
func (b *base) index(r graph.Reader) error {
	b.words = &text.Index{Most: graph.EntityID(len(b.kind) - 1)}
	listed, ok := r.(text.Listed)
	if !ok {
		return nil
	}
	defer b.words.Seal()
	return listed.Terms(b.words.Add)
}

// reindex makes the index of b, which is s without patches.
func (b *base) reindex(s *Snapshot) error {
	most := graph.EntityID(len(b.kind) - 1)
	if s.said.Len() == 0 && s.words.Most == most || !s.indexed() {
		b.words, b.lender = s.words, s.base
		return nil
	}
	b.words = &text.Index{Most: most}
	return s.words.With(s.said, b.words)
}

// Search answers from memory all but the documents; see [graph.SearchQuery].
func (r *reader) Search(q graph.SearchQuery) (graph.SearchResult, error) {
	if !r.finds() {
		return r.Reader.Search(q)
	}
	return text.Find(r.ctx, r.snap.words.Over(r.snap.said, r.Reader.Entities, r.snap.sketch), q)
}

// Named: see Search.
func (r *reader) Named(name string) ([]graph.EntityID, error) {
	if !r.finds() {
		return r.Reader.Named(name)
	}
	ids, err := text.Named(r.snap.words.Over(r.snap.said, r.Reader.Entities, r.snap.sketch), name)
	if err == nil {
		err = r.ctx.Err()
	}
	return ids, err
}

// finds tells whether the index is there and not much behind.
func (r *reader) finds() bool { return r.snap.indexed() && r.snap.said.Len() <= mostSaid }

// sketch is what a search looks at in the entity id.
func (s *Snapshot) sketch(id graph.EntityID) string {
	if n := s.nodes.get(uint32(id)); n != nil {
		return n.entity.sketch
	}
	if int(id) >= len(s.kind) {
		return ""
	}
	return s.labels.sketch(uint32(id))
}
