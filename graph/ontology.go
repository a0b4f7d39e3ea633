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

// Leg is one premise of a rule: a relation type, and at which of its ends the
// rule's middle stands (Out: the middle is its source; In: its target).
type Leg struct {
	Type RelationType
	At   Direction
}

// Rule says what follows from two relations that meet in one entity, the
// middle: a relation of type Conclusion from the far end of First to the far
// end of Second. ZH and EN tell the rule in words.
type Rule struct {
	Conclusion    RelationType
	Middle        Kind
	First, Second Leg
	ZH, EN        string
}

// Text is the rule in both languages, as a Derivation names it.
func (r Rule) Text() string { return r.ZH + " / " + r.EN }

// Ontology lists the kinds and relation types there are, and the rules. It is read from the
// schema at start and does not change while the program runs.
type Ontology struct {
	kinds     []KindDef
	relations []RelationDef
	kind      map[Kind]*KindDef
	relation  map[RelationType]*RelationDef
	rules     []Rule
}

// NewOntology makes an ontology of its definitions, kept in their order.
func NewOntology(kinds []KindDef, relations []RelationDef, rules ...Rule) *Ontology {
	o := &Ontology{
		kinds: slices.Clone(kinds), relations: slices.Clone(relations),
		kind: map[Kind]*KindDef{}, relation: map[RelationType]*RelationDef{}, rules: slices.Clone(rules),
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

// Rules are the rules of derivation, in the order of the schema.
func (o *Ontology) Rules() []Rule { return o.rules }

// Kind is the definition of k, or nil.
func (o *Ontology) Kind(k Kind) *KindDef { return o.kind[k] }

// Relation is the definition of t, or nil.
func (o *Ontology) Relation(t RelationType) *RelationDef { return o.relation[t] }

// Concludes tells whether r follows by one of o's rules, and not by what a
// person concluded.
func (o *Ontology) Concludes(r *Relation) bool {
	return r.Derived() && slices.ContainsFunc(o.rules, func(rule Rule) bool { return r.Derivation.Rule == rule.Text() })
}

// Canonical puts the ends of a symmetric relation in key order, so that it is
// the same relation whichever end is named first.
func (o *Ontology) Canonical(r *Relation) {
	def := o.relation[r.Type]
	if def != nil && def.Symmetric && r.Source > r.Target {
		r.Source, r.Target = r.Target, r.Source
	}
}
