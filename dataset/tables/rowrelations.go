package tables

import (
	"strconv"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// relationsOf makes a relation for each pair of its ends.
func (s *scope) relationsOf(p *relationPlan, made [][]instance) ([]dataset.Line, *dataset.Problem) {
	var wrong flaws
	from, problem := s.ends(&p.from, made, p.optional)
	wrong.add(problem)
	to, problem := s.ends(&p.to, made, p.optional)
	wrong.add(problem)
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
			if !wrong.add(problem) {
				lines = append(lines, *line)
			}
		}
	}
	return lines, wrong.problem()
}

func (s *scope) relation(p *relationPlan, from, to graph.Key) (*dataset.Line, *dataset.Problem) {
	var wrong flaws
	word, problem := s.needed(p.typ, "type")
	typ, ok := s.t.words.relationType(word)
	if !wrong.add(problem) && !ok {
		wrong.add(s.problem(item, "there is no relation type %q", word))
	}
	rel := &graph.Relation{Type: typ, Source: from, Target: to, Modality: graph.Asserted, OpenEnded: p.openEnded,
		Evidence: []graph.Evidence{s.cite(p.evidence)}}
	for _, set := range []func(*graph.Relation, *relationPlan) *dataset.Problem{s.setTexts, s.setDates, s.setFigures, s.setPlaces} {
		wrong.add(set(rel, p))
	}
	rel.Attributes, problem = s.attributes(p.attributes)
	wrong.add(problem)
	if problem := wrong.problem(); problem != nil {
		return nil, problem
	}
	line := &dataset.Line{Change: graph.Change{Relation: rel}, Mode: p.mode}
	if at := max(p.evidence, s.item.column); at >= 0 {
		line.Field, line.Column = s.columns[at], columnAt(s.row.raw, s.row.cells[at].start)
	}
	return line, nil
}

func (s *scope) setTexts(r *graph.Relation, p *relationPlan) *dataset.Problem {
	var wrong flaws
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
		wrong.add(problem)
		*f.to = text
	}
	r.Via, r.Product, r.RecognisedIn, r.RecognisedBy = graph.Key(keys[0]), graph.Key(keys[1]), graph.Key(keys[2]), graph.Key(keys[3])
	var err error
	if r.Modality, err = modalityOf(modality); err != nil {
		wrong.add(s.problem(item, "%s", err))
	}
	if confidence != "" {
		if r.Confidence, err = strconv.ParseFloat(confidence, 64); err != nil {
			wrong.add(s.problem(item, "the confidence %q is no number", confidence))
		}
	}
	return wrong.problem()
}

func (s *scope) setDates(r *graph.Relation, p *relationPlan) *dataset.Problem {
	var wrong flaws
	var problem *dataset.Problem
	r.ValidFrom, problem = s.date(p.validFrom)
	wrong.add(problem)
	r.ValidTo, problem = s.date(p.validTo)
	wrong.add(problem)
	return wrong.problem()
}

func (s *scope) setFigures(r *graph.Relation, p *relationPlan) *dataset.Problem {
	var wrong flaws
	for _, f := range []struct {
		to   **graph.Quantity
		plan *quantityPlan
	}{{&r.Amount, p.amount}, {&r.Share, p.share}, {&r.Volume, p.volume}} {
		q, problem := s.quantity(f.plan)
		wrong.add(problem)
		*f.to = q
	}
	return wrong.problem()
}

func (s *scope) setPlaces(r *graph.Relation, p *relationPlan) *dataset.Problem {
	var wrong flaws
	for _, t := range p.places {
		place, _, problem := s.fill(t)
		wrong.add(problem)
		if place != "" {
			r.Places = append(r.Places, graph.Key(place))
		}
	}
	return wrong.problem()
}
