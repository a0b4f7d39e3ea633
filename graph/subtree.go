package graph

// Subtree is a region and all regions below it, by the relations PART_OF
// between regions that are neither planned nor negated nor derived.
type Subtree struct {
	ids  map[EntityID]struct{}
	keys map[Key]struct{}
}

// Has tells whether the entity id is in the subtree.
func (s *Subtree) Has(id EntityID) bool { _, ok := s.ids[id]; return ok }

// HasKey tells whether the entity named key is in the subtree.
func (s *Subtree) HasKey(key Key) bool { _, ok := s.keys[key]; return ok }

// Len is the number of regions in the subtree, its root counted.
func (s *Subtree) Len() int { return len(s.ids) }

// Subtree is the region id with all below it; the error is of CodeInvalid where
// id is no region.
func (m *Matcher) Subtree(id EntityID) (*Subtree, error) {
	if tree, ok := m.subtrees[id]; ok {
		return tree, nil
	}
	root, err := entityHeads(m.r, []EntityID{id})
	if err != nil {
		return nil, err
	}
	if root[0].Kind != KindRegion {
		return nil, invalid("within", "", "it must name a region")
	}
	tree := &Subtree{ids: map[EntityID]struct{}{id: {}}, keys: map[Key]struct{}{Key(root[0].Key): {}}}
	for frontier := []EntityID{id}; len(frontier) > 0; {
		if frontier, err = m.below(frontier, tree); err != nil {
			return nil, err
		}
	}
	if m.subtrees == nil {
		m.subtrees = map[EntityID]*Subtree{}
	}
	m.subtrees[id] = tree
	return tree, nil
}

// below adds the regions directly below those of the frontier to the tree, and
// gives those that were new.
func (m *Matcher) below(frontier []EntityID, tree *Subtree) ([]EntityID, error) {
	found, err := m.r.Neighbours(NeighbourQuery{IDs: frontier, Direction: In, Types: []RelationType{PartOf}})
	if err != nil {
		return nil, err
	}
	var next []EntityID
	parts, err := entityHeads(m.r, peersThatAre(found))
	if err != nil {
		return nil, err
	}
	for _, e := range parts {
		if e.Kind != KindRegion || tree.Has(e.ID) {
			continue
		}
		tree.ids[e.ID] = struct{}{}
		tree.keys[Key(e.Key)] = struct{}{}
		next = append(next, e.ID)
	}
	return next, nil
}

// peersThatAre are the other ends of the relations that hold: what is planned,
// negated or derived makes no hierarchy.
func peersThatAre(found []Adjacency) []EntityID {
	var ids []EntityID
	for _, adjacency := range found {
		for _, edge := range adjacency.Edges {
			if edge.stated() {
				ids = append(ids, edge.Peer)
			}
		}
	}
	return ids
}

// Parents are the regions directly above the region id: one, unless the list
// of regions says otherwise.
func Parents(r Reader, id EntityID) ([]*Entity, error) {
	found, err := r.Neighbours(NeighbourQuery{IDs: []EntityID{id}, Direction: Out, Types: []RelationType{PartOf}})
	if err != nil {
		return nil, err
	}
	above, err := r.Entities(peersThatAre(found))
	if err != nil {
		return nil, err
	}
	var parents []*Entity
	for _, e := range above {
		if e != nil && e.Kind == KindRegion {
			parents = append(parents, e)
		}
	}
	return parents, nil
}

// Ancestors are the regions above the region id, nearest first. It ends at a
// region seen before, so that a ring in damaged data does not hang it.
func Ancestors(r Reader, id EntityID) ([]*Entity, error) {
	seen := map[EntityID]bool{id: true}
	var ancestors []*Entity
	for frontier := []EntityID{id}; len(frontier) > 0; {
		var next []EntityID
		for _, id := range frontier {
			parents, err := Parents(r, id)
			if err != nil {
				return nil, err
			}
			for _, p := range parents {
				if !seen[p.ID] {
					seen[p.ID] = true
					ancestors = append(ancestors, p)
					next = append(next, p.ID)
				}
			}
		}
		frontier = next
	}
	return ancestors, nil
}
