package topology

import (
	"sync"
	"unsafe"

	"lianzhu/graph"
	"lianzhu/text"
)

// Snapshot is the shape of a graph at one revision: every entity's edges in
// both directions, and in columns what walks and filters ask of entities and
// relations. It never changes, so any number of goroutines may read it, for as
// long as they like.
type Snapshot struct {
	*base
	rev    graph.Rev
	origin origin

	// What has changed since the base was arranged.
	nodes   paged[node]
	rows    paged[row]
	patches int // how many changes lie over the base
	moved   moved
	shifted moved // of those, the ones of which more than relations has changed
	moulded bool  // the hierarchy of regions has changed
	recast  bool  // an entity of the base is of another kind now, or a region of it is gone
	said    *text.Changes

	entities, relations int
	lastEntity          graph.EntityID
	lastRelation        graph.RelationID

	walks   *sync.Pool // of *Walk; shared by the snapshots of one base
	scratch *sync.Pool // of *graph.Scratch; likewise
}

// node is an entity that has changed, or one at which edges have.
type node struct {
	entity
	out, in []run
	shifted bool // itself, or where it is, has changed, and not only its relations
}

// newSnapshot is b by itself, as of rev.
func newSnapshot(b *base, rev graph.Rev, o origin) *Snapshot {
	return &Snapshot{
		base: b, rev: rev, origin: o,
		entities: b.entities, relations: b.relations,
		lastEntity: graph.EntityID(len(b.kind) - 1), lastRelation: graph.RelationID(len(b.source) - 1),
		walks: &sync.Pool{}, scratch: &sync.Pool{},
	}
}

// Rev is the revision whose graph s shows.
func (s *Snapshot) Rev() graph.Rev { return s.rev }

// Entities and Relations are how many there are.
func (s *Snapshot) Entities() int { return s.entities }

// Relations: see [Snapshot.Entities].
func (s *Snapshot) Relations() int { return s.relations }

// LastEntity and LastRelation are the greatest ids in s: the length of a slice
// by id is one more.
func (s *Snapshot) LastEntity() graph.EntityID { return s.lastEntity }

// LastRelation: see [Snapshot.LastEntity].
func (s *Snapshot) LastRelation() graph.RelationID { return s.lastRelation }

// entity is what is known of id; its kind is 0 where there is none.
func (s *Snapshot) entity(id graph.EntityID) entity {
	if n := s.nodes.get(uint32(id)); n != nil {
		return n.entity
	}
	if int(id) >= len(s.kind) {
		return entity{}
	}
	e := s.labels.entity(uint32(id))
	e.kind, e.region = s.kind[id], s.region[id]
	return e
}

// kindOf is the kind code of id in b, 0 where there is none.
func (b *base) kindOf(id graph.EntityID) uint8 {
	if int(id) < len(b.kind) {
		return b.kind[id]
	}
	return 0
}

// kindAt is the kind code of id, 0 where there is none.
func (s *Snapshot) kindAt(id graph.EntityID) uint8 {
	if n := s.nodes.get(uint32(id)); n != nil {
		return n.kind
	}
	return s.base.kindOf(id)
}

// Has tells whether the entity id exists.
func (s *Snapshot) Has(id graph.EntityID) bool { return s.kindAt(id) != 0 }

// Kind is the kind of the entity id, "" where there is none.
func (s *Snapshot) Kind(id graph.EntityID) graph.Kind { return s.vocab.kinds[s.kindAt(id)] }

// Region is the code of GB/T 2260 of the region id, as a number of six digits;
// 0 where id is no region or has no code. See [RegionSpan].
func (s *Snapshot) Region(id graph.EntityID) uint32 {
	if n := s.nodes.get(uint32(id)); n != nil {
		return n.region
	}
	if int(id) < len(s.region) {
		return s.region[id]
	}
	return 0
}

