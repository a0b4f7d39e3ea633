package graph

import (
	"context"
	"iter"
	"slices"
)

// Part asks for a part of the graph: with Where, the relations that pass and
// what they name; with Kinds, entities of these kinds and the relations between
// them. The zero Part is everything.
type Part struct {
	Kinds []Kind
	Where *RelationFilter
}

// Everything keeps every relation, however it is stated, the derived ones
// included.
func Everything() *RelationFilter {
	return &RelationFilter{Modality: []Modality{Asserted, Planned, Reported, Negated}, IncludeDerived: true}
}

// Selection is a set of entities and relations of one revision. It is closed:
// what a relation in it names (its ends, its places, the relations that it was
// derived from) is in it, too. It holds a bit for each.
type Selection struct {
	all                 bool
	entities, relations bits
}

// bits is a set of ids.
type bits []uint64

func (b *bits) add(id uint32) {
	for int(id/64) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[id/64] |= 1 << (id % 64)
}

func (b bits) has(id uint32) bool { return int(id/64) < len(b) && b[id/64]>>(id%64)&1 == 1 }

// HasEntity and HasRelation tell what is in s.
func (s *Selection) HasEntity(id EntityID) bool { return s.all || s.entities.has(uint32(id)) }

// HasRelation: see [Selection.HasEntity].
func (s *Selection) HasRelation(id RelationID) bool { return s.all || s.relations.has(uint32(id)) }

// Whole tells whether s is everything.
func (s *Selection) Whole() bool { return s.all }

// Select finds the part p of the graph that r reads. The error is that of a
// filter which cannot be applied, of the reader, or of ctx.
func Select(ctx context.Context, r Reader, p Part) (*Selection, error) {
	if p.Kinds == nil && p.Where == nil {
		return &Selection{all: true}, nil
	}
	s := selector{ctx: ctx, r: r, m: NewMatcher(r), part: p, found: &Selection{}}
	if err := firstError(s.m.CheckRelation(p.Where), emptyList("kinds", p.Kinds)); err != nil {
		return nil, err
	}
	if err := s.listed(); err != nil {
		return nil, err
	}
	return s.found, s.matching()
}

type selector struct {
	ctx   context.Context
	r     Reader
	m     *Matcher
	part  Part
	found *Selection
}

// listed takes in the entities of the kinds asked for, which are in the part
// whether or not they have relations, unless relations are asked for.
func (s *selector) listed() error {
	if s.part.Where != nil {
		return nil
	}
	for id, err := range s.r.AllEntities(s.part.Kinds, 0) {
		if err != nil {
			return err
		}
		s.found.entities.add(uint32(id))
	}
	return s.ctx.Err()
}

// matching takes in the relations that pass.
func (s *selector) matching() error {
	where := s.part.Where
	if where == nil {
		where = Everything()
	}
	for ids, err := range chunks(s.r.AllRelations(TypesOf(where), 0), readChunk) {
		if err != nil {
			return err
		}
		docs, err := s.r.Relations(ids)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			if err := s.consider(where, doc); err != nil {
				return err
			}
		}
		if err := s.ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// consider takes in a relation that passes.
func (s *selector) consider(where *RelationFilter, doc *Relation) error {
	if doc == nil {
		return dangling()
	}
	if ok, err := s.m.Relation(where, doc, 0); !ok || err != nil {
		return err
	}
	if ok, err := s.ofKinds(doc); !ok || err != nil {
		return err
	}
	return s.take(doc)
}

// ofKinds tells whether both ends of a relation are of the kinds asked for.
func (s *selector) ofKinds(doc *Relation) (bool, error) {
	if s.part.Kinds == nil {
		return true, nil
	}
	if s.part.Where == nil {
		return s.found.HasEntity(doc.SourceID) && s.found.HasEntity(doc.TargetID), nil
	}
	ends, err := s.r.Entities([]EntityID{doc.SourceID, doc.TargetID})
	if err != nil {
		return false, err
	}
	for _, end := range ends {
		if end == nil || !slices.Contains(s.part.Kinds, end.Kind) {
			return false, nil
		}
	}
	return true, nil
}

// take puts a relation and what it names into the selection.
func (s *selector) take(doc *Relation) error {
	if s.found.relations.has(uint32(doc.ID)) {
		return nil
	}
	s.found.relations.add(uint32(doc.ID))
	s.found.entities.add(uint32(doc.SourceID))
	s.found.entities.add(uint32(doc.TargetID))
	if err := s.named(doc); err != nil || doc.Derivation == nil {
		return err
	}
	ids, err := resolved[RelationID](s.r, TagRelation, doc.Derivation.Premises)
	if err != nil {
		return err
	}
	premises, err := s.r.Relations(ids)
	if err != nil {
		return err
	}
	for _, premise := range premises {
		if premise == nil {
			continue
		}
		if err := s.take(premise); err != nil {
			return err
		}
	}
	return nil
}

// named takes in what a relation names beside its ends.
func (s *selector) named(doc *Relation) error {
	keys := append([]Key{doc.Via, doc.Product, doc.RecognisedIn, doc.RecognisedBy}, doc.Places...)
	keys = slices.DeleteFunc(keys, func(k Key) bool { return k == "" })
	if len(keys) == 0 {
		return nil
	}
	ids, err := resolved[EntityID](s.r, TagEntity, keys)
	for _, id := range ids {
		s.found.entities.add(uint32(id))
	}
	return err
}

// resolved are the ids of what keys name, those that exist.
func resolved[ID ~uint32](r Reader, tag Tag, keys []Key) ([]ID, error) {
	uids := make([]UID, len(keys))
	for i, k := range keys {
		uids[i] = NewUID(tag, k)
	}
	found, err := r.Resolve(uids)
	var ids []ID
	for _, id := range found {
		if id != 0 {
			ids = append(ids, ID(id))
		}
	}
	return ids, err
}

// Entities yields the entities of the selection in the order of their ids, from
// the revision of r, each time it is gone through; [Selection.Relations] its
// relations.
func (s *Selection) Entities(ctx context.Context, r Reader) iter.Seq2[*Entity, error] {
	return documents(ctx, func() iter.Seq2[EntityID, error] { return r.AllEntities(nil, 0) }, s.HasEntity, r.Entities)
}

// Relations: see [Selection.Entities].
func (s *Selection) Relations(ctx context.Context, r Reader) iter.Seq2[*Relation, error] {
	return documents(ctx, func() iter.Seq2[RelationID, error] { return r.AllRelations(nil, 0) }, s.HasRelation, r.Relations)
}

// documents yields the documents of the ids that are kept, some read at a time.
func documents[ID, T any](ctx context.Context, ids func() iter.Seq2[ID, error], keep func(ID) bool, get func([]ID) ([]*T, error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for chunk, err := range chunks(ids(), readChunk) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			chunk = slices.DeleteFunc(chunk, func(id ID) bool { return !keep(id) })
			if !lend(chunk, get, yield) {
				return
			}
		}
	}
}

// lend yields the documents of some ids; it tells whether to go on.
func lend[ID, T any](ids []ID, get func([]ID) ([]*T, error), yield func(*T, error) bool) bool {
	if len(ids) == 0 {
		return true
	}
	docs, err := get(ids)
	if err != nil {
		yield(nil, err)
		return false
	}
	for _, doc := range docs {
		if doc == nil {
			yield(nil, dangling())
			return false
		}
		if !yield(doc, nil) {
			return false
		}
	}
	return true
}
