package gql

import "lianzhu/graph"

// Project is a plant, a base, a park, a forest.
type Project struct{ entity }

// Places are the regions in which the project stands.
func (p *Project) Places() ([]*Region, error) {
	places, err := p.peers(graph.Out, graph.LocatedIn)
	if err != nil {
		return nil, err
	}
	return p.s.regions(places), nil
}
