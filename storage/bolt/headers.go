package bolt

import (
	"encoding/binary"
	"unsafe"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

var _ graph.Headers = (*reader)(nil)

// EntityHeaders: see [graph.Headers]. The texts are those of the file itself.
func (r *reader) EntityHeaders(ids []graph.EntityID, into []graph.EntityHeader) (err error) {
	defer r.guard("headers", &err)
	for i, id := range ids {
		into[i] = graph.EntityHeader{}
		payload, err := r.numbered(bEntities, uint32(id))
		if err != nil {
			return err
		}
		if payload == nil {
			continue
		}
		h, err := record.HeadOfEntity(payload)
		if err != nil {
			return corrupt(bEntities, key32(uint32(id)), err.Error(), err)
		}
		kind, _ := r.symbols.kind(h.Kind())
		into[i] = graph.EntityHeader{ID: id, UID: h.UID(), Kind: kind, Rev: h.Written().Rev, Key: lent(h.Key()), ZH: lent(h.ZH()), EN: lent(h.EN())}
	}
	return r.ctx.Err()
}

// RelationHeaders: see [graph.Headers].
func (r *reader) RelationHeaders(ids []graph.RelationID, into []graph.RelationHeader) (err error) {
	defer r.guard("headers", &err)
	for i, id := range ids {
		into[i] = graph.RelationHeader{}
		payload, err := r.numbered(bRelations, uint32(id))
		if err != nil {
			return err
		}
		if payload == nil {
			continue
		}
		h, err := record.HeadOfRelation(payload)
		if err != nil {
			return corrupt(bRelations, key32(uint32(id)), err.Error(), err)
		}
		typ, _ := r.symbols.typ(h.Type())
		into[i] = graph.RelationHeader{
			ID: id, UID: h.UID(), Type: typ, Source: h.Source(), Target: h.Target(), Modality: h.Modality(), Confidence: h.Confidence(),
			Derived: h.Derived(), OpenEnded: h.OpenEnded(), Rev: h.Written().Rev,
		}
		into[i].SetDays(h.Days(), h.Plain())
	}
	return r.ctx.Err()
}

// numbered is the record of a dense id.
func (t *tables) numbered(b bucket, id uint32) ([]byte, error) {
	binary.BigEndian.PutUint32(t.number[:], id)
	return t.get(b, t.number[:])
}

// lent is b as a text, not copied: it is good while the transaction lives.
func lent(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
