package dataset

import (
	"cmp"
	"iter"
	"slices"

	"lianzhu/graph"
)

// chunk is how many documents are read from a store at a time, and heldAtMost how
// many are in memory to be sorted.
const (
	chunk      = 512
	heldAtMost = 4096
)

// All yields everything in the graph that r reads, in an order in which it can
// be written again without a reference to what comes later: sources with their
// texts, entities, relations, each in the order of their keys; relations that
// are derived come after those they rest on (which cannot be where these rest
// on each other in a ring). It holds a few bytes of each of them, and the keys of
// derived relations.
func All(r graph.Reader) iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		for _, part := range []func(graph.Reader, func(graph.Change) bool) (bool, error){allSources, allEntities, allRelations} {
			goOn, err := part(r, func(c graph.Change) bool { return yield(c, nil) })
			if err != nil {
				yield(graph.Change{}, err)
			}
			if err != nil || !goOn {
				return
			}
		}
	}
}

// collect gathers a sequence that may fail.
func collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for v, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// kept gathers the ids of a sequence that are to be kept.
func kept[ID any](ids iter.Seq2[ID, error], keep func(ID) bool) ([]ID, error) {
	all, err := collect(ids)
	return slices.DeleteFunc(all, func(id ID) bool { return !keep(id) }), err
}

func allSources(r graph.Reader, yield func(graph.Change) bool) (bool, error) {
	keys, err := collect(r.AllSources())
	if err != nil {
		return false, err
	}
	slices.Sort(keys)
	return yieldSources(r, keys, yield)
}

func yieldSources(r graph.Reader, keys []graph.Key, yield func(graph.Change) bool) (bool, error) {
	for part := range slices.Chunk(keys, chunk) {
		sources, err := r.Sources(part)
		if err != nil {
			return false, err
		}
		for _, s := range sources {
			text, ok, err := r.Text(s.Key)
			if err != nil {
				return false, err
			}
			c := graph.Change{Source: s}
			if ok {
				c.Text = &text
			}
			if !yield(c) {
				return false, nil
			}
		}
	}
	return true, nil
}

// place is where a derived relation comes in the export: by level, then by key.
type place struct {
	level int
	key   graph.Key
	id    graph.RelationID
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.level, q.level), cmp.Compare(p.key, q.key))
}

// inChunks calls visit with the documents of ids, in the order of ids.
func inChunks[ID, T any](ids []ID, get func([]ID) ([]T, error), visit func(ID, T) bool) (bool, error) {
	for part := range slices.Chunk(ids, chunk) {
		docs, err := get(part)
		if err != nil {
			return false, err
		}
		for i, doc := range docs {
			if !visit(part[i], doc) {
				return false, nil
			}
		}
	}
	return true, nil
}

func sorted(places []place) []graph.RelationID {
	slices.SortFunc(places, place.compare)
	ids := make([]graph.RelationID, len(places))
	for i, p := range places {
		ids[i] = p.id
	}
	return ids
}

func allEntities(r graph.Reader, yield func(graph.Change) bool) (bool, error) {
	return yieldEntities(r, func(graph.EntityID) bool { return true }, yield)
}

func yieldEntities(r graph.Reader, keep func(graph.EntityID) bool, yield func(graph.Change) bool) (bool, error) {
	ids, err := kept(r.AllEntities(nil, 0), keep)
	if err != nil {
		return false, err
	}
	o := keyOrder[graph.EntityID, *graph.Entity]{get: r.Entities, most: heldAtMost,
		key:   func(e *graph.Entity) graph.Key { return e.Key },
		visit: func(e *graph.Entity) bool { return yield(graph.Change{Entity: e}) }}
	return o.each(ids)
}

func allRelations(r graph.Reader, yield func(graph.Change) bool) (bool, error) {
	return yieldRelations(r, func(graph.RelationID) bool { return true }, yield)
}

func yieldRelations(r graph.Reader, keep func(graph.RelationID) bool, yield func(graph.Change) bool) (bool, error) {
	ids, err := kept(r.AllRelations(nil, 0), keep)
	if err != nil {
		return false, err
	}
	var derived []place
	premises := premises{}
	o := keyOrder[graph.RelationID, *graph.Relation]{get: r.Relations, most: heldAtMost, key: (*graph.Relation).Key,
		aside: func(id graph.RelationID, rel *graph.Relation) bool {
			if rel.Derived() {
				derived = append(derived, place{key: rel.Key(), id: id})
				premises.add(rel)
			}
			return rel.Derived()
		},
		visit: func(rel *graph.Relation) bool { return yield(graph.Change{Relation: rel}) }}
	if goOn, err := o.each(ids); err != nil || !goOn {
		return false, err
	}
	levels := premises.levels()
	for i := range derived {
		derived[i].level = levels[derived[i].key]
	}
	return inChunks(sorted(derived), r.Relations, func(_ graph.RelationID, rel *graph.Relation) bool { return o.visit(rel) })
}

// premises are, for each derived relation, the relations it rests on.
type premises map[graph.Key][]graph.Key

func (p premises) add(r *graph.Relation) {
	if r.Derived() {
		p[r.Key()] = r.Derivation.Premises
	}
}

// levels gives every derived relation a level above those it rests on: 1 and
// up; what is not derived has none, that is 0. Relations that rest on each
// other in a ring stand in the order of their keys.
func (p premises) levels() map[graph.Key]int {
	levels := make(map[graph.Key]int, len(p))
	var level func(k graph.Key) int
	level = func(k graph.Key) int {
		rests, derived := p[k]
		if n, known := levels[k]; known || !derived {
			return n
		}
		levels[k] = 1
		n := 1
		for _, premise := range rests {
			n = max(n, level(premise)+1)
		}
		levels[k] = n
		return n
	}
	keys := make([]graph.Key, 0, len(p))
	for k := range p {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		level(k)
	}
	return levels
}

// byReference sorts changes, otherwise in their order, so that none refers to a
// later one: by class, and relations that are derived by level.
func byReference[T any](lines []T, change func(*T) *graph.Change) {
	levels := levelsOf(lines, change)
	rank := func(l *T) int {
		c := change(l)
		level := 0
		if len(levels) > 0 {
			level = levels[graph.Key(c.Name())]
		}
		return class(c)*(len(lines)+2) + level
	}
	for i := 1; i < len(lines); i++ {
		if rank(&lines[i]) < rank(&lines[i-1]) {
			slices.SortStableFunc(lines, func(a, b T) int { return cmp.Compare(rank(&a), rank(&b)) })
			return
		}
	}
}

func changeOf(l *Line) *graph.Change { return &l.Change }

// byKey sorts changes as All yields them.
func byKey(lines []Line) {
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(a.Change.Name(), b.Change.Name()) })
	byReference(lines, changeOf)
}

func levelsOf[T any](lines []T, change func(*T) *graph.Change) map[graph.Key]int {
	rest := premises{}
	for i := range lines {
		if r := change(&lines[i]).Relation; r != nil {
			rest.add(r)
		}
	}
	return rest.levels()
}

// class orders changes so that none refers to one of a later class.
func class(c *graph.Change) int {
	switch {
	case c.Source != nil:
		return 0
	case c.Entity != nil:
		return 1
	case c.Relation != nil:
		return 2
	}
	return 3
}
