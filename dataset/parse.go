package dataset

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"lianzhu/graph"
)

// ReadStatements yields the sources, entities and relations of a file in the
// readable format as it reads them; name is what the file is called in errors.
// A statement that cannot be read yields a [Problem], and reading goes on with
// the next one; an error of r ends it.
func ReadStatements(r io.Reader, name string) iter.Seq2[Line, error] {
	return readStatements(Input{Name: name, Reader: r})
}

func readStatements(in Input) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		p := parser{file: in.Name, records: in.Records}
		for raw, err := range rawLines(in.Reader) {
			if err != nil {
				yield(Line{File: in.Name, Number: raw.number}, fmt.Errorf("%s:%d: %w", in.Name, raw.number, err))
				return
			}
			if !p.take(raw, yield) {
				return
			}
		}
		p.end(yield)
	}
}

// parser holds the statement that is being read.
type parser struct {
	file  string
	cited graph.Key // what "." stands for

	at        int // the line that is being read
	statement *Line
	refused   *Problem // the statement was refused; its other lines are skipped
	size      int      // of the statement, in bytes

	records bool
	record  []byte // the lines of the statement, where they are wanted

	// fields and nested read a line that belongs to the statement, by its first
	// word; nested is nil unless the field before can have lines of its own.
	fields, nested table
	given          map[string]bool // fields of the statement that were given
	nestedGiven    map[string]bool
}

// table reads fields: the words after the first, by the first.
type table map[string]func(*parser, []word) *Problem

// problem is the refusal of w, or of the line where w is zero.
func (p *parser) problem(w word, format string, args ...any) *Problem {
	return &Problem{File: p.file, Line: p.at, Column: w.column, Reason: fmt.Sprintf(format, args...)}
}

// take reads one line; it tells whether to go on.
func (p *parser) take(raw rawLine, yield func(Line, error) bool) bool {
	begins := raw.problem == "" && len(raw.text) > 0 && strings.IndexByte(" \t#", raw.text[0]) < 0
	if begins && !p.end(yield) {
		return false
	}
	p.at = raw.number
	p.keep(raw)
	if raw.problem != "" {
		p.refuse(&Problem{File: p.file, Line: raw.number, Column: raw.column, Reason: raw.problem})
		return true
	}
	words, column, problem := cutWords(string(raw.text))
	switch {
	case problem != "":
		p.refuse(p.problem(word{column: column}, "%s", problem))
	case len(words) == 0:
	case words[0].column == 1:
		p.refuse(p.begin(words))
	case p.refused == nil:
		p.refuse(p.field(words[0].column-1, words))
	}
	return true
}

// keep adds a line to the record of the statement.
func (p *parser) keep(raw rawLine) {
	p.size += len(raw.text)
	if p.size > maxLine {
		p.refuse(p.problem(word{}, "the statement is longer than %d MiB; divide it", maxLine>>20))
		p.statement = nil
	}
	if !p.records || raw.tooLong || len(raw.text) == 0 || p.size > maxLine {
		return
	}
	if p.record != nil {
		p.record = append(p.record, '\n')
	}
	p.record = append(p.record, raw.text...)
}

// refuse notes the first problem of a statement, and drops the statement.
func (p *parser) refuse(problem *Problem) {
	if problem != nil && p.refused == nil {
		p.refused = problem
	}
}

// end yields the statement that has been read, or its problem.
func (p *parser) end(yield func(Line, error) bool) bool {
	done, refused := p.statement, p.refused
	record, size := p.whole(), p.size
	p.statement, p.refused, p.record, p.size, p.fields, p.nested = nil, nil, nil, 0, nil, nil
	switch {
	case refused != nil:
		refused.Record = record
		at := refused.Line
		if done != nil {
			at = done.Number
		}
		return yield(Line{File: p.file, Number: at}, refused)
	case done == nil:
		return true
	}
	done.Record, done.Size = record, size
	return yield(*done, nil)
}

