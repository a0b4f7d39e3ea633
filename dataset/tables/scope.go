package tables

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// scope is what the templates of a row are filled from.
type scope struct {
	*rowReader
	row  *row
	look dataset.Lookup // nil where nothing is to be looked up
	item part
}

// part is an item of a cell, or a cell; column is item (none) for the row.
type part struct {
	column     int
	text       string
	start, end int
}

// lines makes what a row says.
func (rr *rowReader) lines(r *row) ([]dataset.Line, *dataset.Problem) {
	if len(r.cells) != len(rr.columns) {
		return nil, &dataset.Problem{Column: r.columnOf(len(rr.columns)), Reason: fmt.Sprintf("the row has %d cells, and there are %d columns", len(r.cells), len(rr.columns))}
	}
	s := scope{rowReader: rr, row: r, item: part{column: item}}
	if !s.meets(rr.where) {
		return nil, nil
	}
	if !rr.late {
		return s.all()
	}
	kept := *r
	kept.raw, kept.cells = bytes.Clone(r.raw), slices.Clone(r.cells)
	s.row = &kept
	return []dataset.Line{{Late: func(look dataset.Lookup) ([]dataset.Line, error) {
		here := s
		here.look = look
		lines, problem := here.all()
		if problem != nil {
			return nil, problem
		}
		return lines, nil
	}}}, nil
}

// problem is one of the row, or of a cell.
func (s *scope) problem(column int, format string, args ...any) *dataset.Problem {
	p := &dataset.Problem{Reason: fmt.Sprintf(format, args...)}
	if column >= 0 {
		p.Field, p.Column = s.columns[column], columnAt(s.row.raw, s.row.cells[column].start)
	}
	return p
}

// cell is the text of a cell, without blanks around it.
func (s *scope) cell(i int) string { return strings.TrimSpace(s.row.cells[i].value(s.row.raw)) }

func (s *scope) meets(when []condition) bool {
	for _, c := range when {
		text := s.cell(c.column)
		switch {
		case c.is != nil && !slices.Contains(c.is, text), c.not != nil && slices.Contains(c.not, text),
			c.matches != nil && !c.matches.MatchString(text), c.empty != nil && *c.empty != (text == ""):
			return false
		}
	}
	return true
}

// fill fills a template; column is that of the first cell in it.
func (s *scope) fill(t template) (text string, column int, problem *dataset.Problem) {
	var b strings.Builder
	column = item
	for _, p := range t {
		if !p.cell {
			b.WriteString(p.text)
			continue
		}
		value, at := s.item.text, s.item.column
		if p.column != item {
			value, at = s.cell(p.column), p.column
		}
		if column == item {
			column = at
		}
		for _, do := range p.steps {
			var err error
			if value, err = do(value); err != nil {
				return "", at, s.problem(at, "%s", err)
			}
		}
		if value == "" {
			return "", column, nil
		}
		b.WriteString(value)
	}
	return b.String(), column, nil
}

// needed fills a template that must give something.
func (s *scope) needed(t template, what string) (string, *dataset.Problem) {
	text, column, problem := s.fill(t)
	if problem == nil && text == "" {
		problem = s.problem(column, "it is empty, so there is no %s", what)
	}
	return text, problem
}

// items are the parts of a cell over which something is repeated, or the one of
// the scope itself.
func (s *scope) items(e eachPlan) []part {
	if !e.repeats() {
		return []part{s.item}
	}
	c := s.row.cells[e.column]
	var items []part
	for at := c.start; at <= c.end; {
		end := c.end
		if i := bytes.Index(s.row.raw[at:c.end], []byte(e.separator)); i >= 0 {
			end = at + i
		}
		if p := s.part(e.column, at, end); p.text != "" {
			items = append(items, p)
		}
		at = end + len(e.separator)
	}
	return items
}

// part is a part of a cell without the blanks around it.
func (s *scope) part(column, start, end int) part {
	raw := s.row.raw[start:end]
	start += len(raw) - len(bytes.TrimLeft(raw, " \t\u3000"))
	end -= len(raw) - len(bytes.TrimRight(raw, " \t\u3000"))
	if start >= end {
		return part{column: column, start: end, end: end}
	}
	sp := span{start: start, end: end, doubled: s.row.cells[column].doubled}
	return part{column, sp.value(s.row.raw), start, end}
}

// each calls do in the scope of every item, and gives what is wrong with any of
// them.
func (s *scope) each(e eachPlan, do func(*scope) *dataset.Problem) *dataset.Problem {
	var wrong flaws
	for _, it := range s.items(e) {
		here := *s
		here.item = it
		wrong.add(do(&here))
	}
	return wrong.problem()
}

// cite is the evidence: the cell of a column, or else the item, or the row.
func (s *scope) cite(column int, items ...part) graph.Evidence {
	for _, it := range append([]part{s.item}, items...) {
		if column == item && it.column != item && it.start < it.end {
			return cite(s.source[0], s.row, it.start, it.end)
		}
	}
	if column != item {
		c := s.row.cells[column]
		if p := s.part(column, c.start, c.end); p.start < p.end {
			return cite(s.source[0], s.row, p.start, p.end)
		}
	}
	return cite(s.source[0], s.row, 0, len(s.row.raw))
}
