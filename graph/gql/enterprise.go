package gql

import "lianzhu/graph"

// Enterprise is a firm.
type Enterprise struct{ entity }

// Home is where the graph locates the firm.
func (e *Enterprise) Home() (*Region, error) {
	places, err := e.peers(graph.Out, graph.LocatedIn)
	if err != nil {
		return nil, err
	}
	return e.s.firstRegion(places), nil
}

// Group is the firm of which this one is a subsidiary.
func (e *Enterprise) Group() (*Enterprise, error) {
	parents, err := e.peers(graph.Out, "SUBSIDIARY_OF")
	if err != nil {
		return nil, err
	}
	for _, noun := range e.s.wrapAll(parents) {
		if parent, ok := noun.(*Enterprise); ok {
			return parent, nil
		}
	}
	return nil, nil
}

// ChainLeaderships are the recognitions that the firm itself was given.
func (e *Enterprise) ChainLeaderships() ([]*ChainLeaderOf, error) {
	return e.s.leaderships(e.head.ID, graph.Out, nil)
}

// firstRegion is the first of docs that is a region, or nil.
func (s *session) firstRegion(docs []*graph.Entity) *Region {
	for _, noun := range s.wrapAll(docs) {
		if region, ok := noun.(*Region); ok {
			return region
		}
	}
	return nil
}

// regions are those of docs that are regions.
func (s *session) regions(docs []*graph.Entity) []*Region {
	regions := []*Region{}
	for _, noun := range s.wrapAll(docs) {
		if region, ok := noun.(*Region); ok {
			regions = append(regions, region)
		}
	}
	return regions
}
