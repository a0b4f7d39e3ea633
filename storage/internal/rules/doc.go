// Package rules knows what a batch may do to a graph and what it does. Every
// engine asks it, so that an engine is left with bytes and indexes only.
//
// [Make] reads the graph through a [State] and never writes: it looks at each
// change in turn, against what is stored and what earlier changes of the batch
// would make of it, and answers with a [Plan]: the receipt, and the [Write]s
// that carry it out. A batch that breaks a rule is refused here, before the
// first byte is written, so that an engine need not undo anything. A dry run is
// a plan that nobody carries out.
//
// What a document refers to ([References]) and which places it cites
// ([Citations]) is told here as well, because the indexes of an engine must
// hold exactly what the rules look up.
package rules
