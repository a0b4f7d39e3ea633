package rules

import (
	"slices"

	"lianzhu/graph"
)

// The clones below share nothing with the caller's documents, and hold nil
// where a list is empty, so that a document reads back the same from every
// engine.

func list[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return slices.Clone(s)
}

func pointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

func cloneAttributes(attributes []graph.Attribute) []graph.Attribute {
	attributes = list(attributes)
	for i := range attributes {
		a := &attributes[i]
		a.Quantity = pointer(a.Quantity)
		a.Evidence = list(a.Evidence)
	}
	return attributes
}

func cloneEntity(e *graph.Entity) *graph.Entity {
	c := *e
	c.ID, c.Rev = 0, 0
	c.Names = list(c.Names)
	for i := range c.Names {
		c.Names[i].Sources = list(c.Names[i].Sources)
	}
	c.Identifiers = list(c.Identifiers)
	for i := range c.Identifiers {
		c.Identifiers[i].Sources = list(c.Identifiers[i].Sources)
	}
	c.Attributes = cloneAttributes(c.Attributes)
	c.Evidence = list(c.Evidence)
	return &c
}

func cloneRelation(r *graph.Relation) *graph.Relation {
	c := *r
	c.ID, c.SourceID, c.TargetID, c.Rev = 0, 0, 0, 0
	c.Places = list(c.Places)
	c.Attributes = cloneAttributes(c.Attributes)
	c.Amount, c.Share, c.Volume = pointer(c.Amount), pointer(c.Share), pointer(c.Volume)
	if c.Derivation = pointer(c.Derivation); c.Derivation != nil {
		c.Derivation.Premises = list(c.Derivation.Premises)
	}
	c.Evidence = list(c.Evidence)
	return &c
}

func cloneSource(s *graph.Source) *graph.Source {
	c := *s
	c.Rev = 0
	return &c
}

// cloneChange copies what Validate may change and an engine may keep.
func cloneChange(c graph.Change) graph.Change {
	switch {
	case c.Source != nil:
		c.Source = cloneSource(c.Source)
	case c.Entity != nil:
		c.Entity = cloneEntity(c.Entity)
	case c.Relation != nil:
		c.Relation = cloneRelation(c.Relation)
	}
	return c
}

// keep is cloneChange of an entity or a relation whose lists nobody writes to
// any more: these it shares.
func keep(c graph.Change) graph.Change {
	switch {
	case c.Entity != nil && !hollowEntity(c.Entity):
		e := *c.Entity
		e.ID, e.Rev = 0, 0
		c.Entity = &e
	case c.Relation != nil && !hollowRelation(c.Relation):
		r := *c.Relation
		r.ID, r.SourceID, r.TargetID, r.Rev = 0, 0, 0, 0
		c.Relation = &r
	default:
		return cloneChange(c)
	}
	return c
}

// hollow tells whether a list is empty and yet not nil.
func hollow[T any](s []T) bool { return s != nil && len(s) == 0 }

func hollowEntity(e *graph.Entity) bool {
	return hollow(e.Names) || hollow(e.Identifiers) || hollow(e.Evidence) || hollowAttributes(e.Attributes) ||
		slices.ContainsFunc(e.Names, func(n graph.Name) bool { return hollow(n.Sources) }) ||
		slices.ContainsFunc(e.Identifiers, func(i graph.Identifier) bool { return hollow(i.Sources) })
}

func hollowRelation(r *graph.Relation) bool {
	return hollow(r.Places) || hollow(r.Evidence) || hollowAttributes(r.Attributes) || r.Derivation != nil && hollow(r.Derivation.Premises)
}

func hollowAttributes(attributes []graph.Attribute) bool {
	for i := range attributes {
		if hollow(attributes[i].Evidence) {
			return true
		}
	}
	return hollow(attributes)
}
