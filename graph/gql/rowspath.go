package gql

import (
	"slices"

	"lianzhu/graph"
	"lianzhu/graph/gql/internal/plan"
)

// pathRows are items that are paths on a trail, or are reached by them.
type pathRows struct {
	*trail
	paths []Path
}

// ItemsRows are what is reached as rows.
func (r *ReachableResult) ItemsRows() plan.Rows { return pathRows{r.t, r.paths} }

// PathsRows are the paths as rows.
func (r *PathResult) PathsRows() plan.Rows { return pathRows{r.t, r.paths} }

func (p pathRows) Terms() plan.Terms                        { return p.s }
func (p pathRows) Len() int                                 { return len(p.paths) }
func (p pathRows) Relations() []graph.RelationHeader        { return nil }
func (p pathRows) Figures(plan.Column) []graph.FigureHeader { return nil }
func (p pathRows) StepRows() plan.Rows                      { return hopRows{p.trail} }

// Entities are those to which the paths lead.
func (p pathRows) Entities(plan.Column) []*graph.EntityHeader {
	heads := p.entityHeaders()
	if heads == nil {
		return nil
	}
	list := p.s.roomForList(len(p.paths))
	for i := range p.paths {
		list[i] = there(&heads[p.entityAt(p.paths[i].last)])
	}
	return list
}

// Number is how many steps a path has.
func (p pathRows) Number(_ plan.Column, i int) (int, bool) { return p.paths[i].length, true }

// Steps are the steps of a path, by their places on the trail.
func (p pathRows) Steps(into []int32, i int) []int32 {
	path := &p.paths[i]
	into = slices.Grow(into, path.length)[:path.length]
	for n, step := path.length-1, path.last; n >= 0; n-- {
		into[n], step = step, p.steps[step].Before
	}
	return into
}

// hopRows are the steps of a trail. Those with which paths begin are none.
type hopRows struct{ *trail }

func (h hopRows) Terms() plan.Terms { return h.s }
func (h hopRows) Len() int          { return len(h.steps) }

func (h hopRows) Relations() []graph.RelationHeader {
	heads := h.relationHeaders()
	if heads == nil || h.by[1] == nil {
		return heads
	}
	list := make([]graph.RelationHeader, len(h.steps))
	for i := range list {
		if h.steps[i].Before >= 0 {
			list[i] = heads[h.by[1][i]]
		}
	}
	return list
}

func (h hopRows) Entities(which plan.Column) []*graph.EntityHeader {
	heads, ties := h.entityHeaders(), h.relationHeaders()
	if heads == nil || ties == nil {
		return nil
	}
	list := h.s.roomForList(len(h.steps))
	for i, step := range h.steps {
		if step.Before < 0 {
			continue
		}
		at := int32(i)
		if h.begins(at, which, ties) {
			at = step.Before
		}
		list[i] = there(&heads[h.entityAt(at)])
	}
	return list
}

// begins tells whether the entity that a column asks for is that from which a
// step leads.
func (h hopRows) begins(step int32, which plan.Column, ties []graph.RelationHeader) bool {
	switch which {
	case plan.ItemFrom:
		return true
	case plan.Source, plan.Target:
		return endOf(&ties[h.relationAt(step)], which) == h.steps[h.steps[step].Before].Entity
	}
	return false
}

func (h hopRows) Figures(which plan.Column) []graph.FigureHeader {
	read := h.s.figures(which, h.relations)
	if read == nil {
		return nil
	}
	if h.by[1] == nil {
		return append(make([]graph.FigureHeader, 1), read...)
	}
	list := make([]graph.FigureHeader, len(h.steps))
	for i := range list {
		if h.steps[i].Before >= 0 {
			list[i] = read[h.by[1][i]]
		}
	}
	return list
}

// Number is 1 for a step that goes the way of its relation.
func (h hopRows) Number(_ plan.Column, i int) (int, bool) {
	ties := h.relationHeaders()
	if ties == nil {
		return 0, false
	}
	if head := &ties[h.relationAt(int32(i))]; head.Source == h.steps[h.steps[i].Before].Entity || h.s.symmetric(head.Type) {
		return 1, true
	}
	return 0, true
}
