package topology

import (
	"context"

	"lianzhu/graph"
)

// Compact is s with all its patches worked into a new base: the same graph at
// the same revision, without anything to look up beside the arrays. It needs
// about as much memory as the base itself while it runs, and an eighth of
// a second or so for each million relations.
func (s *Snapshot) Compact(ctx context.Context) (*Snapshot, error) {
	if s.patches == 0 {
		return s, ctx.Err()
	}
	d := newDraft(s.vocab, int(s.lastEntity), int(s.lastRelation))
	for id := graph.EntityID(1); id <= s.lastEntity; id++ {
		if e := s.entity(id); e.kind != 0 {
			if err := d.addEntity(id, e); err != nil {
				return nil, err
			}
		}
	}
	for id := graph.RelationID(1); id <= s.lastRelation; id++ {
		if id%buildChunk == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		w := s.row(id)
		if w.source == 0 {
			continue
		}
		if f, ok := s.Figure(id); ok {
			w.figure = &f
		}
		w.written = s.writtenAt(id)
		w.places = s.Places(id)
		if err := d.addRelation(id, &w); err != nil {
			return nil, err
		}
	}
	b, err := d.finish()
	if err != nil {
		return nil, err
	}
	if err := b.reindex(s); err != nil {
		return nil, err
	}
	return newSnapshot(b, s.rev, s.origin), nil
}
