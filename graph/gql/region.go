package gql

import (
	"slices"
	"strings"

	"lianzhu/graph"
)

// Region is a basin, a province, a prefecture or a county.
type Region struct{ entity }

// AdminLevel is the level of a region.
type AdminLevel string

// The levels of regions.
const (
	Basin      AdminLevel = "BASIN"
	Province   AdminLevel = "PROVINCE"
	Prefecture AdminLevel = "PREFECTURE"
	County     AdminLevel = "COUNTY"
)

// CodeScheme is the scheme of the codes of administrative divisions.
const CodeScheme = "GB/T 2260"

// Level follows from the code: provinces end in 0000 and prefectures in 00. A
// region without a code stands one level below the region that contains it, no
// lower than a county; with none above it, it is a basin.
func (g *Region) Level() (AdminLevel, error) {
	doc, err := g.document()
	if err != nil {
		return "", err
	}
	if level := levelOf(doc.Identifier(CodeScheme)); level != "" {
		return level, nil
	}
	return read(g.s, func(r graph.Reader) (AdminLevel, error) {
		regions, err := g.s.hierarchy(r)
		if err != nil {
			return "", err
		}
		below := 0
		for id := regions.Parent(g.head.ID); id != 0; id = regions.Parent(id) {
			below++
			if level := levelOf(regions.Region(id).Identifier(CodeScheme)); level != "" {
				return levels[min(slices.Index(levels, level)+below, len(levels)-1)], nil
			}
		}
		return levels[min(below, len(levels)-1)], nil
	})
}

// levels are all levels, from the top.
var levels = []AdminLevel{Basin, Province, Prefecture, County}

// levelOf is the level that a code tells, or "" where there is no code.
func levelOf(code string) AdminLevel {
	switch {
	case code == "":
		return ""
	case strings.HasSuffix(code, "0000"):
		return Province
	case strings.HasSuffix(code, "00"):
		return Prefecture
	}
	return County
}

// AdminCode is the GB/T 2260 code.
func (g *Region) AdminCode() (*string, error) {
	doc, err := g.document()
	if err != nil {
		return nil, err
	}
	return optional(doc.Identifier(CodeScheme)), nil
}

// Parent is the region directly above.
func (g *Region) Parent() (*Region, error) {
	parents, err := read(g.s, func(r graph.Reader) ([]*graph.Entity, error) { return graph.Parents(r, g.head.ID) })
	if err != nil {
		return nil, err
	}
	return g.s.firstRegion(parents), nil
}

// Ancestors are all regions above, nearest first.
func (g *Region) Ancestors() ([]*Region, error) {
	above, err := read(g.s, func(r graph.Reader) ([]*graph.Entity, error) { return graph.Ancestors(r, g.head.ID) })
	if err != nil {
		return nil, err
	}
	return g.s.regions(above), nil
}

// Children are the regions directly below, in the order of the list of regions.
func (g *Region) Children(first int, after *string) (*EntityConnection, error) {
	l := newList(1, "children", g.head.Key)
	w, err := g.s.window(l, &first, after, nil, nil)
	if err != nil {
		return nil, err
	}
	below, err := g.s.listRelations(l, graph.RelationQuery{At: g.head.ID, Direction: graph.In, Window: w, Where: &graph.RelationFilter{
		Types: []graph.RelationType{graph.PartOf}, Peer: &graph.EntityFilter{Kinds: []graph.Kind{graph.KindRegion}}}})
	if err != nil {
		return nil, err
	}
	nodes, err := below.others()
	if err != nil {
		return nil, err
	}
	cursor := func(i int) (string, error) { return below.cursor(i), nil }
	return &EntityConnection{nodes, below.page.HasNext, below.page.HasPrior, cursor, below.total}, nil
}

// optional is s, or nil where there is nothing in it.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
