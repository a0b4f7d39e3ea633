// Package mem is the smallest correct engine: a graph in memory. Tests use it,
// a server without a file does, and it is the model with which the other
// engines are compared: where they differ from it, they are wrong.
//
// The whole graph is one immutable snapshot made of ordered maps that share
// what they have in common ([ordered]). A reader takes the newest snapshot and
// keeps it, so it sees exactly one revision and waits for nobody; a writer
// makes the next snapshot beside it and then shows it.
package mem
