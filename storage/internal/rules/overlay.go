package rules

import (
	"bytes"
	"slices"

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
	st       State
	ontology *graph.Ontology
	things   map[graph.UID]thing
	ends     map[end][]graph.UID // the batch's own relations, retracted ones included

	// referrers holds the facts of things by what they name. It is built when
	// it is first asked for, because most batches never do.
	referrers map[graph.UID]map[graph.UID]struct{}
}

// end is where relations of a type lie at an entity.
type end struct {
	entity graph.UID
	typ    graph.RelationType
	dir    graph.Direction
}

func newOverlay(st State, o *graph.Ontology, changes int) overlay {
	return overlay{st: st, ontology: o, things: make(map[graph.UID]thing, changes), ends: map[end][]graph.UID{}}
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

// put makes t, which refers to refs, what uid names.
func (v *overlay) put(uid graph.UID, t thing, refs []Reference) {
	if v.referrers != nil {
		v.unlink(uid, v.things[uid])
		v.link(uid, t)
	}
	v.things[uid] = t
	if r := t.relation; r != nil && v.followed(r.Type) {
		v.lay(uid, r.Type, refs[0].UID, refs[1].UID)
	}
}

// followed tells whether relations of a type are ever looked for by their ends.
func (v *overlay) followed(t graph.RelationType) bool {
	return t == graph.PartOf || slices.ContainsFunc(v.ontology.Rules(), func(r graph.Rule) bool {
		return r.First.Type == t || r.Second.Type == t
	})
}

// lay notes a relation at both its ends.
func (v *overlay) lay(uid graph.UID, t graph.RelationType, source, target graph.UID) {
	add := func(entity graph.UID, d graph.Direction) {
		at := end{entity, t, d}
		if !slices.Contains(v.ends[at], uid) {
			v.ends[at] = append(v.ends[at], uid)
		}
	}
	add(source, graph.Out)
	add(target, graph.In)
	if def := v.ontology.Relation(t); def != nil && def.Symmetric {
		add(source, graph.In)
		add(target, graph.Out)
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

// anyFact gives a fact that names uid and its key, or "": of those that the
// batch itself writes the one with the least uid, so that the same batch is
// always refused in the same words.
func (v *overlay) anyFact(uid graph.UID) (least graph.UID, key graph.Key, err error) {
	err = v.factsOf(uid, func(fact graph.UID, t thing) (bool, error) {
		if key == "" || bytes.Compare(fact[:], least[:]) < 0 {
			least, key = fact, t.key()
		}
		_, own := v.things[fact]
		return own, nil
	})
	return least, key, err
}

// at yields the relations of a type at an entity, seen in a direction.
func (v *overlay) at(entity graph.UID, t graph.RelationType, d graph.Direction, yield func(*graph.Relation) error) error {
	for _, uid := range v.ends[end{entity, t, d}] {
		if r := v.things[uid].relation; r != nil {
			if err := yield(r); err != nil {
				return err
			}
		}
	}
	for uid, err := range v.st.At(entity, t, d) {
		if err != nil {
			return err
		}
		if _, rewritten := v.things[uid]; rewritten {
			continue
		}
		thing, err := v.find(uid)
		if err != nil {
			return err
		}
		if thing.relation != nil {
			if err := yield(thing.relation); err != nil {
				return err
			}
		}
	}
	return nil
}

// containers gives what the entity uid is part of.
func (v *overlay) containers(uid graph.UID) (list []graph.UID, err error) {
	err = v.at(uid, graph.PartOf, graph.Out, func(r *graph.Relation) error {
		list = append(list, graph.NewUID(graph.TagEntity, r.Target))
		return nil
	})
	return list, err
}
