package graph

import (
	"cmp"
	"slices"
	"strings"
)

// Relation types and the attribute that tell of industry chains.
const (
	chainLeaderOf    RelationType = "CHAIN_LEADER_OF"
	occupiesSegment  RelationType = "OCCUPIES_SEGMENT"
	segmentAttribute              = "环节"
)

// Segment is one step of an industry chain, counted from 1 up the stream
// downwards. Its Text names it in Chinese and, after " / ", in English.
type Segment struct {
	Text      string
	Position  int
	Occupants []EntityID
	Open      bool // a source leaves the list of occupants open
}

// Name is the segment's name in lang.
func (s Segment) Name(lang Lang) string {
	zh, en, both := strings.Cut(s.Text, " / ")
	if lang == EN && both {
		return en
	}
	return zh
}

// Gap says what a chain lacks in a segment.
type Gap struct {
	Segment Segment
	Region  EntityID // where it was looked for; 0: anywhere
	Reason  GapReason
	Sources int // so many sources speak of the chain; none of them says otherwise
}

// GapReason says what is lacking.
type GapReason string

// What a segment may lack. None of them says that there is nobody: only that no
// source in the graph names one. A segment whose list of occupants a source
// leaves open is never said to rest on one alone.
const (
	GapNoOccupant GapReason = "NO_OCCUPANT"       // nobody is named
	GapNotInScope GapReason = "NO_LOCAL_OCCUPANT" // nobody who is located in the region
	GapSingle     GapReason = "SINGLE_OCCUPANT"   // one is named, and no source leaves the list open
)

// Chain is an industry chain with what the graph knows of its parts.
type Chain struct {
	Entity    *Entity
	Segments  []Segment
	Unplaced  []EntityID // occupants of a segment that no source names
	Scope     EntityID   // the region in which its leaders were recognised; 0: none, or several
	Leaders   []*Relation
	sources   map[Key]struct{}
	occupancy []*Relation
}

// ReadChain reads a chain. Its segments are its attributes named 环节, in their
// order; an occupant names its segment by an attribute of the same name.
func ReadChain(r Reader, g *Regions, chain *Entity) (*Chain, error) {
	c := &Chain{Entity: chain, sources: map[Key]struct{}{}}
	m := NewMatcher(r)
	where := &RelationFilter{Types: []RelationType{chainLeaderOf, occupiesSegment}}
	err := m.Edges(chain.ID, In, where, EdgeCursor{}, func(e Edge) (bool, error) {
		if err := m.Document(&e); err != nil {
			return false, err
		}
		if e.Type == chainLeaderOf {
			c.Leaders = append(c.Leaders, e.Document)
		} else {
			c.occupancy = append(c.occupancy, e.Document)
		}
		c.cite(e.Document.Evidence)
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	c.cite(chain.Evidence)
	c.scope(g)
	c.segments()
	return c, nil
}

func (c *Chain) cite(evidence []Evidence) {
	for _, e := range evidence {
		c.sources[e.Source] = struct{}{}
	}
}

// scope is the region in which all recognitions that name one were made.
func (c *Chain) scope(g *Regions) {
	for _, l := range c.Leaders {
		id := g.byKey[l.RecognisedIn]
		if id == 0 || id == c.Scope {
			continue
		}
		if c.Scope != 0 {
			c.Scope = 0
			return
		}
		c.Scope = id
	}
}

// segments puts the occupants into the segments they name.
func (c *Chain) segments() {
	for _, a := range c.Entity.Attributes {
		if a.Name == segmentAttribute && a.Text != "" {
			c.Segments = append(c.Segments, Segment{Text: a.Text, Position: len(c.Segments) + 1})
		}
		c.cite(a.Evidence)
	}
	for _, rel := range c.occupancy {
		placed := false
		for _, a := range rel.Attributes {
			i := slices.IndexFunc(c.Segments, func(s Segment) bool {
				return a.Name == segmentAttribute && s.Name(ZH) == Segment{Text: a.Text}.Name(ZH)
			})
			if i >= 0 {
				c.Segments[i].Occupants = append(c.Segments[i].Occupants, rel.SourceID)
				c.Segments[i].Open = c.Segments[i].Open || rel.OpenEnded
				placed = true
			}
		}
		if !placed {
			c.Unplaced = append(c.Unplaced, rel.SourceID)
		}
	}
	for i := range c.Segments {
		c.Segments[i].Occupants = distinct(c.Segments[i].Occupants)
	}
}

func distinct(ids []EntityID) []EntityID {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, cmp.Compare[EntityID])
	return slices.Compact(ids)
}

// Gaps tells what the segments lack, at most one gap each.
func (c *Chain) Gaps(r Reader) ([]Gap, error) {
	m := NewMatcher(r)
	var gaps []Gap
	for _, s := range c.Segments {
		reason, err := c.lack(m, r, s)
		if err != nil {
			return nil, err
		}
		if reason == "" {
			continue
		}
		gap := Gap{Segment: s, Reason: reason, Sources: len(c.sources)}
		if reason == GapNotInScope {
			gap.Region = c.Scope
		}
		gaps = append(gaps, gap)
	}
	return gaps, nil
}

func (c *Chain) lack(m *Matcher, r Reader, s Segment) (GapReason, error) {
	if len(s.Occupants) == 0 {
		return GapNoOccupant, nil
	}
	if c.Scope != 0 {
		docs, err := r.Entities(s.Occupants)
		if err != nil {
			return "", err
		}
		local := false
		for _, e := range docs {
			here, err := m.located(c.Scope, e)
			if err != nil {
				return "", err
			}
			local = local || here
		}
		if !local {
			return GapNotInScope, nil
		}
	}
	if len(s.Occupants) == 1 && !s.Open {
		return GapSingle, nil
	}
	return "", nil
}
