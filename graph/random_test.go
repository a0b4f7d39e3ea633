package graph_test

import (
	"fmt"
	"math/rand/v2"

	"lianzhu/graph"
)

// The pools are small, so that names, dates and confidences are often equal and
// filters often hold.
var (
	poolNames       = []string{"海尔", "海尔集团", "海信", "卡奥斯", "青啤", "Haier", "Hisense", "双星", "赛轮"}
	poolDates       = []string{"", "", "2020", "2021-06", "2022", "2022-03-15", "../2023", "XXXX-11-21", "2019~"}
	poolConfidences = []float64{0, 0, 0, 0.25, 0.5, 0.75, 1}
	poolModalities  = []graph.Modality{"ASSERTED", "ASSERTED", "ASSERTED", "REPORTED", "PLANNED", "NEGATED"}
)

// fit lists types of the schema with the beginnings of keys that they may join.
var fit = []struct {
	typ      graph.RelationType
	from, to string
}{
	{"INVESTS_IN", "eifr", "efr"}, {"SUPPLIES", "er", "e"}, {"CO_DEVELOPS_WITH", "eif", "eif"}, {"SAME_AS_CANDIDATE", "eif", "eif"},
	{"LOCATED_IN", "eif", "r"}, {"PART_OF", "r", "r"}, {"SUPPORTS", "eirfp", "eirpf"}, {"PARTICIPATES_IN", "eirf", "p"}, {"PART_OF", "p", "p"},
}

// crowd makes documents at random.
type crowd struct {
	*rand.Rand
	keys     []graph.Key
	byLetter map[byte][]graph.Key
	ties     int
}

// newCrowd is about n entities and nothing between them.
func newCrowd(d *rand.Rand, n int) (*crowd, []any) {
	c := &crowd{Rand: d, byLetter: map[byte][]graph.Key{}}
	var docs []any
	for range n {
		docs = append(docs, c.entity())
	}
	return c, docs
}

// entity makes a new entity. Every kind is there from the first few on.
func (c *crowd) entity() *graph.Entity {
	const letters = "erpifeeeiir"
	letter := letters[c.IntN(len(letters))]
	if n := len(c.keys); n < 5 {
		letter = letters[n]
	}
	key := graph.Key(fmt.Sprintf("%c:%d", letter, len(c.keys)))
	c.keys = append(c.keys, key)
	c.byLetter[letter] = append(c.byLetter[letter], key)
	return c.named(key)
}

// named is the entity key under new names.
func (c *crowd) named(key graph.Key) *graph.Entity {
	return thing(key, some(c.Rand, poolNames[c.IntN(5):]...)...)
}

// tie makes a relation between entities, some of which have many. Where a
// region is part of another the greater is the older, so none contains itself.
func (c *crowd) tie() *graph.Relation {
	for {
		f := fit[c.IntN(len(fit))]
		from, to := c.end(f.from), c.end(f.to)
		if from == to || f.typ == graph.PartOf && c.age(from) < c.age(to) {
			continue
		}
		c.ties++
		r := tie(from, f.typ, to, parallel(fmt.Sprint(c.ties)), trusted(pick(c.Rand, poolConfidences...)))
		r.Modality = pick(c.Rand, poolModalities...)
		r.ValidFrom = graph.MustDate(pick(c.Rand, poolDates...))
		if c.IntN(3) == 0 {
			r.ValidTo = graph.MustDate(pick(c.Rand, "2023", "2024-02", "2023/.."))
		}
		if c.IntN(8) == 0 {
			derived(r)
		}
		if c.IntN(4) == 0 {
			r.Places = []graph.Key{c.end("r")}
		}
		return r
	}
}

// end is an entity of one of the kinds, the older the likelier.
func (c *crowd) end(letters string) graph.Key {
	keys := c.byLetter[letters[c.IntN(len(letters))]]
	return keys[int(float64(len(keys))*c.Float64()*c.Float64())]
}

func (c *crowd) age(key graph.Key) int {
	for i, k := range c.keys {
		if k == key {
			return i
		}
	}
	return -1
}

// newCrowdedStage is a stage with entities and ties at random.
func newCrowdedStage(s *stage, d *rand.Rand, entities, ties int) *crowd {
	c, docs := newCrowd(d, entities)
	for range ties {
		docs = append(docs, c.tie())
	}
	s.write(docs...)
	return c
}

