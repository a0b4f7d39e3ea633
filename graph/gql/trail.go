package gql

import (
	"fmt"
	"slices"

	"lianzhu/graph"
)

// trail holds the nouns of what paths lead through. Each is read once, and all
// of them together, when the first is asked for.
type trail struct {
	s     *session
	steps []graph.Step

	// shared says that steps may have an entity or a relation in common, which is
	// to be read once; else each has its own, and but for the first a relation.
	shared bool

	// These are guarded by the session. By tells of each step where its entity
	// and its relation stand in what was read; nil: as the steps do.
	listed, headed bool
	entities       []graph.EntityID
	relations      []graph.RelationID
	by             [2][]int32
	places         []graph.EntityHeader // nil where they cannot be had
	heads          []graph.RelationHeader
	nouns          []Entity
	ties           []Relation
}

// loadHeads reads the headers of what the paths lead through, where there are
// any. The session is locked by its caller.
func (t *trail) loadHeads(r graph.Reader) error {
	if t.headed {
		return nil
	}
	t.list()
	places, ok, err := t.s.entityHeaders(r, t.entities)
	if err != nil || !ok {
		t.headed = err == nil
		return err
	}
	heads, _, err := t.s.relationHeaders(r, t.relations)
	if err != nil {
		return err
	}
	if !t.shared {
		heads = append(make([]graph.RelationHeader, 1, 1+len(heads)), heads...)
	}
	t.places, t.heads, t.headed = places, heads, true
	return nil
}

// load reads the nouns of what the paths lead through. The session is locked by
// its caller.
func (t *trail) load(r graph.Reader) error {
	if t.nouns != nil {
		return nil
	}
	if err := t.loadHeads(r); err != nil {
		return err
	}
	if t.places != nil {
		t.nouns, t.ties = t.s.headedNouns(t.places), t.s.headedTies(t.heads)
		return nil
	}
	nouns, err := t.s.nouns(r, t.entities)
	if err != nil {
		return err
	}
	heads, ties, err := t.s.headed(r, t.relations)
	if err != nil {
		return err
	}
	if !t.shared {
		heads, ties = append(make([]graph.RelationHeader, 1), heads...), append(make([]Relation, 1), ties...)
	}
	t.nouns, t.heads, t.ties = nouns, heads, ties
	return nil
}

// entityHeaders and relationHeaders are the headers that were read, nil where
// there are none.
func (t *trail) entityHeaders() []graph.EntityHeader {
	return lendable(t.s, func(r graph.Reader) ([]graph.EntityHeader, bool, error) {
		err := t.loadHeads(r)
		return t.places, true, err
	})
}

func (t *trail) relationHeaders() []graph.RelationHeader {
	return lendable(t.s, func(r graph.Reader) ([]graph.RelationHeader, bool, error) {
		if err := t.loadHeads(r); err != nil || t.places == nil {
			return nil, false, err
		}
		return t.heads, true, nil
	})
}

// list lists what there is to read.
func (t *trail) list() {
	if t.listed {
		return
	}
	t.listed = true
	t.entities, t.relations = make([]graph.EntityID, 0, len(t.steps)), make([]graph.RelationID, 0, len(t.steps))
	for _, step := range t.steps {
		t.entities = append(t.entities, step.Entity)
		if step.Before >= 0 {
			t.relations = append(t.relations, step.Relation)
		}
	}
	if !t.shared {
		return
	}
	t.entities, t.relations = sorted(t.entities), sorted(t.relations)
	t.by = [2][]int32{make([]int32, len(t.steps)), make([]int32, len(t.steps))}
	for i, step := range t.steps {
		entity, _ := slices.BinarySearch(t.entities, step.Entity)
		relation, _ := slices.BinarySearch(t.relations, step.Relation)
		t.by[0][i], t.by[1][i] = int32(entity), int32(relation)
	}
}

// entityAt and relationAt are where a step's entity and relation stand in what
// was read.
func (t *trail) entityAt(step int32) int32 {
	if t.by[0] == nil {
		return step
	}
	return t.by[0][step]
}

func (t *trail) relationAt(step int32) int32 {
	if t.by[1] == nil {
		return step
	}
	return t.by[1][step]
}

// append adds a path, and gives its last step.
func (t *trail) append(route graph.Route) int32 {
	t.steps = append(t.steps, graph.Step{Entity: route.Entities[0], Before: -1})
	for i, relation := range route.Relations {
		t.steps = append(t.steps, graph.Step{Entity: route.Entities[i+1], Relation: relation, Before: int32(len(t.steps) - 1)})
	}
	return int32(len(t.steps) - 1)
}

