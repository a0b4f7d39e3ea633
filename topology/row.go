package topology

import (
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
	uid            short
	first, last    int32   // where tag is timed: of ValidFrom, and of ValidTo
	by, since      int32   // the last day of ValidFrom, and the first of ValidTo
	score          float64 // where tag is graded
	figure         *Figure
	written        [2]*graph.FigureHeader // amount or volume, and share; nil where there is none
	places         []graph.EntityID       // where tag is placed
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
	w := row{source: source, target: target, rev: r.Rev, uid: shortOf(r.UID()), figure: figureOf(r), written: writtenOf(r)}
	w.tag = tag(code)<<typeShift | tag(modality)<<modalityShift
	w.first, w.last = r.ValidFrom.Earliest(), r.ValidTo.Latest()
	w.by, w.since = r.ValidFrom.Latest(), r.ValidTo.Earliest()
	w.set(tagTimed, !r.ValidFrom.IsZero() || !r.ValidTo.IsZero())
	w.set(tagWorded, !r.ValidFrom.Plain() || !r.ValidTo.Plain())
	w.score = r.Confidence
	w.set(tagGraded, r.Confidence > 0)
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
		h.Score = float32(w.score)
	}
	if w.tag.has(tagTimed) {
		h.From, h.To = w.first, w.last
	}
	return h
}
