// Package gql is the GraphQL face of the graph: the nouns of schema.graphqls as
// Go types, each with its fields as methods, a file a noun.
//
// # How a question is answered
//
// Package endpoint receives an operation, checks its shape and asks
// [Gateway.Around] to run it. Around opens one View of the store for the whole
// operation and puts a session into the context, so that everything in an
// answer comes from one revision. The generated code in internal/exec walks the
// operation; at a root field it calls a method of [Query], below that the
// methods of the nouns, which hold their session and read through it.
//
// The generated code imports this package and not the other way round; that is
// why nouns are types with methods and not resolvers beside generated models.
//
// page.go reads first, after, last and before and makes cursors; filter.go
// turns filters as they are written into those of package graph; ref.go finds
// the entity that a client means; error.go translates errors, once.
//
// sentence.go and the files of that name say facts, paths and counts in Chinese
// and English: the schema has a template for each relation type, and dates,
// figures, names and the way a fact is known have their words here.
package gql
