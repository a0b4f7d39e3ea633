package tables

import (
	"slices"
	"strings"

	"lianzhu/dataset"
	"lianzhu/graph"
)

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
