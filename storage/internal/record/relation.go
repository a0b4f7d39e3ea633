package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"lianzhu/graph"
)

// The head of a relation, version 1.
const (
	relationModality   = 1  // 1 byte: its place in Modalities, from 1
	relationType       = 2  // 2 bytes: the code of its type
	relationSource     = 4  // 4 bytes: the dense id of its source
	relationTarget     = 8  // 4 bytes: the dense id of its target
	relationUID        = 12 // 12 bytes
	relationWritten    = 24 // 8 bytes revision, 4 index, 4 number of entries
	relationConfidence = 40 // 8 bytes: IEEE 754, 0 where it was not given
	relationDays       = 48 // 4 x 4 bytes: first and last day of ValidFrom, of ValidTo
	relationFlags      = 64 // 1 byte
	relationCold       = 66 // 2 bytes: where the CBOR begins
	relationHead       = 68
)

// The flags of a relation.
const (
	flagOpenEnded = 1 << iota
	flagDerived
	flagPlaces
	flagAmount
	flagPlain // the days tell all of the dates
)

// Modalities are those that a record can hold, in the order of their codes.
var Modalities = [...]graph.Modality{graph.Asserted, graph.Planned, graph.Reported, graph.Negated}

// RelationHead reads the head of a relation's record. [HeadOfRelation] makes
// one.
type RelationHead []byte

// HeadOfRelation checks that payload has the head of a relation.
func HeadOfRelation(payload []byte) (RelationHead, error) {
	if err := checkHead(payload, relationHead); err != nil {
		return nil, err
	}
	if m := payload[relationModality]; m == 0 || int(m) > len(Modalities) {
		return nil, fmt.Errorf("its modality has the code %d, which is not listed", m)
	}
	if off := int(binary.BigEndian.Uint16(payload[relationCold:])); off < relationHead || off > len(payload) {
		return nil, fmt.Errorf("its CBOR would begin at %d", off)
	}
	return RelationHead(payload), nil
}

// Type is the code of the relation's type.
func (h RelationHead) Type() uint16 { return binary.BigEndian.Uint16(h[relationType:]) }

// Source and Target are the dense ids of its ends.
func (h RelationHead) Source() graph.EntityID {
	return graph.EntityID(binary.BigEndian.Uint32(h[relationSource:]))
}

// Target: see [RelationHead.Source].
func (h RelationHead) Target() graph.EntityID {
	return graph.EntityID(binary.BigEndian.Uint32(h[relationTarget:]))
}

// UID is the relation's identity.
func (h RelationHead) UID() graph.UID { return graph.UID(h[relationUID : relationUID+12]) }

// Written tells when the relation was last written.
func (h RelationHead) Written() Written { return writtenAt(h[relationWritten:]) }

// Modality says in what way it is stated.
func (h RelationHead) Modality() graph.Modality { return Modalities[h[relationModality]-1] }

// Confidence is as it was given, 0 where it was not.
func (h RelationHead) Confidence() float64 {
	return math.Float64frombits(binary.BigEndian.Uint64(h[relationConfidence:]))
}

// Days are the first and the last day on which it may have begun, and those on
// which it may have ended; see [graph.Date.Earliest].
func (h RelationHead) Days() (days [4]int32) {
	for i := range days {
		days[i] = int32(binary.BigEndian.Uint32(h[relationDays+4*i:]))
	}
	return days
}

// OpenEnded, Derived, HasPlaces and HasAmount tell of the parts of the document
// that are looked for most whether they are there.
func (h RelationHead) OpenEnded() bool { return h[relationFlags]&flagOpenEnded != 0 }

// Derived: see [RelationHead.OpenEnded].
func (h RelationHead) Derived() bool { return h[relationFlags]&flagDerived != 0 }

// HasPlaces: see [RelationHead.OpenEnded].
func (h RelationHead) HasPlaces() bool { return h[relationFlags]&flagPlaces != 0 }

// Plain tells whether the days tell all of the dates; see [graph.Date.Plain].
func (h RelationHead) Plain() bool { return h[relationFlags]&flagPlain != 0 }

// HasAmount: see [RelationHead.OpenEnded].
func (h RelationHead) HasAmount() bool { return h[relationFlags]&flagAmount != 0 }

