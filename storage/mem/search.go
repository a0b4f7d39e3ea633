package mem

import (
	"cmp"
	"maps"
	"slices"

	"lianzhu/graph"
	"lianzhu/text"
)

func (r *reader) Named(name string) ([]graph.EntityID, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	return text.Named(r, name)
}

func (r *reader) Search(q graph.SearchQuery) (graph.SearchResult, error) {
	if err := r.ctx.Err(); err != nil {
		return graph.SearchResult{}, err
	}
	return text.Find(r.ctx, r, q)
}

// Terms: see [text.Listed].
func (r *reader) Terms(yield func(term string, ids []graph.EntityID) error) error {
	lists := map[int][]string{}
	for term := range r.terms.from(byString, "") {
		lists[len(term)] = append(lists[len(term)], term)
	}
	for _, size := range slices.Sorted(maps.Keys(lists)) {
		for _, term := range lists[size] {
			ids, _ := r.terms.get(byString, term)
			if err := cmp.Or(r.ctx.Err(), yield(term, ids)); err != nil {
				return err
			}
		}
	}
	return r.ctx.Err()
}

// List: see [text.Postings].
func (r *reader) List(term string) (text.List, error) {
	ids, _ := r.terms.get(byString, term)
	if len(ids) == 0 {
		return nil, nil
	}
	return text.SliceList(ids), nil
}
