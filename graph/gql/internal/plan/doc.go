// Package plan writes the answer to a query straight into bytes.
//
// The generated executor builds, for every object of an answer, a set of
// fields, a context and a marshaler for each of them, and a goroutine for each
// item of a list. A page of five hundred relations costs more than a hundred
// thousand allocations that way. A plan asks the same nouns the same questions
// and appends what they say to one buffer.
//
// # How a query becomes a plan
//
// A [Plan] belongs to an operation of a document and to one outcome of its
// @include and @skip, and is kept with the document. Its [Set]s are selection
// sets; what of a set applies to an object of a [Type] is an [Object], a flat
// list of [Step]s that is compiled when the first such object is met. A [Writer]
// is one run of a plan: the arguments, which are read once a run and not once
// an object, and the path to the place that is being written, from which errors
// get theirs.
//
// # Where the fields are
//
// Which Go method answers a field, what its arguments are and what may be null
// is known to gqlgen, from schema.graphqls and gqlgen.yml. Command generate has
// it write that down a second time, as functions that append; nothing is stated
// twice by hand. The executor remains: it answers introspection, mutations and
// whatever no plan covers, and every query of every story is run both ways and
// must give the same bytes.
package plan
