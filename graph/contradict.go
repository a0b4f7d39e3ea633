package graph

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
)

// Disagreement says about what two statements disagree.
type Disagreement string

// What statements disagree about. The two sides of a Plan are no error of
// either: one says what was announced, the other what is.
const (
	DisagreeFigure Disagreement = "FIGURE" // their figures cannot both be right
	DisagreePlan   Disagreement = "PLAN"   // one is planned, the other is not, and their figures differ
	DisagreeDate   Disagreement = "DATE"   // one begins after the other has ended
	DisagreeLeader Disagreement = "LEADER" // two leaders of one chain, recognised in one place
	DisagreeTitle  Disagreement = "TITLE"  // a "first" or an "only" in two versions
)

// Claim is one side of a contradiction: a figure or title of an entity or of a
// relation, or a relation as such (Attribute nil).
type Claim struct {
	Entity    *Entity   // whose attribute it is; nil for a relation's
	Relation  *Relation // the relation, or the one whose attribute it is
	Attribute *Attribute
}

// Evidence are the places that state the claim.
func (c Claim) Evidence() []Evidence {
	if c.Attribute != nil {
		return c.Attribute.Evidence
	}
	return c.Relation.Evidence
}

// Contradiction are two claims that cannot both hold as they stand. Nothing is
// decided between them.
type Contradiction struct {
	Left, Right Claim
	About       Disagreement
}

// ContradictionSpot is where a contradiction stands in the list of all: those of
// entities come first, then those of relations, by id. Nth counts those that are
// found at one entity, or with one relation. It stays good while others come and
// go.
type ContradictionSpot struct {
	OfRelations bool
	ID          uint32
	Nth         int
}

// before tells whether p stands before q.
func (p ContradictionSpot) before(q ContradictionSpot) bool {
	if p.OfRelations != q.OfRelations {
		return q.OfRelations
	}
	return cmp.Or(cmp.Compare(p.ID, q.ID), cmp.Compare(p.Nth, q.Nth)) < 0
}

