package topology

import "lianzhu/graph"

var _ graph.Headers = (*reader)(nil)

// EntityHeaders answers from memory; see [graph.Headers].
func (r *reader) EntityHeaders(ids []graph.EntityID, into []graph.EntityHeader) error {
	for i, id := range ids {
		r.snap.entityHeader(id, &into[i])
	}
	return r.ctx.Err()
}

// RelationHeaders answers from memory; see [graph.Headers].
func (r *reader) RelationHeaders(ids []graph.RelationID, into []graph.RelationHeader) error {
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
	if int(id) >= len(s.kind) || s.kind[id] == 0 {
		*h = graph.EntityHeader{}
		return
	}
	l := &s.labels
	texts, cuts := l.texts[l.end[id-1]:l.end[id]], l.cuts[textCuts*int(id):textCuts*int(id)+textCuts]
	h.ID, h.Kind, h.Rev = id, s.vocab.kinds[s.kind[id]], l.rev(uint32(id))
	h.UID[0] = byte(graph.TagEntity)
	copy(h.UID[1:], l.uid[id][:])
	h.Key, texts = cutText(texts, cuts[0])
	h.ZH, texts = cutText(texts, cuts[1])
	h.EN = lent(texts[:cuts[2]])
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
				h.Days = [4]int32{w.first, w.by, w.since, w.last}
			}
		}
		return
	}
	if !s.there(id) {
		*h = graph.RelationHeader{}
		return
	}
	c := &s.columns
	s.vocab.header(h, id, c.tag[id])
	h.Source, h.Target, h.Rev = c.source[id], c.target[id], graph.Rev(c.revHigh[id])<<32|graph.Rev(c.revLow[id])
	h.UID[0] = byte(graph.TagRelation)
	copy(h.UID[1:], c.uid[id][:])
	if c.tag[id].has(tagGraded) {
		h.Confidence = c.score[c.graded.at(uint32(id))]
	}
	if c.tag[id].has(tagTimed) {
		at := c.timed.at(uint32(id))
		h.Days = [4]int32{c.first[at], c.by[at], c.since[at], c.last[at]}
	}
}

// header fills in what the tag t tells of the relation id.
func (v *vocabulary) header(h *graph.RelationHeader, id graph.RelationID, t tag) {
	h.ID, h.Type, h.Modality, h.Confidence = id, v.types[t.typ()], t.modality(), 0
	h.Derived, h.OpenEnded, h.Plain = t.has(tagDerived), t.has(tagOpenEnded), !t.has(tagWorded)
	h.Days = [4]int32{graph.DayMin, graph.DayMax, graph.DayMin, graph.DayMax}
}

// uidOf is the uid of the entity id, without its tag.
func (s *Snapshot) uidOf(id graph.EntityID) short {
	if n := s.nodes.get(uint32(id)); n != nil {
		return n.uid
	}
	if int(id) < len(s.labels.uid) {
		return s.labels.uid[id]
	}
	return short{}
}
