package mem

import (
	"bytes"
	"cmp"
	"iter"
	"maps"

	"lianzhu/graph"
	"lianzhu/storage/internal/rules"
)

// snapshot is the graph at one revision. It is never changed; apply makes the
// next one.
type snapshot struct {
	rev    graph.Rev
	counts graph.Counts

	ids          ordered[graph.UID, uint32]
	entities     ordered[graph.EntityID, *graph.Entity]
	relations    ordered[graph.RelationID, *graph.Relation]
	lastEntity   graph.EntityID
	lastRelation graph.RelationID

	sources ordered[graph.Key, *graph.Source]
	keys    ordered[graph.UID, graph.Key] // of sources
	texts   ordered[graph.Key, string]
	past    ordered[string, string] // texts that sources had once, by their hash

	// edges are those of each entity by type, in the order of relation ids.
	edges ordered[place, []edge]
	// named holds (thing, fact) for what a fact names, cited (evidence, fact)
	// for what it cites.
	named ordered[pair, none]
	cited ordered[pair, none]

	// terms lists the entities of each search term, ascending.
	terms ordered[string, []graph.EntityID]

	log     []graph.Entry // grows at its end only, so snapshots may share it
	history ordered[graph.UID, []graph.Entry]
	kept    ordered[string, *rules.Kept]
}

// pair is a thing and a fact about it.
type pair struct{ thing, fact graph.UID }

// place is where the edges of one type stand at an entity.
type place struct {
	entity graph.EntityID
	typ    graph.RelationType
}

// edge is a relation seen from one of its ends, which is its source (out), its
// target (in), or, for a symmetric one, both.
type edge struct {
	relation graph.RelationID
	peer     graph.EntityID
	out, in  bool
}

type none struct{}

// The orders of the maps' keys.
var (
	byEntity   = cmp.Compare[graph.EntityID]
	byRelation = cmp.Compare[graph.RelationID]
	byKey      = cmp.Compare[graph.Key]
	byString   = cmp.Compare[string]
)

func byUID(a, b graph.UID) int { return bytes.Compare(a[:], b[:]) }

func byPair(a, b pair) int {
	return cmp.Or(byUID(a.thing, b.thing), byUID(a.fact, b.fact))
}

func byPlace(a, b place) int {
	return cmp.Or(cmp.Compare(a.entity, b.entity), cmp.Compare(a.typ, b.typ))
}

func byRelationOf(a, b edge) int { return cmp.Compare(a.relation, b.relation) }

// facts yields the facts of m about thing, in the order of their uids.
func facts(m ordered[pair, none], thing graph.UID) iter.Seq[graph.UID] {
	return func(yield func(graph.UID) bool) {
		for p := range m.from(byPair, pair{thing: thing}) {
			if p.thing != thing || !yield(p.fact) {
				return
			}
		}
	}
}

func (s *snapshot) entity(uid graph.UID) *graph.Entity {
	if uid.Tag() != graph.TagEntity {
		return nil
	}
	id, _ := s.ids.get(byUID, uid)
	e, _ := s.entities.get(byEntity, graph.EntityID(id))
	return e
}

func (s *snapshot) relation(uid graph.UID) *graph.Relation {
	if uid.Tag() != graph.TagRelation {
		return nil
	}
	id, _ := s.ids.get(byUID, uid)
	r, _ := s.relations.get(byRelation, graph.RelationID(id))
	return r
}

func (s *snapshot) source(uid graph.UID) *graph.Source {
	key, _ := s.keys.get(byUID, uid)
	source, _ := s.sources.get(byKey, key)
	return source
}

// copied is s to be made the next snapshot: what is shared is immutable but for
// the two maps of the counts.
func (s *snapshot) copied() *snapshot {
	next := *s
	next.counts.ByKind = maps.Clone(s.counts.ByKind)
	next.counts.ByType = maps.Clone(s.counts.ByType)
	return &next
}
