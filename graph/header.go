package graph

// Headers is what a Reader may have besides: what lists show most of entities
// and relations, read without decoding their documents. It is found by
// assertion; a Reader without it is asked for the documents.
//
// Both calls fill one item of into for each of ids, in their order; where
// nothing has an id, the item's ID is 0. Unlike other answers the texts in a
// header are lent: they are good for as long as the View runs.
type Headers interface {
	EntityHeaders(ids []EntityID, into []EntityHeader) error
	RelationHeaders(ids []RelationID, into []RelationHeader) error
}

// FigureField names one of the figures of a relation.
type FigureField uint8

// The figures of relations.
const (
	FigureAmount FigureField = iota
	FigureShare
	FigureVolume
)

// Of is that figure of r, nil where it has none.
func (f FigureField) Of(r *Relation) *Quantity {
	return [...]*Quantity{r.Amount, r.Share, r.Volume}[f]
}

// Figures is what a Reader may have besides: figures of relations as they were
// written, without documents. It is found by assertion, and fills into as
// [Headers] does. The texts are lent.
type Figures interface {
	RelationFigures(field FigureField, ids []RelationID, into []FigureHeader) error
}

// FigureHeader is a figure as it was written. Where it is not Known only the
// document tells it; where it is not Given there is none. It is Clean where none of
// its texts is known to have a character below a blank, a quote or a backslash,
// which JSON escapes; one that was not looked at is not.
type FigureHeader struct {
	Known, Given, Clean bool
	Quantity
}

// EntityHeader is what lists show most of an entity. ZH and EN are its first
// names in these languages, "" where it has none. Clean is that of
// [FigureHeader].
type EntityHeader struct {
	ID          EntityID
	Clean       bool
	UID         UID
	Kind        Kind
	Rev         Rev
	Key, ZH, EN string
}

// RelationHeader is what lists show most of a relation. Confidence is as it was
// given, 0 where it was not. Plain says that ValidFrom and ValidTo are From and To;
// where only the document tells them, Days are the first day of the one and the
// last of the other.
type RelationHeader struct {
	ID                        RelationID
	UID                       UID
	Type                      RelationType
	Source, Target            EntityID
	Modality                  Modality
	Confidence                float64
	Derived, OpenEnded, Plain bool
	From, To                  PlainDate
	Days                      [2]int32
	Rev                       Rev
}

// entityHeads are the headers of ids, from documents where r has none.
func entityHeads(r Reader, ids []EntityID) ([]EntityHeader, error) {
	heads := make([]EntityHeader, len(ids))
	if headers, ok := r.(Headers); ok {
		return heads, headers.EntityHeaders(ids, heads)
	}
	docs, err := r.Entities(ids)
	for i, doc := range docs {
		if doc != nil {
			heads[i] = doc.Header()
		}
	}
	return heads, err
}

// Header is the header of e.
func (e *Entity) Header() EntityHeader {
	h := EntityHeader{ID: e.ID, UID: e.UID(), Kind: e.Kind, Rev: e.Rev, Key: string(e.Key)}
	if e.Has(ZH) {
		h.ZH = e.Name(ZH)
	}
	if e.Has(EN) {
		h.EN = e.Name(EN)
	}
	return h
}

// Header is the header of r.
func (r *Relation) Header() RelationHeader {
	h := RelationHeader{ID: r.ID, UID: r.UID(), Type: r.Type, Source: r.SourceID, Target: r.TargetID, Modality: r.Modality,
		Confidence: r.Confidence, Derived: r.Derived(), OpenEnded: r.OpenEnded, Rev: r.Rev}
	h.SetDays([4]int32{r.ValidFrom.Earliest(), r.ValidFrom.Latest(), r.ValidTo.Earliest(), r.ValidTo.Latest()},
		r.ValidFrom.Plain() && r.ValidTo.Plain())
	return h
}

// SetDays sets what h tells of dates: days are the first and the last of
// ValidFrom, and of ValidTo, and plain tells whether both are plain.
func (h *RelationHeader) SetDays(days [4]int32, plain bool) {
	from, first := PlainDateOf(days[0], days[1])
	to, second := PlainDateOf(days[2], days[3])
	if h.Plain = plain && first && second; h.Plain {
		h.From, h.To = from, to
	} else {
		h.Days = [2]int32{days[0], days[3]}
	}
}

// Within are the first day on which the relation may have begun and the last on
// which it may end; see [Date.Earliest].
func (h *RelationHeader) Within() (first, last int32) {
	if !h.Plain {
		return h.Days[0], h.Days[1]
	}
	return h.From.Earliest(), h.To.Latest()
}

// Hot is what walks and filters look at most; see [Relation.Hot].
func (h *RelationHeader) Hot() Hot {
	first, last := h.Within()
	return Hot{Modality: h.Modality, Derived: h.Derived, Score: float32(h.Score()), From: first, To: last}
}

// Score is how much the relation is to be trusted; see [Relation.Score].
func (h *RelationHeader) Score() float64 { return score(h.Confidence, h.Derived, h.Modality) }

// Validity gives ValidFrom and ValidTo; ok is false where only the document
// tells them.
func (h *RelationHeader) Validity() (from, to Date, ok bool) {
	if !h.Plain {
		return Date{}, Date{}, false
	}
	return h.From.date(), h.To.date(), true
}

// score is the confidence that was given or, where none was, what derivation
// and modality make likely.
func score(given float64, derived bool, m Modality) float64 {
	switch {
	case given > 0:
		return given
	case derived:
		return 0.5
	case m == Asserted:
		return 1
	}
	return 0.8
}
