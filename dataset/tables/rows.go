package tables

import (
	"lianzhu/dataset"
	"lianzhu/graph"
)

// instance is an entity that a row makes, and the item for which.
type instance struct {
	key  graph.Key
	item part
}

// all makes everything that the row says, or tells everything that is wrong with
// it: a row is used as a whole or not at all, so that it can be mended and read
// again.
func (s *scope) all() ([]dataset.Line, *dataset.Problem) {
	var lines []dataset.Line
	var wrong flaws
	made := make([][]instance, len(s.entities))
	for i := range s.entities {
		p := &s.entities[i]
		if !s.meets(p.when) {
			continue
		}
		wrong.add(s.each(p.each, func(here *scope) *dataset.Problem {
			key, line, problem := here.entity(p)
			if key != "" { // also of one with a problem, so that its relations are looked at
				made[i] = append(made[i], instance{key, here.item})
			}
			if line != nil {
				lines = append(lines, *line)
			}
			return problem
		}))
	}
	for i := range s.relations {
		p := &s.relations[i]
		if !s.meets(p.when) {
			continue
		}
		wrong.add(s.each(p.each, func(here *scope) *dataset.Problem {
			more, problem := here.relationsOf(p, made)
			lines = append(lines, more...)
			return problem
		}))
	}
	if problem := wrong.problem(); problem != nil {
		return nil, problem
	}
	return lines, nil
}
