package tables

import (
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// rejects writes refused rows as they stand, with the rejectColumns. It begins
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
	of := ""
	if p.Record != nil {
		of = string(p.Record.Of)
		text, r.delim = p.Record.Text, p.Record.Sep
		if p.Record.Head != nil && !bytes.Equal(p.Record.Head, r.head) {
			r.head = p.Record.Head
			r.line(&b, r.head, rejectColumns...)
		}
	}
	r.line(&b, text, strconv.Itoa(p.Line), strconv.Itoa(p.Column), reason, of)
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

// fromSource is a line of a mended row: what would cite the table that it stands
// in now cites the one from which it comes.
func fromSource(line dataset.Line, table, origin graph.Key) dataset.Line {
	if late := line.Late; late != nil {
		line.Late = func(look dataset.Lookup) ([]dataset.Line, error) {
			lines, err := late(look)
			lines = slices.Clone(lines)
			for i := range lines {
				lines[i] = fromSource(lines[i], table, origin)
			}
			return lines, err
		}
	}
	cited := func(keys []graph.Key) []graph.Key {
		if i := slices.Index(keys, table); i >= 0 {
			keys = slices.Clone(keys)
			keys[i] = origin
		}
		return keys
	}
	places := func(list []graph.Evidence) []graph.Evidence {
		list = slices.Clone(list)
		for i := range list {
			if e := &list[i]; e.Source == table {
				e.Source, e.Start, e.End, e.SHA256 = origin, -1, -1, ""
			}
		}
		return list
	}
	attributes := func(list []graph.Attribute) []graph.Attribute {
		list = slices.Clone(list)
		for i := range list {
			list[i].Evidence = places(list[i].Evidence)
		}
		return list
	}
	if line.Change.Entity != nil {
		e := *line.Change.Entity
		e.Names, e.Identifiers = slices.Clone(e.Names), slices.Clone(e.Identifiers)
		for i := range e.Names {
			e.Names[i].Sources = cited(e.Names[i].Sources)
		}
		for i := range e.Identifiers {
			e.Identifiers[i].Sources = cited(e.Identifiers[i].Sources)
		}
		e.Attributes, e.Evidence = attributes(e.Attributes), places(e.Evidence)
		line.Change.Entity = &e
	}
	if line.Change.Relation != nil {
		r := *line.Change.Relation
		r.Attributes, r.Evidence = attributes(r.Attributes), places(r.Evidence)
		line.Change.Relation = &r
	}
	return line
}
