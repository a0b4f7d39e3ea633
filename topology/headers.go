package topology

import "lianzhu/graph"

var _ graph.Headers = (*reader)(nil)

// EntityHeaders answers from memory; see [graph.Headers].
func (r *reader) EntityHeaders(ids []graph.EntityID, into []graph.EntityHeader) error {
	for i, id := range ids {
		into[i] = r.snap.EntityHeader(id)
	}
	return r.ctx.Err()
}

// RelationHeaders answers from memory; see [graph.Headers].
func (r *reader) RelationHeaders(ids []graph.RelationID, into []graph.RelationHeader) error {
	for i, id := range ids {
		into[i] = r.snap.RelationHeader(id)
	}
	return r.ctx.Err()
}

// EntityHeader is the header of the entity id; its ID is 0 where there is none.
// Its texts are lent: they are good for as long as s is held.
func (s *Snapshot) EntityHeader(id graph.EntityID) graph.EntityHeader {
	e := s.entity(id)
	if e.kind == 0 {
		return graph.EntityHeader{}
	}
	return graph.EntityHeader{ID: id, UID: e.uid.full(graph.TagEntity), Kind: s.vocab.kinds[e.kind], Rev: e.rev, Key: e.key, ZH: e.zh, EN: e.en}
}

// RelationHeader is the header of the relation id; its ID is 0 where there is
// none.
func (s *Snapshot) RelationHeader(id graph.RelationID) graph.RelationHeader {
	w := s.row(id)
	if w.source == 0 {
		return graph.RelationHeader{}
	}
	h := graph.RelationHeader{
		ID: id, UID: w.uid.full(graph.TagRelation), Type: s.vocab.types[w.tag.typ()], Source: w.source, Target: w.target,
		Modality: w.tag.modality(), Derived: w.tag.has(tagDerived), OpenEnded: w.tag.has(tagOpenEnded), Plain: !w.tag.has(tagWorded),
		Days: [4]int32{graph.DayMin, graph.DayMax, graph.DayMin, graph.DayMax}, Rev: w.rev,
	}
	if w.tag.has(tagGraded) {
		h.Confidence = w.score
	}
	if w.tag.has(tagTimed) {
		h.Days = [4]int32{w.first, w.by, w.since, w.last}
	}
	return h
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
