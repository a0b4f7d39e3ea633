package dataset

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// TellRejects writes the reasons alone, a line each, for files whose parts
// cannot be cut out.
func TellRejects(w io.Writer) Rejects { return &lineRejects{out: w, tell: tellPlainly, only: true} }

func newJSONLRejects(w io.Writer) Rejects { return &lineRejects{out: w, tell: tellInJSON} }

func newStatementRejects(w io.Writer) Rejects { return &lineRejects{out: w, tell: tellInComment} }

// lineRejects writes records that stand in lines of their own, each after a
// line that says why it was refused and that a reader passes over.
type lineRejects struct {
	out  io.Writer
	tell func(*Problem) string
	only bool // the reasons, not the records
	head []byte
	last *Record
}

// Write makes lineRejects [Rejects]. A record refused for several reasons is
// written once, after the first of them.
func (r *lineRejects) Write(p *Problem) error {
	var b bytes.Buffer
	if rec := p.Record; rec != nil && !r.only && !bytes.Equal(rec.Head, r.head) {
		r.head = bytes.Clone(rec.Head)
		b.Write(append(bytes.Clone(rec.Head), '\n'))
	}
	b.WriteString(r.tell(p) + "\n")
	if p.Record != nil && p.Record != r.last && !r.only {
		r.last = p.Record
		b.Write(p.Record.Text)
		b.WriteByte('\n')
	}
	_, err := r.out.Write(b.Bytes())
	return err
}

// Close makes lineRejects [Rejects].
func (r *lineRejects) Close() error { return nil }

func tellPlainly(p *Problem) string { return p.Error() }

func tellInComment(p *Problem) string { return "# " + strings.ReplaceAll(p.Error(), "\n", " ") }

// rejected is the line before a refused one.
type rejected struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func tellInJSON(p *Problem) string {
	text, _ := json.Marshal(document{Rejected: &rejected{p.File, p.Line, p.Column, p.Field, p.Reason}}) // texts and numbers can always be written
	return string(text)
}
