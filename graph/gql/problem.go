package gql

import (
	"errors"
	"slices"

	"lianzhu/graph"
)

// Problem is an expected failure of a write.
type Problem interface {
	Code() graph.Code
	Message(lang graph.Lang) string
	Path() []string
}

// The codes of problems that only writes through GraphQL have; the others are
// those of package graph.
const (
	codeDuplicate graph.Code = "DUPLICATE_SUSPECTED"
	codeEvidence  graph.Code = "EVIDENCE_NOT_FOUND"
)

// The results of mutations: a success or a problem. All are one interface to
// the generated code, which knows by the schema what each field may answer.
type (
	writeResult interface{ isWriteResult() }

	UpsertEntityResult   interface{ writeResult }
	UpsertRelationResult interface{ writeResult }
	AddSourceResult      interface{ writeResult }
	RetractResult        interface{ writeResult }
	MergeResult          interface{ writeResult }
	UndoResult           interface{ writeResult }
	ApplyResult          interface{ writeResult }
)

// problem is what all problems are: an error of the graph, and a place in the
// arguments.
type problem struct {
	err *graph.Error
	at  []string
}

func (*problem) isWriteResult() {}

// Code, Message and Path are the fields of the interface Problem.
func (p *problem) Code() graph.Code               { return p.err.Code }
func (p *problem) Message(lang graph.Lang) string { return p.err.Say(lang) }
func (p *problem) Path() []string                 { return p.at }

// The problems of the schema.
type (
	// InvalidInput is input that must be mended.
	InvalidInput struct{ problem }

	// NotFound is a name for nothing, or for several things.
	NotFound struct {
		problem
		Missing     string
		Suggestions []*SearchHit
	}

	// Conflict is a graph that stands otherwise. What stands there is read when
	// it is asked for.
	Conflict struct {
		problem
		s        *session
		subject  graph.UID // what it is about; zero: no one thing
		expected *int
	}

	// DuplicateSuspected is an entity like one that is there.
	DuplicateSuspected struct {
		problem
		Suspects []*Suspect
	}

	// EvidenceNotFound is a quote that its source does not have.
	EvidenceNotFound struct {
		problem
		Quote   string
		Closest *Evidence
		Differs *int
	}

	// Refused is a write that the server does not take.
	Refused struct{ problem }

	// ApplyFailed is a list of writes of which some are at fault.
	ApplyFailed struct {
		problem
		Problems []*OperationProblem
	}
)

// OperationProblem is the failure of one write of a list.
type OperationProblem struct {
	Index   int
	Problem Problem
}

// Suspect is an entity that may be the same as one to be written.
type Suspect struct {
	Hit     *SearchHit
	reasons []graph.Phrase
}

// Reasons tell why.
func (s *Suspect) Reasons(lang graph.Lang) []string {
	said := make([]string, len(s.reasons))
	for i, r := range s.reasons {
		said[i] = r.Say(lang)
	}
	return said
}

// Candidates are the suspects without the reasons.
func (d *DuplicateSuspected) Candidates() []*SearchHit {
	hits := make([]*SearchHit, len(d.Suspects))
	for i, s := range d.Suspects {
		hits[i] = s.Hit
	}
	return hits
}

// ExpectedRev is the revision that was expected; where none was, the one there is.
func (c *Conflict) ExpectedRev() (int, error) {
	if c.expected != nil {
		return *c.expected, nil
	}
	return c.ActualRev()
}

// ActualRev is the revision that last wrote what is there; 0 where nothing is.
func (c *Conflict) ActualRev() (int, error) {
	current, err := c.Current()
	switch noun := current.(type) {
	case Entity:
		return int(noun.base().doc.Rev), err
	case Relation:
		return int(noun.relationDoc().Rev), err
	case *Source:
		return int(noun.doc.Rev), err
	}
	return 0, err
}

// Current is what is there.
func (c *Conflict) Current() (Node, error) {
	if c.subject == (graph.UID{}) {
		return nil, nil
	}
	return read(c.s, func(r graph.Reader) (Node, error) { return c.s.node(r, c.subject) })
}

// asProblem makes a problem of an error of the graph; nil where err is no fault
// of the input but of the server.
func asProblem(err error, at []string) Problem {
	var e *graph.Error
	if !errors.As(err, &e) {
		return nil
	}
	p := problem{err: e, at: slices.Concat(at, e.Path)}
	switch e.Code {
	case graph.CodeInvalid:
		return &InvalidInput{p}
	case graph.CodeNotFound, graph.CodeAmbiguous:
		return &NotFound{problem: p, Missing: e.Key, Suggestions: []*SearchHit{}}
	case graph.CodeConflict:
		return &Conflict{problem: p}
	case graph.CodeLimit, graph.CodeFull:
		return &Refused{p}
	}
	return nil
}

// invalidAt makes the problem of input that must be mended.
func invalidAt(at []string, zh, en string) *InvalidInput {
	return &InvalidInput{problem{&graph.Error{Code: graph.CodeInvalid, Op: "input", Key: at[len(at)-1], Detail: en, DetailZH: zh, Index: -1}, at}}
}

// place is a path with more steps.
func place(at []string, more ...string) []string { return slices.Concat(at, more) }