func sorted[ID graph.EntityID | graph.RelationID](ids []ID) []ID {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// headed are the headers and the nouns of relations, all of which must be there.
// The session is locked by its caller.
func (s *session) headed(r graph.Reader, ids []graph.RelationID) ([]graph.RelationHeader, []Relation, error) {
	heads, ok, err := s.relationHeaders(r, ids)
	if ok {
		return heads, s.headedTies(heads), err
	}
	heads, ties := make([]graph.RelationHeader, len(ids)), make([]Relation, len(ids))
	docs, err := r.Relations(ids)
	for i, doc := range docs {
		if doc == nil {
			return nil, nil, missing("relation", fmt.Sprint(ids[i]))
		}
		heads[i], ties[i] = doc.Header(), s.wrapRelation(doc)
	}
	return heads, ties, err
}

// headedTies are the nouns of relations with these headers, nil where there is
// none.
func (s *session) headedTies(heads []graph.RelationHeader) []Relation {
	ties := make([]Relation, len(heads))
	t := tieTypes{room: min(len(heads), slabRoom)}
	for i := range heads {
		if heads[i].ID != 0 {
			ties[i] = t.tie(relation{s: s, head: &heads[i]})
		}
	}
	return ties
}

// entity is the noun of the entity to which a step leads.
func (t *trail) entity(step int32) (Entity, error) {
	return read(t.s, func(r graph.Reader) (Entity, error) {
		if err := t.load(r); err != nil {
			return nil, err
		}
		return t.nouns[t.entityAt(step)], nil
	})
}

// relation is the header and the noun of the relation that a step follows.
func (t *trail) relation(step int32) (head *graph.RelationHeader, noun Relation, err error) {
	noun, err = read(t.s, func(r graph.Reader) (Relation, error) {
		if err := t.load(r); err != nil {
			return nil, err
		}
		at := t.relationAt(step)
		head = &t.heads[at]
		return t.ties[at], nil
	})
	return head, noun, err
}

// Hop is one step of a path.
type Hop struct {
	t    *trail
	step int32
}

// From and To are where the step begins and ends.
func (h Hop) From() (Entity, error) { return h.t.entity(h.t.steps[h.step].Before) }
func (h Hop) To() (Entity, error)   { return h.t.entity(h.step) }

// Relation is what the step follows.
func (h Hop) Relation() (Relation, error) {
	_, noun, err := h.t.relation(h.step)
	return noun, err
}

// from is where the step begins.
func (h Hop) from() graph.EntityID { return h.t.steps[h.t.steps[h.step].Before].Entity }

// Forward tells whether the step goes from the relation's source to its target,
// or the relation is symmetric.
func (h Hop) Forward() (bool, error) {
	head, _, err := h.t.relation(h.step)
	if err != nil {
		return false, err
	}
	return head.Source == h.from() || h.t.s.symmetric(head.Type), nil
}

// Path is one path: so many steps, of which the last is given.
type Path struct {
	t      *trail
	last   int32
	length int
}

// Hops are its steps.
func (p *Path) Hops() []Hop {
	hops := make([]Hop, p.length)
	for i, step := len(hops)-1, p.last; i >= 0; i-- {
		hops[i] = Hop{p.t, step}
		step = p.t.steps[step].Before
	}
	return hops
}

// Length is the number of steps.
func (p *Path) Length() int { return p.length }

// Cost is minus the logarithm of the product of the steps' confidences.
func (p *Path) Cost() (float64, error) {
	heads, err := p.heads()
	return graph.Cost(heads), err
}

// heads are the headers of the steps' relations.
func (p *Path) heads() ([]graph.RelationHeader, error) {
	heads := make([]graph.RelationHeader, p.length)
	for i, hop := range p.Hops() {
		head, _, err := p.t.relation(hop.step)
		if err != nil {
			return nil, err
		}
		heads[i] = *head
	}
	return heads, nil
}

// Weakest is the step that is trusted least; null for a path without steps.
func (p *Path) Weakest() (Relation, error) {
	heads, err := p.heads()
	if err != nil || len(heads) == 0 {
		return nil, err
	}
	weakest := 0
	for i := range heads {
		if heads[i].Score() < heads[weakest].Score() {
			weakest = i
		}
	}
	_, noun, err := p.t.relation(p.Hops()[weakest].step)
	return noun, err
}

// Sentence says the path in words, every step the way it is gone, with marks
// that number the pieces of evidence of all steps where cite is set.
func (p *Path) Sentence(lang graph.Lang, cite bool) (string, error) {
	s := p.t.s
	return read(s, func(r graph.Reader) (string, error) {
		hops := p.Hops()
		first, ids := p.t.steps[p.last].Entity, make([]graph.RelationID, len(hops))
		for i, hop := range hops {
			ids[i] = p.t.steps[hop.step].Relation
			if i == 0 {
				first = hop.from()
			}
		}
		ends, err := s.fetch(r, []graph.EntityID{first, p.t.steps[p.last].Entity})
		if err != nil {
			return "", err
		}
		docs, err := r.Relations(ids)
		if err != nil {
			return "", err
		}
		var facts []Fact
		next := 1
		for i, doc := range docs {
			f, err := s.fact(r, doc)
			if err != nil {
				return "", err
			}
			f.Backwards = hops[i].from() != doc.SourceID
			if cite {
				f.FirstMark = next
			}
			next += len(doc.Evidence)
			facts = append(facts, f)
		}
		return s.Contract.Sentences.SayPath(ends[0], ends[1], facts, lang), nil
	})
}