// AppendRelation appends the record of r, whose SourceID and TargetID must be
// set, to dst.
func AppendRelation(dst []byte, r *graph.Relation, typ uint16, w Written) ([]byte, error) {
	modality := slices.Index(Modalities[:], r.Modality) + 1
	if modality == 0 {
		return nil, errors.New("its modality is none of those that a record can hold")
	}
	begin := len(dst)
	dst, err := appendRelationCold(append(dst, make([]byte, relationHead)...), r)
	if err != nil {
		return nil, err
	}
	h := dst[begin:]
	h[0] = version
	h[relationModality] = byte(modality)
	binary.BigEndian.PutUint16(h[relationType:], typ)
	binary.BigEndian.PutUint32(h[relationSource:], uint32(r.SourceID))
	binary.BigEndian.PutUint32(h[relationTarget:], uint32(r.TargetID))
	uid := r.UID()
	copy(h[relationUID:], uid[:])
	putWritten(h[relationWritten:], w)
	binary.BigEndian.PutUint64(h[relationConfidence:], math.Float64bits(r.Confidence))
	days := [4]int32{r.ValidFrom.Earliest(), r.ValidFrom.Latest(), r.ValidTo.Earliest(), r.ValidTo.Latest()}
	for i, day := range days {
		binary.BigEndian.PutUint32(h[relationDays+4*i:], uint32(day))
	}
	h[relationFlags] = relationFlagsOf(r)
	binary.BigEndian.PutUint16(h[relationCold:], relationHead)
	return dst, nil
}

func relationFlagsOf(r *graph.Relation) byte {
	flag := func(is bool, f byte) byte {
		if is {
			return f
		}
		return 0
	}
	return flag(r.OpenEnded, flagOpenEnded) | flag(r.Derived(), flagDerived) |
		flag(len(r.Places) > 0, flagPlaces) | flag(r.Amount != nil, flagAmount) |
		flag(r.ValidFrom.Plain() && r.ValidTo.Plain(), flagPlain)
}

// DecodeRelation reads a whole record. types gives the names of codes; ID stays
// 0.
func DecodeRelation(payload []byte, types func(uint16) (graph.RelationType, bool)) (*graph.Relation, error) {
	h, err := HeadOfRelation(payload)
	if err != nil {
		return nil, err
	}
	typ, ok := types(h.Type())
	if !ok {
		return nil, fmt.Errorf("its type has the code %d, which is not listed", h.Type())
	}
	head := graph.Relation{
		Type: typ, Modality: h.Modality(), Confidence: h.Confidence(), OpenEnded: h.OpenEnded(),
		SourceID: h.Source(), TargetID: h.Target(), Rev: h.Written().Rev,
	}
	r := new(graph.Relation)
	*r = head
	cold := payload[binary.BigEndian.Uint16(h[relationCold:]):]
	if thawRelation(cold, r) {
		return r, nil
	}
	*r = head
	return r, unpackRelation(cold, r)
}

// unpackRelation has the library read the cold part of a relation.
func unpackRelation(b []byte, r *graph.Relation) (err error) {
	var cold relationV1
	if err := decoding.Unmarshal(b, &cold); err != nil {
		return err
	}
	r.Source, r.Target, r.Disc, r.Places, r.Via = cold.Source, cold.Target, cold.Disc, cold.Places, cold.Via
	r.Derivation = (*graph.Derivation)(cold.Derivation)
	r.Amount, r.Share, r.Volume = (*graph.Quantity)(cold.Amount), (*graph.Quantity)(cold.Share), (*graph.Quantity)(cold.Volume)
	r.Subject, r.SubjectEN, r.Product = cold.Subject, cold.SubjectEN, cold.Product
	r.RecognisedIn, r.RecognisedBy = cold.RecognisedIn, cold.RecognisedBy
	if r.ValidFrom, r.ValidTo, err = unpackDates(cold.ValidFrom, cold.ValidTo); err != nil {
		return err
	}
	if r.Attributes, err = convert(cold.Attributes, unpackAttribute); err != nil {
		return err
	}
	r.Evidence, err = convert(cold.Evidence, unpackEvidence)
	return err
}
