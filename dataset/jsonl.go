package dataset

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"lianzhu/graph"
)

// jsonlFormat is the version of the JSON Lines format.
const jsonlFormat = 1

// jsonlHead is the first line of such a file.
var jsonlHead = []byte(`{"lianzhu":{"format":1}}`)

// document is one line: the header, or a source, an entity or a relation. A
// text too long for one line goes on in the text of the next where More is set.
type document struct {
	Header   *header         `json:"lianzhu,omitempty"`
	Source   *graph.Source   `json:"source,omitempty"`
	Entity   *graph.Entity   `json:"entity,omitempty"`
	Relation *graph.Relation `json:"relation,omitempty"`
	Text     *string         `json:"text,omitempty"`
	More     bool            `json:"more,omitempty"`

	// Rejected says in a file of rejects why the next line was refused. Readers
	// pass over it.
	Rejected *Rejected `json:"rejected,omitempty"`
}

type header struct {
	Format int `json:"format"`
}

// Write exports the whole graph in JSON Lines, in the order of [All]. Equal
// graphs give equal bytes, whatever store they are in and however they came
// there. It holds one View open as long as w takes.
func Write(ctx context.Context, w io.Writer, store graph.Store) error {
	return store.View(ctx, func(r graph.Reader) error { return Encode(w, All(r)) })
}

// Encode writes changes in JSON Lines, in the order in which they come. An
// error of the sequence ends it; a retraction cannot be written.
func Encode(w io.Writer, changes iter.Seq2[graph.Change, error]) error {
	out := bufio.NewWriterSize(w, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(document{Header: &header{jsonlFormat}}); err != nil {
		return err
	}
	for c, err := range changes {
		if err != nil {
			return err
		}
		if err := encodeChange(enc, c); err != nil {
			return err
		}
	}
	return out.Flush()
}

func encodeChange(enc *json.Encoder, c graph.Change) error {
	doc := document{Source: c.Source, Entity: c.Entity, Relation: c.Relation}
	if doc == (document{}) {
		return fmt.Errorf("%s is no source, entity or relation, so there is no line for it", c.Name())
	}
	if c.Text == nil {
		return enc.Encode(doc)
	}
	for rest := *c.Text; ; doc = (document{}) {
		var part string
		part, rest = cutText(rest)
		doc.Text, doc.More = &part, rest != ""
		if err := enc.Encode(doc); err != nil || rest == "" {
			return err
		}
	}
}

// maxPart bounds the part of a text in one line, so that the line is within
// maxLine even where every byte of it needs six.
const maxPart = 2 << 20

// cutText cuts s into its first part and the rest, between two characters.
func cutText(s string) (part, rest string) {
	if len(s) <= maxPart {
		return s, ""
	}
	n := maxPart
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], s[n:]
}

// Read yields the changes of a file in JSON Lines as it reads them; name is
// what the file is called in errors. A line that cannot be used yields a
// [Problem], and reading goes on with the next; a file that does not begin with
// the header of this format, or an error of r, ends it. Shape only is checked:
// whether it fits the ontology is for [Load].
func Read(r io.Reader, name string) iter.Seq2[Line, error] {
	return readJSONL(Input{Name: name, Reader: r})
}

func readJSONL(in Input) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		d := jsonlReader{file: in.Name, records: in.Records, yield: yield}
		for raw, err := range rawLines(in.Reader) {
			if err != nil {
				yield(Line{File: in.Name, Number: raw.number}, fmt.Errorf("%s:%d: %w", in.Name, raw.number, err))
				return
			}
			if !d.line(raw) {
				return
			}
		}
		d.finish()
	}
}

// jsonlReader keeps the source whose text has not ended yet.
type jsonlReader struct {
	file    string
	records bool // whether they are kept
	yield   func(Line, error) bool
	begun   bool // the header was seen
	source  *Line
	text    []byte
}

// line takes one line; it tells whether to go on.
func (d *jsonlReader) line(raw rawLine) bool {
	if raw.problem == "" && len(bytes.TrimSpace(raw.text)) == 0 {
		return true
	}
	var doc document
	if raw.problem == "" {
		raw.column, raw.problem = decodeStrict(raw.text, &doc)
	}
	switch {
	case !d.begun && doc.Header == nil:
		d.refuse(raw, fmt.Sprintf(`the file does not begin with the line {"lianzhu":{"format":%d}}, so it is not in this format`, jsonlFormat))
		return false
	case raw.problem != "":
		return d.breakOff() && d.refuse(raw, raw.problem)
	case doc.Rejected != nil:
		return true
	case doc.Header != nil:
		return d.breakOff() && d.begin(raw, doc)
	case doc.Source == nil && doc.Entity == nil && doc.Relation == nil && doc.Text != nil:
		return d.continueText(raw, doc)
	}
	return d.breakOff() && d.change(raw, doc)
}

func (d *jsonlReader) refuse(raw rawLine, reason string) bool {
	return d.yield(Line{File: d.file, Number: raw.number},
		&Problem{File: d.file, Line: raw.number, Column: raw.column, Reason: reason, Record: d.record(raw)})
}

// record keeps a line where that is wanted and there is one.
func (d *jsonlReader) record(raw rawLine) *Record {
	if !d.records || len(raw.text) == 0 || raw.tooLong {
		return nil
	}
	return &Record{Head: jsonlHead, Text: bytes.Clone(raw.text)}
}

// begin takes a header: the first line, or one amid files put together.
func (d *jsonlReader) begin(raw rawLine, doc document) bool {
	if doc.Header.Format != jsonlFormat {
		d.refuse(raw, fmt.Sprintf("this is format %d; this program reads format %d", doc.Header.Format, jsonlFormat))
		return false
	}
	d.begun = true
	return true
}

func (d *jsonlReader) change(raw rawLine, doc document) bool {
	if doc.Source == nil && doc.Entity == nil && doc.Relation == nil {
		return d.refuse(raw, "it holds none of source, entity, relation and text")
	}
	line := Line{File: d.file, Number: raw.number, Size: len(raw.text),
		Change: graph.Change{Source: doc.Source, Entity: doc.Entity, Relation: doc.Relation, Text: doc.Text}}
	if !doc.More {
		line.Record = d.record(raw)
		return d.yield(line, nil)
	}
	if doc.Source == nil || doc.Text == nil {
		return d.refuse(raw, `"more" belongs to a source with a text that goes on in the next line`)
	}
	d.source, d.text = &line, append(d.text[:0], *doc.Text...)
	return true
}

// maxText bounds the text of a source, in bytes.
const maxText = 64 << 20

func (d *jsonlReader) continueText(raw rawLine, doc document) bool {
	if d.source == nil {
		return d.refuse(raw, "this is the rest of a text without its beginning; the line before must be its source")
	}
	d.text = append(d.text, *doc.Text...)
	if len(d.text) > maxText {
		d.source, d.text = nil, nil
		return d.refuse(raw, fmt.Sprintf("the text is longer than %d MiB", maxText>>20))
	}
	if doc.More {
		return true
	}
	line, text := *d.source, string(d.text)
	d.source, line.Change.Text, line.Size = nil, &text, len(text)
	return d.yield(line, nil)
}

// breakOff refuses a source whose text was not ended.
func (d *jsonlReader) breakOff() bool {
	if d.source == nil {
		return true
	}
	at := rawLine{number: d.source.Number}
	d.source = nil
	return d.refuse(at, "the text of this source breaks off; its rest must follow in the next line")
}

func (d *jsonlReader) finish() {
	if d.breakOff() && !d.begun {
		d.refuse(rawLine{number: 1}, "the file is empty; not even the header is there")
	}
}
