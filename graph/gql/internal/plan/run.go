package plan

import (
	"slices"

	"lianzhu/graph"
)

// run writes a list, or one thing, by programs.
type run struct {
	terms  Terms
	rows   Rows
	single RelationHeading // where rows is nil

	// What rows has lent, once it was asked for; without a header it lends none.
	relations lent[graph.RelationHeader]
	entities  [entities]lent[*graph.EntityHeader]
	figures   [figures]lent[graph.FigureHeader]

	steps *run // of the steps of all items, once they were asked for
	path  []int32
}

// lent is what headers rows has lent.
type lent[T any] struct {
	asked bool
	list  []T
}

// of is what ask gives of rows for a column. It is asked once.
func (l *lent[T]) of(rows Rows, which Column, ask func(Rows, Column) []T) []T {
	if !l.asked {
		l.asked, l.list = true, ask(rows, which)
	}
	return l.list
}

func relationsOf(rows Rows, _ Column) []graph.RelationHeader { return rows.Relations() }

// at is what is being written: an entity, a relation, or an item of rows. Of
// the first two one is there, or none; i is the item in any case.
type at struct {
	entity   *graph.EntityHeader
	relation *graph.RelationHeader
	i        int
}

// write appends what p makes of x. Where a header does not tell something, ok is
// false and b as it was.
func (r *run) write(b []byte, p program, x at) (_ []byte, ok bool) {
	start := len(b)
	for k := range p {
		in := &p[k]
		if cap(b)-len(b) < leadBlock {
			b = slices.Grow(b, moreRoom)
		}
		b, ok = in.lead.put(b), true
		switch {
		case in.column == literal:
		case in.column <= lastOfEntity:
			b, ok = appendOfEntity(b, in, x.entity)
		case in.column <= lastOfRelation:
			b, ok = r.appendOfRelation(b, in.column, x.relation)
		case in.column == ItemRelation:
			b, ok = r.appendRelation(b, in, x.i)
		case in.column <= lastEntity:
			b, ok = r.appendEntity(b, in, x)
		case in.column <= lastFigure:
			b, ok = r.appendFigure(b, in, x)
		default:
			b, ok = r.appendOfItem(b, in, x.i)
		}
		if !ok {
			return b[:start], false
		}
	}
	return b, true
}

// appendOfEntity appends a value of an entity.
func appendOfEntity(b []byte, in *instruction, h *graph.EntityHeader) ([]byte, bool) {
	switch in.column {
	case EntityID:
		return AppendID(b, h.UID), h.UID != graph.UID{}
	case EntityKey:
		return putText(b, h.Key, h.Clean), true
	case EntityRev:
		return AppendInt(b, int(h.Rev)), true
	}
	name := h.ZH
	if in.lang == graph.EN {
		name = h.EN
	}
	return putText(b, name, h.Clean), name != ""
}

// appendOfRelation appends a value of a relation.
func (r *run) appendOfRelation(b []byte, column Column, h *graph.RelationHeader) (_ []byte, ok bool) {
	switch column {
	case RelationID:
		return AppendID(b, h.UID), h.UID != graph.UID{}
	case RelationSymmetric:
		return AppendBool(b, r.terms.Symmetric(h.Type)), true
	case RelationModality:
		return putText(b, string(h.Modality), true), true
	case RelationOpenEnded:
		return AppendBool(b, h.OpenEnded), true
	case RelationRev:
		return AppendInt(b, int(h.Rev)), true
	case ValidFrom:
		return appendDate(b, h.From), h.Plain
	case ValidTo:
		return appendDate(b, h.To), h.Plain
	case Current:
		first, last := h.Within()
		return AppendBool(b, first <= r.terms.Today() && last >= r.terms.Today()), h.Plain
	case Score:
		return AppendFloat(b, h.Score()), true
	}
	return AppendPlain(b, graph.Grade(h.Score())), true
}

// appendDate appends a plain date, or null.
func appendDate(b []byte, p graph.PlainDate) []byte {
	if p == 0 {
		return append(b, Null...)
	}
	return append(p.AppendTo(append(b, '"')), '"')
}

