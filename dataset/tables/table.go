package tables

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// CSV is the format of comma-separated values, of bulk files and of any table
// that a mapping explains.
func CSV() dataset.Format {
	return dataset.Format{Name: "csv", Endings: []string{".csv"}, Says: "comma-separated values: bulk files as they are, any other table by a mapping",
		Read: reader(','), Rejects: newRejects}
}

// TSV is CSV with tabs.
func TSV() dataset.Format {
	return dataset.Format{Name: "tsv", Endings: []string{".tsv", ".tab"}, Says: "tab-separated values, as csv",
		Read: reader('\t'), Rejects: newRejects}
}

// reader makes the reader of tables whose cells delim parts, unless the mapping
// says otherwise.
func reader(delim byte) func(dataset.Input) iter.Seq2[dataset.Line, error] {
	return func(in dataset.Input) iter.Seq2[dataset.Line, error] {
		return func(yield func(dataset.Line, error) bool) {
			t, err := begin(in, delim)
			if err != nil {
				yield(dataset.Line{File: in.Name}, err)
				return
			}
			t.run(yield)
		}
	}
}

// table is a table that is being read.
type table struct {
	in     dataset.Input
	words  words
	spec   *Table // how a mapping explains it; nil: its header does
	plan   *Mapping
	doc    *document
	source *graph.Source
	scan   *scanner
	head   []byte // the header row and what was skipped before it, for a file of rejects
	width  int    // how many columns are the table's own; those of rejects follow
	reject bool   // those are there
	row    row
	origin graph.Key // the source from which the row comes, in a file of rejects
	cited  bool      // the table's own source was yielded
}

// plan finds what explains a table.
func plan(in dataset.Input) (*table, error) {
	t := &table{in: in, words: words{ontology: in.Ontology}}
	if in.Mapping.Data == nil {
		return t, nil
	}
	var err error
	if t.plan, err = ParseMapping(in.Mapping); err != nil {
		return nil, err
	}
	t.words = t.plan.words(in.Ontology)
	t.spec = t.plan.tableOf(in.Name)
	return t, nil
}

// begin opens a table and finds what explains it.
func begin(in dataset.Input, delim byte) (*table, error) {
	t, err := plan(in)
	if err != nil {
		return nil, err
	}
	encoding := ""
	if t.spec != nil {
		encoding = t.spec.Encoding
		if t.spec.Delimiter != "" {
			delim = t.spec.Delimiter[0]
		}
	}
	return t, t.open(encoding, delim)
}

func (t *table) open(encoding string, delim byte) (err error) {
	if t.doc, err = open(t.in, encoding); err != nil {
		return err
	}
	t.scan = newScanner(t.doc.in, delim)
	t.source, err = t.plan.source(t.doc)
	return err
}

// run yields what the rows of the table say, and before it the table's source,
// where it is cited.
func (t *table) run(yield func(dataset.Line, error) bool) {
	head, ok := t.header()
	if !ok {
		t.end(yield)
		return
	}
	lines, problem := t.explain(head)
	if problem != nil {
		problem.File = t.in.Name
		yield(dataset.Line{File: t.in.Name, Number: problem.Line}, problem)
		return
	}
	for line, err := range lines {
		if !yield(line, err) {
			return
		}
	}
}

// explain finds what makes facts of the rows.
func (t *table) explain(head []string) (iter.Seq2[dataset.Line, error], *dataset.Problem) {
	if t.spec != nil {
		r, err := newRowReader(t, head)
		if err != nil {
			return nil, &dataset.Problem{Line: t.row.line, Reason: err.Error()}
		}
		return t.rows(r.lines), nil
	}
	fields, err := parseBulk(head)
	switch {
	case t.row.problem != "":
		return nil, &dataset.Problem{Line: t.row.line, Column: t.row.column, Reason: t.row.problem}
	case err != nil:
		return nil, &dataset.Problem{Line: t.row.line, Reason: err.Error()}
	case fields == nil && t.plan != nil:
		return nil, &dataset.Problem{Line: t.row.line, Reason: fmt.Sprintf("no table of the mapping %s is for this file; its pattern is told by file:", t.in.Mapping.Name)}
	case fields == nil:
		return nil, &dataset.Problem{Line: t.row.line, Reason: "what its columns mean is not known: name a mapping that says it (--mapping FILE), or give it the header of a bulk file, such as :ID,name,:LABEL"}
	}
	return readBulk(t, fields), nil
}

