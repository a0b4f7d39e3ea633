package topology

import (
	"encoding/binary"
	"hash/fnv"

	"lianzhu/graph"
)

// Relation is what a snapshot knows of a relation. Placed tells that its
// document names places.
type Relation struct {
	Source, Target graph.EntityID
	Type           graph.RelationType
	graph.Hot
	Symmetric bool
	OpenEnded bool
	Placed    bool
	Rev       graph.Rev
}

// row is a relation as it is kept: source is 0 where there is none.
type row struct {
	source, target graph.EntityID
	tag            tag
	rev            graph.Rev
	first, last    int32   // where tag is timed
	score          float32 // where tag is graded
	disc           uint64  // where tag is told apart
	figure         *Figure
}

// row makes the row of a document whose ends are source and target.
func (v *vocabulary) row(r *graph.Relation, source, target graph.EntityID) (row, error) {
	code, err := v.typeCode(r.Type)
	if err != nil {
		return row{}, err
	}
	modality, ok := modalityCode(r.Modality)
	if !ok {
		return row{}, refuse("topology", string(r.Key()), "there is no modality "+string(r.Modality))
	}
	w := row{source: source, target: target, rev: r.Rev, figure: figureOf(r)}
	w.tag = tag(code)<<typeShift | tag(modality)<<modalityShift
	w.first, w.last = r.ValidFrom.Earliest(), r.ValidTo.Latest()
	w.set(tagTimed, w.first != graph.DayMin || w.last != graph.DayMax)
	w.score = float32(r.Confidence)
	w.set(tagGraded, r.Confidence > 0)
	w.disc = discName(r.Disc)
	w.set(tagDisc, r.Disc != "")
	w.set(tagDerived, r.Derived())
	w.set(tagOpenEnded, r.OpenEnded)
	w.set(tagPlaced, len(r.Places) > 0)
	return w, nil
}

func (w *row) set(bit tag, is bool) {
	if is {
		w.tag |= bit
	}
}

// relation is w for the world outside.
func (v *vocabulary) relation(w *row) Relation {
	return Relation{
		Source: w.source, Target: w.target, Type: v.types[w.tag.typ()], Hot: v.hot(w),
		Symmetric: v.symmetric[w.tag.typ()], OpenEnded: w.tag.has(tagOpenEnded), Placed: w.tag.has(tagPlaced), Rev: w.rev,
	}
}

// hot is what filters look at in w.
func (v *vocabulary) hot(w *row) graph.Hot {
	h := graph.Hot{Modality: w.tag.modality(), Derived: w.tag.has(tagDerived), Score: v.scores[w.tag.plain()], From: graph.DayMin, To: graph.DayMax}
	if w.tag.has(tagGraded) {
		h.Score = w.score
	}
	if w.tag.has(tagTimed) {
		h.From, h.To = w.first, w.last
	}
	return h
}

// entity is what is kept of an entity: kind is 0 where there is none.
type entity struct {
	kind   uint8
	region uint32
	name   uint64
}

func (v *vocabulary) entity(e *graph.Entity) (entity, error) {
	kind, err := v.kindCode(e.Kind)
	if err != nil {
		return entity{}, err
	}
	return entity{kind: kind, region: regionOf(e), name: entityName(e.UID())}, nil
}

// entityName is the 64 bits of a uid by which a snapshot finds the id of an
// entity that the store has forgotten. Among a million entities the chance
// that two share them is 3e-8; a store compares whole uids.
func entityName(uid graph.UID) uint64 { return binary.LittleEndian.Uint64(uid[1:9]) }

// discName tells parallel relations apart that differ by their discriminator
// alone. "" has the name 0.
func discName(disc string) uint64 {
	if disc == "" {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(disc))
	return h.Sum64()
}
