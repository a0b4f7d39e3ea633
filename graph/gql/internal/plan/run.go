package plan

import (
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
	of    []T
}

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
		b = append(b, in.lead...)
		switch {
		case in.column == literal:
			ok = true
		case in.column <= lastOfEntity:
			b, ok = appendOfEntity(b, in, x.entity)
		case in.column <= lastOfRelation:
			b, ok = r.appendOfRelation(b, in, x.relation)
		default:
			b, ok = r.appendObject(b, in, x)
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
		return AppendString(b, h.Key), true
	case EntityRev:
		return AppendInt(b, int(h.Rev)), true
	}
	name := h.ZH
	if in.lang == graph.EN {
		name = h.EN
	}
	return AppendString(b, name), name != ""
}

// appendOfRelation appends a value of a relation.
func (r *run) appendOfRelation(b []byte, in *instruction, h *graph.RelationHeader) (_ []byte, ok bool) {
	switch in.column {
	case RelationID:
		return AppendID(b, h.UID), h.UID != graph.UID{}
	case RelationSymmetric:
		return AppendBool(b, r.terms.Symmetric(h.Type)), true
	case RelationModality:
		return AppendPlain(b, string(h.Modality)), true
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

// appendObject appends what is no value by itself: an entity or a relation that
// x has, a figure of x, or a value of the item x.
func (r *run) appendObject(b []byte, in *instruction, x at) ([]byte, bool) {
	switch in.column {
	case ItemRelation:
		return r.appendRelation(b, in, x.i)
	case ItemEntity, ItemFrom, Source, Target:
		return r.appendEntity(b, in, x)
	case Amount, Share, Volume:
		return r.appendFigure(b, in, x)
	case ItemSteps:
		return r.appendSteps(b, in, x.i)
	}
	n, ok := r.rows.Number(in.column, x.i)
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
	l := &r.relations
	if !l.asked {
		l.asked, l.of = true, r.rows.Relations()
	}
	if l.of == nil {
		return b, false
	}
	h := &l.of[i]
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
	l := &r.entities[which-Source]
	if !l.asked {
		l.asked, l.of = true, r.rows.Entities(which)
	}
	if l.of == nil {
		return nil
	}
	return l.of[i]
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
	l := &r.figures[which-Amount]
	if !l.asked {
		l.asked, l.of = true, r.rows.Figures(which)
	}
	if l.of == nil {
		return nil
	}
	return &l.of[i]
}

// writeFigure appends what p makes of a figure.
func writeFigure(b []byte, p program, h *graph.FigureHeader) []byte {
	for k := range p {
		b = append(b, p[k].lead...)
		switch p[k].column {
		case FigureRaw:
			b = AppendString(b, h.Raw)
		case FigureValue:
			b = appendGiven(b, h.Value)
		case FigureMin:
			b = appendGiven(b, h.Min)
		case FigureMax:
			b = appendGiven(b, h.Max)
		case FigureUnit:
			b = AppendString(b, h.Unit)
		case FigurePer:
			b = appendGiven(b, h.Per)
		case FigureApprox:
			b = AppendBool(b, h.Approx)
		}
	}
	return b
}

// appendGiven appends a text, or null where it is empty.
func appendGiven[S ~string](b []byte, s S) []byte {
	if s == "" {
		return append(b, Null...)
	}
	return AppendString(b, s)
}
