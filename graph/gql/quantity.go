package gql

import "lianzhu/graph"

// Quantity is a figure as written and as numbers.
type Quantity struct {
	Raw             string
	Value, Min, Max *graph.Decimal
	Unit            string
	Per             *string
	Approx          bool
}

func quantity(q *graph.Quantity) *Quantity {
	if q == nil {
		return nil
	}
	return &Quantity{Raw: q.Raw, Value: decimal(q.Value), Min: decimal(q.Min), Max: decimal(q.Max),
		Unit: q.Unit, Per: optional(q.Per), Approx: q.Approx}
}

func decimal(d graph.Decimal) *graph.Decimal {
	if d == "" {
		return nil
	}
	return &d
}

// Attribute is a figure or a title that a source gives.
type Attribute struct {
	s   *session
	doc *graph.Attribute
}

func (s *session) attributes(docs []graph.Attribute) []*Attribute {
	all, attributes := make([]Attribute, len(docs)), make([]*Attribute, len(docs))
	for i := range docs {
		all[i] = Attribute{s, &docs[i]}
		attributes[i] = &all[i]
	}
	return attributes
}

// Name is what the figure is called; in Chinese where no English is known.
func (a *Attribute) Name(lang graph.Lang) string {
	if lang == graph.EN && a.doc.NameEN != "" {
		return a.doc.NameEN
	}
	return a.doc.Name
}

func (a *Attribute) Text() *string            { return optional(a.doc.Text) }
func (a *Attribute) Quantity() *Quantity      { return quantity(a.doc.Quantity) }
func (a *Attribute) Modality() graph.Modality { return a.doc.Modality }
func (a *Attribute) Collective() bool         { return a.doc.Collective }
func (a *Attribute) Validity() Interval       { return a.s.interval(a.doc.ValidFrom, a.doc.ValidTo) }

// Evidence are the places that say so.
func (a *Attribute) Evidence() []*Evidence { return a.s.evidenceList(a.doc.Evidence) }
