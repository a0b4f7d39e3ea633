package gql

import (
	"lianzhu/graph"
)

// entity is what all kinds have in common.
type entity struct {
	s   *session
	doc *graph.Entity
}

// IsNode marks a Node.
func (e *entity) IsNode() {}

// IsEntity marks an Entity.
func (e *entity) IsEntity() {}

func (e *entity) entityDoc() *graph.Entity { return e.doc }

// The fields of the interface Entity.

func (e *entity) ID() string       { return e.doc.UID().String() }
func (e *entity) Key() string      { return string(e.doc.Key) }
func (e *entity) Kind() graph.Kind { return e.doc.Kind }
func (e *entity) Rev() int         { return int(e.doc.Rev) }

// Name is the shown name in lang; pinyin that no source gives is read off the
// Chinese name.
func (e *entity) Name(lang graph.Lang) string { return e.s.nameOf(e.doc, lang) }

// nameOf is the name of an entity that is shown in lang.
func (s *session) nameOf(doc *graph.Entity, lang graph.Lang) string {
	if lang != graph.Pinyin || doc.Has(graph.Pinyin) {
		return doc.Name(lang)
	}
	for _, n := range doc.Names {
		if n.Lang == graph.ZH && n.Reading != "" {
			return n.Reading
		}
		if n.Lang == graph.ZH {
			return s.Reading(n.Text)
		}
	}
	return doc.Name(lang)
}

func (e *entity) Names() []*Name {
	names := make([]*Name, len(e.doc.Names))
	for i := range e.doc.Names {
		names[i] = &Name{s: e.s, Name: &e.doc.Names[i]}
	}
	return names
}

func (e *entity) Identifiers() []*Identifier {
	ids := make([]*Identifier, len(e.doc.Identifiers))
	for i, id := range e.doc.Identifiers {
		ids[i] = &Identifier{Scheme: id.Scheme, Value: id.Value, Valid: e.s.Valid(id.Scheme, id.Value)}
	}
	return ids
}

func (e *entity) Attributes() []*Attribute { return e.s.attributes(e.doc.Attributes) }

// Relations is a page of the relations at e.
func (e *entity) Relations(first *int, after *string, last *int, before *string, direction graph.Direction, where *RelationFilter, orderBy []*RelationOrder) (*RelationConnection, error) {
	order := relationOrder(orderBy)
	l := newList(len(order)+1, "relations at", e.doc.Key, direction, where, order)
	w, err := e.s.window(l, first, after, last, before)
	if err != nil {
		return nil, err
	}
	filter, err := read(e.s, func(r graph.Reader) (*graph.RelationFilter, error) { return e.s.relationFilter(r, where, nil) })
	if err != nil {
		return nil, err
	}
	return e.s.listRelations(l, graph.RelationQuery{At: e.doc.ID, Direction: direction, Where: filter, Order: order, Window: w})
}

func (e *entity) Degree(direction graph.Direction, types []graph.RelationType) (int, error) {
	if types != nil && len(types) == 0 {
		return 0, inputError("types", "the list is empty, so nothing could be counted; leave it out to mean everything")
	}
	return read(e.s, func(r graph.Reader) (int, error) {
		n, err := r.Degree([]graph.EntityID{e.doc.ID}, types, direction)
		if err != nil {
			return 0, err
		}
		return n[0], nil
	})
}

func (e *entity) Evidence(first int, after *string) (*EvidenceConnection, error) {
	return e.s.evidencePage(string(e.doc.Key), e.doc.Evidence, first, after)
}

// peers are the entities at the other ends of the relations of one type.
func (e *entity) peers(direction graph.Direction, relationType graph.RelationType) ([]*graph.Entity, error) {
	return read(e.s, func(r graph.Reader) ([]*graph.Entity, error) {
		var ids []graph.EntityID
		where := &graph.RelationFilter{Types: []graph.RelationType{relationType}}
		err := graph.NewMatcher(r).Edges(e.doc.ID, direction, where, graph.EdgeCursor{}, func(edge graph.Edge) (bool, error) {
			ids = append(ids, edge.Peer)
			return true, nil
		})
		if err != nil {
			return nil, err
		}
		return e.s.fetch(r, ids)
	})
}

// Institution, Program, Platform, Product and Group have no fields of their own.
type (
	Institution struct{ entity }
	Program     struct{ entity }
	Platform    struct{ entity }
	Product     struct{ entity }
	Group       struct{ entity }
)

// Name is one name of an entity.
type Name struct {
	s *session
	*graph.Name
}

// Sources are the sources that give the name.
func (n *Name) Sources() ([]*Source, error) { return n.s.sources(n.Name.Sources) }

// Identifier is one code that a registry gives.
type Identifier struct {
	Scheme, Value string
	Valid         bool
}