// appendOfItem appends a value of the item i.
func (r *run) appendOfItem(b []byte, in *instruction, i int) ([]byte, bool) {
	if in.column == ItemSteps {
		return r.appendSteps(b, in, i)
	}
	n, ok := r.rows.Number(in.column, i)
	if in.column == ItemForward {
		return AppendBool(b, n != 0), ok
	}
	return AppendInt(b, n), ok
}

// appendSteps appends the steps of the path of item i.
func (r *run) appendSteps(b []byte, in *instruction, i int) (_ []byte, ok bool) {
	stepped, ok := r.rows.(Stepped)
	if !ok {
		return b, false
	}
	if r.steps == nil {
		r.steps = &run{terms: r.terms, rows: stepped.StepRows()}
	}
	r.path = stepped.Steps(r.path[:0], i)
	b = append(b, '[')
	for k, step := range r.path {
		if k > 0 {
			b = append(b, ',')
		}
		if b, ok = r.steps.write(b, in.body, at{i: int(step)}); !ok {
			return b, false
		}
	}
	return append(b, ']'), true
}

func (r *run) appendRelation(b []byte, in *instruction, i int) ([]byte, bool) {
	heads := r.relations.of(r.rows, ItemRelation, relationsOf)
	if heads == nil {
		return b, false
	}
	h := &heads[i]
	p, _ := find(in.set.links.Load(), string(h.Type))
	if p == nil {
		return b, false
	}
	return r.write(b, p, at{relation: h, i: i})
}

func (r *run) appendEntity(b []byte, in *instruction, x at) ([]byte, bool) {
	h := r.entity(in.column, x.i)
	if h == nil {
		return b, false
	}
	p, _ := find(in.set.kinds.Load(), string(h.Kind))
	if p == nil {
		return b, false
	}
	return r.write(b, p, at{entity: h, i: x.i})
}

// entity is the header of an entity of item i, or nil.
func (r *run) entity(which Column, i int) *graph.EntityHeader {
	if r.rows == nil {
		return r.single.EndHeader(which)
	}
	heads := r.entities[which-Source].of(r.rows, which, Rows.Entities)
	if heads == nil {
		return nil
	}
	return heads[i]
}

func (r *run) appendFigure(b []byte, in *instruction, x at) ([]byte, bool) {
	h := r.figure(in.column, x.i)
	switch {
	case h == nil || !h.Known:
		return b, false
	case !h.Given:
		return append(b, Null...), true
	}
	return writeFigure(b, in.body, h), true
}

// figure is a figure of the relation of item i, or nil.
func (r *run) figure(which Column, i int) *graph.FigureHeader {
	if r.rows == nil {
		return r.single.Figure(which)
	}
	heads := r.figures[which-Amount].of(r.rows, which, Rows.Figures)
	if heads == nil {
		return nil
	}
	return &heads[i]
}

// writeFigure appends what p makes of a figure.
func writeFigure(b []byte, p program, h *graph.FigureHeader) []byte {
	for k := range p {
		if cap(b)-len(b) < leadBlock {
			b = slices.Grow(b, moreRoom)
		}
		b = p[k].lead.put(b)
		switch p[k].column {
		case FigureRaw:
			b = putText(b, h.Raw, h.Clean)
		case FigureValue:
			b = appendGiven(b, h.Value, h.Clean)
		case FigureMin:
			b = appendGiven(b, h.Min, h.Clean)
		case FigureMax:
			b = appendGiven(b, h.Max, h.Clean)
		case FigureUnit:
			b = putText(b, h.Unit, h.Clean)
		case FigurePer:
			b = appendGiven(b, h.Per, h.Clean)
		case FigureApprox:
			b = AppendBool(b, h.Approx)
		}
	}
	return b
}

// appendGiven appends a text, or null where it is empty.
func appendGiven[S ~string](b []byte, s S, clean bool) []byte {
	if s == "" {
		return append(b, Null...)
	}
	return putText(b, string(s), clean)
}
