package gql

import (
	"encoding/json"
	"math"

	"lianzhu/graph"
)

// asOf is a session of the same operation in which entities are as they were at
// a revision.
func (s *session) asOf(rev graph.Rev) *session {
	now := s.reader
	if p, ok := now.(*pastReader); ok {
		now = p.Reader
	}
	return &session{
		Gateway: s.Gateway, ctx: s.ctx, today: s.today, mu: s.mu,
		reader:   &pastReader{Reader: now, rev: rev, lent: map[graph.EntityID]graph.UID{}},
		verifier: s.verifier,
	}
}

// pastReader reads entities as they were at a revision that is not after its reader's.
// Everything else (the relations at an entity, say) it reads as it is now; an
// entity that such a list names although it was not there yet is read as it is.
type pastReader struct {
	graph.Reader
	rev graph.Rev

	// lent are ids given to entities that have been retracted since.
	lent map[graph.EntityID]graph.UID
}

// Resolve lends ids to entities that are not there any more.
func (p *pastReader) Resolve(uids []graph.UID) ([]uint32, error) {
	ids, err := p.Reader.Resolve(uids)
	if err != nil {
		return nil, err
	}
	for i, uid := range uids {
		if ids[i] == 0 && uid.Tag() == graph.TagEntity {
			ids[i] = math.MaxUint32 - uint32(len(p.lent))
			p.lent[graph.EntityID(ids[i])] = uid
		}
	}
	return ids, nil
}

// Entities reads what was written since from the log.
func (p *pastReader) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	docs, err := p.Reader.Entities(ids)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		uid, gone := p.lent[id]
		switch {
		case gone:
		case docs[i] == nil || docs[i].Rev <= p.rev:
			continue
		default:
			uid = docs[i].UID()
		}
		was, err := p.entity(uid)
		if err != nil {
			return nil, err
		}
		if was != nil {
			was.ID = id
			docs[i] = was
		}
	}
	return docs, nil
}

// entity is what uid was; nil where it was not there.
func (p *pastReader) entity(uid graph.UID) (*graph.Entity, error) {
	entries, _, err := p.Reader.History(uid, &graph.LogPos{Rev: p.rev + 1}, 1)
	if err != nil || len(entries) == 0 || entries[0].After == nil {
		return nil, err
	}
	return readDocument[graph.Entity](entries[0].After, uid)
}

// readDocument reads a document of the log.
func readDocument[D any](doc []byte, of graph.UID) (*D, error) {
	d := new(D)
	if err := json.Unmarshal(doc, d); err != nil {
		return nil, &graph.Error{Code: graph.CodeCorrupt, Op: "change", Key: of.String(), Index: -1,
			Detail: "its document in the log cannot be read; run lianzhu check", Err: err}
	}
	return d, nil
}
