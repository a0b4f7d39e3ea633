package rules

import (
	"bytes"

	"lianzhu/graph"
)

// thing is the document of one thing and the revision that wrote it; with no
// document it does not exist.
type thing struct {
	entity   *graph.Entity
	relation *graph.Relation
	source   *graph.Source
	rev      graph.Rev
}

func (t thing) exists() bool { return t.entity != nil || t.relation != nil || t.source != nil }

func (t thing) key() graph.Key {
	switch {
	case t.entity != nil:
		return t.entity.Key
	case t.relation != nil:
		return t.relation.Key()
	case t.source != nil:
		return t.source.Key
	}
	return ""
}

// overlay is the state as the changes of the batch so far would leave it.
type overlay struct {
	st     State
	things map[graph.UID]thing
	partOf map[graph.UID][]Containment // the batch's own, retracted ones included

	// referrers holds the facts of things by what they name. It is built when
	// it is first asked for, because most batches never do.
	referrers map[graph.UID]map[graph.UID]struct{}
}

func newOverlay(st State) overlay {
	return overlay{st: st, things: map[graph.UID]thing{}, partOf: map[graph.UID][]Containment{}}
}

// find gives the thing that uid names.
func (v *overlay) find(uid graph.UID) (thing, error) {
	if t, ok := v.things[uid]; ok {
		return t, nil
	}
	var t thing
	var err error
	switch uid.Tag() {
	case graph.TagEntity:
		if t.entity, err = v.st.Entity(uid); t.entity != nil {
			t.rev = t.entity.Rev
		}
	case graph.TagRelation:
		if t.relation, err = v.st.Relation(uid); t.relation != nil {
			t.rev = t.relation.Rev
		}
	case graph.TagSource:
		if t.source, err = v.st.Source(uid); t.source != nil {
			t.rev = t.source.Rev
		}
	}
	return t, err
}

func (v *overlay) has(uid graph.UID) (bool, error) {
	if t, ok := v.things[uid]; ok {
		return t.exists(), nil
	}
	return v.st.Has(uid)
}

// kind is that of the entity uid names, or "".
func (v *overlay) kind(uid graph.UID) (graph.Kind, error) {
	t, ok := v.things[uid]
	if !ok {
		return v.st.Kind(uid)
	}
	if t.entity == nil {
		return "", nil
	}
	return t.entity.Kind, nil
}

// put makes t what uid names.
func (v *overlay) put(uid graph.UID, t thing) {
	if v.referrers != nil {
		v.unlink(uid, v.things[uid])
		v.link(uid, t)
	}
	v.things[uid] = t
	if r := t.relation; r != nil && r.Type == graph.PartOf {
		source := graph.NewUID(graph.TagEntity, r.Source)
		v.partOf[source] = append(v.partOf[source], Containment{uid, graph.NewUID(graph.TagEntity, r.Target)})
	}
}

func (v *overlay) link(fact graph.UID, t thing) {
	for _, ref := range references(t.entity, t.relation) {
		facts := v.referrers[ref.UID]
		if facts == nil {
			facts = map[graph.UID]struct{}{}
			v.referrers[ref.UID] = facts
		}
		facts[fact] = struct{}{}
	}
}

func (v *overlay) unlink(fact graph.UID, t thing) {
	for _, ref := range references(t.entity, t.relation) {
		delete(v.referrers[ref.UID], fact)
	}
}

// factsOf yields the facts that name uid, until yield says no more.
func (v *overlay) factsOf(uid graph.UID, yield func(fact graph.UID, t thing) (more bool, err error)) error {
	if v.referrers == nil {
		v.referrers = map[graph.UID]map[graph.UID]struct{}{}
		for fact, t := range v.things {
			v.link(fact, t)
		}
	}
	for fact := range v.referrers[uid] {
		if more, err := yield(fact, v.things[fact]); err != nil || !more {
			return err
		}
	}
	for fact, err := range v.st.Referrers(uid) {
		if err != nil {
			return err
		}
		if _, rewritten := v.things[fact]; rewritten {
			continue
		}
		t, err := v.find(fact)
		if err != nil {
			return err
		}
		if more, err := yield(fact, t); err != nil || !more {
			return err
		}
	}
	return nil
}

// anyFact gives the key of a fact that names uid, or "": of those that the
// batch itself writes the one with the least uid, so that the same batch is
// always refused in the same words.
func (v *overlay) anyFact(uid graph.UID) (graph.Key, error) {
	var least graph.UID
	var key graph.Key
	err := v.factsOf(uid, func(fact graph.UID, t thing) (bool, error) {
		if key == "" || bytes.Compare(fact[:], least[:]) < 0 {
			least, key = fact, t.key()
		}
		_, own := v.things[fact]
		return own, nil
	})
	return key, err
}

// containers gives what the entity uid is part of.
func (v *overlay) containers(uid graph.UID) ([]graph.UID, error) {
	stored, err := v.st.Containers(uid)
	if err != nil {
		return nil, err
	}
	var list []graph.UID
	for _, c := range append(stored, v.partOf[uid]...) {
		if t, rewritten := v.things[c.Relation]; !rewritten || t.exists() {
			list = append(list, c.Container)
		}
	}
	return list, nil
}
