package tables

import (
	"slices"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// entity makes an entity, or finds the one that is meant; without a key and
// without a problem there is none.
func (s *scope) entity(p *entityPlan) (graph.Key, *dataset.Line, *dataset.Problem) {
	var wrong flaws
	kind, problem := s.kind(p.kind)
	wrong.add(problem)
	known, problem := s.find(p.find, kind)
	wrong.add(problem)
	key, problem := s.keyOf(p, known)
	if wrong.add(problem); key == "" {
		return "", nil, wrong.problem()
	}
	e := &graph.Entity{Key: key, Kind: kind, Evidence: []graph.Evidence{s.cite(p.evidence)}}
	wrong.add(s.describe(e, p))
	if len(e.Names) == 0 && known != nil {
		e.Names = known.Names
	}
	if len(e.Names) == 0 && len(wrong) == 0 {
		_, column, _ := s.fill(p.names[0].text)
		wrong.add(s.problem(column, "%s gets no name, since the cells for it are empty", key))
	}
	if problem := wrong.problem(); problem != nil {
		return key, nil, problem
	}
	return e.Key, &dataset.Line{Change: graph.Change{Entity: e}, Mode: p.mode}, nil
}

// keyOf is the key of an entity: of the one that is known, or a new one; "" and
// no problem where the row makes none.
func (s *scope) keyOf(p *entityPlan, known *graph.Entity) (graph.Key, *dataset.Problem) {
	key, column, problem := s.fill(p.key)
	switch {
	case problem != nil:
		return "", problem
	case known != nil:
		return known.Key, nil
	case key != "" || p.optional:
		return graph.Key(key), nil
	case p.find != nil:
		return "", s.notFound(p.find)
	}
	return "", s.problem(column, "it is empty, so there is no key")
}

// describe fills in names, identifiers and attributes.
func (s *scope) describe(e *graph.Entity, p *entityPlan) *dataset.Problem {
	var wrong flaws
	for _, n := range p.names {
		wrong.add(s.each(n.each, func(here *scope) *dataset.Problem { return here.name(e, n) }))
	}
	for _, id := range p.identifiers {
		value, _, problem := s.fill(id.value)
		if wrong.add(problem) || value == "" {
			continue
		}
		scheme, problem := s.needed(id.scheme, "scheme")
		wrong.add(problem)
		e.Identifiers = append(e.Identifiers, graph.Identifier{Scheme: scheme, Value: value, Sources: s.source})
	}
	var problem *dataset.Problem
	e.Attributes, problem = s.attributes(p.attributes)
	wrong.add(problem)
	return wrong.problem()
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
