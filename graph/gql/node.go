package gql

import (
	"lianzhu/graph"
)

// Node is anything with a global id.
type Node interface{ IsNode() }

// Entity is the interface Entity of the schema: an *Enterprise, a *Region, ...
type Entity interface {
	Node
	IsEntity()
	base() *entity
}

// Relation is the interface Relation of the schema: an *InvestsIn, a *Link, ...
type Relation interface {
	Node
	IsRelation()
	relationDoc() *graph.Relation
}

// wrap makes the noun of an entity. A relation whose end has gone is damage,
// which the store reports; nil stays nil all the same.
func (s *session) wrap(doc *graph.Entity) Entity {
	if doc == nil {
		return nil
	}
	k := kinds{room: 1}
	return k.noun(entity{s: s, doc: doc, head: &graph.EntityHeader{ID: doc.ID, Kind: doc.Kind, Rev: doc.Rev, Key: string(doc.Key)}})
}

// wrapAll makes the nouns of entities, leaving out what is not there.
func (s *session) wrapAll(docs []*graph.Entity) []Entity {
	nouns := make([]Entity, 0, len(docs))
	for _, doc := range docs {
		if doc != nil {
			nouns = append(nouns, s.wrap(doc))
		}
	}
	return nouns
}

// wrapRelation makes the noun of a relation.
func (s *session) wrapRelation(doc *graph.Relation) Relation {
	t := tieTypes{room: 1}
	return t.tie(relation{s: s, doc: doc, whole: true, head: &graph.RelationHeader{ID: doc.ID, Type: doc.Type, Source: doc.SourceID, Target: doc.TargetID,
		Modality: doc.Modality, OpenEnded: doc.OpenEnded, Rev: doc.Rev}})
}

// node reads what uid names; nil where there is nothing.
func (s *session) node(r graph.Reader, uid graph.UID) (Node, error) {
	switch uid.Tag() {
	case graph.TagEntity, graph.TagRelation:
		return s.factNode(r, uid)
	case graph.TagEvidence:
		cited, err := r.Evidence([]graph.UID{uid})
		if err != nil || cited[0].Fact == (graph.UID{}) {
			return nil, err
		}
		return &Evidence{s: s, e: cited[0].Evidence}, nil
	case graph.TagChange:
		return s.changeNode(r, uid)
	}
	return s.sourceNode(r, uid)
}

// nodeNow is node, where an entity that was merged into another means that one.
func (s *session) nodeNow(r graph.Reader, uid graph.UID) (Node, error) {
	found, err := s.node(r, uid)
	if found != nil || err != nil || uid.Tag() != graph.TagEntity {
		return found, err
	}
	into, err := s.merged(r, uid, nil)
	if into == nil || err != nil {
		return nil, err
	}
	return s.wrap(into), nil
}

func (s *session) factNode(r graph.Reader, uid graph.UID) (Node, error) {
	found, err := r.Resolve([]graph.UID{uid})
	if err != nil || found[0] == 0 {
		return nil, err
	}
	if uid.Tag() == graph.TagRelation {
		docs, err := r.Relations([]graph.RelationID{graph.RelationID(found[0])})
		if err != nil || docs[0] == nil {
			return nil, err
		}
		return s.wrapRelation(docs[0]), nil
	}
	docs, err := s.fetch(r, []graph.EntityID{graph.EntityID(found[0])})
	if err != nil || docs[0] == nil {
		return nil, err
	}
	return s.wrap(docs[0]), nil
}

// sourceNode looks for the source with that uid; there are few sources.
func (s *session) sourceNode(r graph.Reader, uid graph.UID) (Node, error) {
	for key, err := range r.AllSources() {
		if err != nil {
			return nil, err
		}
		if graph.NewUID(graph.TagSource, key) == uid {
			return s.source(r, key)
		}
	}
	return nil, nil
}
