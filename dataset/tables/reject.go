package tables

import (
	"bytes"
	"encoding/csv"
	"io"
	"strconv"

	"lianzhu/dataset"
)

// rejects writes refused rows as they stand, with three columns more. It begins
// with a byte order mark, since the rows are UTF-8 now, whatever their file was.
type rejects struct {
	out   io.Writer
	begun bool
	delim byte
	head  []byte
	last  *dataset.Problem
	also  string // further reasons for it
}

func newRejects(w io.Writer) dataset.Rejects { return &rejects{out: w, delim: ','} }

// Write makes rejects [dataset.Rejects]. Reasons for one row that come one after
// the other stand together.
func (r *rejects) Write(p *dataset.Problem) error {
	if r.last != nil && p.Record != nil && p.Record == r.last.Record {
		r.also += "; " + tell(p)
		return nil
	}
	if err := r.flush(); err != nil {
		return err
	}
	r.last = p
	return nil
}

// flush writes the row that waits.
func (r *rejects) flush() error {
	p := r.last
	if p == nil {
		return nil
	}
	reason := tell(p) + r.also
	r.last, r.also = nil, ""
	var b bytes.Buffer
	if !r.begun {
		b.WriteString("\ufeff")
		r.begun = true
	}
	var text []byte
	if p.Record != nil {
		text, r.delim = p.Record.Text, p.Record.Sep
		if p.Record.Head != nil && !bytes.Equal(p.Record.Head, r.head) {
			r.head = p.Record.Head
			r.line(&b, r.head, rejectColumns...)
		}
	}
	r.line(&b, text, strconv.Itoa(p.Line), strconv.Itoa(p.Column), reason)
	_, err := r.out.Write(b.Bytes())
	return err
}

// tell is the reason with the column it is about.
func tell(p *dataset.Problem) string {
	if p.Field != "" {
		return p.Field + ": " + p.Reason
	}
	return p.Reason
}

// line writes a row and what comes after it.
func (r *rejects) line(b *bytes.Buffer, text []byte, more ...string) {
	b.Write(text)
	b.WriteByte(r.delim)
	w := csv.NewWriter(b)
	w.Comma = rune(r.delim)
	_ = w.Write(more) // into memory
	w.Flush()
}

// Close makes rejects [dataset.Rejects].
func (r *rejects) Close() error { return r.flush() }
