package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// KeyScheme is the scheme of the identifier that an entity has for each key of
// an entity that was merged into it, so that the key still finds it.
const KeyScheme = "KEY"

// Merged is how one entity becomes part of another: the changes that do it, and
// how many relations they move, how many of these were there already, and how
// many were between the two and are gone.
type Merged struct {
	Changes                []Change
	Moved, United, Dropped int
}

// Merge works out how drop becomes part of keep. The survivor has the names,
// identifiers, figures and evidence of both, its own first. Whatever named drop
// names keep: relations at it, places, products and so on. Where the same
// relation is at both, their evidence is united; where the two disagree both
// stay, told apart by their discriminators. What was concluded by a rule is left
// to the store. Two entities that are held apart (see [SameAsCandidate]) are a
// conflict.
//
// Every change holds only while the thing is as r reads it.
func Merge(r Reader, o *Ontology, keep, drop Key) (*Merged, error) {
	if keep == drop {
		return nil, refusal(CodeInvalid, "merge", drop, Phrase{"它不能并入自己", "it cannot be merged into itself"})
	}
	m := merger{r: r, o: o, from: drop, to: keep, done: &Merged{}, renamed: map[Key]Key{}, writes: map[Key]*Relation{}, gone: map[Key]*Relation{}}
	docs, err := m.entities(keep, drop)
	if err != nil {
		return nil, err
	}
	if err := m.apart(); err != nil {
		return nil, err
	}
	if err := m.relations(); err != nil {
		return nil, err
	}
	if err := m.premises(); err != nil {
		return nil, err
	}
	m.assemble(docs[0], docs[1])
	return m.done, nil
}

func refusal(code Code, op string, key Key, said Phrase) *Error {
	return &Error{Code: code, Op: op, Key: string(key), Detail: said.EN, DetailZH: said.ZH, Index: -1}
}

// merger works out a merge.
type merger struct {
	r        Reader
	o        *Ontology
	from, to Key
	done     *Merged

	renamed map[Key]Key       // of relations that move
	order   []Key             // of writes
	writes  map[Key]*Relation // by the key they have then
	gone    map[Key]*Relation // by the key they had
}

func (m *merger) entities(keys ...Key) ([]*Entity, error) {
	uids := make([]UID, len(keys))
	for i, k := range keys {
		uids[i] = NewUID(TagEntity, k)
	}
	found, err := m.r.Resolve(uids)
	if err != nil {
		return nil, err
	}
	ids := make([]EntityID, len(found))
	for i, id := range found {
		ids[i] = EntityID(id)
	}
	docs, err := m.r.Entities(ids)
	for i, doc := range docs {
		if doc == nil && err == nil {
			err = refusal(CodeNotFound, "merge", keys[i], Phrase{"图中没有它", "it is not in the graph"})
		}
	}
	return docs, err
}

// apart refuses to merge what is held apart.
func (m *merger) apart() error {
	ids, err := m.r.Resolve([]UID{NewUID(TagEntity, m.from)})
	if err != nil {
		return err
	}
	near, err := m.r.Neighbours(NeighbourQuery{IDs: []EntityID{EntityID(ids[0])}, Direction: Both, Types: []RelationType{SameAsCandidate}, Documents: true})
	if err != nil {
		return err
	}
	for _, edge := range near[0].Edges {
		if doc := edge.Document; doc.Modality == Negated && (doc.Source == m.to || doc.Target == m.to) {
			e := refusal(CodeConflict, "merge", m.from, Phrasef("它和 %s 已认定不是同一个（修订 %d）；先还原那次认定", "it is held apart from %s since revision %d; undo that first", m.to, doc.Rev))
			e.Subject = doc.UID()
			return e
		}
	}
	return nil
}

// fact reads a relation.
func (m *merger) relation(uid UID) (*Relation, error) {
	ids, err := m.r.Resolve([]UID{uid})
	if err != nil || ids[0] == 0 {
		return nil, err
	}
	docs, err := m.r.Relations([]RelationID{RelationID(ids[0])})
	if err != nil {
		return nil, err
	}
	return docs[0], nil
}

