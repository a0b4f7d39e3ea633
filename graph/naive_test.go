package graph_test

import (
	"sort"
	"strings"

	"lianzhu/graph"
)

// twin is all documents of one revision. It answers by looking at everything:
// a filter is the set of what passes it, worked out from the innermost part.
type twin struct {
	entities  []*graph.Entity
	relations []*graph.Relation
	symmetric map[graph.RelationType]bool
	byID      map[graph.EntityID]*graph.Entity
	passed    map[*graph.EntityFilter]entitySet // so that no filter is worked out twice
}

// twinOf reads everything.
func (s *stage) twinOf() *twin {
	s.Helper()
	w := &twin{symmetric: map[graph.RelationType]bool{}, byID: map[graph.EntityID]*graph.Entity{}, passed: map[*graph.EntityFilter]entitySet{}}
	for _, def := range schemaOntology(s).Relations() {
		w.symmetric[def.Type] = def.Symmetric
	}
	s.view(func(r graph.Reader) {
		for id, err := range r.AllEntities(nil, 0) {
			docs, err2 := r.Entities([]graph.EntityID{id})
			if err != nil || err2 != nil {
				s.Fatal(err, err2)
			}
			w.entities = append(w.entities, docs[0])
			w.byID[id] = docs[0]
		}
		for id, err := range r.AllRelations(nil, 0) {
			docs, err2 := r.Relations([]graph.RelationID{id})
			if err != nil || err2 != nil {
				s.Fatal(err, err2)
			}
			w.relations = append(w.relations, docs[0])
		}
	})
	return w
}

// sight is a relation looked at with peer at its other end; peer 0 stands for
// either end.
type sight struct {
	rel  *graph.Relation
	peer graph.EntityID
}

type entitySet map[graph.EntityID]bool
type sightSet map[sight]bool

// everything is each relation seen from nowhere.
func (w *twin) everything() sightSet {
	all := sightSet{}
	for _, r := range w.relations {
		all[sight{r, 0}] = true
	}
	return all
}

// around is each relation at id seen from it.
func (w *twin) around(id graph.EntityID, dir graph.Direction) sightSet {
	all := sightSet{}
	for _, r := range w.relations {
		out := r.SourceID == id && (dir != graph.In || w.symmetric[r.Type])
		in := r.TargetID == id && (dir != graph.Out || w.symmetric[r.Type])
		switch {
		case out:
			all[sight{r, r.TargetID}] = true
		case in:
			all[sight{r, r.SourceID}] = true
		}
	}
	return all
}

// subtree is the region id and all below it.
func (w *twin) subtree(id graph.EntityID) (ids entitySet, keys map[graph.Key]bool) {
	ids, keys = entitySet{id: true}, map[graph.Key]bool{w.byID[id].Key: true}
	for grown := true; grown; {
		grown = false
		for _, r := range w.relations {
			holds := r.Type == "PART_OF" && (r.Modality == "ASSERTED" || r.Modality == "REPORTED") && r.Derivation == nil
			if holds && ids[r.TargetID] && !ids[r.SourceID] && w.byID[r.SourceID].Kind == "REGION" {
				ids[r.SourceID], keys[r.Source], grown = true, true, true
			}
		}
	}
	return ids, keys
}

// without takes from set what keep does not hold of.
func without[T comparable](set map[T]bool, keep func(T) bool) {
	for v := range set {
		if !keep(v) {
			delete(set, v)
		}
	}
}

func cloned[T comparable](set map[T]bool) map[T]bool {
	c := map[T]bool{}
	for v := range set {
		c[v] = true
	}
	return c
}

// entitiesOf is the set of entities that pass f.
func (w *twin) entitiesOf(f *graph.EntityFilter) entitySet {
	if set, ok := w.passed[f]; ok {
		return set
	}
	set := w.entitiesThat(f)
	w.passed[f] = set
	return set
}

func (w *twin) entitiesThat(f *graph.EntityFilter) entitySet {
	set := entitySet{}
	for _, e := range w.entities {
		set[e.ID] = f == nil || plainly(f, e)
	}
	without(set, func(id graph.EntityID) bool { return set[id] })
	if f == nil {
		return set
	}
	for _, g := range f.And {
		passing := w.entitiesOf(g)
		without(set, func(id graph.EntityID) bool { return passing[id] })
	}
	if f.Or != nil {
		either := entitySet{}
		for _, g := range f.Or {
			for id := range w.entitiesOf(g) {
				either[id] = true
			}
		}
		without(set, func(id graph.EntityID) bool { return either[id] })
	}
	if f.Not != nil {
		passing := w.entitiesOf(f.Not)
		without(set, func(id graph.EntityID) bool { return !passing[id] })
	}
	w.keepLocated(set, f.Within)
	w.keepRelated(set, f.RelatedTo)
	return set
}

// plainly looks at what the document itself says.
func plainly(f *graph.EntityFilter, e *graph.Entity) bool {
	kind, key, name := f.Kinds == nil, f.Keys == nil, f.Name == nil
	for _, k := range f.Kinds {
		kind = kind || k == e.Kind
	}
	for _, k := range f.Keys {
		key = key || k == e.Key
	}
	for _, n := range e.Names {
		name = name || named(f.Name, n.Text)
	}
	return kind && key && name
}

