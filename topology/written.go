package topology

import (
	"math"
	"strings"

	"lianzhu/graph"
)

// written is figures of relations as they were written, so that lists show them
// without documents: those of one relation are the n-th, as has says. The text
// of the n-th ends at end[n], where that of the next begins; it is the raw text
// and what of the numbers does not stand in that.
type written struct {
	has   sparse
	end   []uint32
	cuts  []uint8 // writtenCuts each
	unit  []uint16
	texts []byte

	ids []graph.RelationID // while the base is made
}

// writtenCuts is how many bytes tell a figure's texts apart: the length of the
// raw text, then of value, least and greatest number where each begins in the
// text and how long it is, and flags.
const writtenCuts = 8

// The flags of a figure.
const (
	writtenVolume uint8 = 1 << iota // it is a volume
	writtenApprox
	writtenUnknown // only the document tells it
)

// writtenOf are the figures of r as they were written, which have a value in the
// one column and in the other: amount or volume, and share. Nil stands for none.
func writtenOf(r *graph.Relation) (w [2]*graph.FigureHeader) {
	main := r.Amount
	if main == nil {
		main = r.Volume
	}
	if w[0] = writtenFigure(main); w[0] != nil && r.Amount != nil && r.Volume != nil {
		w[0].Known = false
	}
	w[1] = writtenFigure(r.Share)
	return w
}

func writtenFigure(q *graph.Quantity) *graph.FigureHeader {
	if q == nil {
		return nil
	}
	return &graph.FigureHeader{Known: true, Given: true, Quantity: *q}
}

// push adds the figure of the relation id; code gives the code of its unit.
func (w *written) push(id graph.RelationID, h *graph.FigureHeader, volume bool, code func(unit) uint32) {
	text, cuts, fits := cut(h)
	u := uint32(0)
	if fits {
		u = code(unit{h.Unit, h.Per})
	}
	if fits = fits && u <= math.MaxUint16; !fits {
		text, cuts, u = "", [writtenCuts]uint8{writtenCuts - 1: writtenUnknown}, 0
	}
	if volume {
		cuts[writtenCuts-1] |= writtenVolume
	}
	w.ids = append(w.ids, id)
	w.texts = append(w.texts, text...)
	w.end = append(w.end, uint32(len(w.texts)))
	w.cuts = append(w.cuts, cuts[:]...)
	w.unit = append(w.unit, uint16(u))
}

// cut lays the texts of a figure behind one another; fits is false where they
// are too long.
func cut(h *graph.FigureHeader) (text string, cuts [writtenCuts]uint8, fits bool) {
	text, fits = h.Raw, h.Known && len(h.Raw) <= math.MaxUint8
	for i, n := range [3]string{string(h.Value), string(h.Min), string(h.Max)} {
		at := strings.Index(text, n)
		if at < 0 {
			at, text = len(text), text+n
		}
		if n == "" {
			continue
		}
		fits = fits && at+len(n) <= math.MaxUint8
		cuts[1+2*i], cuts[2+2*i] = uint8(at), uint8(len(n))
	}
	cuts[0] = uint8(len(h.Raw))
	if h.Approx {
		cuts[writtenCuts-1] = writtenApprox
	}
	return text, cuts, fits
}

// finish arranges what was pushed of n relations.
func (w *written) finish(n int) error {
	if uint64(len(w.texts)) > math.MaxUint32 {
		return refuse("topology", "", "the figures have more text than a snapshot holds")
	}
	w.has, w.ids = newSparse(n, among(w.ids)), nil
	return nil
}

// among tells of ascending numbers whether they are in ids.
func among(ids []graph.RelationID) func(int) bool {
	return func(i int) bool {
		is := len(ids) > 0 && int(ids[0]) == i
		if is {
			ids = ids[1:]
		}
		return is
	}
}

// read gives the figure of a relation; h is not Known where only the document
// tells it.
func (w *written) read(id graph.RelationID, units []unit, h *graph.FigureHeader) (volume bool) {
	*h = graph.FigureHeader{Known: true}
	if !w.has.has(uint32(id)) {
		return false
	}
	n := w.has.at(uint32(id))
	begin, cuts := uint32(0), w.cuts[writtenCuts*n:writtenCuts*n+writtenCuts]
	if n > 0 {
		begin = w.end[n-1]
	}
	text, flags := lent(w.texts[begin:w.end[n]]), cuts[writtenCuts-1]
	h.Given, h.Known = true, flags&writtenUnknown == 0
	if int(cuts[0]) > len(text) {
		h.Known = false
		return flags&writtenVolume != 0
	}
	u := units[w.unit[n]]
	h.Raw, h.Unit, h.Per, h.Approx = text[:cuts[0]], u.unit, u.per, flags&writtenApprox != 0
	for i, into := range [3]*graph.Decimal{&h.Value, &h.Min, &h.Max} {
		at, end := int(cuts[1+2*i]), int(cuts[1+2*i])+int(cuts[2+2*i])
		if end > len(text) {
			h.Known = false
			break
		}
		*into = graph.Decimal(text[at:end])
	}
	return flags&writtenVolume != 0
}

// verify proves that no text reaches beyond its own. Where in that a number
// stands is looked at when it is read.
func (w *written) verify(relations, units int) error {
	n := w.has.count()
	if !w.has.sound(relations) || len(w.end) != n || len(w.cuts) != writtenCuts*n || len(w.unit) != n {
		return damaged("its figures differ in length")
	}
	for _, u := range w.unit {
		if int(u) >= units {
			return damaged("a figure has a unit that does not exist")
		}
	}
	return ascending(w.end, len(w.texts))
}

func (w *written) bytes() int64 {
	return size(w.has.bits) + size(w.has.rank) + size(w.end) + size(w.cuts) + size(w.unit) + size(w.texts)
}

var _ graph.Figures = (*reader)(nil)

// RelationFigures answers from memory; see [graph.Figures].
func (r *reader) RelationFigures(field graph.FigureField, ids []graph.RelationID, into []graph.FigureHeader) error {
	for i, id := range ids {
		r.snap.written(field, id, &into[i])
	}
	return r.ctx.Err()
}

// written gives a figure of the relation id as it was written.
func (s *Snapshot) written(field graph.FigureField, id graph.RelationID, h *graph.FigureHeader) {
	volume := s.inColumn(columnOf(field), id, h)
	if h.Given && h.Known && field != graph.FigureShare && volume != (field == graph.FigureVolume) {
		*h = graph.FigureHeader{Known: true}
	}
}

// columnOf is the column in which a figure stands.
func columnOf(field graph.FigureField) int {
	if field == graph.FigureShare {
		return 1
	}
	return 0
}

// inColumn gives what stands for the relation id in a column of figures.
func (s *Snapshot) inColumn(column int, id graph.RelationID, h *graph.FigureHeader) (volume bool) {
	if w := s.rows.get(uint32(id)); w != nil {
		*h = graph.FigureHeader{Known: true}
		if w.written[column] != nil {
			*h = *w.written[column]
		}
		return w.figure != nil && w.figure.Volume
	}
	if *h = (graph.FigureHeader{}); !s.there(id) {
		return false
	}
	return s.columns.written[column].read(id, s.units, h)
}

// writtenAt is what a row has of the relation id as it was written.
func (s *Snapshot) writtenAt(id graph.RelationID) (w [2]*graph.FigureHeader) {
	for column := range w {
		var h graph.FigureHeader
		if s.inColumn(column, id, &h); h.Given {
			w[column] = &h
		}
	}
	return w
}
