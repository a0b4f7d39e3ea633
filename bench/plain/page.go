package plain

import (
	"slices"
	"strconv"

	"lianzhu/bench/gen"
	ztext "lianzhu/text"
)

// Entity answers Q1: one entity with eight fields.
func (p *Graph) Entity(b []byte, entity uint32) []byte {
	w := writer{b}
	doc := p.G.Entity(entity)
	w.lit(`{"entity":{"id":`)
	w.str(p.ids.at(entity))
	w.lit(`,"key":`)
	w.str(p.keys.at(entity))
	w.lit(`,"kind":"` + string(doc.Kind) + `","name":`)
	w.str(p.names.at(entity))
	w.lit(`,"names":[`)
	for i, n := range doc.Names {
		w.comma(i)
		w.lit(`{"text":"` + n.Text + `","lang":"` + string(n.Lang) + `","role":"` + string(n.Role) + `"}`)
	}
	w.lit(`],"identifiers":[`)
	for i, id := range doc.Identifiers {
		w.comma(i)
		w.lit(`{"scheme":"` + id.Scheme + `","value":"` + id.Value + `"}`)
	}
	w.lit(`],"attributes":[`)
	for i, a := range doc.Attributes {
		w.comma(i)
		w.lit(`{"name":"` + a.Name + `","quantity":{"raw":"` + a.Quantity.Raw + `","value":"` + string(a.Quantity.Value) + `","unit":"` + a.Quantity.Unit + `"}}`)
	}
	w.lit(`],"degree":`)
	w.num(p.Degree(entity))
	w.lit(`}}`)
	return w.b
}

// Supplies answers Q2: the first relations of the type SUPPLIES at an entity,
// with fields and neighbours.
func (p *Graph) Supplies(b []byte, entity uint32, first int) []byte {
	w := writer{b}
	w.lit(`{"entity":{"relations":{"edges":[`)
	n, more := 0, false
	edges, tags := p.at(entity)
	for i, e := range edges {
		if tags[i]&^leaves != supplied&^leaves|shown {
			continue
		}
		if more = n == first; more {
			break
		}
		w.comma(n)
		n++
		p.relation(&w, e.relation)
		tonnes := strconv.Itoa(int(p.G.Figure[e.relation]))
		w.lit(`,"volume":{"raw":"` + tonnes + `吨","value":"` + tonnes + `","unit":"t"}},"peer":{"key":`)
		w.str(p.keys.at(e.peer))
		p.nameAndKind(&w, e.peer)
		w.lit(`}}`)
	}
	w.lit(`],"pageInfo":{"hasNextPage":`)
	w.yes(more)
	w.lit(`}}}}`)
	return w.b
}

// relation begins an edge with what Q2 and Q9 ask of a relation.
func (p *Graph) relation(w *writer, relation uint32) {
	w.lit(`{"node":{"id":`)
	w.str(p.links.at(relation))
	w.lit(`,"type":"` + string(p.G.Types[relation].Name()) + `","modality":"` + string(p.G.Modal[relation].Name()) + `","validity":{"from":`)
	if y := p.G.Year[relation]; y == 0 {
		w.lit(`null}`)
	} else {
		w.lit(`"` + strconv.Itoa(int(y)) + `"}`)
	}
}

func (p *Graph) nameAndKind(w *writer, entity uint32) {
	w.lit(`,"name":`)
	w.str(p.names.at(entity))
	w.lit(`,"kind":"` + string(p.G.ClassOf(entity).Kind()) + `"`)
}

// Hub answers Q9: the first relations at an entity, of all types.
func (p *Graph) Hub(b []byte, entity uint32, first int) []byte {
	w := writer{b}
	w.lit(`{"entity":{"relations":{"edges":[`)
	n, more := 0, false
	edges, tags := p.at(entity)
	for i, e := range edges {
		if tags[i]&shown == 0 {
			continue
		}
		if more = n == first; more {
			break
		}
		w.comma(n)
		n++
		p.relation(&w, e.relation)
		w.lit(`,"source":{"key":`)
		w.str(p.keys.at(p.G.From[e.relation]))
		w.lit(`},"target":{"key":`)
		w.str(p.keys.at(p.G.To[e.relation]))
		w.lit(`}},"peer":{"id":`)
		w.str(p.ids.at(e.peer))
		w.lit(`,"key":`)
		w.str(p.keys.at(e.peer))
		p.nameAndKind(&w, e.peer)
		w.lit(`}}`)
	}
	w.lit(`],"pageInfo":{"hasNextPage":`)
	w.yes(more)
	w.lit(`}}}}`)
	return w.b
}

// Within answers Q6: the enterprises located in a region or below it, how many,
// and the first by the pinyin of their names.
func (p *Graph) Within(b []byte, region uint32, first int) []byte {
	type firm struct {
		sort   string
		entity uint32
	}
	var firms []firm
	from, to := p.G.Span(gen.Enterprise)
	for i := from; i < to; i++ {
		for at := p.G.Seat(i); at != gen.Nowhere; at = p.G.Above(at) {
			if at == region {
				firms = append(firms, firm{ztext.PinyinKey(string(p.names.at(i))), i})
			}
		}
	}
	slices.SortFunc(firms, func(a, b firm) int {
		if a.sort != b.sort {
			return map[bool]int{true: -1, false: 1}[a.sort < b.sort]
		}
		return int(a.entity) - int(b.entity)
	})
	w := writer{b}
	w.lit(`{"entities":{"totalCount":`)
	w.num(len(firms))
	w.lit(`,"nodes":[`)
	for i, f := range firms[:min(first, len(firms))] {
		w.comma(i)
		w.lit(`{"id":`)
		w.str(p.ids.at(f.entity))
		w.lit(`,"key":`)
		w.str(p.keys.at(f.entity))
		p.nameAndKind(&w, f.entity)
		w.lit(`}`)
	}
	w.lit(`]}}`)
	return w.b
}
