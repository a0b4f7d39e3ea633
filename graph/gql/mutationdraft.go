package gql

import (
	"math"
	"slices"

	"lianzhu/graph"
)

// draft is the graph as the writes of a list so far would leave it.
type draft struct {
	s     *session
	r     graph.Reader
	texts *graph.Verifier

	entities  map[graph.Key]*graph.Entity // nil: retracted
	relations map[graph.UID]*graph.Relation
	sources   map[graph.Key]*graph.Source
	newTexts  map[graph.Key]*graph.Text

	changes []graph.Change
	from    []int // of each change, the operation it comes from
	wrote   map[graph.UID]bool
	before  map[int]Node   // of each retraction, what was there
	lastID  graph.EntityID // given to an entity that the store does not have yet
}

func newDraft(s *session, r graph.Reader) *draft {
	return &draft{s: s, r: r, texts: s.verifier, entities: map[graph.Key]*graph.Entity{}, relations: map[graph.UID]*graph.Relation{},
		sources: map[graph.Key]*graph.Source{}, newTexts: map[graph.Key]*graph.Text{}, wrote: map[graph.UID]bool{}, before: map[int]Node{}, lastID: math.MaxUint32}
}

// all drafts every write of a list and tells of all that are at fault.
func (d *draft) all(operations []*Operation, at func(int, *Operation) []string) (*ApplyFailed, error) {
	if most := d.s.Maxima.Writes; len(operations) > most {
		said := graph.Phrasef("一次至多 %d 项；这里有 %d 项", "it may have at most %d operations; it has %d", most, len(operations))
		e := &graph.Error{Code: graph.CodeLimit, Op: "apply", Index: -1, Detail: said.EN, DetailZH: said.ZH}
		return applyFailed(&OperationProblem{most, &Refused{problem{e, []string{"operations"}}}}), nil
	}
	if len(operations) == 0 {
		return applyFailed(&OperationProblem{0, invalidAt([]string{"operations"}, "一项也没有", "the list is empty")}), nil
	}
	var problems []*OperationProblem
	for i, o := range operations {
		problem, err := d.one(i, o, at(i, o))
		if err != nil {
			if problem = asProblem(err, at(i, o)); problem == nil {
				return nil, err
			}
		}
		if problem != nil {
			problems = append(problems, &OperationProblem{i, problem})
		}
		if len(problems) == maxProblems {
			break
		}
	}
	if len(problems) > 0 {
		return applyFailed(problems...), nil
	}
	return nil, nil
}

// maxProblems ends a list of problems; who has so many mends these first.
const maxProblems = 50

func (d *draft) one(i int, o *Operation, at []string) (Problem, error) {
	switch {
	case o.AddSource != nil:
		return d.addSource(i, o.AddSource, at)
	case o.UpsertEntity != nil:
		return d.upsertEntity(i, o.UpsertEntity, at)
	case o.UpsertRelation != nil:
		return d.upsertRelation(i, o.UpsertRelation, at)
	case o.Retract != nil:
		return d.retract(i, *o.Retract, at)
	}
	return invalidAt(at, "要恰好给出 addSource、upsertEntity、upsertRelation、retract 之一", "it needs exactly one of addSource, upsertEntity, upsertRelation and retract"), nil
}

// put adds a change to the draft. The first one of a thing holds only while the
// thing is as it was read.
func (d *draft) put(operation int, c graph.Change, rev graph.Rev) {
	if uid := c.Subject(); !d.wrote[uid] {
		d.wrote[uid] = true
		c.IfRev = &rev
	}
	d.changes = append(d.changes, c)
	d.from = append(d.from, operation)
}

// entity is the entity with a key as the draft has it, or nil.
func (d *draft) entity(key graph.Key) (*graph.Entity, error) {
	if e, ok := d.entities[key]; ok {
		return e, nil
	}
	docs, err := d.s.byKey(d.r, []graph.Key{key})
	if err != nil {
		return nil, err
	}
	return docs[0], nil
}

func (d *draft) relation(uid graph.UID) (*graph.Relation, error) {
	if r, ok := d.relations[uid]; ok {
		return r, nil
	}
	ids, err := d.r.Resolve([]graph.UID{uid})
	if err != nil || ids[0] == 0 {
		return nil, err
	}
	docs, err := d.r.Relations([]graph.RelationID{graph.RelationID(ids[0])})
	if err != nil {
		return nil, err
	}
	return docs[0], nil
}

func (d *draft) source(key graph.Key) (*graph.Source, *graph.Text, error) {
	if s, ok := d.sources[key]; ok {
		return s, d.newTexts[key], nil
	}
	return d.texts.Source(key)
}

