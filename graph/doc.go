// Package graph holds the nouns of a knowledge graph, its rules and its walks.
// It imports the standard library only and knows no database, no GraphQL and
// no HTTP: everybody knows the graph, the graph knows nobody.
//
// # A guided tour
//
// An [Entity] is anything that can stand at an end of a relation: an
// enterprise, a region, a program. A [Relation] joins two of them and is a
// thing of its own, with a modality (it happened, it is planned, it is denied),
// a validity in the world, figures, and [Evidence]: the places in a [Source]
// that say so. All of them are documents: they name each other by [Key], so
// the same value is a mutation, a line of an export, an entry of the history
// and what a store gives back.
//
// Which kinds there are and which relation types may join which kinds is data:
// an [Ontology], read from the schema at start. The package itself has never
// heard of an enterprise.
//
// A [Store] keeps the graph. Reads are lent: [Store.View] hands out a [Reader]
// that sees one revision and must not be kept. Writes are values: a [Batch] of
// [Change] is applied as a whole or not at all, and every applied batch stands
// in the change log under its [Rev]. Inside a store things have dense integer
// ids ([EntityID], [RelationID]); outside they have a readable [Key] and a
// [UID], which is a digest of the key and so the same in every store.
//
// [Reader.Neighbours] is the primitive on which the walks stand: many entities
// at once, a direction, types, a predicate and a limit for each. [WalkSubgraph]
// and [Reachable] go level by level on it, [FindPaths] searches from both ends,
// and [FindCommonNeighbours] begins at the entity with the fewest relations.
// Where a Reader has a [Shape] in memory they follow relations there.
// All of them apply the same filters while they walk, treat hubs and the clock
// alike, and tell by a [Completeness] what they saw and why they stopped. Where
// a question has a [Signer] a walk that was stopped gives a token, by which the
// next question goes on exactly there.
package graph
