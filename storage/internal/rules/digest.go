package rules

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"lianzhu/graph"
)

// batchDigest is what b's key stands for.
func batchDigest(b *graph.Batch, changes []graph.Change) [32]byte {
	if b.Request != ([32]byte{}) {
		return b.Request
	}
	return digest(changes)
}

// digest is the SHA-256 of changes in canonical form. It is kept in files, so
// it is made of the documents as JSON, which outlives any encoding of ours.
func digest(changes []graph.Change) [32]byte {
	h := sha256.New()
	part := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	for i := range changes {
		c := &changes[i]
		part([]byte(opName(c)))
		part(document(c))
		if c.Text != nil {
			part([]byte("text"))
			part([]byte(*c.Text))
		}
		if c.DropText {
			part([]byte("dropText"))
		}
		if c.IfRev != nil {
			part([]byte("ifRev"))
			part(binary.BigEndian.AppendUint64(nil, uint64(*c.IfRev)))
		}
	}
	return [32]byte(h.Sum(nil))
}

// document is what c writes as JSON, or what it retracts. Marshalling cannot
// fail: the only thing that JSON lacks, a float that is no number, was refused.
func document(c *graph.Change) []byte {
	var b []byte
	switch {
	case c.Source != nil:
		b, _ = json.Marshal(c.Source)
	case c.Entity != nil:
		b, _ = json.Marshal(c.Entity)
	case c.Relation != nil:
		b, _ = json.Marshal(c.Relation)
	default:
		b = c.Retract[:]
	}
	return b
}

// JSON is a document of w as the change log shows it, or nil: before the write
// with old, after it without.
func (w *Write) JSON(old bool) []byte {
	e, r, s := w.Entity, w.Relation, w.Source
	if old {
		e, r, s = w.OldEntity, w.OldRelation, w.OldSource
	}
	switch {
	case e != nil:
		return JSON(e)
	case r != nil:
		return JSON(r)
	case s != nil:
		return JSON(s)
	}
	return nil
}