// relations moves whatever names the one that goes.
func (m *merger) relations() error {
	facts, err := m.r.Referrers(NewUID(TagEntity, m.from))
	if err != nil {
		return err
	}
	for _, uid := range facts {
		old, err := m.relation(uid)
		if err != nil {
			return err
		}
		if old == nil || m.o.Concludes(old) {
			continue
		}
		if err := m.move(old); err != nil {
			return err
		}
	}
	return nil
}

// move renames what old names.
func (m *merger) move(old *Relation) error {
	doc := *old
	doc.Places = slices.Clone(old.Places)
	for _, key := range []*Key{&doc.Source, &doc.Target, &doc.Via, &doc.Product, &doc.RecognisedIn, &doc.RecognisedBy} {
		m.rename(key)
	}
	for i := range doc.Places {
		m.rename(&doc.Places[i])
	}
	doc.Places = distinctKeys(doc.Places)
	m.o.Canonical(&doc)
	was, is := old.Key(), doc.Key()
	if was == is {
		m.write(&doc)
		return nil
	}
	m.gone[was] = old
	if doc.Source == doc.Target {
		m.done.Dropped++
		return nil
	}
	m.done.Moved++
	there, err := m.there(is)
	if err != nil {
		return err
	}
	if there != nil {
		if united, ok := unite(there, &doc); ok {
			m.done.United++
			doc = *united
		} else {
			sum := sha256.Sum256([]byte(was))
			doc.Disc = "merged-" + hex.EncodeToString(sum[:6])
		}
	}
	m.renamed[was] = doc.Key()
	m.write(&doc)
	return nil
}

func (m *merger) rename(k *Key) {
	if *k == m.from {
		*k = m.to
	}
}

func distinctKeys(keys []Key) []Key {
	var list []Key
	for _, k := range keys {
		if !slices.Contains(list, k) {
			list = append(list, k)
		}
	}
	return list
}

// there is the relation with a key as the merge would leave it, or nil.
func (m *merger) there(key Key) (*Relation, error) {
	if doc := m.writes[key]; doc != nil {
		return doc, nil
	}
	return m.relation(NewUID(TagRelation, key))
}

func (m *merger) write(doc *Relation) {
	key := doc.Key()
	if m.writes[key] == nil {
		m.order = append(m.order, key)
	}
	m.writes[key] = doc
}