// filters makes filters at random that fit a graph.
type filters struct {
	*rand.Rand
	keys    []graph.Key
	regions []graph.EntityID
}

func newFilters(s *stage, c *crowd) filters {
	return filters{c.Rand, c.keys, s.ids(c.byLetter['r']...)}
}

// entity is a filter of entities whose parts nest at most depth deep.
func (f filters) entity(depth int) *graph.EntityFilter {
	e := &graph.EntityFilter{}
	for range 1 + f.IntN(2) {
		switch f.IntN(8) {
		case 0, 1:
			e.Kinds = some(f.Rand, graph.Kind("ENTERPRISE"), "REGION", "PROGRAM", "INSTITUTION", "PLATFORM")
		case 2:
			e.Keys = append(some(f.Rand, f.keys...), "enterprise:nowhere")
		case 3:
			e.Name = f.name()
		case 4:
			e.Within = pick(f.Rand, f.regions...)
		default:
			f.nest(e, depth)
		}
	}
	return e
}

// nest puts filters into e.
func (f filters) nest(e *graph.EntityFilter, depth int) {
	if depth == 0 {
		return
	}
	switch f.IntN(4) {
	case 0:
		e.And = []*graph.EntityFilter{f.entity(depth - 1), f.entity(depth - 1)}
	case 1:
		e.Or = []*graph.EntityFilter{f.entity(depth - 1), f.entity(depth - 1)}
	case 2:
		e.Not = f.entity(depth - 1)
	default:
		e.RelatedTo = f.related(depth - 1)
	}
}

func (f filters) related(depth int) *graph.RelatedFilter {
	r := &graph.RelatedFilter{Direction: pick(f.Rand, graph.Out, graph.In, graph.Both, "")}
	switch f.IntN(4) {
	case 0:
		r.None = f.relation(depth)
	case 1:
		r.Every = f.relation(depth)
	case 2:
		r.Some, r.None = f.relation(depth), f.relation(depth)
	default:
		r.Some = f.relation(depth)
	}
	return r
}

func (f filters) name() *graph.StringFilter {
	name := pick(f.Rand, poolNames...)
	switch f.IntN(4) {
	case 0:
		return &graph.StringFilter{Eq: &name}
	case 1:
		return &graph.StringFilter{In: []string{name, pick(f.Rand, poolNames...)}}
	case 2:
		return &graph.StringFilter{Prefix: ptr(string([]rune(name)[:1]))}
	}
	return &graph.StringFilter{Contains: ptr(string([]rune(name)[1:2]))}
}

// relation is a filter of relations whose parts nest at most depth deep.
func (f filters) relation(depth int) *graph.RelationFilter {
	r := &graph.RelationFilter{}
	for range 1 + f.IntN(2) {
		switch f.IntN(10) {
		case 0, 1:
			r.Types = some(f.Rand, graph.RelationType("INVESTS_IN"), "SUPPLIES", "CO_DEVELOPS_WITH", "LOCATED_IN", "PART_OF", "SUPPORTS")
		case 2:
			r.Modality = some(f.Rand, graph.Asserted, graph.Reported, graph.Planned, graph.Negated)
		case 3:
			r.MinConfidence = ptr(pick(f.Rand, 0, 0.5, 0.75, 1))
		case 4:
			r.ValidAt = graph.MustDate(pick(f.Rand, "2020", "2021-06-30", "2023-01", "2024", "../2018"))
		case 5:
			r.IncludeDerived = true
		case 6:
			r.Within = pick(f.Rand, f.regions...)
		default:
			f.nestRelation(r, depth)
		}
	}
	return r
}

func (f filters) nestRelation(r *graph.RelationFilter, depth int) {
	if depth == 0 {
		return
	}
	switch f.IntN(4) {
	case 0:
		r.And = []*graph.RelationFilter{f.relation(depth - 1), f.relation(depth - 1)}
	case 1:
		r.Or = []*graph.RelationFilter{f.relation(depth - 1), f.relation(depth - 1)}
	case 2:
		r.Not = f.relation(depth - 1)
	default:
		r.Peer = f.entity(depth - 1)
	}
}
