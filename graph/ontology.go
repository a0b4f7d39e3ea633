package graph

import "slices"

// KindDef says how a kind of entity is called.
type KindDef struct {
	Kind   Kind
	ZH, EN string
}

// RelationDef says how a relation type is called, read from source to target
// and the other way, and which kinds it may join. A symmetric type means the
// same in both directions and is stored once.
type RelationDef struct {
	Type                 RelationType
	From, To             []Kind
	Symmetric            bool
	ZH, EN               string
	ZHInverse, ENInverse string
}

// Ontology lists the kinds and relation types there are. It is read from the
// schema at start and does not change while the program runs.
type Ontology struct {
	kinds     []KindDef
	relations []RelationDef
	kind      map[Kind]*KindDef
	relation  map[RelationType]*RelationDef
}

// NewOntology makes an ontology of its definitions, kept in their order.
func NewOntology(kinds []KindDef, relations []RelationDef) *Ontology {
	o := &Ontology{
		kinds: slices.Clone(kinds), relations: slices.Clone(relations),
		kind: map[Kind]*KindDef{}, relation: map[RelationType]*RelationDef{},
	}
	for i := range o.kinds {
		o.kind[o.kinds[i].Kind] = &o.kinds[i]
	}
	for i := range o.relations {
		o.relation[o.relations[i].Type] = &o.relations[i]
	}
	return o
}

// Kinds are all kinds, in the order of the schema.
func (o *Ontology) Kinds() []KindDef { return o.kinds }

// Relations are all relation types, in the order of the schema.
func (o *Ontology) Relations() []RelationDef { return o.relations }

// Kind is the definition of k, or nil.
func (o *Ontology) Kind(k Kind) *KindDef { return o.kind[k] }

// Relation is the definition of t, or nil.
func (o *Ontology) Relation(t RelationType) *RelationDef { return o.relation[t] }

// Canonical puts the ends of a symmetric relation in key order, so that it is
// the same relation whichever end is named first.
func (o *Ontology) Canonical(r *Relation) {
	def := o.relation[r.Type]
	if def != nil && def.Symmetric && r.Source > r.Target {
		r.Source, r.Target = r.Target, r.Source
	}
}
