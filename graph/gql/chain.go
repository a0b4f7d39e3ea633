package gql

import "lianzhu/graph"

// IndustryChain is an industry chain.
type IndustryChain struct{ entity }

// chainLeaderOf is the type of the relations that name a chain's leader.
const chainLeaderOf graph.RelationType = "CHAIN_LEADER_OF"

// Scope is the region in which the chain's leaders were recognised, where all
// recognitions that name one name the same.
func (c *IndustryChain) Scope() (*Region, error) {
	leaders, err := c.Leaders(nil)
	if err != nil {
		return nil, err
	}
	var scope graph.Key
	for _, l := range leaders {
		in := l.doc.RecognisedIn
		if in == "" || in == scope {
			continue
		}
		if scope != "" {
			return nil, nil
		}
		scope = in
	}
	return c.s.regionByKey(scope)
}

// Leaders are the recognitions of the chain's leaders, holding at asOf if given.
func (c *IndustryChain) Leaders(asOf *graph.Date) ([]*ChainLeaderOf, error) {
	return c.s.leaderships(c.doc.ID, graph.In, asOf)
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
			found = append(found, &ChainLeaderOf{relation{s: s, doc: edge.Document}})
			return true, err
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
