package graph

import "slices"

// Matcher applies filters on one revision. It remembers what it has looked up
// (the regions below a region), so one Matcher serves a whole question. It must
// be used by one goroutine at a time, and not longer than its Reader.
type Matcher struct {
	r        Reader
	subtrees map[EntityID]*Subtree
	peers    map[*EntityFilter]*idTable // who was looked at: 1 passes, 0 does not
}

// NewMatcher makes a Matcher that reads from r.
func NewMatcher(r Reader) *Matcher {
	return &Matcher{r: r}
}

// Check refuses filters that are malformed, that cannot be applied, or that
// nothing can pass.
func (m *Matcher) Check(where *EntityFilter) error { return m.checkEntity(where, "where", 0) }

// CheckRelation is Check for a filter of relations.
func (m *Matcher) CheckRelation(where *RelationFilter) error {
	return m.checkRelation(where, "where", 0)
}

// Entity tells whether e passes f; a nil filter is passed by everything.
func (m *Matcher) Entity(f *EntityFilter, e *Entity) (bool, error) {
	if f == nil {
		return true, nil
	}
	if f.Kinds != nil && !slices.Contains(f.Kinds, e.Kind) ||
		f.Keys != nil && !slices.Contains(f.Keys, e.Key) ||
		f.Name != nil && !f.Name.matches(e.Names) {
		return false, nil
	}
	steps := []func() (bool, error){
		func() (bool, error) { return m.located(f.Within, e) },
		func() (bool, error) { return m.related(f.RelatedTo, e) },
		func() (bool, error) { return m.entityNot(f.Not, e) },
		func() (bool, error) { return m.entityOr(f.Or, e) },
	}
	for _, g := range f.And {
		steps = append(steps, func() (bool, error) { return m.Entity(g, e) })
	}
	return all(steps)
}

func (m *Matcher) entityNot(f *EntityFilter, e *Entity) (bool, error) {
	if f == nil {
		return true, nil
	}
	ok, err := m.Entity(f, e)
	return !ok, err
}

func (m *Matcher) entityOr(fs []*EntityFilter, e *Entity) (bool, error) {
	for _, f := range fs {
		if ok, err := m.Entity(f, e); ok || err != nil {
			return ok, err
		}
	}
	return len(fs) == 0, nil
}

