package plan

import "lianzhu/graph"

// Column is what a header tells, or what an item of a list stands on: the step
// of a program that writes a field.
type Column uint8

// The columns. Those of an entity and of a relation write what the header says.
// Validity, Confidence and the figures are objects of which the header of the
// relation is the whole; Source and Target the entities at its ends. Those of an
// item tell on which entity or relation of its a field stands.
const (
	literal Column = iota // nothing but what stands before it

	EntityID
	EntityKey
	EntityKind
	EntityName
	EntityRev

	RelationID
	RelationType
	RelationSymmetric
	RelationModality
	RelationOpenEnded
	RelationRev
	ValidFrom
	ValidTo
	Current
	Score
	Grade

	Source
	Target
	ItemEntity // the entity that an item is, has, or is about
	ItemFrom   // where the item, a step, begins
	Amount
	Share
	Volume
	Validity
	Confidence
	FigureRaw
	FigureValue
	FigureMin
	FigureMax
	FigureUnit
	FigurePer
	FigureApprox

	ItemRelation // the relation that an item is or has
	ItemNumber   // a number that the item has
	ItemNumber2  // and another one
	ItemForward  // whether the item, a step, goes the way of its relation
	ItemPath     // a path that the item has
	ItemSteps    // the steps of that
)

// The columns of an entity stand before those of a relation, and these before
// what is no value.
const (
	lastOfEntity   = EntityRev
	lastOfRelation = Grade
	lastEntity     = ItemFrom
	lastFigure     = Volume

	entities = ItemFrom - Source + 1 // how many of them are entities
	figures  = Volume - Amount + 1   // and figures
)

// Columns says which fields a header or an item answers: by the type or the
// interface that has the field, and the field's name.
type Columns map[string]map[string]Column

// of is the column of a field of objects of type t; 0 where there is none.
func (c Columns) of(t *Type, field string) Column {
	for _, name := range t.Names {
		if column := c[name][field]; column != literal {
			return column
		}
	}
	return literal
}

// Terms is what columns are read with.
type Terms interface {
	Today() int32 // counted from 1970-01-01
	Symmetric(graph.RelationType) bool
}

// EntityHeading is an entity that may be written from its header.
type EntityHeading interface {
	// EntityHeader is its header; nil where there is none. What it has no value
	// for the noun knows. It is lent.
	EntityHeader() *graph.EntityHeader
}

// RelationHeading is a relation that may be written from its header.
type RelationHeading interface {
	Terms() Terms
	// RelationHeader is its header; nil where there is none. It is lent.
	RelationHeader() *graph.RelationHeader
	// EndHeader is the header of its source or its target, nil where it is not
	// to be had.
	EndHeader(end Column) *graph.EntityHeader
	// Figure is one of its figures, nil where it is not to be had.
	Figure(which Column) *graph.FigureHeader
}

// Stepped are rows whose items have, or are, paths.
type Stepped interface {
	Rows
	// Steps appends which of StepRows are the steps of the path of item i.
	Steps(into []int32, i int) []int32
	StepRows() Rows
}

// Rows are the items of a list by their headers. What it gives is lent, and nil
// where it cannot be had; whoever asks then asks the nouns.
type Rows interface {
	Terms() Terms
	Len() int
	// Relations are the headers of the relations of all items.
	Relations() []graph.RelationHeader
	// Entities are headers of an entity of every item: ItemEntity, ItemFrom, or
	// Source or Target of its relation.
	Entities(which Column) []*graph.EntityHeader
	// Figures are figures of the relations of all items.
	Figures(which Column) []graph.FigureHeader
	// Number is a number of item i, 1 for yes.
	Number(which Column, i int) (n int, ok bool)
}
