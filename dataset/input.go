package dataset

import (
	"io"
	"iter"

	"lianzhu/graph"
)

// Format is a way in which files hold facts. Whoever adds one adds a reader and
// its line in package formats; command line and server know all that stand
// there.
type Format struct {
	Name    string   // as --format says it: "jsonl"
	Endings []string // of the names of such files, with the point: ".jsonl"
	Says    string   // what it is, for a list of formats

	// Read yields the lines of a file as it reads them, in bounded memory. What
	// cannot be used yields a [Problem], and reading goes on where that is
	// possible; any other error ends it.
	Read func(Input) iter.Seq2[Line, error]

	// Rejects begins a file of what was refused, which Read reads again.
	Rejects func(io.Writer) Rejects
}

// Input is a file to be read.
type Input struct {
	Name     string // what it is called in errors; without its folders, in sources
	Reader   io.Reader
	Ontology *graph.Ontology
	Mapping  Text // how columns become facts, for formats that need it
	Records  bool // whether Line.Record and Problem.Record are wanted
}

// Text is a small file that was read whole; the zero Text is none.
type Text struct {
	Name string
	Data []byte
}

// Rejects writes what was refused so that a person can mend it and import the
// file again. Close ends the file; it does not close the writer beneath.
type Rejects interface {
	Write(*Problem) error
	Close() error
}

// JSONLines is the format of [Read].
func JSONLines() Format {
	return Format{Name: "jsonl", Endings: []string{".jsonl", ".ndjson"}, Says: "JSON Lines, as export writes it",
		Read: readJSONL, Rejects: newJSONLRejects}
}

// Statements is the format of [ReadStatements].
func Statements() Format {
	return Format{Name: "facts", Endings: []string{".facts"}, Says: "statements in the readable format",
		Read: readStatements, Rejects: newStatementRejects}
}
