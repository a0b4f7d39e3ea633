package gen

import (
	"fmt"
	"iter"
	"strconv"

	"lianzhu/graph"
)

// Key is the key of an entity.
func (g *Graph) Key(entity uint32) graph.Key { return graph.Key(g.AppendKey(nil, entity)) }

// AppendKey appends the key of an entity to b: that of a region by its code,
// others by a number of seven digits, so that the order of keys is that of
// indexes.
func (g *Graph) AppendKey(b []byte, entity uint32) []byte {
	c := g.ClassOf(entity)
	prefix := [classes]string{"region:", "product:", "chain:", "program:", "group:", "platform:", "institution:", "project:", "enterprise:"}
	b = append(b, prefix[c]...)
	if c == Region {
		return append(b, g.tree.code(entity)...)
	}
	return fmt.Appendf(b, "%07d", entity-g.first[c])
}

// sources is how many sources there are.
const sources = 8

func source(i int) graph.Key { return graph.Key("source:generated-" + strconv.Itoa(i)) }

// evidence is a locator that belongs to one thing.
func (g *Graph) evidence(what byte, index int) []graph.Evidence {
	r := at(g.Seed, what, index)
	start := r.below(90_000)
	end := start + 12 + r.below(60)
	quote := fmt.Sprintf("%c%d", what, index)
	return []graph.Evidence{{Source: source(r.below(sources)), Start: start, End: end, SHA256: graph.HashSpan(quote)}}
}

// Entity is the document of an entity.
func (g *Graph) Entity(entity uint32) *graph.Entity {
	c := g.ClassOf(entity)
	e := &graph.Entity{Key: g.Key(entity), Kind: c.Kind(), Names: []graph.Name{{Text: g.Name(entity), Lang: graph.ZH, Role: graph.Official}}}
	switch c {
	case Region:
		e.Identifiers = []graph.Identifier{{Scheme: "GB/T 2260", Value: g.tree.code(entity)}}
	case Enterprise:
		if short := g.Short(entity); short != "" {
			e.Names = append(e.Names, graph.Name{Text: short, Lang: graph.ZH, Role: graph.Short})
		}
		e.Identifiers = []graph.Identifier{{Scheme: "USCC", Value: g.uscc(entity)}}
		e.Attributes = []graph.Attribute{{Name: "注册资本", NameEN: "registered capital", Quantity: g.capital(entity), Modality: graph.Asserted}}
	}
	e.Evidence = g.evidence('e', int(entity))
	return e
}

// capital is the registered capital of an enterprise.
func (g *Graph) capital(entity uint32) *graph.Quantity {
	r := at(g.Seed, 'c', int(entity))
	return money(uint32(100 + 10*r.below(5000)))
}

// money is so many ten thousand yuan.
func money(wan uint32) *graph.Quantity {
	n := strconv.Itoa(int(wan))
	return &graph.Quantity{Raw: n + "万元", Value: graph.Decimal(n + "0000"), Unit: "CNY"}
}

// usccAlphabet is the character set of unified social credit codes.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// uscc is a well-formed code that begins with 00, where no registry's codes do.
func (g *Graph) uscc(entity uint32) string {
	code := fmt.Sprintf("00%s%09d", g.tree.code(g.seat[entity]), entity)
	sum, weight := 0, 1
	for i := range len(code) {
		sum += int(code[i]-'0') * weight
		weight = weight * 3 % 31
	}
	return code + string(usccAlphabet[(31-sum%31)%31])
}

// Disc is the discriminator of a relation, mostly none.
func (g *Graph) Disc(relation uint32) string {
	if !g.doubled[relation] {
		return ""
	}
	return strconv.Itoa(int(relation))
}

// RelationKey is the key of a relation.
func (g *Graph) RelationKey(relation uint32) graph.Key {
	r := graph.Relation{Type: g.Types[relation].Name(), Source: g.Key(g.From[relation]), Target: g.Key(g.To[relation]), Disc: g.Disc(relation)}
	return r.Key()
}

// Relation is the document of a relation.
func (g *Graph) Relation(relation uint32) *graph.Relation {
	t := g.Types[relation]
	r := &graph.Relation{Type: t.Name(), Source: g.Key(g.From[relation]), Target: g.Key(g.To[relation]), Disc: g.Disc(relation),
		Modality: g.Modal[relation].Name(), Evidence: g.evidence('r', int(relation))}
	if y := g.Year[relation]; y != 0 {
		r.ValidFrom = year(y)
	}
	if p := g.Place[relation]; p != Nowhere {
		r.Places = []graph.Key{g.Key(p)}
	}
	random := at(g.Seed, 'x', int(relation))
	switch t {
	case Invests:
		r.Amount = money(g.Figure[relation])
	case Supplies:
		n := strconv.Itoa(int(g.Figure[relation]))
		r.Volume = &graph.Quantity{Raw: n + "吨", Value: graph.Decimal(n), Unit: "t", Per: "year"}
		if from, to := g.Span(Product); random.below(3) == 0 {
			r.Product = g.Key(from + uint32(random.below(int(to-from))))
		}
	}
	if random.below(10) == 0 {
		r.Confidence = float64(50+random.below(50)) / 100
	}
	return r
}

// year is a year as a date; those that are made are well-formed.
func year(y uint16) graph.Date { return graph.MustDate(strconv.Itoa(int(y))) }

// Changes yields the whole graph in the order of a file: sources, entities by
// index, relations by index.
func (g *Graph) Changes() iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		for i := range sources {
			s := &graph.Source{Key: source(i), Title: fmt.Sprintf("生成的来源之%d", i+1), TitleEN: fmt.Sprintf("generated source %d", i+1)}
			if !yield(graph.Change{Source: s}, nil) {
				return
			}
		}
		for i := range g.Entities() {
			if !yield(graph.Change{Entity: g.Entity(uint32(i))}, nil) {
				return
			}
		}
		for i := range g.Relations() {
			if !yield(graph.Change{Relation: g.Relation(uint32(i))}, nil) {
				return
			}
		}
	}
}