// mention is what a write needs of an entity that it names.
type mention struct {
	id   graph.EntityID
	key  graph.Key
	kind graph.Kind
}

// find is what a ref means, the draft's own entities before the session's.
func (d *draft) find(ref *EntityRef, at []string) (mention, Problem, error) {
	own, ok := d.own(ref)
	switch {
	case !ok:
		return d.findStored(ref, at)
	case own != nil:
		return mention{own.ID, own.Key, own.Kind}, nil, nil
	}
	gone := &NotFound{problem: problem{&graph.Error{Code: graph.CodeNotFound, Op: "entity", Key: refText(ref), Index: -1,
		Detail: "an earlier operation of the list retracts it", DetailZH: "前面的一项把它撤回了"}, refPlace(at, ref)}, Missing: refText(ref), Suggestions: []*SearchHit{}}
	return mention{}, gone, nil
}

// findStored is session.find, without reading the document where a key tells
// which entity it is.
func (d *draft) findStored(ref *EntityRef, at []string) (mention, Problem, error) {
	if ref.Key != nil && ref.ID == nil && ref.Name == nil {
		if e, err := d.headed(graph.Key(*ref.Key)); e.id != 0 || err != nil {
			return e, nil, err
		}
	}
	doc, err := d.s.find(d.r, *ref)
	if err == nil {
		return mention{doc.ID, doc.Key, doc.Kind}, nil, nil
	}
	if problem := asProblem(err, refPlace(at, ref)); problem != nil {
		return mention{}, problem, d.suggest(problem, ref)
	}
	return mention{}, nil, err
}

// headed is the entity with a key by its header; its id is 0 where there is
// none, or no headers.
func (d *draft) headed(key graph.Key) (mention, error) {
	headers, ok := d.r.(graph.Headers)
	if !ok {
		return mention{}, nil
	}
	ids, err := d.r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, key)})
	if err != nil || ids[0] == 0 {
		return mention{}, err
	}
	var head [1]graph.EntityHeader
	if err := headers.EntityHeaders([]graph.EntityID{graph.EntityID(ids[0])}, head[:]); err != nil || head[0].Key != string(key) {
		return mention{}, err
	}
	return mention{head[0].ID, key, head[0].Kind}, nil
}

// own is what a ref means among the draft's own entities; ok is false where it
// means none of them.
func (d *draft) own(ref *EntityRef) (e *graph.Entity, ok bool) {
	switch {
	case ref.Key != nil:
		e, ok = d.entities[graph.Key(*ref.Key)]
	case ref.ID != nil:
		uid, isID := graph.ParseUID(*ref.ID)
		for key, own := range d.entities {
			if isID && graph.NewUID(graph.TagEntity, key) == uid {
				return own, true
			}
		}
	case ref.Name != nil:
		var named []*graph.Entity
		for _, own := range d.entities {
			if own != nil && own.ID > d.lastID && slices.ContainsFunc(own.Names, func(n graph.Name) bool { return n.Text == *ref.Name }) {
				named = append(named, own)
			}
		}
		if ids, err := d.r.Named(*ref.Name); len(named) == 1 && err == nil && len(ids) == 0 {
			return named[0], true
		}
	}
	return e, ok
}

func refPlace(at []string, ref *EntityRef) []string {
	switch {
	case ref.ID != nil:
		return place(at, "id")
	case ref.Key != nil:
		return place(at, "key")
	case ref.Name != nil:
		return place(at, "name")
	}
	return at
}

func refText(ref *EntityRef) string {
	for _, text := range []*string{ref.ID, ref.Key, ref.Name} {
		if text != nil {
			return *text
		}
	}
	return ""
}

// refused makes the problem of a change that the store did not take.
func (d *draft) refused(e *graph.Error, at []string) Problem {
	problem := asProblem(e, at)
	conflict, ok := problem.(*Conflict)
	if !ok {
		return problem
	}
	conflict.s, conflict.subject = d.s, d.changes[e.Index].Subject()
	if e.Subject != (graph.UID{}) {
		conflict.subject = e.Subject
	}
	return problem
}

// show makes the session read the draft as if it had been written.
func (d *draft) show() error {
	for _, e := range d.entities {
		if e != nil {
			d.s.entities.put(e.ID, e)
		}
	}
	d.s.drafted = d.entities
	return d.showTexts()
}

// showTexts makes the session read the texts of the draft, so that what was
// looked for in them can be shown.
func (d *draft) showTexts() error {
	for key, source := range d.sources {
		if source != nil {
			if err := d.s.verifier.Put(source, d.newTexts[key]); err != nil {
				return err
			}
		}
	}
	return nil
}
