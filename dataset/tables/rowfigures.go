package tables

import (
	"lianzhu/dataset"
	"lianzhu/graph"
)

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

func (s *scope) attributes(plans []attributePlan) ([]graph.Attribute, *dataset.Problem) {
	var list []graph.Attribute
	var wrong flaws
	for i := range plans {
		wrong.add(s.each(plans[i].each, func(here *scope) *dataset.Problem {
			a, problem := here.attribute(&plans[i])
			if problem == nil && (a.Text != "" || a.Quantity != nil) {
				list = append(list, a)
			}
			return problem
		}))
	}
	return list, wrong.problem()
}

func (s *scope) attribute(p *attributePlan) (graph.Attribute, *dataset.Problem) {
	var wrong flaws
	var problem *dataset.Problem
	a := graph.Attribute{Modality: p.modality, Collective: p.collective}
	for _, f := range []struct {
		to *string
		t  template
	}{{&a.Name, p.name}, {&a.NameEN, p.nameEN}, {&a.Text, p.text}} {
		*f.to, _, problem = s.fill(f.t)
		wrong.add(problem)
	}
	a.Quantity, problem = s.quantity(p.quantity)
	wrong.add(problem)
	a.ValidFrom, problem = s.date(p.from)
	wrong.add(problem)
	a.ValidTo, problem = s.date(p.to)
	wrong.add(problem)
	a.Evidence = []graph.Evidence{s.cite(p.evidence)}
	return a, wrong.problem()
}
