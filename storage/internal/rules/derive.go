package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"

	"lianzhu/graph"
)

// derive plans what follows from the writes so far by the rules of the
// ontology: conclusions that a premise makes true are written, those that rest
// on a premise which has changed are written anew or retracted. What is derived
// is no premise itself, so one pass is all.
func (p *planner) derive() error {
	stated := p.writes
	stale := map[graph.UID]graph.Key{}
	wanted := map[graph.UID]*graph.Relation{}
	for i := range stated {
		touched, err := p.touched(&stated[i])
		if err != nil {
			return err
		}
		for _, r := range touched {
			if stated[i].Op != graph.OpCreate { // nothing rests on what is new
				err = p.unsettle(r, stale)
			}
			for _, rule := range p.ontology.Rules() {
				if err == nil {
					err = p.conclude(rule, r, wanted)
				}
			}
			if err != nil {
				return err
			}
		}
	}
	for _, uid := range sorted(stale) {
		if wanted[uid] == nil {
			if _, err := p.change(&graph.Change{Retract: uid}); err != nil {
				return err
			}
		}
	}
	for _, uid := range sorted(wanted) {
		if _, err := p.change(&graph.Change{Relation: wanted[uid]}); err != nil {
			return err
		}
	}
	return nil
}

func sorted[V any](m map[graph.UID]V) []graph.UID {
	uids := make([]graph.UID, 0, len(m))
	for uid := range m {
		uids = append(uids, uid)
	}
	slices.SortFunc(uids, func(a, b graph.UID) int { return bytes.Compare(a[:], b[:]) })
	return uids
}

// touched are the relations from which something else may follow after w: the
// one that it writes, or those at an entity that has become of another kind.
// (What followed from a retracted relation has gone with it.) Of several writes
// of one thing the last one counts.
func (p *planner) touched(w *Write) ([]*graph.Relation, error) {
	if now := p.overlay.things[w.Subject]; now.entity != w.Entity || now.relation != w.Relation {
		return nil, nil
	}
	if w.Relation != nil {
		return []*graph.Relation{w.Relation}, nil
	}
	if w.Entity == nil || w.OldEntity == nil || w.Entity.Kind == w.OldEntity.Kind {
		return nil, nil
	}
	var list []*graph.Relation
	err := p.overlay.factsOf(w.Subject, func(_ graph.UID, t thing) (bool, error) {
		if t.relation != nil {
			list = append(list, t.relation)
		}
		return true, nil
	})
	return list, err
}

// unsettle notes the conclusions by rule that rest on r.
func (p *planner) unsettle(r *graph.Relation, stale map[graph.UID]graph.Key) error {
	return p.overlay.factsOf(r.UID(), func(fact graph.UID, t thing) (bool, error) {
		if t.relation != nil && p.ontology.Concludes(t.relation) && slices.Contains(t.relation.Derivation.Premises, r.Key()) {
			stale[fact] = t.relation.Key()
		}
		return true, nil
	})
}

// conclude adds what follows by rule from r together with what is there.
func (p *planner) conclude(rule graph.Rule, r *graph.Relation, wanted map[graph.UID]*graph.Relation) error {
	for _, isFirst := range []bool{true, false} {
		mine, other := rule.First, rule.Second
		if !isFirst {
			mine, other = other, mine
		}
		if !ground(r) || r.Type != mine.Type {
			continue
		}
		middle := graph.NewUID(graph.TagEntity, middleOf(r, mine))
		kind, err := p.overlay.kind(middle)
		if err != nil {
			return err
		}
		if kind != rule.Middle {
			continue
		}
		err = p.overlay.at(middle, other.Type, other.At, func(partner *graph.Relation) error {
			if !ground(partner) || middleOf(partner, other) != middleOf(r, mine) {
				return nil
			}
			first, second := r, partner
			if !isFirst {
				first, second = second, first
			}
			return p.want(rule, first, second, wanted)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ground tells whether something may be concluded from r.
func ground(r *graph.Relation) bool {
	return r != nil && !r.Derived() && (r.Modality == graph.Asserted || r.Modality == graph.Reported)
}

// middleOf and farOf are the ends of r at the middle of a rule and away from it.
func middleOf(r *graph.Relation, leg graph.Leg) graph.Key {
	if leg.At == graph.Out {
		return r.Source
	}
	return r.Target
}

func farOf(r *graph.Relation, leg graph.Leg) graph.Key {
	if leg.At == graph.Out {
		return r.Target
	}
	return r.Source
}

// doubt is what a conclusion is less certain by than its premises together.
const doubt = 0.9

// want adds the conclusion of two premises, unless it would join what the
// ontology does not join.
func (p *planner) want(rule graph.Rule, first, second *graph.Relation, wanted map[graph.UID]*graph.Relation) error {
	sum := sha256.Sum256([]byte(first.Key() + "\n" + second.Key()))
	r := &graph.Relation{
		Type: rule.Conclusion, Source: farOf(first, rule.First), Target: farOf(second, rule.Second),
		Disc: "rule-" + hex.EncodeToString(sum[:4]), Modality: graph.Asserted,
		Confidence: math.Round(first.Score()*second.Score()*doubt*1e4) / 1e4,
		ValidFrom:  later(first.ValidFrom, second.ValidFrom), ValidTo: earlier(first.ValidTo, second.ValidTo),
		Derivation: &graph.Derivation{Rule: rule.Text(), Premises: []graph.Key{first.Key(), second.Key()}},
	}
	if first.Modality == graph.Reported || second.Modality == graph.Reported {
		r.Modality = graph.Reported
	}
	from, err := p.overlay.kind(graph.NewUID(graph.TagEntity, r.Source))
	if err != nil {
		return err
	}
	to, err := p.overlay.kind(graph.NewUID(graph.TagEntity, r.Target))
	if err != nil {
		return err
	}
	if ok, _ := p.ontology.Joins(r.Type, from, to); ok && r.Source != r.Target && p.ontology.Validate(&graph.Change{Relation: r}) == nil {
		wanted[r.UID()] = r
	}
	return nil
}

func later(a, b graph.Date) graph.Date {
	if b.Earliest() > a.Earliest() {
		return b
	}
	return a
}

func earlier(a, b graph.Date) graph.Date {
	if b.Latest() < a.Latest() {
		return b
	}
	return a
}

// retractConclusions takes back what was concluded from the relation premise,
// by rule or by a person, before the premise itself is retracted.
func (p *planner) retractConclusions(premise graph.UID, key graph.Key) error {
	conclusions := map[graph.UID]graph.Key{}
	err := p.overlay.factsOf(premise, func(fact graph.UID, t thing) (bool, error) {
		if r := t.relation; r != nil && r.Derived() && slices.Contains(r.Derivation.Premises, key) {
			conclusions[fact] = r.Key()
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, uid := range sorted(conclusions) {
		if _, err := p.change(&graph.Change{Retract: uid}); err != nil {
			return err
		}
	}
	return nil
}
