package topology

import (
	"cmp"
	"math"

	"lianzhu/graph"
)

// Filter is a [Where] made ready for the snapshots of one vocabulary. It never
// changes and may be kept and used by several goroutines.
type Filter struct {
	vocab *vocabulary
	where Where

	// pass tells what becomes of an edge by its tag; once is the same without
	// symmetric types, for the second list of an entity that is looked at in
	// both directions.
	pass, once *verdicts

	types             TypeSet
	narrow            bool // not all types may pass
	minScore          float32
	first, last       int32
	scored, dated     bool
	peers, notThrough kindSet // peers 0: all
	avoid             map[graph.EntityID]bool
	picky             bool // peers, notThrough or avoid is set
}

// verdicts are by tag, less its last bits. There is one for every possible tag,
// so that looking one up needs no check.
type verdicts [1 << (16 - verdictShift)]verdict

func (v *verdicts) of(t tag) verdict { return v[t>>verdictShift] }

// verdict is what a tag alone tells of an edge.
type verdict uint8

const (
	refused verdict = iota
	passed
	unsure // ask the columns
)

// Filter makes w ready. The error names a type, kind or modality that does not
// exist, or a list that is empty; nothing that w asks is left out in silence.
func (s *Snapshot) Filter(w Where) (*Filter, error) { return newFilter(s.vocab, w) }

func newFilter(v *vocabulary, w Where) (*Filter, error) {
	if err := w.problem(); err != nil {
		return nil, err
	}
	f := &Filter{vocab: v, where: w, minScore: float32(w.MinScore), scored: w.MinScore > 0, narrow: w.Types != nil}
	f.first, f.last, f.dated = w.ValidAt.Earliest(), w.ValidAt.Latest(), !w.ValidAt.IsZero()
	var err error
	if f.types, err = v.typeSet(w.Types); err != nil {
		return nil, err
	}
	if f.peers, err = v.kindSet(w.Peers); err != nil {
		return nil, err
	}
	if f.notThrough, err = v.kindSet(w.NotThrough); err != nil {
		return nil, err
	}
	if len(w.Avoid) > 0 {
		f.avoid = make(map[graph.EntityID]bool, len(w.Avoid))
	}
	for _, id := range w.Avoid {
		f.avoid[id] = true
	}
	f.picky = f.peers|f.notThrough != 0 || f.avoid != nil
	wanted, err := modalityBits(w.Modality)
	f.judge(wanted)
	return f, err
}

// problem refuses what nothing could pass.
func (w *Where) problem() error {
	empty := func(is bool, what string) error {
		if !is {
			return nil
		}
		return refuse("filter", "", "the list of "+what+" is empty, so nothing could pass; leave it out to mean everything")
	}
	if math.IsNaN(w.MinScore) {
		return refuse("filter", "", "the least score is not a number")
	}
	return cmp.Or(
		empty(w.Types != nil && len(w.Types) == 0, "types"),
		empty(w.Modality != nil && len(w.Modality) == 0, "modalities"),
		empty(w.Peers != nil && len(w.Peers) == 0, "kinds"))
}

// judge fills the verdicts, for modalities as bits.
func (f *Filter) judge(wanted uint8) {
	n := len(f.vocab.types) << (typeShift - verdictShift)
	f.pass, f.once = &verdicts{}, &verdicts{}
	for i := range n {
		t := tag(i << verdictShift)
		if !f.types.has(t.typ()) || wanted>>(t>>modalityShift&3)&1 == 0 || t.has(tagDerived) && !f.where.IncludeDerived {
			continue
		}
		v := passed
		switch graded := t.has(tagGraded); {
		case f.scored && !graded && f.vocab.scores[t.plain()] < f.minScore:
			continue
		case f.scored && graded, f.dated && t.has(tagTimed):
			v = unsure
		}
		f.pass[i] = v
		if !f.vocab.symmetric[t.typ()] {
			f.once[i] = v
		}
	}
}

// modalityBits is the modalities that pass, by their codes.
func modalityBits(wanted []graph.Modality) (bits uint8, err error) {
	if wanted == nil {
		wanted = []graph.Modality{graph.Asserted, graph.Reported}
	}
	for _, m := range wanted {
		code, ok := modalityCode(m)
		if !ok {
			return 0, refuse("filter", string(m), "there is no such modality")
		}
		bits |= 1 << code
	}
	return bits, nil
}

// sure tells whether a relation of which the tag did not tell enough passes.
func (f *Filter) sure(s *Snapshot, id graph.RelationID) bool {
	w := s.row(id)
	if f.scored && w.tag.has(tagGraded) && float32(w.score) < f.minScore {
		return false
	}
	return !f.dated || !w.tag.has(tagTimed) || w.first <= f.last && w.last >= f.first
}

// Pass tells whether the relation id exists and passes, whichever end it is
// seen from: what the filter says of peers is left aside.
func (f *Filter) Pass(s *Snapshot, id graph.RelationID) bool {
	w := s.row(id)
	if w.source == 0 {
		return false
	}
	v := f.pass.of(w.tag)
	return v == passed || v == unsure && f.sure(s, id)
}

// reaches tells whether the filter lets a walk reach the entity id.
func (f *Filter) reaches(s *Snapshot, id graph.EntityID) bool {
	return (f.peers == 0 || f.peers.has(s.kindAt(id))) && !f.avoid[id]
}

// Where is what f was made of.
func (f *Filter) Where() Where { return f.where }

// Reaches tells whether the entity id exists and f lets a walk reach it.
func (f *Filter) Reaches(s *Snapshot, id graph.EntityID) bool { return s.Has(id) && f.reaches(s, id) }

// fits refuses a filter that was made for another vocabulary.
func (f *Filter) fits(s *Snapshot) error {
	if f.vocab != s.vocab && !f.vocab.equal(s.vocab) {
		return refuse("filter", "", "it was made for a snapshot of another ontology")
	}
	return nil
}
