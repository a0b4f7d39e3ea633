package gql

import (
	"fmt"

	"lianzhu/graph"
)

// IndustryChain is an industry chain.
type IndustryChain struct{ entity }

// chainLeaderOf is the type of the relations that name a chain's leader.
const chainLeaderOf graph.RelationType = "CHAIN_LEADER_OF"

// read reads the chain's parts.
func (c *IndustryChain) read(r graph.Reader) (*graph.Chain, error) {
	regions, err := c.s.hierarchy(r)
	if err != nil {
		return nil, err
	}
	doc, err := c.documentIn(r)
	if err != nil {
		return nil, err
	}
	return graph.ReadChain(r, regions, doc)
}

// Scope is the region in which the chain's leaders were recognised, where all
// recognitions that name one name the same.
func (c *IndustryChain) Scope() (*Region, error) {
	return read(c.s, func(r graph.Reader) (*Region, error) {
		chain, err := c.read(r)
		if err != nil {
			return nil, err
		}
		scope, err := c.s.fetch(r, []graph.EntityID{chain.Scope})
		if err != nil {
			return nil, err
		}
		return c.s.firstRegion(scope), nil
	})
}

// Segments are the segments, up the stream downwards.
func (c *IndustryChain) Segments() ([]*ChainSegment, error) {
	return read(c.s, func(r graph.Reader) ([]*ChainSegment, error) {
		chain, err := c.read(r)
		if err != nil {
			return nil, err
		}
		segments := []*ChainSegment{}
		for _, segment := range chain.Segments {
			segments = append(segments, &ChainSegment{c, segment})
		}
		return segments, nil
	})
}

// Gaps are what the segments lack.
func (c *IndustryChain) Gaps() ([]*ChainGap, error) {
	return read(c.s, func(r graph.Reader) ([]*ChainGap, error) {
		chain, err := c.read(r)
		if err != nil {
			return nil, err
		}
		found, err := chain.Gaps(r)
		if err != nil {
			return nil, err
		}
		gaps := []*ChainGap{}
		for _, gap := range found {
			scope, err := c.s.fetch(r, []graph.EntityID{gap.Region})
			if err != nil {
				return nil, err
			}
			gaps = append(gaps, &ChainGap{Segment: &ChainSegment{c, gap.Segment}, Region: c.s.firstRegion(scope), Kind: gap.Reason, CheckedSources: gap.Sources})
		}
		return gaps, nil
	})
}

// ChainSegment is a segment of a chain.
type ChainSegment struct {
	chain *IndustryChain
	doc   graph.Segment
}

// Name is what the segment is called.
func (g *ChainSegment) Name(lang graph.Lang) string { return g.doc.Name(lang) }

// Position is the segment's place, from 1.
func (g *ChainSegment) Position() int { return g.doc.Position }

// Occupants are the firms and products in the segment, by id.
func (g *ChainSegment) Occupants(first int, after *string) (*EntityConnection, error) {
	return g.chain.s.listIDs(newList(0, "occupants", g.chain.head.Key, g.doc.Text), g.doc.Occupants, first, after)
}

// ChainGap is a gap of a chain.
type ChainGap struct {
	Segment        *ChainSegment
	Region         *Region
	Kind           graph.GapReason
	CheckedSources int
}

// lacks say what a segment lacks; the last word on it is never that there is
// nobody.
var lacks = map[graph.GapReason][2]string{
	graph.GapNoOccupant: {"没有说到占据“%s”环节的企业或产品", "names a firm or product in the segment “%s”"},
	graph.GapNotInScope: {"没有说到位于该地区、占据“%s”环节的企业或产品", "names a firm or product in the region that is in the segment “%s”"},
	graph.GapSingle:     {"只说到一个占据“%s”环节的企业或产品", "names more than one firm or product in the segment “%s”"},
}

// Reason says the gap in a sentence, with how many sources were looked at.
func (g *ChainGap) Reason(lang graph.Lang) string {
	if lang == graph.EN {
		return fmt.Sprintf("None of the %d sources on this chain "+lacks[g.Kind][1]+".", g.CheckedSources, g.Segment.Name(lang))
	}
	return fmt.Sprintf("说到该产业链的 %d 个来源"+lacks[g.Kind][0]+"。", g.CheckedSources, g.Segment.Name(lang))
}

// Leaders are the recognitions of the chain's leaders, holding at asOf if given.
func (c *IndustryChain) Leaders(asOf *graph.Date) ([]*ChainLeaderOf, error) {
	return c.s.leaderships(c.head.ID, graph.In, asOf)
}

// leaderships are the recognitions at an entity.
func (s *session) leaderships(id graph.EntityID, direction graph.Direction, asOf *graph.Date) ([]*ChainLeaderOf, error) {
	where := &graph.RelationFilter{Types: []graph.RelationType{chainLeaderOf}}
	if asOf != nil {
		where.ValidAt = *asOf
	}
	return read(s, func(r graph.Reader) ([]*ChainLeaderOf, error) {
		found := []*ChainLeaderOf{}
		m := graph.NewMatcher(r)
		err := m.Edges(id, direction, where, graph.EdgeCursor{}, func(edge graph.Edge) (bool, error) {
			err := m.Document(&edge)
			if err == nil {
				found = append(found, s.wrapRelation(edge.Document).(*ChainLeaderOf))
			}
			return err == nil, err
		})
		return found, err
	})
}

// entityByKey is the entity named key, or nil where key is empty.
func (s *session) entityByKey(key graph.Key) (Entity, error) {
	if key == "" {
		return nil, nil
	}
	return read(s, func(r graph.Reader) (Entity, error) {
		docs, err := s.byKey(r, []graph.Key{key})
		if err != nil {
			return nil, err
		}
		return s.wrap(docs[0]), nil
	})
}

// regionByKey is the region named key, or nil where key is empty.
func (s *session) regionByKey(key graph.Key) (*Region, error) {
	noun, err := s.entityByKey(key)
	region, _ := noun.(*Region)
	return region, err
}