// FindContradictions compares what different sources say of the same thing and
// calls visit for each pair that disagrees and stands behind after (nil: for
// all), until it says false: attributes of one name of one entity or relation,
// parallel relations of one type between the same ends, and recognitions as
// leader of one chain in one place. Claims that share a source do not contradict
// each other: their source knew both.
func FindContradictions(ctx context.Context, r Reader, convert Convert, after *ContradictionSpot, visit func(ContradictionSpot, Contradiction) bool) error {
	f := contradictions{ctx: ctx, r: r, convert: convert, visit: visit, after: after}
	err := f.entities()
	if err == nil && !f.enough {
		err = f.relations()
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

type contradictions struct {
	ctx     context.Context
	r       Reader
	convert Convert
	visit   func(ContradictionSpot, Contradiction) bool
	after   *ContradictionSpot
	spot    ContradictionSpot // of the next one
	enough  bool
}

// at begins with an entity or a relation.
func (f *contradictions) at(ofRelations bool, id uint32) {
	f.spot = ContradictionSpot{OfRelations: ofRelations, ID: id}
}

func (f *contradictions) entities() error {
	begin := EntityID(0)
	switch {
	case f.after == nil:
	case f.after.OfRelations:
		return nil
	case f.after.ID > 0:
		begin = EntityID(f.after.ID - 1)
	}
	for ids, err := range chunks(f.r.AllEntities(nil, begin), readChunk) {
		if err == nil {
			err = f.ctx.Err()
		}
		if err != nil {
			return err
		}
		docs, err := f.r.Entities(ids)
		if err != nil {
			return err
		}
		for _, e := range docs {
			f.at(false, uint32(e.ID))
			f.attributes(e.Attributes, func(a *Attribute) Claim { return Claim{Entity: e, Attribute: a} })
		}
		if f.enough {
			return nil
		}
	}
	return nil
}

// relations compares parallel relations, and the recognitions of each chain.
func (f *contradictions) relations() error {
	parallel := map[string][]*Relation{}
	err := eachRelation(f.ctx, f.r, &RelationFilter{Modality: []Modality{Asserted, Reported, Planned}}, func(rel *Relation) error {
		f.at(true, uint32(rel.ID))
		f.attributes(rel.Attributes, func(a *Attribute) Claim { return Claim{Relation: rel, Attribute: a} })
		same := strings.Join([]string{string(rel.Type), string(rel.Source), string(rel.Target)}, separator)
		if def := "CHAIN_LEADER_OF"; string(rel.Type) == def {
			same = strings.Join([]string{def, string(rel.Target), string(rel.RecognisedIn)}, separator)
		}
		for _, other := range parallel[same] {
			f.compare(other, rel)
		}
		parallel[same] = append(parallel[same], rel)
		if f.enough {
			return errEnough
		}
		return nil
	})
	return err
}

// compare reports what two relations about the same thing disagree about.
func (f *contradictions) compare(a, b *Relation) {
	left, right := Claim{Relation: a}, Claim{Relation: b}
	if shareSource(a.Evidence, b.Evidence) {
		return
	}
	overlap := overlaps(a.ValidFrom, a.ValidTo, b.ValidFrom, b.ValidTo)
	switch {
	case a.Source != b.Source:
		if overlap && a.RecognisedIn != "" {
			f.report(left, right, DisagreeLeader)
		}
	case f.apart(a.Amount, b.Amount) || f.apart(a.Volume, b.Volume) || f.apart(a.Share, b.Share):
		f.report(left, right, figureOrPlan(a.Modality, b.Modality))
	case !overlap && a.Modality == b.Modality:
		f.report(left, right, DisagreeDate)
	}
}

// attributes reports what the attributes of one thing disagree about.
func (f *contradictions) attributes(list []Attribute, claim func(*Attribute) Claim) {
	for i := range list {
		for j := range list[:i] {
			a, b := &list[j], &list[i]
			if f.enough || a.Name != b.Name || shareSource(a.Evidence, b.Evidence) || !overlaps(a.ValidFrom, a.ValidTo, b.ValidFrom, b.ValidTo) {
				continue
			}
			switch {
			case f.apart(a.Quantity, b.Quantity):
				f.report(claim(a), claim(b), figureOrPlan(a.Modality, b.Modality))
			case a.Text != "" && b.Text != "" && a.Text != b.Text && superlative(a) && superlative(b):
				f.report(claim(a), claim(b), DisagreeTitle)
			}
		}
	}
}

func (f *contradictions) report(left, right Claim, about Disagreement) {
	spot := f.spot
	f.spot.Nth++
	if f.enough || f.after != nil && !f.after.before(spot) {
		return
	}
	f.enough = !f.visit(spot, Contradiction{left, right, about})
}

func figureOrPlan(a, b Modality) Disagreement {
	if (a == Planned) != (b == Planned) {
		return DisagreePlan
	}
	return DisagreeFigure
}

// superlative tells whether an attribute claims to be the first or the only of
// its sort.
func superlative(a *Attribute) bool {
	claims := strings.ToLower(a.Name + " " + a.NameEN + " " + a.Text)
	return slices.ContainsFunc([]string{"首", "第一", "唯一", "first", "only"}, func(w string) bool { return strings.Contains(claims, w) })
}

// shareSource tells whether some source states both.
func shareSource(a, b []Evidence) bool {
	return slices.ContainsFunc(a, func(x Evidence) bool {
		return slices.ContainsFunc(b, func(y Evidence) bool { return x.Source == y.Source })
	})
}

// overlaps tells whether two spans of time may have a day in common.
func overlaps(from1, to1, from2, to2 Date) bool {
	return from1.Earliest() <= to2.Latest() && from2.Earliest() <= to1.Latest()
}

// apart tells whether two figures of one sort cannot both be right: the least
// that one may be is above the greatest that the other may be.
func (f *contradictions) apart(a, b *Quantity) bool {
	if a == nil || b == nil || a.Per != b.Per || a.Approx || b.Approx {
		return false
	}
	return f.above(a, b) || f.above(b, a)
}

// above tells whether the least of a is more than the greatest of b.
func (f *contradictions) above(a, b *Quantity) bool {
	least, greatest := a.Min, b.Max
	if a.Value != "" {
		least = a.Value
	}
	if b.Value != "" {
		greatest = b.Value
	}
	if least == "" || greatest == "" {
		return false
	}
	lo, errLo := f.convert(least, a.Unit, a.Unit)
	hi, errHi := f.convert(greatest, b.Unit, a.Unit)
	return errLo == nil && errHi == nil && lo.Cmp(hi) > 0
}