// rejectColumns are those that a file of rejects has more. Bulk imports of other
// programs pass over them, too. The last one has the source from which a row
// comes: that is cited when the row is read again, as a whole, since a file of
// rejects is no further witness.
var rejectColumns = []string{"rejected_line:IGNORE", "rejected_column:IGNORE", "rejected_reason:IGNORE", "rejected_source:IGNORE"}

// header reads the header row, or where there is none the names that the
// mapping gives; ok is false where the table is empty.
func (t *table) header() (names []string, ok bool) {
	if t.spec != nil {
		for range t.spec.Skip {
			if !t.scan.next(&t.row) {
				return nil, false
			}
			t.head = append(append(t.head, t.row.raw...), '\n')
		}
		if t.spec.Columns != nil {
			t.width = len(t.spec.Columns)
			return t.spec.Columns, true
		}
	}
	for {
		if !t.scan.next(&t.row) {
			return nil, false
		}
		if !t.row.blank() || t.row.problem != "" {
			break
		}
	}
	for _, c := range t.row.cells {
		names = append(names, strings.TrimSpace(c.value(t.row.raw)))
	}
	t.width = len(names)
	if n := t.width - len(rejectColumns); n > 0 && slices.Equal(names[n:], rejectColumns) {
		t.width, t.reject = n, true
		names = names[:n]
		t.row.cut(n)
	}
	t.head = append(t.head, t.row.raw...)
	return names, true
}

// cut drops the cells of a row from n on.
func (r *row) cut(n int) {
	last := r.cells[n-1]
	end := last.end
	if last.quoted {
		end++
	}
	r.cells, r.raw = r.cells[:n], r.raw[:end]
}

// blank tells whether nothing stands in a row.
func (r *row) blank() bool {
	for _, c := range r.cells {
		if len(bytes.TrimSpace(r.raw[c.start:c.end])) > 0 {
			return false
		}
	}
	return true
}

// rows yields what lines makes of each row, in its place. Blank rows are passed
// over.
func (t *table) rows(lines func(*row) ([]dataset.Line, *dataset.Problem)) iter.Seq2[dataset.Line, error] {
	return func(yield func(dataset.Line, error) bool) {
		r := &t.row
		for t.scan.next(r) {
			if r.problem == "" && r.blank() {
				continue
			}
			if !t.one(lines, yield) {
				return
			}
		}
		t.end(yield)
	}
}

// one yields what one row says; it tells whether to go on.
func (t *table) one(lines func(*row) ([]dataset.Line, *dataset.Problem), yield func(dataset.Line, error) bool) bool {
	r := &t.row
	t.origin = ""
	if more := len(r.cells) - t.width; r.problem == "" && more > 0 && more%len(rejectColumns) == 0 && (t.reject || t.spec != nil && t.spec.Columns != nil) {
		t.origin = graph.Key(strings.TrimSpace(r.cells[len(r.cells)-1].value(r.raw)))
		r.cut(t.width)
	}
	if t.origin == "" && !t.cited { // also of rows that are refused, which may cite it once they are mended
		t.cited = true
		if !yield(t.text(), nil) {
			return false
		}
	}
	var made []dataset.Line
	problem := &dataset.Problem{Column: r.column, Reason: r.problem}
	if r.problem == "" {
		made, problem = lines(r)
	}
	if problem != nil {
		problem.File, problem.Line, problem.Record = t.in.Name, r.line, t.record()
		return yield(dataset.Line{File: t.in.Name, Number: r.line}, problem)
	}
	record := t.record()
	for i := range made {
		if t.origin != "" {
			made[i] = fromSource(made[i], t.source.Key, t.origin)
		}
		made[i].File, made[i].Number, made[i].Record, made[i].Size = t.in.Name, r.line, record, r.size
		if !yield(made[i], nil) {
			return false
		}
	}
	return true
}

// text is the source of the table with its text.
func (t *table) text() dataset.Line {
	line := dataset.Line{File: t.in.Name, Number: 1, Change: graph.Change{Source: t.source, Text: t.doc.text}}
	if t.doc.text != nil {
		line.Size = len(*t.doc.text)
	}
	return line
}

// record keeps the row where that is wanted.
func (t *table) record() *dataset.Record {
	if !t.in.Records || t.row.tooLong {
		return nil
	}
	return &dataset.Record{Head: t.head, Text: bytes.Clone(t.row.raw), Sep: t.scan.delim, Of: cmp.Or(t.origin, t.source.Key)}
}

// end yields the error that ended the reading, if one did.
func (t *table) end(yield func(dataset.Line, error) bool) {
	if t.scan.err != nil {
		yield(dataset.Line{File: t.in.Name, Number: t.scan.line}, fmt.Errorf("%s:%d: %w", t.in.Name, t.scan.line, t.scan.err))
	}
}
