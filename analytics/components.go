package analytics

import (
	"cmp"
	"context"
	"slices"

	"lianzhu/graph"
	"lianzhu/topology"
)

// Component is a set of entities that are tied to each other, however far, and
// to no others: named by the least id in it, and how many they are.
type Component struct {
	Name graph.EntityID
	Size int
}

// ComponentsResult has for each entity, by id, the name of its component (0 for
// what the filter does not reach), and the components, the greatest first and
// equal ones by name.
type ComponentsResult struct {
	Of   []graph.EntityID
	List []Component
}

// Components are the weakly connected components of what passes f (nil: the
// zero topology.Where): it does not matter which way a relation leads. They are
// read off the columns of the snapshot and need no Net. The error is the
// context's, or of CodeInvalid for a filter that closes corridors.
func Components(ctx context.Context, s *topology.Snapshot, f *topology.Filter, progress Progress) (*ComponentsResult, error) {
	f, err := checked(s, f)
	if err != nil {
		return nil, err
	}
	u := union(make([]graph.EntityID, int(s.LastEntity())+1))
	for id := range s.EachReached(f) {
		u[id] = id
	}
	w := watch{ctx: ctx, progress: progress}
	total := int(s.LastRelation())
	for joined := range s.EachJoined(f) {
		if err := w.now(int(joined.Last), total); err != nil {
			return nil, err
		}
		u.joinAll(&joined)
	}
	return u.result(), w.at(total, total)
}

// union is a forest in which every entity points to one of a lower id, or to
// itself if it is the least of its component.
type union []graph.EntityID

// root is the least of id's component. It halves the way for the next time.
func (u union) root(id graph.EntityID) graph.EntityID {
	for u[id] != id {
		u[id] = u[u[id]]
		id = u[id]
	}
	return id
}

// joinAll joins the ends of all relations that pass.
func (u union) joinAll(j *topology.Joined) {
	for i, a := range j.Source {
		if !j.Has(i) {
			continue
		}
		if b := j.Target[i]; u[a] != u[b] {
			u.join(a, b)
		}
	}
}

func (u union) join(a, b graph.EntityID) {
	a, b = u.root(a), u.root(b)
	if a < b {
		u[b] = a
	} else {
		u[a] = b
	}
}

func (u union) result() *ComponentsResult {
	size := make([]uint32, len(u))
	r := &ComponentsResult{Of: u}
	for id := range u {
		if u[id] != 0 {
			u[id] = u[u[id]] // of a lower id, which is settled
			size[u[id]]++
		}
	}
	for id, n := range size {
		if n > 0 {
			r.List = append(r.List, Component{graph.EntityID(id), int(n)})
		}
	}
	slices.SortFunc(r.List, func(a, b Component) int { return cmp.Or(cmp.Compare(b.Size, a.Size), cmp.Compare(a.Name, b.Name)) })
	return r
}
