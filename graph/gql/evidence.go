package gql

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"lianzhu/graph"
)

// Evidence is a place in a source that says something.
type Evidence struct {
	s *session
	e graph.Evidence
}

// IsNode marks a Node.
func (v *Evidence) IsNode() {}

func (s *session) evidenceList(docs []graph.Evidence) []*Evidence {
	list := make([]*Evidence, len(docs))
	for i, e := range docs {
		list[i] = &Evidence{s, e}
	}
	return list
}

// The fields of Evidence.

func (v *Evidence) ID() graph.UID        { return v.e.UID() }
func (v *Evidence) QuoteSha256() *string { return optional(v.e.SHA256) }
func (v *Evidence) Supports() bool       { return !v.e.Refutes }
func (v *Evidence) AssertedBy() *string  { return optional(v.e.AssertedBy) }

func (v *Evidence) Start() *int { return v.offset(v.e.Start) }
func (v *Evidence) End() *int   { return v.offset(v.e.End) }

func (v *Evidence) offset(n int) *int {
	if !v.e.Located() {
		return nil
	}
	return &n
}

// Source is where the place is.
func (v *Evidence) Source() (*Source, error) {
	return read(v.s, func(r graph.Reader) (*Source, error) { return v.s.source(r, v.e.Source) })
}

// Status is what the stored text makes of the locator.
func (v *Evidence) Status() (graph.EvidenceStatus, error) {
	standing, err := v.check()
	return standing.Status, err
}

// Quote is the quoted text, from where it stands now.
func (v *Evidence) Quote() (*string, error) { return v.around(0) }

// maxContext bounds the characters given on either side of a quote.
const maxContext = 2000

// Context is the quote with chars characters on either side.
func (v *Evidence) Context(chars int) (*string, error) {
	if chars < 0 || chars > maxContext {
		return nil, inputError("chars", fmt.Sprintf("it must be between 0 and %d; it is %d", maxContext, chars))
	}
	return v.around(chars)
}

func (v *Evidence) around(chars int) (*string, error) {
	at, err := v.check()
	if err != nil || at.Status != graph.Verified && at.Status != graph.Relocated {
		return nil, err
	}
	text, err := v.s.text(v.e.Source)
	if err != nil {
		return nil, err
	}
	quote := text.Slice(at.Start-chars, at.End+chars)
	return &quote, nil
}

// check looks the locator up in the text that was added, if any.
func (v *Evidence) check() (graph.Standing, error) {
	return read(v.s, func(graph.Reader) (graph.Standing, error) { return v.s.verifier.Check(v.e) })
}

// EvidenceEdge is a piece of evidence in a list.
type EvidenceEdge struct {
	Cursor string
	Node   *Evidence
}

// EvidenceConnection is a page of a list of evidence.
type EvidenceConnection struct {
	Edges      []*EvidenceEdge
	PageInfo   *PageInfo
	TotalCount int
}

// Nodes are the pieces of evidence without their cursors.
func (c *EvidenceConnection) Nodes() []*Evidence {
	nodes := make([]*Evidence, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node
	}
	return nodes
}

// evidencePage is a page of the evidence of one fact. Its cursors name the
// piece of evidence they stand at, so that they outlive additions before it.
func (s *session) evidencePage(owner string, all []graph.Evidence, first int, after *string) (*EvidenceConnection, error) {
	if err := s.checkSize("first", first); err != nil {
		return nil, err
	}
	start := 0
	if after != nil {
		at := -1
		for i, e := range all {
			if evidenceCursor(owner, e) == *after {
				at = i
			}
		}
		if at < 0 {
			return nil, inputError("after", "the cursor belongs to another list, or what it names is gone; begin again without it")
		}
		start = at + 1
	}
	end := min(len(all), start+first)
	c := &EvidenceConnection{TotalCount: len(all)}
	var cursors []string
	for _, e := range all[start:end] {
		cursors = append(cursors, evidenceCursor(owner, e))
		c.Edges = append(c.Edges, &EvidenceEdge{cursors[len(cursors)-1], &Evidence{s, e}})
	}
	c.PageInfo = pageInfo(cursors, end < len(all), start > 0)
	return c, nil
}

func evidenceCursor(owner string, e graph.Evidence) string {
	uid := e.UID()
	sum := sha256.Sum256([]byte(owner))
	return base64.RawURLEncoding.EncodeToString(append(append([]byte{cursorVersion}, sum[:4]...), uid[1:]...))
}
