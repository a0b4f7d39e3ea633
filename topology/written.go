package topology

import (
	"math"
	"strings"

	"lianzhu/graph"
)

// written is figures of relations as they were written, so that lists show them
// without documents: those of a relation behind one another, where its record
// says. One begins with writtenHead bytes:
//
//	1 byte   flags
//	2        its unit among units, the lower byte first
//	1        how long its text is
//	1        how long the raw text is, with which that begins
//	6        of value, least and greatest number where each stands in the text,
//	         and how long it is
//
// and the text follows it: the raw text and what of the numbers does not stand in
// that.
type written struct{ texts []byte }

const writtenHead = 11

// The flags of a figure.
const (
	writtenVolume  uint8 = 1 << iota // it is a volume
	writtenApprox                    // it is about so much
	writtenUnknown                   // only the document tells it
	writtenShare                     // it is a share, and not an amount or a volume
	writtenMore                      // a share follows
	writtenClean                     // its texts need no escape in JSON
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

// push adds the figures of a relation and gives their place and one, 0 where
// there are none; code gives the code of a unit.
func (w *written) push(figures [2]*graph.FigureHeader, volume bool, code func(unit) uint32) uint32 {
	at, flags := uint32(len(w.texts))+1, uint8(0)
	if volume {
		flags = writtenVolume
	}
	if figures[1] != nil {
		flags |= writtenMore
	}
	if figures[0] != nil {
		w.pushOne(figures[0], flags, code)
	}
	if figures[1] != nil {
		w.pushOne(figures[1], writtenShare, code)
	}
	if at > uint32(len(w.texts)) {
		return 0
	}
	return at
}

func (w *written) pushOne(h *graph.FigureHeader, flags uint8, code func(unit) uint32) {
	text, cuts, fits := cut(h)
	u := uint32(0)
	if fits {
		u = code(unit{h.Unit, h.Per})
	}
	if fits = fits && u <= math.MaxUint16; !fits {
		text, cuts, u, flags = "", [writtenHead - 4]uint8{}, 0, flags|writtenUnknown
	}
	if fits && h.Approx {
		flags |= writtenApprox
	}
	if fits && isClean(text, h.Unit, h.Per) {
		flags |= writtenClean
	}
	w.texts = append(w.texts, flags, uint8(u), uint8(u>>8), uint8(len(text)))
	w.texts = append(append(w.texts, cuts[:]...), text...)
}

// cut lays the texts of a figure behind one another; fits is false where they
// are too long.
func cut(h *graph.FigureHeader) (text string, cuts [writtenHead - 4]uint8, fits bool) {
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
	return text, cuts, fits
}

// fits refuses more than records can point at.
func (w *written) fits() error {
	if uint64(len(w.texts)) > math.MaxUint32-2*writtenHead-2*math.MaxUint8 {
		return refuse("topology", "", "the figures have more text than a snapshot holds")
	}
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

// at gives the figure that begins at a place, and what is behind it; nothing where
// that is not wholly there.
func (w *written) at(place uint32) (figure, behind []byte) {
	if uint64(place)+writtenHead > uint64(len(w.texts)) {
		return nil, nil
	}
	figure = w.texts[place:]
	end := writtenHead + int(figure[3])
	if end > len(figure) {
		return nil, nil
	}
	return figure[:end], figure[end:]
}

// read gives an amount or a volume, or a share, of those that a record points at;
// h is not Known where only the document tells it. What it reads was not proved,
// so it trusts no length.
func (w *written) read(place uint32, share bool, units []unit, h *graph.FigureHeader) (volume bool) {
	if place == 0 {
		*h = graph.FigureHeader{Known: true}
		return false
	}
	f, behind := w.at(place - 1)
	if share && len(f) > 0 && f[0]&(writtenShare|writtenMore) == writtenMore {
		f, _ = w.at(uint32(len(w.texts) - len(behind)))
	}
	if len(f) == 0 {
		*h = graph.FigureHeader{}
		return false
	}
	if f[0]&writtenShare != 0 != share {
		*h = graph.FigureHeader{Known: true}
		return false
	}
	volume = f[0]&writtenVolume != 0
	if f[0]&writtenUnknown != 0 || !texted(f, units, h) {
		*h = graph.FigureHeader{Given: true}
	}
	return volume
}

// texted lays out the figure f; false where it makes no sense.
func texted(f []byte, units []unit, h *graph.FigureHeader) bool {
	code, text := int(f[1])|int(f[2])<<8, lent(f[writtenHead:])
	if code >= len(units) || int(f[4]) > len(text) {
		return false
	}
	value, ok1 := part(text, f[5], f[6])
	least, ok2 := part(text, f[7], f[8])
	greatest, ok3 := part(text, f[9], f[10])
	h.Known, h.Given, h.Clean, h.Approx = true, true, f[0]&writtenClean != 0, f[0]&writtenApprox != 0
	h.Raw, h.Value, h.Min, h.Max = text[:f[4]], value, least, greatest
	h.Unit, h.Per = units[code].unit, units[code].per
	return ok1 && ok2 && ok3
}

// part is the number in text that begins at a place.
func part(text string, at, n uint8) (graph.Decimal, bool) {
	if int(at)+int(n) > len(text) {
		return "", false
	}
	return graph.Decimal(text[at : int(at)+int(n)]), true
}

var _ graph.Figures = (*reader)(nil)

// RelationFigures answers from memory; see [graph.Figures].
func (r *reader) RelationFigures(field graph.FigureField, ids []graph.RelationID, into []graph.FigureHeader) error {
	r.snap.columns.touchFigures(ids)
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
	return s.columns.written.read(s.ties[id].figures, column == 1, s.units, h)
}

// writtenAt is what a row has of the relation id as it was written. What is not
// Known stays so.
func (s *Snapshot) writtenAt(id graph.RelationID) (w [2]*graph.FigureHeader) {
	for column := range w {
		var h graph.FigureHeader
		if s.inColumn(column, id, &h); h.Given {
			w[column] = &h
		}
	}
	return w
}
