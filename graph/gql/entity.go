package gql

import (
	"strings"

	"lianzhu/graph"
)

// entity is what all kinds have in common: the header, which is enough for what
// is asked most, and the document once it was asked for. A noun that was made
// of a document has of its header what needs no work.
type entity struct {
	s    *session
	head *graph.EntityHeader
	doc  *graph.Entity // guarded by the session; see document
}

// IsNode marks a Node.
func (e *entity) IsNode() {}

// IsEntity marks an Entity.
func (e *entity) IsEntity() {}

func (e *entity) base() *entity { return e }

// EntityHeader is the header that tells most of e.
func (e *entity) EntityHeader() *graph.EntityHeader { return e.head }

// document is the whole of e. The session must not be locked.
func (e *entity) document() (*graph.Entity, error) {
	return read(e.s, func(r graph.Reader) (*graph.Entity, error) { return e.documentIn(r) })
}

// documentIn is document for whoever has locked the session.
func (e *entity) documentIn(r graph.Reader) (*graph.Entity, error) {
	if e.doc == nil {
		doc, err := e.s.fetchOne(r, e.head.ID)
		if err != nil {
			return nil, err
		}
		if doc == nil {
			return nil, missing("entity", e.head.Key)
		}
		e.doc = doc
	}
	return e.doc, nil
}

// missing is the error of a document that the graph names and does not have.
func missing(op, key string) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: op, Key: strings.Clone(key), Index: -1, Detail: "it is listed and not there; run lianzhu check"}
}

// The fields of the interface Entity.

func (e *entity) ID() graph.UID {
	if e.head.UID == (graph.UID{}) {
		return graph.NewUID(graph.TagEntity, graph.Key(e.head.Key))
	}
	return e.head.UID
}

func (e *entity) Key() string      { return e.head.Key }
func (e *entity) Kind() graph.Kind { return e.head.Kind }
func (e *entity) Rev() int         { return int(e.head.Rev) }

// Name is the shown name in lang; pinyin that no source gives is read off the
// Chinese name.
func (e *entity) Name(lang graph.Lang) (string, error) {
	switch {
	case lang == graph.ZH && e.head.ZH != "":
		return e.head.ZH, nil
	case lang == graph.EN && e.head.EN != "":
		return e.head.EN, nil
	}
	doc, err := e.document()
	if err != nil {
		return "", err
	}
	return e.s.nameOf(doc, lang), nil
}

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

func (e *entity) Names() ([]*Name, error) {
	doc, err := e.document()
	if err != nil {
		return nil, err
	}
	all, names := make([]Name, len(doc.Names)), make([]*Name, len(doc.Names))
	for i := range doc.Names {
		all[i] = Name{s: e.s, Name: &doc.Names[i]}
		names[i] = &all[i]
	}
	return names, nil
}

func (e *entity) Identifiers() ([]*Identifier, error) {
	doc, err := e.document()
	if err != nil {
		return nil, err
	}
	all, ids := make([]Identifier, len(doc.Identifiers)), make([]*Identifier, len(doc.Identifiers))
	for i, id := range doc.Identifiers {
		all[i] = Identifier{Scheme: id.Scheme, Value: id.Value, valid: e.s.Gateway.Valid}
		ids[i] = &all[i]
	}
	return ids, nil
}

func (e *entity) Attributes() ([]*Attribute, error) {
	doc, err := e.document()
	if err != nil {
		return nil, err
	}
	return e.s.attributes(doc.Attributes), nil
}

// Relations is a page of the relations at e.
func (e *entity) Relations(first *int, after *string, last *int, before *string, direction graph.Direction, where *RelationFilter, orderBy []*RelationOrder) (*RelationConnection, error) {
	order := relationOrder(orderBy)
	l := newList(len(order)+1, "relations at", e.head.Key, direction, where, order)
	w, err := e.s.window(l, first, after, last, before)
	if err != nil {
		return nil, err
	}
	filter, err := read(e.s, func(r graph.Reader) (*graph.RelationFilter, error) { return e.s.relationFilter(r, where, nil) })
	if err != nil {
		return nil, err
	}
	return e.s.listRelations(l, graph.RelationQuery{At: e.head.ID, Direction: direction, Where: filter, Order: order, Window: w})
}

func (e *entity) Degree(direction graph.Direction, types []graph.RelationType) (int, error) {
	if types != nil && len(types) == 0 {
		return 0, inputError("types", "the list is empty, so nothing could be counted; leave it out to mean everything")
	}
	return read(e.s, func(r graph.Reader) (int, error) {
		n, err := r.Degree([]graph.EntityID{e.head.ID}, types, direction)
		if err != nil {
			return 0, err
		}
		return n[0], nil
	})
}

func (e *entity) Evidence(first int, after *string) (*EvidenceConnection, error) {
	doc, err := e.document()
	if err != nil {
		return nil, err
	}
	return e.s.evidencePage(string(doc.Key), doc.Evidence, first, after)
}

// peers are the entities at the other ends of the relations of one type.
func (e *entity) peers(direction graph.Direction, relationType graph.RelationType) ([]*graph.Entity, error) {
	return read(e.s, func(r graph.Reader) ([]*graph.Entity, error) {
		var ids []graph.EntityID
		where := &graph.RelationFilter{Types: []graph.RelationType{relationType}}
		err := graph.NewMatcher(r).Edges(e.head.ID, direction, where, graph.EdgeCursor{}, func(edge graph.Edge) (bool, error) {
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
	valid         func(scheme, value string) bool
}

// Valid tells whether the code's form and check digit are right, which is worked
// out for whoever asks.
func (i *Identifier) Valid() bool { return i.valid(i.Scheme, i.Value) }
