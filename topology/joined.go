package topology

import (
	"iter"

	"lianzhu/graph"
)

// Joined are the ends of some relations, as columns of equal length, among them
// those of relations that do not pass: see Has. They share memory with their
// snapshot, or are good until the next come. Last is the greatest id that was
// looked at so far.
type Joined struct {
	Source, Target []graph.EntityID
	Last           graph.RelationID

	tag       []tag
	pass      *verdicts
	symmetric []bool
}

// Has tells whether relation i is there and passes.
func (j *Joined) Has(i int) bool { return j.pass.of(j.tag[i]) != refused && j.Source[i] != 0 }

// Symmetric tells whether relation i leads both ways.
func (j *Joined) Symmetric(i int) bool { return j.symmetric[j.tag[i].typ()] }

// EachJoined yields the relations that [Snapshot.EachRelation] yields, in the
// same order, without their ids and many at a time.
func (s *Snapshot) EachJoined(f *Filter) iter.Seq[Joined] {
	if f == nil {
		f = s.vocab.plain
	}
	return func(yield func(Joined) bool) {
		chosen := joiner{s: s, f: f}
		for lo := uint32(0); lo <= uint32(s.lastRelation); lo += 1 << pageBits {
			hi := min(lo+1<<pageBits, uint32(s.lastRelation)+1)
			j := Joined{Last: graph.RelationID(hi - 1), pass: f.pass, symmetric: s.vocab.symmetric}
			if f.picky || f.dated || f.scored || s.rows.touched(lo) {
				chosen.choose(lo, hi)
				j.Source, j.Target, j.tag = chosen.source, chosen.target, chosen.tag
			} else if hi = min(hi, uint32(len(s.source))); lo < hi {
				j.Source, j.Target, j.tag = s.source[lo:hi], s.target[lo:hi], s.tag[lo:hi]
			}
			if !yield(j) {
				return
			}
		}
	}
}

// joiner takes from pages what passes, where tags do not tell.
type joiner struct {
	s              *Snapshot
	f              *Filter
	source, target []graph.EntityID
	tag            []tag
}

func (j *joiner) choose(lo, hi uint32) {
	j.source, j.target, j.tag = j.source[:0], j.target[:0], j.tag[:0]
	for id := graph.RelationID(lo); id < graph.RelationID(hi); id++ {
		w := j.s.row(id)
		if w.source == 0 || !j.f.passes(j.s, slot{relation: id, tag: w.tag}) || !j.f.reaches(j.s, w.source) || !j.f.reaches(j.s, w.target) {
			continue
		}
		j.source, j.target, j.tag = append(j.source, w.source), append(j.target, w.target), append(j.tag, w.tag)
	}
}

// EachReached yields the entities that exist and that f lets a walk reach (nil:
// all there are), in ascending order.
func (s *Snapshot) EachReached(f *Filter) iter.Seq[graph.EntityID] {
	plain := s.patches == 0 && (f == nil || !f.picky)
	return func(yield func(graph.EntityID) bool) {
		for id := graph.EntityID(1); id <= s.lastEntity; id++ {
			is := plain && s.kind[id] != 0 || !plain && s.Has(id) && (f == nil || f.reaches(s, id))
			if is && !yield(id) {
				return
			}
		}
	}
}
