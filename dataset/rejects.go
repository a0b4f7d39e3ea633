package dataset

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// Layout is how a file of rejects is written whose records stand one after the
// other, each after what says why it was refused and what a reader passes over.
type Layout struct {
	Begin, Between, End string // Begin and End stand in a file that has anything
	Tell                func(*Problem) string
}

// NewRejects begins a file of rejects.
func (y Layout) NewRejects(w io.Writer) Rejects { return &laidOut{Layout: y, out: w} }

func newJSONLRejects(w io.Writer) Rejects { return Lines(TellInJSON).NewRejects(w) }

func newStatementRejects(w io.Writer) Rejects { return Lines(TellInComment).NewRejects(w) }

// Lines is the layout of files whose records have lines of their own.
func Lines(tell func(*Problem) string) Layout {
	return Layout{Between: "\n", End: "\n", Tell: tell}
}

// laidOut writes heads, reasons and records in the order in which they come.
type laidOut struct {
	Layout
	out   io.Writer
	begun bool
	head  []byte
	last  *Record
}

// Write makes laidOut [Rejects]. A record refused for several reasons is
// written once, after the first of them.
func (r *laidOut) Write(p *Problem) error {
	var b bytes.Buffer
	item := func(text []byte) {
		if r.begun {
			b.WriteString(r.Between)
		} else {
			b.WriteString(r.Begin)
		}
		r.begun = true
		b.Write(text)
	}
	if rec := p.Record; rec != nil && rec.Head != nil && !bytes.Equal(rec.Head, r.head) {
		r.head = bytes.Clone(rec.Head)
		item(rec.Head)
	}
	item([]byte(r.Tell(p)))
	if p.Record != nil && p.Record != r.last {
		r.last = p.Record
		item(p.Record.Text)
	}
	_, err := r.out.Write(b.Bytes())
	return err
}

// Close makes laidOut [Rejects].
func (r *laidOut) Close() error {
	if !r.begun {
		return nil
	}
	_, err := io.WriteString(r.out, r.End)
	return err
}

// TellInComment says why something was refused, in a line that begins with a
// number sign.
func TellInComment(p *Problem) string { return "# " + strings.ReplaceAll(p.Error(), "\n", " ") }

// Rejected is what is said of a refused record in an object of JSON.
type Rejected struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// TellInJSON says why something was refused, in an object with a [Rejected].
func TellInJSON(p *Problem) string {
	text, _ := json.Marshal(document{Rejected: &Rejected{p.File, p.Line, p.Column, p.Field, p.Reason}}) // texts and numbers can always be written
	return string(text)
}
