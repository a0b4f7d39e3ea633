package mem

import (
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

// List: see [text.Postings].
func (r *reader) List(term string) (text.List, error) {
	ids, _ := r.terms.get(byString, term)
	if len(ids) == 0 {
		return nil, nil
	}
	return text.SliceList(ids), nil
}