// premises renames what conclusions drawn by people rest on. One that rests on a
// relation between the two goes with it.
func (m *merger) premises() error {
	for _, was := range sortedKeys(m.gone) {
		resting, err := m.r.Referrers(NewUID(TagRelation, was))
		if err != nil {
			return err
		}
		for _, uid := range resting {
			if err := m.rests(uid, was); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *merger) rests(uid UID, premise Key) error {
	doc, err := m.relation(uid)
	if err != nil || doc == nil || !doc.Derived() {
		return err
	}
	if m.o.Concludes(doc) {
		return m.restsOnRule(uid, doc)
	}
	key := doc.Key()
	if now, moved := m.renamed[key]; moved {
		key = now
	}
	if pending := m.writes[key]; pending != nil {
		doc = pending
	}
	is, moved := m.renamed[premise]
	if !moved { // it goes with what it rests on
		m.dropWrite(key, doc)
		return nil
	}
	derived := *doc
	derivation := *doc.Derivation
	derivation.Premises = slices.Clone(derivation.Premises)
	for i, p := range derivation.Premises {
		if p == premise {
			derivation.Premises[i] = is
		}
	}
	derivation.Premises = distinctKeys(derivation.Premises)
	derived.Derivation = &derivation
	m.write(&derived)
	return nil
}

// restsOnRule refuses a merge by which a conclusion of a rule would be drawn
// anew while a person has concluded something from it.
func (m *merger) restsOnRule(uid UID, conclusion *Relation) error {
	resting, err := m.r.Referrers(uid)
	if err != nil || len(resting) == 0 {
		return err
	}
	e := refusal(CodeConflict, "merge", m.from, Phrasef("有结论以推出的关系 %s 为前提，合并会重新推出它；先撤回那个结论",
		"something rests on %s, which a rule would conclude anew; retract that first", conclusion.Key()))
	e.Subject = uid
	return e
}

func (m *merger) dropWrite(key Key, doc *Relation) {
	m.done.Dropped++
	delete(m.writes, key)
	m.order = slices.DeleteFunc(m.order, func(k Key) bool { return k == key })
	for was, is := range m.renamed {
		if is == key {
			delete(m.renamed, was)
		}
	}
	if _, moved := m.gone[key]; !moved && doc.Rev > 0 {
		m.gone[key] = doc
	}
}

// assemble puts the changes in an order in which each finds what it needs.
func (m *merger) assemble(keep, drop *Entity) {
	survivor := absorb(keep, drop)
	add := func(c Change, rev Rev) {
		c.IfRev = &rev
		m.done.Changes = append(m.done.Changes, c)
	}
	add(Change{Entity: survivor}, keep.Rev)
	docs := make([]*Relation, len(m.order))
	for i, key := range m.order {
		docs[i] = m.writes[key]
	}
	for _, doc := range premisesFirst(docs) {
		rev := Rev(0)
		if there, err := m.relation(doc.UID()); err == nil && there != nil {
			rev = there.Rev
		}
		add(Change{Relation: doc}, rev)
	}
	var gone []*Relation
	for _, key := range sortedKeys(m.gone) {
		gone = append(gone, m.gone[key])
	}
	gone = premisesFirst(gone)
	slices.Reverse(gone)
	for _, doc := range gone {
		add(Change{Retract: doc.UID()}, doc.Rev)
	}
	add(Change{Retract: drop.UID()}, drop.Rev)
}

func sortedKeys[V any](m map[Key]V) []Key {
	keys := make([]Key, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// premisesFirst orders relations so that each stands behind those of them that
// it rests on. Premises that go round in a circle stay as they come.
func premisesFirst(docs []*Relation) []*Relation {
	index := map[Key]*Relation{}
	for _, doc := range docs {
		index[doc.Key()] = doc
	}
	ordered := make([]*Relation, 0, len(docs))
	seen := map[Key]bool{}
	var visit func(doc *Relation)
	visit = func(doc *Relation) {
		if seen[doc.Key()] {
			return
		}
		seen[doc.Key()] = true
		if doc.Derivation != nil {
			for _, p := range doc.Derivation.Premises {
				if premise := index[p]; premise != nil {
					visit(premise)
				}
			}
		}
		ordered = append(ordered, doc)
	}
	for _, doc := range docs {
		visit(doc)
	}
	return ordered
}

// MergedBy counts again what a merge did, from the entries of its revision and
// from what its changes were answered.
func MergedBy(o *Ontology, entries []Entry, results []Result) (*Merged, error) {
	m := &Merged{}
	drop := results[len(results)-1].UID
	var gone []*Relation
	survived := map[Key]bool{}
	for _, e := range entries {
		before, err := parseDocument(e.Subject.Tag(), e.Before)
		if err != nil {
			return nil, err
		}
		after, err := parseDocument(e.Subject.Tag(), e.After)
		if err != nil {
			return nil, err
		}
		if before.relation != nil && after.relation == nil && !o.Concludes(before.relation) {
			gone = append(gone, before.relation)
		}
		if after.relation != nil && before.relation == nil && !o.Concludes(after.relation) {
			survived[after.relation.Key()] = true
		}
	}
	keep := results[0].UID
	for _, r := range gone {
		source, target := NewUID(TagEntity, r.Source), NewUID(TagEntity, r.Target)
		switch {
		case source != drop && target != drop || source == keep || target == keep:
			m.Dropped++
		default:
			m.Moved++
		}
	}
	m.United = m.Moved - len(survived)
	return m, nil
}