// row is the relation id; its source is 0 where there is none.
func (s *Snapshot) row(id graph.RelationID) row {
	if w := s.rows.get(uint32(id)); w != nil {
		return *w
	}
	if !s.there(id) {
		return row{}
	}
	return s.columns.row(id)
}

// endsOf is where the relation id, which exists, begins and ends.
func (s *Snapshot) endsOf(id graph.RelationID) (source, target graph.EntityID) {
	if w := s.rows.get(uint32(id)); w != nil {
		return w.source, w.target
	}
	return s.source[id], s.target[id]
}

// Relation is what is known of the relation id; ok is false where there is
// none.
func (s *Snapshot) Relation(id graph.RelationID) (r Relation, ok bool) {
	w := s.row(id)
	if w.source == 0 {
		return Relation{}, false
	}
	return s.vocab.relation(&w), true
}

// Figure is the amount or volume of the relation id; ok is false where it has
// none.
func (s *Snapshot) Figure(id graph.RelationID) (f Figure, ok bool) {
	if w := s.rows.get(uint32(id)); w != nil {
		if w.figure == nil {
			return Figure{}, false
		}
		return *w.figure, true
	}
	if !s.there(id) {
		return Figure{}, false
	}
	return s.columns.figure(id)
}

// Places are the regions that the relation id names as its places. They share
// memory with s.
func (s *Snapshot) Places(id graph.RelationID) []graph.EntityID {
	if w := s.rows.get(uint32(id)); w != nil {
		return w.places
	}
	if !s.there(id) {
		return nil
	}
	return s.columns.placesOf(id)
}

// Types are the relation types, in byte order.
func (s *Snapshot) Types() []graph.RelationType { return s.vocab.types }

// TypeSet is a set of relation types, all where none are named.
func (s *Snapshot) TypeSet(types ...graph.RelationType) (TypeSet, error) {
	if len(types) == 0 {
		types = nil
	}
	return s.vocab.typeSet(types)
}

// outAt is the edges from id: a first run and, where s has patched them, more.
func (s *Snapshot) outAt(id graph.EntityID) (run, []run) {
	if n := s.nodes.get(uint32(id)); n != nil {
		return s.firstOf(n.out)
	}
	return s.out.run(id), nil
}

// inAt is the edges to id; see outAt.
func (s *Snapshot) inAt(id graph.EntityID) (run, []run) {
	if n := s.nodes.get(uint32(id)); n != nil {
		return s.firstOf(n.in)
	}
	return s.in.run(id), nil
}

func (s *Snapshot) firstOf(list []run) (run, []run) {
	if len(list) == 0 {
		return run{&s.out.edges, 0, 0}, nil
	}
	return list[0], list[1:]
}

// Memory tells what a snapshot costs, in bytes: the arrays of its base (Mapped
// of them in a file, which the system may drop and read again), and an
// estimate of the changes that lie over it.
type Memory struct {
	Entities, Relations           int
	EntityBytes, RelationBytes    int64
	PatchBytes, Mapped            int64
	Patches                       int
	BytesAnEntity, BytesARelation float64
}

// Memory is what s costs.
func (s *Snapshot) Memory() Memory {
	m := Memory{Entities: s.entities, Relations: s.relations, Patches: s.patches, Mapped: int64(s.mapped)}
	m.EntityBytes, m.RelationBytes = s.base.bytes()
	m.PatchBytes = int64(len(s.nodes.pages)+len(s.rows.pages)) * 8
	m.PatchBytes += int64(s.patches) * int64(unsafe.Sizeof(row{})+2*unsafe.Sizeof(node{})+4*unsafe.Sizeof(run{}))
	m.BytesAnEntity = float64(m.EntityBytes) / float64(max(1, s.base.entities))
	m.BytesARelation = float64(m.RelationBytes) / float64(max(1, s.base.relations))
	return m
}

// size is the bytes of a slice's items.
func size[T any](s []T) int64 {
	var zero T
	return int64(len(s)) * int64(unsafe.Sizeof(zero))
}
