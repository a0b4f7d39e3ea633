package graph

import "slices"

// Route is a path by its ids: one more entity than relations.
type Route struct {
	Entities  []EntityID
	Relations []RelationID
}

// step is one relation of a route and the entity it is passed from.
type step struct {
	from     EntityID
	relation RelationID
}

// TellRoutes fetches what routes lead through, each thing once.
func TellRoutes(r Reader, routes []Route) ([]Path, error) {
	entities, err := entitiesOf(r, routes)
	if err != nil {
		return nil, err
	}
	relations, err := relationsOf(r, routes)
	if err != nil {
		return nil, err
	}
	forward, err := forwardOf(r, routes, relations)
	if err != nil {
		return nil, err
	}
	var paths []Path
	for _, route := range routes {
		p := make(Path, len(route.Relations))
		for i, id := range route.Relations {
			from, to := route.Entities[i], route.Entities[i+1]
			p[i] = Hop{From: entities[from], To: entities[to], Relation: relations[id], Forward: forward[step{from, id}]}
		}
		paths = append(paths, p)
	}
	return paths, nil
}

func entitiesOf(r Reader, routes []Route) (map[EntityID]*Entity, error) {
	var ids []EntityID
	for _, route := range routes {
		ids = append(ids, route.Entities...)
	}
	return byID(ids, r.Entities)
}

func relationsOf(r Reader, routes []Route) (map[RelationID]*Relation, error) {
	var ids []RelationID
	for _, route := range routes {
		ids = append(ids, route.Relations...)
	}
	return byID(ids, r.Relations)
}

// byID fetches the documents of ids, each once. All of them must be there.
func byID[ID EntityID | RelationID, Doc any](ids []ID, fetch func([]ID) ([]*Doc, error)) (map[ID]*Doc, error) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	docs, err := fetch(ids)
	if err != nil {
		return nil, err
	}
	found := make(map[ID]*Doc, len(ids))
	for i, id := range ids {
		if docs[i] == nil {
			return nil, dangling()
		}
		found[id] = docs[i]
	}
	return found, nil
}

// forwardOf tells which steps go forward. Those from a relation's source do; of
// the others those do whose relation is seen from there in direction OUT, being
// symmetric.
func forwardOf(r Reader, routes []Route, relations map[RelationID]*Relation) (map[step]bool, error) {
	forward := map[step]bool{}
	q := NeighbourQuery{Direction: Out, Limit: 1}
	var asked []step
	for _, route := range routes {
		for i, id := range route.Relations {
			s := step{route.Entities[i], id}
			if _, known := forward[s]; known {
				continue
			}
			forward[s] = relations[id].SourceID == s.from
			if !forward[s] {
				asked = append(asked, s)
				q.IDs = append(q.IDs, s.from)
				q.After = append(q.After, EdgeCursor{relations[id].Type, id - 1})
			}
		}
	}
	if asked == nil {
		return forward, nil
	}
	found, err := r.Neighbours(q)
	if err != nil {
		return nil, err
	}
	for i, s := range asked {
		forward[s] = len(found[i].Edges) > 0 && found[i].Edges[0].Relation == s.relation
	}
	return forward, nil
}