// whole is the record of the statement, where it is wanted.
func (p *parser) whole() *Record {
	if p.record == nil {
		return nil
	}
	r := &Record{Text: p.record}
	if p.cited != "" {
		r.Head = []byte("cite " + quote(string(p.cited)))
	}
	return r
}

// begin reads the first line of a statement.
func (p *parser) begin(words []word) *Problem {
	start := map[string]func([]word) *Problem{
		"cite": p.beginCite, "source": p.beginSource, "entity": p.beginEntity, "relation": p.beginRelation,
	}[words[0].text]
	if start == nil || words[0].quoted {
		return p.problem(words[0], "a statement begins with source, entity, relation or cite, not with %q; what belongs to one is indented", words[0].text)
	}
	p.given = map[string]bool{}
	return start(words)
}

// open makes c the statement whose fields follow.
func (p *parser) open(c graph.Change, fields table) {
	p.statement, p.fields = &Line{File: p.file, Number: p.at, Change: c}, fields
}

func (p *parser) beginCite(words []word) *Problem {
	if len(words) != 2 {
		return p.problem(words[0], "cite names one source: cite source:qingdao-daily")
	}
	p.cited = graph.Key(words[1].text)
	return nil
}

func (p *parser) beginSource(words []word) *Problem {
	if len(words) != 2 {
		return p.problem(words[0], "a source begins with its key: source source:qingdao-daily")
	}
	s := &graph.Source{Key: graph.Key(words[1].text)}
	p.open(graph.Change{Source: s}, sourceFields(s))
	return nil
}

func (p *parser) beginEntity(words []word) *Problem {
	if len(words) != 3 {
		return p.problem(words[0], "an entity begins with its key and kind: entity enterprise:haier-group ENTERPRISE")
	}
	e := &graph.Entity{Key: graph.Key(words[1].text), Kind: graph.Kind(words[2].text)}
	p.open(graph.Change{Entity: e}, entityFields(e))
	return nil
}

func (p *parser) beginRelation(words []word) *Problem {
	disc := len(words) == 6 && words[4].is("disc")
	if len(words) != 4 && !disc {
		return p.problem(words[0], "a relation begins with its source, type and target: relation enterprise:a INVESTS_IN project:b; "+
			"disc and a word may follow to tell parallel ones apart")
	}
	r := &graph.Relation{Source: graph.Key(words[1].text), Type: graph.RelationType(words[2].text), Target: graph.Key(words[3].text), Modality: graph.Asserted}
	if disc {
		r.Disc = words[5].text
	}
	p.open(graph.Change{Relation: r}, relationFields(r))
	return nil
}

// repeated are the fields that may be given several times.
var repeated = map[string]bool{"name": true, "id": true, "attribute": true, "place": true, "@": true, "title": true, "subject": true, "recognised": true, "premise": true}

// field reads a line that belongs to the statement, indented by depth.
func (p *parser) field(depth int, words []word) *Problem {
	fields, given := p.fields, p.given
	switch {
	case p.statement == nil:
		return p.problem(words[0], "there is no statement that this could belong to; begin one at the start of a line")
	case depth == 2:
		p.nested, p.nestedGiven = nil, map[string]bool{}
	case depth == 4 && p.nested != nil:
		fields, given = p.nested, p.nestedGiven
	case depth == 4:
		return p.problem(words[0], "the line above has nothing below it; indent by two blanks what belongs to the statement")
	default:
		return p.problem(words[0], "indent by two blanks what belongs to a statement, by four what belongs to an attribute or a derivation; here are %d", depth)
	}
	name := words[0].text
	read := fields[name]
	switch {
	case read == nil || words[0].quoted:
		return p.problem(words[0], "%q cannot stand here; what can is %s", name, strings.Join(sortedNames(fields), ", "))
	case given[name] && !repeated[name]:
		return p.problem(words[0], "%s is given twice; keep one", name)
	}
	given[name] = true
	return read(p, words)
}