// all tells whether every step holds, and stops at the first that does not.
func all(steps []func() (bool, error)) (bool, error) {
	for _, step := range steps {
		if ok, err := step(); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

// located tells whether e is the region id or below it, or stands in such a
// region by a relation LOCATED_IN.
func (m *Matcher) located(id EntityID, e *Entity) (bool, error) {
	if id == 0 {
		return true, nil
	}
	tree, err := m.Subtree(id)
	if err != nil {
		return false, err
	}
	if tree.Has(e.ID) {
		return true, nil
	}
	visible := &RelationFilter{Types: []RelationType{LocatedIn}}
	return m.someEdge(e, Out, visible, func(edge Edge) (bool, error) { return tree.Has(edge.Peer), nil })
}

// related tells whether the relations at e are as f wants them.
func (m *Matcher) related(f *RelatedFilter, e *Entity) (bool, error) {
	if f == nil {
		return true, nil
	}
	dir := f.Direction
	if dir == "" {
		dir = Both
	}
	yes := func(Edge) (bool, error) { return true, nil }
	if f.Some != nil {
		if ok, err := m.someEdge(e, dir, f.Some, yes); !ok || err != nil {
			return false, err
		}
	}
	if f.None != nil {
		if ok, err := m.someEdge(e, dir, f.None, yes); ok || err != nil {
			return false, err
		}
	}
	if f.Every == nil {
		return true, nil
	}
	return m.everyEdge(e, dir, f.Every)
}

// everyEdge tells whether no relation at e fails f of those that are to be seen
// and of a type that f names.
func (m *Matcher) everyEdge(e *Entity, dir Direction, f *RelationFilter) (bool, error) {
	domain := &RelationFilter{Types: f.namedTypes(), IncludeDerived: f.asksDerived()}
	if domain.Types != nil && len(domain.Types) == 0 {
		return true, nil
	}
	if f.asksModality() {
		domain.Modality = []Modality{Asserted, Reported, Planned, Negated}
	}
	fails, err := m.someEdge(e, dir, domain, func(edge Edge) (bool, error) {
		ok, err := m.Edge(f, &edge)
		return !ok, err
	})
	return !fails, err
}

// edgeChunk is how many edges are read at a time while looking for one.
const edgeChunk = 256

// someEdge tells whether a relation at e passes both f and is.
func (m *Matcher) someEdge(e *Entity, dir Direction, f *RelationFilter, is func(Edge) (bool, error)) (bool, error) {
	found := false
	err := m.Edges(e.ID, dir, f, EdgeCursor{}, func(edge Edge) (bool, error) {
		ok, err := is(edge)
		found = ok
		return !ok, err
	})
	return found, err
}

// Edges calls visit for every relation at id that passes f, in the order of
// Neighbours, from after on, until visit says false. An edge has its Document
// where f or an earlier step needed it; see [Matcher.Document].
func (m *Matcher) Edges(id EntityID, dir Direction, f *RelationFilter, after EdgeCursor, visit func(Edge) (bool, error)) error {
	for {
		found, err := m.r.Neighbours(NeighbourQuery{
			IDs: []EntityID{id}, Direction: dir, Types: TypesOf(f), Limit: edgeChunk, After: []EdgeCursor{after},
		})
		if err != nil {
			return err
		}
		edges := found[0].Edges
		for i := range edges {
			ok, err := m.Edge(f, &edges[i])
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if more, err := visit(edges[i]); !more || err != nil {
				return err
			}
		}
		if !found[0].More {
			return nil
		}
		after = edges[len(edges)-1].Cursor()
	}
}

// TypesOf are the relation types that a filter asks for outright, or nil for
// all: what can be left to the store.
func TypesOf(f *RelationFilter) []RelationType {
	if f == nil {
		return nil
	}
	return f.Types
}

// Relation tells whether r passes f, seen with peer at its other end; peer 0
// stands for "either end". A nil filter leaves out only what is planned,
// negated or derived.
func (m *Matcher) Relation(f *RelationFilter, r *Relation, peer EntityID) (bool, error) {
	return m.Edge(f, &Edge{Relation: r.ID, Peer: peer, Type: r.Type, Hot: r.Hot(), Document: r})
}

// Edge is Relation for an edge whose Document may be missing; it is fetched
// into the edge only where f cannot be decided without it.
func (m *Matcher) Edge(f *RelationFilter, e *Edge) (bool, error) {
	if !f.asksModality() && (e.Modality == Planned || e.Modality == Negated) {
		return false, nil
	}
	if !f.asksDerived() && e.Derived {
		return false, nil
	}
	return m.edge(f, e)
}

// Document fills in the document of e where it is missing.
func (m *Matcher) Document(e *Edge) error {
	if e.Document != nil {
		return nil
	}
	docs, err := m.r.Relations([]RelationID{e.Relation})
	if err != nil {
		return err
	}
	if e.Document = docs[0]; e.Document == nil {
		return dangling()
	}
	return nil
}

// edge is Edge without the defaults, which hold for a filter as a whole and not
// for each of its parts.
func (m *Matcher) edge(f *RelationFilter, e *Edge) (bool, error) {
	if f == nil {
		return true, nil
	}
	if f.Types != nil && !slices.Contains(f.Types, e.Type) ||
		f.Modality != nil && !slices.Contains(f.Modality, e.Modality) ||
		f.MinConfidence != nil && e.Score < float32(*f.MinConfidence) ||
		!e.MayHoldAt(f.ValidAt) {
		return false, nil
	}
	if f.Within == 0 && f.Peer == nil && f.Not == nil && f.Or == nil && f.And == nil {
		return true, nil
	}
	steps := []func() (bool, error){
		func() (bool, error) { return m.takesPlace(f.Within, e) },
		func() (bool, error) { return m.peer(f.Peer, e) },
		func() (bool, error) { return m.edgeNot(f.Not, e) },
		func() (bool, error) { return m.edgeOr(f.Or, e) },
	}
	for _, g := range f.And {
		steps = append(steps, func() (bool, error) { return m.edge(g, e) })
	}
	return all(steps)
}

func (m *Matcher) edgeNot(f *RelationFilter, e *Edge) (bool, error) {
	if f == nil {
		return true, nil
	}
	ok, err := m.edge(f, e)
	return !ok, err
}

func (m *Matcher) edgeOr(fs []*RelationFilter, e *Edge) (bool, error) {
	for _, f := range fs {
		if ok, err := m.edge(f, e); ok || err != nil {
			return ok, err
		}
	}
	return len(fs) == 0, nil
}

// peer tells whether the entity at the other end passes f.
func (m *Matcher) peer(f *EntityFilter, e *Edge) (bool, error) {
	if f == nil {
		return true, nil
	}
	ids := []EntityID{e.Peer}
	if e.Peer == 0 {
		if err := m.Document(e); err != nil {
			return false, err
		}
		ids = []EntityID{e.Document.SourceID, e.Document.TargetID}
	}
	for _, id := range ids {
		if ok, err := m.peerPasses(f, id); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// peersPass tells whether the entity id passes all of fs.
func (m *Matcher) peersPass(fs []*EntityFilter, id EntityID) (bool, error) {
	for _, f := range fs {
		if ok, err := m.peerPasses(f, id); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

// peerPasses tells whether the entity id is there and passes f. It remembers the
// answer: walks come to the same entity by many relations.
func (m *Matcher) peerPasses(f *EntityFilter, id EntityID) (bool, error) {
	known := m.peers[f]
	if known == nil {
		known = &idTable{}
		if m.peers == nil {
			m.peers = map[*EntityFilter]*idTable{}
		}
		m.peers[f] = known
	}
	if passes, ok := known.get(uint32(id)); ok {
		return passes == 1, nil
	}
	docs, err := m.r.Entities([]EntityID{id})
	if err != nil {
		return false, err
	}
	ok := false
	if docs[0] != nil {
		ok, err = m.Entity(f, docs[0])
	}
	if err != nil {
		return false, err
	}
	var passes uint32
	if ok {
		passes = 1
	}
	known.put(uint32(id), passes)
	return ok, nil
}

// takesPlace tells whether a relation has a place, or an end that is a region,
// in the region id or below it.
func (m *Matcher) takesPlace(id EntityID, e *Edge) (bool, error) {
	if id == 0 {
		return true, nil
	}
	tree, err := m.Subtree(id)
	if err != nil {
		return false, err
	}
	if err := m.Document(e); err != nil {
		return false, err
	}
	r := e.Document
	return tree.Has(r.SourceID) || tree.Has(r.TargetID) || slices.ContainsFunc(r.Places, tree.HasKey), nil
}

// MayHoldAt tells whether a relation may hold at some day of d. What is not
// known does not exclude it.
func (h Hot) MayHoldAt(d Date) bool {
	return d.IsZero() || h.From <= d.Latest() && h.To >= d.Earliest()
}
