package topology

import "lianzhu/graph"

var _ graph.Headers = (*reader)(nil)

// EntityHeaders answers from memory; see [graph.Headers].
func (r *reader) EntityHeaders(ids []graph.EntityID, into []graph.EntityHeader) error {
	r.snap.labels.touch(ids)
	for i, id := range ids {
		r.snap.entityHeader(id, &into[i])
	}
	return r.ctx.Err()
}

// RelationHeaders answers from memory; see [graph.Headers].
func (r *reader) RelationHeaders(ids []graph.RelationID, into []graph.RelationHeader) error {
	r.snap.columns.touchRelations(ids)
	for i, id := range ids {
		r.snap.relationHeader(id, &into[i])
	}
	return r.ctx.Err()
}

// EntityHeader is the header of the entity id; its ID is 0 where there is none.
// Its texts are lent: they are good for as long as s is held.
func (s *Snapshot) EntityHeader(id graph.EntityID) (h graph.EntityHeader) {
	s.entityHeader(id, &h)
	return h
}

// entityHeader is EntityHeader, laid out where it is wanted.
func (s *Snapshot) entityHeader(id graph.EntityID, h *graph.EntityHeader) {
	if n := s.nodes.get(uint32(id)); n != nil {
		*h = graph.EntityHeader{}
		if e := &n.entity; e.kind != 0 {
			*h = graph.EntityHeader{ID: id, UID: e.uid.full(graph.TagEntity), Kind: s.vocab.kinds[e.kind], Rev: e.rev, Key: e.key, ZH: e.zh, EN: e.en}
		}
		return
	}
	if int(id) >= len(s.labels.of) || s.labels.of[id].kind == 0 {
		*h = graph.EntityHeader{}
		return
	}
	s.labels.header(uint32(id), &s.vocab.kindOf, h)
}

// RelationHeader is the header of the relation id; its ID is 0 where there is
// none.
func (s *Snapshot) RelationHeader(id graph.RelationID) (h graph.RelationHeader) {
	s.relationHeader(id, &h)
	return h
}

// relationHeader is RelationHeader, laid out where it is wanted.
func (s *Snapshot) relationHeader(id graph.RelationID, h *graph.RelationHeader) {
	if w := s.rows.get(uint32(id)); w != nil {
		*h = graph.RelationHeader{}
		if w.source != 0 {
			s.vocab.header(h, id, w.tag)
			h.Source, h.Target, h.Rev, h.UID = w.source, w.target, w.rev, w.uid.full(graph.TagRelation)
			if w.tag.has(tagGraded) {
				h.Confidence = w.score
			}
			if w.tag.has(tagTimed) {
				h.SetDays([4]int32{w.first, w.by, w.since, w.last}, h.Plain)
			}
		}
		return
	}
	if !s.there(id) {
		*h = graph.RelationHeader{}
		return
	}
	s.columns.header(id, s.vocab, h)
}

// header is the header of the relation id, which must exist.
func (c *columns) header(id graph.RelationID, v *vocabulary, h *graph.RelationHeader) {
	t := &c.ties[id]
	v.header(h, id, t.tag)
	h.Source, h.Target, h.Rev = c.source[id], c.target[id], t.rev()
	h.UID[0] = byte(graph.TagRelation)
	copy(h.UID[1:], t.uid[:])
	h.From, h.To = t.from, t.to
	switch at := int(t.score); {
	case !t.tag.has(tagGraded):
	case at < len(c.scores):
		h.Confidence = c.scores[at]
	case c.tag[id].has(tagGraded): // records are not proved, columns are
		h.Confidence = c.score[c.graded.at(uint32(id))]
	}
	if !h.Plain && c.tag[id].has(tagTimed) {
		at := c.timed.at(uint32(id))
		h.Days = [2]int32{c.first[at], c.last[at]}
	}
}

// header fills in what the tag t tells of the relation id.
func (v *vocabulary) header(h *graph.RelationHeader, id graph.RelationID, t tag) {
	h.ID, h.Type, h.Modality, h.Confidence = id, v.typeOf[t.typ()], t.modality(), 0
	h.Derived, h.OpenEnded, h.Plain = t.has(tagDerived), t.has(tagOpenEnded), !t.has(tagWorded)
	h.From, h.To, h.Days = 0, 0, [2]int32{}
}

// uidOf is the uid of the entity id, without its tag.
func (s *Snapshot) uidOf(id graph.EntityID) short {
	if n := s.nodes.get(uint32(id)); n != nil {
		return n.uid
	}
	if int(id) < len(s.labels.of) {
		return s.labels.of[id].uid
	}
	return short{}
}
