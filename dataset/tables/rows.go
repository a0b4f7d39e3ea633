package tables

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
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
		return nil, &dataset.Problem{Reason: fmt.Sprintf("the row has %d cells, and there are %d columns", len(r.cells), len(rr.columns))}
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

// each calls do in the scope of every item.
func (s *scope) each(e eachPlan, do func(*scope) *dataset.Problem) *dataset.Problem {
	for _, it := range s.items(e) {
		here := *s
		here.item = it
		if problem := do(&here); problem != nil {
			return problem
		}
	}
	return nil
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

// instance is an entity that a row makes, and the item for which.
type instance struct {
	key  graph.Key
	item part
}

// all makes everything that the row says.
func (s *scope) all() ([]dataset.Line, *dataset.Problem) {
	var lines []dataset.Line
	made := make([][]instance, len(s.entities))
	for i := range s.entities {
		p := &s.entities[i]
		if !s.meets(p.when) {
			continue
		}
		problem := s.each(p.each, func(here *scope) *dataset.Problem {
			key, line, problem := here.entity(p)
			if key != "" && problem == nil {
				made[i] = append(made[i], instance{key, here.item})
			}
			if line != nil && problem == nil {
				lines = append(lines, *line)
			}
			return problem
		})
		if problem != nil {
			return nil, problem
		}
	}
	for i := range s.relations {
		p := &s.relations[i]
		if !s.meets(p.when) {
			continue
		}
		problem := s.each(p.each, func(here *scope) *dataset.Problem {
			more, problem := here.relationsOf(p, made)
			lines = append(lines, more...)
			return problem
		})
		if problem != nil {
			return nil, problem
		}
	}
	return lines, nil
}

// entity makes an entity, or finds the one that is meant; without a key and
// without a problem there is none.
func (s *scope) entity(p *entityPlan) (graph.Key, *dataset.Line, *dataset.Problem) {
	kind, problem := s.kind(p.kind)
	if problem != nil {
		return "", nil, problem
	}
	known, problem := s.find(p.find, kind)
	if problem != nil {
		return "", nil, problem
	}
	key, column, problem := s.fill(p.key)
	switch {
	case problem != nil:
		return "", nil, problem
	case known != nil:
		key = string(known.Key)
	case key == "" && p.optional:
		return "", nil, nil
	case key == "" && p.find != nil:
		return "", nil, s.notFound(p.find)
	case key == "":
		return "", nil, s.problem(column, "it is empty, so there is no key")
	}
	e := &graph.Entity{Key: graph.Key(key), Kind: kind, Evidence: []graph.Evidence{s.cite(p.evidence)}}
	if problem := s.describe(e, p); problem != nil {
		return "", nil, problem
	}
	if len(e.Names) == 0 && known != nil {
		e.Names = known.Names
	}
	if len(e.Names) == 0 {
		_, column, _ := s.fill(p.names[0].text)
		return "", nil, s.problem(column, "%s gets no name, since the cells for it are empty", key)
	}
	return e.Key, &dataset.Line{Change: graph.Change{Entity: e}, Mode: p.mode}, nil
}

// describe fills in names, identifiers and attributes.
func (s *scope) describe(e *graph.Entity, p *entityPlan) *dataset.Problem {
	for _, n := range p.names {
		problem := s.each(n.each, func(here *scope) *dataset.Problem { return here.name(e, n) })
		if problem != nil {
			return problem
		}
	}
	for _, id := range p.identifiers {
		value, _, problem := s.fill(id.value)
		if problem != nil {
			return problem
		}
		if value == "" {
			continue
		}
		scheme, problem := s.needed(id.scheme, "scheme")
		if problem != nil {
			return problem
		}
		e.Identifiers = append(e.Identifiers, graph.Identifier{Scheme: scheme, Value: value, Sources: s.source})
	}
	var problem *dataset.Problem
	e.Attributes, problem = s.attributes(p.attributes)
	return problem
}

func (s *scope) name(e *graph.Entity, n namePlan) *dataset.Problem {
	text, _, problem := s.fill(n.text)
	if problem != nil || text == "" {
		return problem
	}
	reading, _, problem := s.fill(n.reading)
	name := graph.Name{Text: text, Lang: n.lang, Role: n.role, Reading: reading, Sources: s.source}
	if name.Lang == "" {
		name.Lang = languageOf(text)
	}
	if !slices.ContainsFunc(e.Names, func(m graph.Name) bool { return m.Text == name.Text && m.Lang == name.Lang }) {
		e.Names = append(e.Names, name)
	}
	return problem
}

func (s *scope) kind(t template) (graph.Kind, *dataset.Problem) {
	word, column, problem := s.fill(t)
	if problem != nil || word == "" && len(t) == 0 {
		return "", problem
	}
	kind, ok := s.t.words.kind(word)
	if !ok {
		return "", s.problem(column, "there is no kind %q", word)
	}
	return kind, nil
}

// find looks up the entity that is meant, in each of the ways until one finds
// something; nil: none is known.
func (s *scope) find(ways []findPlan, kind graph.Kind) (*graph.Entity, *dataset.Problem) {
	for _, way := range ways {
		found, said, column, problem := s.candidates(way)
		if problem != nil {
			return nil, problem
		}
		if kind != "" {
			found = slices.DeleteFunc(slices.Clone(found), func(e *graph.Entity) bool { return e.Kind != kind })
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			var keys []string
			for _, e := range found[:min(len(found), 5)] {
				keys = append(keys, string(e.Key))
			}
			return nil, s.problem(column, "%s may be any of %d: %s; name it by its key or an identifier", said, len(found), strings.Join(keys, ", "))
		}
	}
	return nil, nil
}

// candidates are the entities that one way finds, and what was looked for.
func (s *scope) candidates(way findPlan) (found []*graph.Entity, said string, column int, problem *dataset.Problem) {
	var err error
	if way.identifier == nil {
		if said, column, problem = s.fill(way.name); problem != nil || said == "" {
			return nil, said, column, problem
		}
		found, err = s.look.Named(said)
	} else {
		var scheme string
		if said, column, problem = s.fill(way.identifier.value); problem != nil || said == "" {
			return nil, said, column, problem
		}
		if scheme, problem = s.needed(way.identifier.scheme, "scheme"); problem != nil {
			return nil, said, column, problem
		}
		found, err = s.look.Identified(scheme, said)
		said = scheme + " " + said
	}
	if err != nil {
		problem = s.problem(column, "%s cannot be looked up: %s", said, err)
	}
	return found, said, column, problem
}

// notFound is the problem of something that no way finds.
func (s *scope) notFound(ways []findPlan) *dataset.Problem {
	var looked []string
	column := item
	for _, way := range ways {
		t := way.name
		if way.identifier != nil {
			t = way.identifier.value
		}
		said, at, _ := s.fill(t)
		if said != "" {
			looked = append(looked, said)
		}
		if column == item {
			column = at
		}
	}
	p := s.problem(column, "nothing in the graph is called %s; import it first, or mend the name", strings.Join(looked, " or "))
	if looked == nil {
		p = s.problem(column, "it is empty, so nothing can be looked up")
	}
	p.Dangling = looked != nil
	return p
}

// relationsOf makes a relation for each pair of its ends.
func (s *scope) relationsOf(p *relationPlan, made [][]instance) ([]dataset.Line, *dataset.Problem) {
	from, problem := s.ends(&p.from, made, p.optional)
	if problem != nil {
		return nil, problem
	}
	to, problem := s.ends(&p.to, made, p.optional)
	if problem != nil {
		return nil, problem
	}
	var lines []dataset.Line
	for _, a := range from {
		for _, b := range to {
			here := *s
			for _, it := range []part{b.item, a.item} {
				if here.item.column == item {
					here.item = it
				}
			}
			line, problem := here.relation(p, a.key, b.key)
			if problem != nil {
				return nil, problem
			}
			lines = append(lines, *line)
		}
	}
	return lines, nil
}

// ends are the entities at one end.
func (s *scope) ends(p *endPlan, made [][]instance, optional bool) ([]instance, *dataset.Problem) {
	if p.as != nil {
		var all []instance
		for _, i := range p.as {
			all = append(all, made[i]...)
		}
		return all, nil
	}
	if p.find == nil {
		key, column, problem := s.fill(p.key)
		switch {
		case problem != nil:
			return nil, problem
		case key == "" && optional:
			return nil, nil
		case key == "":
			return nil, s.problem(column, "it is empty, so the relation lacks an end")
		}
		return []instance{{graph.Key(key), part{column: item}}}, nil
	}
	kind, problem := s.kind(p.kind)
	if problem != nil {
		return nil, problem
	}
	known, problem := s.find(p.find, kind)
	switch {
	case problem != nil:
		return nil, problem
	case known != nil:
		return []instance{{known.Key, part{column: item}}}, nil
	}
	if problem = s.notFound(p.find); optional && !problem.Dangling {
		return nil, nil
	}
	return nil, problem
}

func (s *scope) relation(p *relationPlan, from, to graph.Key) (*dataset.Line, *dataset.Problem) {
	word, problem := s.needed(p.typ, "type")
	if problem != nil {
		return nil, problem
	}
	typ, ok := s.t.words.relationType(word)
	if !ok {
		return nil, s.problem(item, "there is no relation type %q", word)
	}
	rel := &graph.Relation{Type: typ, Source: from, Target: to, Modality: graph.Asserted, OpenEnded: p.openEnded,
		Evidence: []graph.Evidence{s.cite(p.evidence)}}
	for _, set := range []func(*graph.Relation, *relationPlan) *dataset.Problem{s.setTexts, s.setDates, s.setFigures, s.setPlaces} {
		if problem := set(rel, p); problem != nil {
			return nil, problem
		}
	}
	rel.Attributes, problem = s.attributes(p.attributes)
	if problem != nil {
		return nil, problem
	}
	line := &dataset.Line{Change: graph.Change{Relation: rel}, Mode: p.mode}
	if at := max(p.evidence, s.item.column); at >= 0 {
		line.Field, line.Column = s.columns[at], columnAt(s.row.raw, s.row.cells[at].start)
	}
	return line, nil
}

func (s *scope) setTexts(r *graph.Relation, p *relationPlan) *dataset.Problem {
	var modality, confidence string
	var keys [4]string
	for _, f := range []struct {
		to *string
		t  template
	}{
		{&r.Disc, p.disc}, {&r.Subject, p.subject}, {&r.SubjectEN, p.subjectEN}, {&modality, p.modality}, {&confidence, p.confidence},
		{&keys[0], p.via}, {&keys[1], p.product}, {&keys[2], p.recognisedIn}, {&keys[3], p.recognisedBy},
	} {
		text, _, problem := s.fill(f.t)
		if problem != nil {
			return problem
		}
		*f.to = text
	}
	r.Via, r.Product, r.RecognisedIn, r.RecognisedBy = graph.Key(keys[0]), graph.Key(keys[1]), graph.Key(keys[2]), graph.Key(keys[3])
	var err error
	if r.Modality, err = modalityOf(modality); err != nil {
		return s.problem(item, "%s", err)
	}
	if confidence != "" {
		if r.Confidence, err = strconv.ParseFloat(confidence, 64); err != nil {
			return s.problem(item, "the confidence %q is no number", confidence)
		}
	}
	return nil
}

func (s *scope) setDates(r *graph.Relation, p *relationPlan) (problem *dataset.Problem) {
	if r.ValidFrom, problem = s.date(p.validFrom); problem == nil {
		r.ValidTo, problem = s.date(p.validTo)
	}
	return problem
}

func (s *scope) date(t template) (graph.Date, *dataset.Problem) {
	text, column, problem := s.fill(t)
	if problem != nil {
		return graph.Date{}, problem
	}
	d, err := dataset.ParseDate(text)
	if err != nil {
		return d, s.problem(column, "%s", err)
	}
	return d, nil
}

func (s *scope) setFigures(r *graph.Relation, p *relationPlan) *dataset.Problem {
	for _, f := range []struct {
		to   **graph.Quantity
		plan *quantityPlan
	}{{&r.Amount, p.amount}, {&r.Share, p.share}, {&r.Volume, p.volume}} {
		q, problem := s.quantity(f.plan)
		if problem != nil {
			return problem
		}
		*f.to = q
	}
	return nil
}

// quantity reads a figure; nil where its cell is empty.
func (s *scope) quantity(p *quantityPlan) (*graph.Quantity, *dataset.Problem) {
	if p == nil {
		return nil, nil
	}
	value, column, problem := s.fill(p.value)
	if problem != nil || value == "" {
		return nil, problem
	}
	unit, _, problem := s.fill(p.unit)
	if problem != nil {
		return nil, problem
	}
	per, _, problem := s.fill(p.per)
	if problem != nil {
		return nil, problem
	}
	q, err := dataset.ParseQuantity(value, unit)
	if err != nil {
		return nil, s.problem(column, "%s", err)
	}
	if per != "" {
		q.Per = per
	}
	return q, nil
}

func (s *scope) setPlaces(r *graph.Relation, p *relationPlan) *dataset.Problem {
	for _, t := range p.places {
		place, _, problem := s.fill(t)
		if problem != nil {
			return problem
		}
		if place != "" {
			r.Places = append(r.Places, graph.Key(place))
		}
	}
	return nil
}

func (s *scope) attributes(plans []attributePlan) ([]graph.Attribute, *dataset.Problem) {
	var list []graph.Attribute
	for i := range plans {
		problem := s.each(plans[i].each, func(here *scope) *dataset.Problem {
			a, problem := here.attribute(&plans[i])
			if problem == nil && (a.Text != "" || a.Quantity != nil) {
				list = append(list, a)
			}
			return problem
		})
		if problem != nil {
			return nil, problem
		}
	}
	return list, nil
}

func (s *scope) attribute(p *attributePlan) (a graph.Attribute, problem *dataset.Problem) {
	a = graph.Attribute{Modality: p.modality, Collective: p.collective}
	for _, f := range []struct {
		to *string
		t  template
	}{{&a.Name, p.name}, {&a.NameEN, p.nameEN}, {&a.Text, p.text}} {
		if *f.to, _, problem = s.fill(f.t); problem != nil {
			return a, problem
		}
	}
	if a.Quantity, problem = s.quantity(p.quantity); problem != nil {
		return a, problem
	}
	if a.ValidFrom, problem = s.date(p.from); problem != nil {
		return a, problem
	}
	if a.ValidTo, problem = s.date(p.to); problem != nil {
		return a, problem
	}
	a.Evidence = []graph.Evidence{s.cite(p.evidence)}
	return a, nil
}
