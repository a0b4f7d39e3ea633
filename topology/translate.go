package topology

import (
	"cmp"
	"slices"

	"lianzhu/graph"
	"lianzhu/text"
)

// translator finds the dense ids of what the log is about. What the snapshot
// knows it finds in the snapshot, since the store forgets ids when a thing is
// retracted; only for what is new it asks the reader.
type translator struct {
	s         *Snapshot
	r         graph.Reader
	exact     bool // the reader shows the end of the log and nothing later
	d         *delta
	entities  []entityLife
	relations []relationLife

	known map[graph.UID]graph.EntityID // entities that s knows
	fresh map[graph.UID]uint32         // what is new
}

func (t *translator) translate() error {
	if err := t.askNew(); err != nil {
		return err
	}
	if err := t.findKnown(); err != nil {
		return err
	}
	for i := range t.relations {
		if l := &t.relations[i]; l.ended {
			if err := t.endRelation(l); err != nil {
				return err
			}
		}
	}
	for i := range t.entities {
		if err := t.entity(&t.entities[i]); err != nil {
			return err
		}
	}
	for i := range t.relations {
		if l := &t.relations[i]; l.after != nil {
			if err := t.relation(l); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(t.d.relations, func(a, b relationPut) int { return cmp.Compare(a.id, b.id) })
	return nil
}

// askNew asks the reader for the ids of what is new.
func (t *translator) askNew() error {
	var lives []*life
	for _, l := range t.entities {
		if l.renewed {
			lives = append(lives, l.life)
		}
	}
	for _, l := range t.relations {
		if l.renewed {
			lives = append(lives, l.life)
		}
	}
	uids := make([]graph.UID, len(lives))
	for i, l := range lives {
		uids[i] = l.subject
	}
	ids, err := t.r.Resolve(uids)
	if err != nil {
		return err
	}
	t.fresh = make(map[graph.UID]uint32, len(ids))
	for i, id := range ids {
		if id == 0 {
			return errRaced
		}
		if err := t.stillThat(lives[i]); err != nil {
			return err
		}
		t.fresh[lives[i].subject] = id
	}
	return nil
}

// historyPage is how many entries of a thing's history are looked at in one go.
const historyPage = 64

// stillThat makes sure that what the reader knows under l's uid is what the log
// speaks of, and not something that took its place after the log's end.
func (t *translator) stillThat(l *life) error {
	if t.exact {
		return nil
	}
	var after *graph.LogPos
	for {
		entries, _, err := t.r.History(l.subject, after, historyPage)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Rev <= t.d.rev {
				return nil
			}
			if e.Op == graph.OpRetract {
				return errRaced
			}
		}
		if len(entries) < historyPage {
			return nil
		}
		last := entries[len(entries)-1]
		after = &graph.LogPos{Rev: last.Rev, Index: last.Index}
	}
}

// findKnown finds the entities that the log is about and that s knows: those
// that end or change, and the ends of relations. Mostly the reader still knows
// them by the same id; the rest is looked up by name among all.
func (t *translator) findKnown() error {
	var uids []graph.UID
	for _, l := range t.entities {
		if len(l.life.before) > 0 {
			uids = append(uids, l.subject)
		}
	}
	for _, l := range t.relations {
		for _, doc := range []*graph.Relation{l.before, l.after} {
			if doc != nil {
				uids = append(uids, graph.NewUID(graph.TagEntity, doc.Source), graph.NewUID(graph.TagEntity, doc.Target))
				for _, place := range doc.Places {
					uids = append(uids, graph.NewUID(graph.TagEntity, place))
				}
			}
		}
	}
	ids, err := t.r.Resolve(uids)
	if err != nil {
		return err
	}
	t.known = make(map[graph.UID]graph.EntityID, len(uids))
	lost := map[short]graph.UID{}
	for i, uid := range uids {
		id := graph.EntityID(ids[i])
		if e := t.s.entity(id); id != 0 && e.kind != 0 && e.uid == shortOf(uid) {
			t.known[uid] = id
		} else {
			lost[shortOf(uid)] = uid
		}
	}
	if len(lost) > 0 {
		t.findByName(lost)
	}
	return nil
}

// findByName goes through all entities of s. What it does not find is new.
func (t *translator) findByName(lost map[short]graph.UID) {
	for id := graph.EntityID(1); id <= t.s.lastEntity; id++ {
		if !t.s.Has(id) {
			continue
		}
		if uid, ok := lost[t.s.uidOf(id)]; ok {
			t.known[uid] = id
		}
	}
}

func (t *translator) entity(l *entityLife) error {
	id, known := t.known[l.subject]
	if l.ended {
		if !known {
			return t.unknown(l.life)
		}
		t.d.goneEntities = append(t.d.goneEntities, id)
		t.say(id, nil)
	}
	if l.after == nil {
		return nil
	}
	if l.renewed {
		id = graph.EntityID(t.fresh[l.subject])
	} else if !known {
		return t.unknown(l.life)
	}
	l.after.Rev = l.rev
	e, err := t.s.vocab.entity(l.after)
	if err == nil && e != t.s.entity(id) {
		t.d.entities[id] = e
		t.say(id, l.after)
	}
	return err
}

// say notes that the entity id is found by other words, or nil by none.
func (t *translator) say(id graph.EntityID, e *graph.Entity) {
	if t.s.indexed() {
		t.d.said = append(t.d.said, text.Change{ID: id, Entity: e})
	}
}

// endRelation finds the relation that s knows and that has ended.
func (t *translator) endRelation(l *relationLife) error {
	id, ok := t.find(l.before)
	if !ok {
		return t.unknown(l.life)
	}
	t.d.goneRelations = append(t.d.goneRelations, id)
	return nil
}

func (t *translator) relation(l *relationLife) error {
	var id graph.RelationID
	if l.renewed {
		id = graph.RelationID(t.fresh[l.subject])
	} else {
		var ok bool
		if id, ok = t.find(l.before); !ok {
			return t.unknown(l.life)
		}
	}
	source, target := t.end(l.after.Source), t.end(l.after.Target)
	if source == 0 || target == 0 {
		return t.unknown(l.life)
	}
	l.after.Rev = l.rev
	w, err := t.s.vocab.row(l.after, source, target)
	for _, key := range l.after.Places {
		place := t.end(key)
		if place == 0 {
			return t.unknown(l.life)
		}
		w.places = append(w.places, place)
	}
	if err == nil {
		t.d.relations = append(t.d.relations, relationPut{id, w})
	}
	return err
}

// end is the entity named key at the end of the log, or 0.
func (t *translator) end(key graph.Key) graph.EntityID {
	uid := graph.NewUID(graph.TagEntity, key)
	if id, ok := t.fresh[uid]; ok {
		return graph.EntityID(id)
	}
	return t.known[uid]
}

// find is the relation of s that a document names, which is sought at one of
// its ends.
func (t *translator) find(doc *graph.Relation) (graph.RelationID, bool) {
	source := t.known[graph.NewUID(graph.TagEntity, doc.Source)]
	target := t.known[graph.NewUID(graph.TagEntity, doc.Target)]
	code, err := t.s.vocab.typeCode(doc.Type)
	if source == 0 || target == 0 || err != nil {
		return 0, false
	}
	if t.s.slots(source, outward) <= t.s.slots(target, inward) {
		return t.findAmong(t.s.outAt, source, source, target, code, shortOf(doc.UID()))
	}
	return t.findAmong(t.s.inAt, target, source, target, code, shortOf(doc.UID()))
}

// findAmong looks for a relation among the edges at one of its ends.
func (t *translator) findAmong(at func(graph.EntityID) (run, []run), end, source, target graph.EntityID, code uint8, uid short) (graph.RelationID, bool) {
	peer := target
	if end == target {
		peer = source
	}
	for r, rest := at(end); ; r, rest = rest[0], rest[1:] {
		r = r.ofType(code)
		for i := r.lo; i < r.hi; i++ {
			if r.peer[i] != peer {
				continue
			}
			if t.s.row(r.relation[i]).uid == uid {
				return r.relation[i], true
			}
		}
		if len(rest) == 0 {
			return 0, false
		}
	}
}

func (t *translator) unknown(l *life) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: "topology", Index: -1,
		Detail: "the change log speaks of " + l.subject.String() + ", which the snapshot does not have"}
}
