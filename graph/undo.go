package graph

import (
	"context"
	"encoding/json"
	"slices"
)

// Undone is how a revision is undone: the changes that do it, and how many
// things they restore.
type Undone struct {
	Changes  []Change
	Restored int
}

// EntriesOf reads what a revision wrote.
func EntriesOf(ctx context.Context, s Store, rev Rev) ([]Entry, error) {
	if rev == 0 {
		return nil, nil
	}
	var entries []Entry
	for e, err := range s.Changes(ctx, rev-1) {
		if err != nil {
			return nil, err
		}
		if e.Rev > rev {
			break
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Undo works out how to restore what was there before a revision, of which
// entries are all. What was written again since stands in the way, unless it is
// as that revision left it, or as it was before: then the error is a conflict
// that names it. So does what rests on a relation that would go. What a rule
// concluded is left to the store.
//
// Every change holds only while the thing is as r reads it.
func Undo(r Reader, o *Ontology, entries []Entry) (*Undone, error) {
	u := undoing{r: r, o: o, before: map[UID]*version{}}
	for _, e := range entries {
		if err := u.note(e); err != nil {
			return nil, err
		}
	}
	done := &Undone{}
	for _, uid := range u.order {
		v := u.before[uid]
		changed, err := u.look(v)
		if err != nil {
			return nil, err
		}
		if !changed {
			delete(u.before, uid)
			continue
		}
		done.Restored++
	}
	if err := u.restsOnIt(); err != nil {
		return nil, err
	}
	changes, err := u.changes()
	done.Changes = changes
	return done, err
}

// version is one thing as a revision found it and as it left it.
type version struct {
	uid           UID
	before, after document
	now           document
	rev           Rev // of now
}

// document is at most one of the three.
type document struct {
	entity   *Entity
	relation *Relation
	source   *Source
}

func (d document) exists() bool { return d.entity != nil || d.relation != nil || d.source != nil }

func (d document) key() Key {
	switch {
	case d.entity != nil:
		return d.entity.Key
	case d.relation != nil:
		return d.relation.Key()
	case d.source != nil:
		return d.source.Key
	}
	return ""
}

// json is d as the log would have it; "" where there is none.
func (d document) json() string {
	var b []byte
	switch {
	case d.entity != nil:
		b, _ = json.Marshal(d.entity)
	case d.relation != nil:
		b, _ = json.Marshal(d.relation)
	case d.source != nil:
		b, _ = json.Marshal(d.source)
	}
	return string(b)
}

func parseDocument(tag Tag, b []byte) (d document, err error) {
	if len(b) == 0 {
		return d, nil
	}
	switch tag {
	case TagEntity:
		d.entity = &Entity{}
		err = json.Unmarshal(b, d.entity)
	case TagRelation:
		d.relation = &Relation{}
		err = json.Unmarshal(b, d.relation)
	default:
		d.source = &Source{}
		err = json.Unmarshal(b, d.source)
	}
	return d, err
}

// undoing works out an undo.
type undoing struct {
	r      Reader
	o      *Ontology
	order  []UID
	before map[UID]*version
}

// note takes an entry in. Of several of one thing the first says what was there
// before and the last what was left.
func (u *undoing) note(e Entry) error {
	after, err := parseDocument(e.Subject.Tag(), e.After)
	if err != nil {
		return err
	}
	if v := u.before[e.Subject]; v != nil {
		v.after = after
		return nil
	}
	before, err := parseDocument(e.Subject.Tag(), e.Before)
	if err != nil {
		return err
	}
	u.before[e.Subject] = &version{uid: e.Subject, before: before, after: after}
	u.order = append(u.order, e.Subject)
	return nil
}

// look reads what v is now and tells whether there is anything to restore.
func (u *undoing) look(v *version) (bool, error) {
	was, left := v.before.json(), v.after.json()
	if was == left || u.follows(v) {
		return false, nil
	}
	if err := u.read(v); err != nil {
		return false, err
	}
	switch v.now.json() {
	case was:
		return false, nil
	case left:
		return true, nil
	}
	key := v.before.key()
	if key == "" {
		key = v.after.key()
	}
	said := Phrasef("它在修订 %d 又写过；先还原那一次", "it was written again at revision %d; undo that first", v.rev)
	if !v.now.exists() {
		said = Phrase{"它后来被撤回了；先还原那一次", "it was taken back since; undo that first"}
	}
	e := refusal(CodeConflict, "undo", key, said)
	e.Subject = v.uid
	return false, e
}

// follows tells whether v was concluded by a rule from what the revision wrote
// as well, so that the store draws it back by itself.
func (u *undoing) follows(v *version) bool {
	for _, d := range []document{v.before, v.after} {
		if d.relation == nil || !u.o.Concludes(d.relation) {
			continue
		}
		for _, p := range d.relation.Derivation.Premises {
			if u.before[NewUID(TagRelation, p)] != nil {
				return true
			}
		}
		for _, end := range []Key{d.relation.Source, d.relation.Target} {
			if u.before[NewUID(TagEntity, end)] != nil {
				return true
			}
		}
	}
	return false
}

func (u *undoing) read(v *version) error {
	if v.uid.Tag() == TagSource {
		key := v.before.key()
		if key == "" {
			key = v.after.key()
		}
		list, err := u.r.Sources([]Key{key})
		if err == nil && list[0] != nil {
			v.now.source, v.rev = list[0], list[0].Rev
		}
		return err
	}
	ids, err := u.r.Resolve([]UID{v.uid})
	if err != nil || ids[0] == 0 {
		return err
	}
	if v.uid.Tag() == TagEntity {
		docs, err := u.r.Entities([]EntityID{EntityID(ids[0])})
		if err == nil && docs[0] != nil {
			v.now.entity, v.rev = docs[0], docs[0].Rev
		}
		return err
	}
	docs, err := u.r.Relations([]RelationID{RelationID(ids[0])})
	if err == nil && docs[0] != nil {
		v.now.relation, v.rev = docs[0], docs[0].Rev
	}
	return err
}

// restsOnIt refuses to take back a relation from which a person has concluded
// something since.
func (u *undoing) restsOnIt() error {
	for _, uid := range u.order {
		v := u.before[uid]
		if v == nil || uid.Tag() != TagRelation || v.before.exists() {
			continue
		}
		facts, err := u.r.Referrers(uid)
		if err != nil {
			return err
		}
		for _, fact := range facts {
			own := u.before[fact]
			if own != nil && !slices.Contains(premisesOf(own.before.relation), v.after.key()) {
				continue
			}
			resting := &version{uid: fact}
			if err := u.read(resting); err != nil {
				return err
			}
			if resting.now.relation == nil || u.o.Concludes(resting.now.relation) {
				continue
			}
			e := refusal(CodeConflict, "undo", v.after.key(), Phrasef("%s 以它为前提；先撤回那个结论", "%s rests on it; retract that first", resting.now.key()))
			e.Subject = fact
			return e
		}
	}
	return nil
}

func premisesOf(r *Relation) []Key {
	if r == nil || r.Derivation == nil {
		return nil
	}
	return r.Derivation.Premises
}

// changes puts the inverse writes in an order in which each finds what it needs:
// what was made last goes first, and what others name comes before them.
func (u *undoing) changes() ([]Change, error) {
	var sources, entities, takeSources, takeEntities []Change
	var write, take []*Relation
	rekind := false
	revs := map[UID]Rev{}
	for _, uid := range u.order {
		v := u.before[uid]
		if v == nil {
			continue
		}
		revs[uid] = v.rev
		switch {
		case v.before.source != nil:
			list, err := u.source(v)
			if err != nil {
				return nil, err
			}
			sources = append(sources, list...)
		case v.before.entity != nil:
			rekind = rekind || v.now.entity != nil && v.now.entity.Kind != v.before.entity.Kind
			entities = append(entities, Change{Entity: v.before.entity})
		case v.before.relation != nil:
			write = append(write, v.before.relation)
		case uid.Tag() == TagSource:
			takeSources = append(takeSources, Change{Retract: uid})
		case uid.Tag() == TagEntity:
			takeEntities = append(takeEntities, Change{Retract: uid})
		default:
			take = append(take, v.after.relation)
		}
	}
	take = premisesFirst(u.takeFirst(take, write, rekind))
	slices.Reverse(take)
	all := sources
	for _, r := range take {
		all = append(all, Change{Retract: r.UID()})
	}
	all = append(all, entities...)
	for _, r := range premisesFirst(write) {
		all = append(all, Change{Relation: r})
	}
	all = append(append(all, takeEntities...), takeSources...)
	seen := map[UID]bool{}
	for i := range all {
		if uid := all[i].Subject(); !seen[uid] {
			seen[uid] = true
			rev := revs[uid]
			all[i].IfRev = &rev
		}
	}
	return all, nil
}

// takeFirst adds to the relations that go those that are written again but would
// stand in the way until then: what rests on one that goes, and, where an entity
// becomes of its old kind again, all of them.
func (u *undoing) takeFirst(take, write []*Relation, all bool) []*Relation {
	goes := map[Key]bool{}
	for _, r := range take {
		goes[r.Key()] = true
	}
	for added := true; added; {
		added = false
		for _, r := range write {
			now := u.before[r.UID()].now.relation
			if now == nil || goes[now.Key()] || !all && !slices.ContainsFunc(premisesOf(now), func(p Key) bool { return goes[p] }) {
				continue
			}
			goes[now.Key()], added = true, true
			take = append(take, now)
		}
	}
	return take
}

// source restores a source with its text.
func (u *undoing) source(v *version) ([]Change, error) {
	was, now := v.before.source, v.now.source
	switch {
	case was.SHA256 == "" && now != nil && now.SHA256 != "":
		return []Change{{Source: was, DropText: true}}, nil
	case was.SHA256 == "" || now != nil && now.SHA256 == was.SHA256:
		return []Change{{Source: was}}, nil
	}
	text, ok, err := u.r.PastText(was.SHA256)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, refusal(CodeConflict, "undo", was.Key, Phrase{"它那时的文本没有保存；用 addSource 重新加入", "the text it had is not kept; add it again with addSource"})
	}
	if now == nil {
		return []Change{{Source: was, Text: &text}}, nil
	}
	bare := *was // so that the editions are counted from there
	bare.SHA256, bare.Length, bare.Editions = "", 0, was.Editions-1
	return []Change{{Source: &bare, DropText: true}, {Source: was, Text: &text}}, nil
}
