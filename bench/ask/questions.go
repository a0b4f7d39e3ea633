package ask

import (
	"math/rand/v2"
	"slices"

	"lianzhu/bench/gen"
	"lianzhu/bench/plain"
)

// The sizes that the questions ask for.
const (
	suppliesPage  = 50
	hubPage       = 500
	subgraphNodes = 500
	subgraphEdges = 5000
	pathDepth     = 8
	traceDepth    = 4
	traceNodes    = 300
	regionPage    = 20
	searchPage    = 20
)

const (
	entityQuery = `query Q1($k: String!) { entity(ref: {key: $k}) { id key kind name names { text lang role } identifiers { scheme value } ` +
		`attributes { name quantity { raw value unit } } degree } }`
	suppliesQuery = `query Q2($k: String!) { entity(ref: {key: $k}) { relations(first: 50, where: {types: [SUPPLIES]}) { edges { ` +
		`node { id type modality validity { from } ... on Supplies { volume { raw value unit } } } peer { key name kind } } pageInfo { hasNextPage } } } }`
	subgraphQuery = `query Q3($k: String!) { subgraph(roots: [{key: $k}], depth: 2, bounds: {maxNodes: 500, maxEdges: 5000, budgetMs: 5000}) { ` +
		`nodes { depth node { id key name kind } } relations { id type source { key } target { key } } completeness { complete reasons } } }`
	pathQuery = `query Q4($a: String!, $b: String!) { paths(from: {key: $a}, to: {key: $b}, bounds: {maxDepth: 8, maxNodes: 5000, maxEdges: 20000, budgetMs: 5000}) { ` +
		`paths { length hops { from { key name } relation { id type } to { key name } forward } } completeness { complete reasons } } }`
	withinQuery = `query Q6($k: String!) { entities(first: 20, where: {kinds: [ENTERPRISE], within: {key: $k}}, orderBy: [{field: NAME_PINYIN}]) { ` +
		`totalCount nodes { id key name kind } } }`
	traceQuery = `query Q7($k: String!) { reachable(from: {key: $k}, direction: OUT, where: {types: [SUPPLIES]}, bounds: {maxDepth: 4, maxNodes: 300, maxEdges: 20000, budgetMs: 5000}) { ` +
		`items { depth node { id key name } path { hops { relation { id } to { key } } } } completeness { complete reasons } } }`
	provinceQuery = `query Q8 { groupBy(keys: [PROVINCE], where: {types: [INVESTS_IN]}) { key node { name } count amount { raw value unit } amountsCounted } }`
	hubQuery      = `query Q9($k: String!) { entity(ref: {key: $k}) { relations(first: 500) { edges { ` +
		`node { id type modality validity { from } source { key } target { key } } peer { id key name kind } } pageInfo { hasNextPage } } } }`
)

// New makes the questions about a graph, of each about a number of things.
func New(p *plain.Graph, seed uint64) []Question {
	c := chooser{p: p, random: rand.New(rand.NewPCG(seed, 0x9))}
	return slices.Concat(
		[]Question{c.entity(), c.supplies(), c.subgraph(), c.path()},
		c.search(),
		[]Question{c.within(), c.trace(), c.byProvince(), c.hub()})
}

// chooser chooses what is asked about.
type chooser struct {
	p      *plain.Graph
	random *rand.Rand

	readings []string // of all official names, once they were asked for
}

// firm is any enterprise.
func (c *chooser) firm() uint32 {
	from, to := c.p.G.Span(gen.Enterprise)
	return from + uint32(c.random.IntN(int(to-from)))
}

// firms are n enterprises that are good to ask about; where these are rare, some
// come several times.
func (c *chooser) firms(n int, good func(uint32) bool) []uint32 {
	var list []uint32
	for tries := 0; len(list) < n && tries < 1000*n; tries++ {
		if f := c.firm(); good(f) {
			list = append(list, f)
		}
	}
	for i := 0; len(list) < n; i++ {
		list = append(list, list[i])
	}
	return list
}

// keyed asks about entities by their keys.
func (c *chooser) keyed(name, query string, about []uint32, answer func(b []byte, entity uint32) []byte) Question {
	q := Question{Name: name, Query: query}
	for _, id := range about {
		asked := exactly(func(b []byte) []byte { return answer(b, id) })
		q.Asked = append(q.Asked, asked.about(map[string]any{"k": string(c.p.G.Key(id))}))
	}
	return q
}

func (c *chooser) entity() Question {
	any := func(uint32) bool { return true }
	return c.keyed("Q1", entityQuery, c.firms(512, any), c.p.Entity)
}

// supplies asks about enterprises with more than a page, as far as there are any.
func (c *chooser) supplies() Question {
	full := func(e uint32) bool { return c.p.Degree(e) > 3*suppliesPage }
	return c.keyed("Q2", suppliesQuery, c.busiest(128, full), func(b []byte, e uint32) []byte { return c.p.Supplies(b, e, suppliesPage) })
}

// busiest are the n enterprises with the most relations of those that are good;
// where none is, of all.
func (c *chooser) busiest(n int, good func(uint32) bool) []uint32 {
	from, to := c.p.G.Span(gen.Enterprise)
	var list []uint32
	for e := from; e < to; e++ {
		if good(e) {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b uint32) int {
		if d := c.p.Degree(b) - c.p.Degree(a); d != 0 {
			return d
		}
		return int(a) - int(b)
	})
	if len(list) == 0 {
		return c.busiest(n, func(uint32) bool { return true })
	}
	return list[:min(n, len(list))]
}

func (c *chooser) subgraph() Question {
	usual := func(e uint32) bool { return c.p.Degree(e) >= 8 && c.p.Degree(e) <= 60 }
	q := c.keyed("Q3", subgraphQuery, c.firms(64, usual), func(b []byte, e uint32) []byte {
		return c.p.Subgraph(b, e, subgraphNodes, subgraphEdges)
	})
	q.Loop = true
	return q
}

// within asks about prefectures.
func (c *chooser) within() Question {
	from, to := c.p.G.Prefectures()
	var regions []uint32
	for range 64 {
		regions = append(regions, from+uint32(c.random.IntN(int(to-from))))
	}
	return c.keyed("Q6", withinQuery, regions, func(b []byte, region uint32) []byte { return c.p.Within(b, region, regionPage) })
}

// trace asks about enterprises that supply some, so that four steps lead far.
func (c *chooser) trace() Question {
	supplier := func(e uint32) bool { return c.p.Degree(e) >= 30 }
	q := c.keyed("Q7", traceQuery, c.firms(32, supplier), func(b []byte, e uint32) []byte { return c.p.Trace(b, e, traceDepth, traceNodes) })
	q.Loop = true
	return q
}

func (c *chooser) byProvince() Question {
	asked := exactly(c.p.ByProvince)
	return Question{Name: "Q8", Query: provinceQuery, Loop: true, Asked: []Asked{asked.about(map[string]any{})}}
}

func (c *chooser) hub() Question {
	hub := func(e uint32) bool { return c.p.Degree(e) > hubPage }
	return c.keyed("Q9", hubQuery, c.busiest(8, hub), func(b []byte, e uint32) []byte { return c.p.Hub(b, e, hubPage) })
}