func named(f *graph.StringFilter, text string) bool {
	switch {
	case f == nil:
		return true
	case f.Eq != nil:
		return text == *f.Eq
	case f.Prefix != nil:
		return strings.HasPrefix(text, *f.Prefix)
	case f.Contains != nil:
		return strings.Contains(text, *f.Contains)
	}
	for _, s := range f.In {
		if s == text {
			return true
		}
	}
	return false
}

func (w *twin) keepLocated(set entitySet, region graph.EntityID) {
	if region == 0 {
		return
	}
	inside, _ := w.subtree(region)
	located := cloned(inside)
	for _, r := range w.relations {
		if r.Type == "LOCATED_IN" && w.shows(nil, r) && inside[r.TargetID] {
			located[r.SourceID] = true
		}
	}
	without(set, func(id graph.EntityID) bool { return located[id] })
}

func (w *twin) keepRelated(set entitySet, f *graph.RelatedFilter) {
	if f == nil {
		return
	}
	without(set, func(id graph.EntityID) bool {
		all := w.around(id, f.Direction)
		if f.Some != nil && len(w.passing(f.Some, cloned(all))) == 0 || f.None != nil && len(w.passing(f.None, cloned(all))) > 0 {
			return false
		}
		if f.Every == nil {
			return true
		}
		good := w.passing(f.Every, cloned(all))
		for v := range all {
			if w.shows(f.Every, v.rel) && mayBe(f.Every, v.rel.Type) && !good[v] {
				return false
			}
		}
		return true
	})
}

// mayBe tells whether the types that f names leave room for typ.
func mayBe(f *graph.RelationFilter, typ graph.RelationType) bool {
	own := f.Types == nil
	for _, t := range f.Types {
		own = own || t == typ
	}
	for _, g := range f.And {
		own = own && mayBe(g, typ)
	}
	either := f.Or == nil
	for _, g := range f.Or {
		either = either || mayBe(g, typ)
	}
	return own && either
}

// shows tells whether r is looked at by a question with the filter f at all.
func (w *twin) shows(f *graph.RelationFilter, r *graph.Relation) bool {
	var modality, derivation bool
	var look func(*graph.RelationFilter)
	look = func(f *graph.RelationFilter) {
		if f == nil {
			return
		}
		modality = modality || f.Modality != nil
		derivation = derivation || f.IncludeDerived
		look(f.Not)
		for _, g := range f.And {
			look(g)
		}
		for _, g := range f.Or {
			look(g)
		}
	}
	look(f)
	return (modality || r.Modality == "ASSERTED" || r.Modality == "REPORTED") && (derivation || r.Derivation == nil)
}

// passing takes from set what does not pass f as a whole.
func (w *twin) passing(f *graph.RelationFilter, set sightSet) sightSet {
	without(set, func(v sight) bool { return w.shows(f, v.rel) })
	return w.part(f, set)
}

// part is passing for a part of a filter.
func (w *twin) part(f *graph.RelationFilter, set sightSet) sightSet {
	if f == nil {
		return set
	}
	without(set, func(v sight) bool { return says(f, v.rel) })
	for _, g := range f.And {
		set = w.part(g, set)
	}
	if f.Or != nil {
		either := sightSet{}
		for _, g := range f.Or {
			for v := range w.part(g, cloned(set)) {
				either[v] = true
			}
		}
		set = either
	}
	if f.Not != nil {
		bad := w.part(f.Not, cloned(set))
		without(set, func(v sight) bool { return !bad[v] })
	}
	if f.Within != 0 {
		ids, keys := w.subtree(f.Within)
		without(set, func(v sight) bool {
			within := ids[v.rel.SourceID] || ids[v.rel.TargetID]
			for _, k := range v.rel.Places {
				within = within || keys[k]
			}
			return within
		})
	}
	if f.Peer != nil {
		peers := w.entitiesOf(f.Peer)
		without(set, func(v sight) bool {
			return peers[v.peer] || v.peer == 0 && (peers[v.rel.SourceID] || peers[v.rel.TargetID])
		})
	}
	return set
}

// says looks at what the document itself says.
func says(f *graph.RelationFilter, r *graph.Relation) bool {
	typ, modality := f.Types == nil, f.Modality == nil
	for _, t := range f.Types {
		typ = typ || t == r.Type
	}
	for _, m := range f.Modality {
		modality = modality || m == r.Modality
	}
	trusted := f.MinConfidence == nil || confidence(r) >= *f.MinConfidence
	apart := f.ValidAt.String() != "" && (r.ValidFrom.Earliest() > f.ValidAt.Latest() || r.ValidTo.Latest() < f.ValidAt.Earliest())
	return typ && modality && trusted && !apart
}

func confidence(r *graph.Relation) float64 {
	if r.Confidence != 0 {
		return r.Confidence
	}
	if r.Derivation != nil {
		return 0.5
	}
	if r.Modality == "ASSERTED" {
		return 1
	}
	return 0.8
}

// column is one step of an order.
type column[T any] struct {
	less func(a, b T) bool
	desc bool
}

// ordered sorts items, which come by id, by the last column first: each sort
// keeps what the ones before it made of equals.
func ordered[T any](items []T, columns []column[T]) []T {
	for i := len(columns) - 1; i >= 0; i-- {
		c := columns[i]
		sort.SliceStable(items, func(i, j int) bool {
			if c.desc {
				return c.less(items[j], items[i])
			}
			return c.less(items[i], items[j])
		})
	}
	return items
}
