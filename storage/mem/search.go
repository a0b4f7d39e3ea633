package mem

import (
	"cmp"
	"slices"
	"strings"

	"lianzhu/graph"
)

func (r *reader) Named(name string) ([]graph.EntityID, error) {
	var ids []graph.EntityID
	for id, e := range r.entities.from(byEntity, 0) {
		if slices.ContainsFunc(e.Names, func(n graph.Name) bool { return strings.EqualFold(n.Text, name) }) {
			ids = append(ids, id)
		}
	}
	return ids, r.ctx.Err()
}

func (r *reader) Search(q graph.SearchQuery) (graph.SearchResult, error) {
	var hits []graph.Hit
	for _, e := range r.entities.from(byEntity, 0) {
		if err := r.ctx.Err(); err != nil {
			return graph.SearchResult{}, err
		}
		if q.Kinds != nil && !slices.Contains(q.Kinds, e.Kind) {
			continue
		}
		if hit, ok := match(e, q.Text); ok {
			hits = append(hits, hit)
		}
	}
	slices.SortStableFunc(hits, func(a, b graph.Hit) int { return cmp.Compare(b.Score, a.Score) })
	result := graph.SearchResult{Total: len(hits)}
	for _, h := range hits {
		if q.After != nil && !follows(h, *q.After) {
			continue
		}
		if result.More = len(result.Hits) == q.First; result.More {
			break
		}
		result.Hits = append(result.Hits, h)
	}
	return result, nil
}

func follows(h graph.Hit, after graph.SearchPos) bool {
	return h.Score < after.Score || h.Score == after.Score && h.Entity.ID > after.Entity
}

// match finds what was typed within the names of e.
func match(e *graph.Entity, typed string) (graph.Hit, bool) {
	for _, n := range e.Names {
		if typed != "" && strings.EqualFold(n.Text, typed) {
			return graph.Hit{Entity: e, Score: 1, Matched: n.Text, By: graph.MatchExact}, true
		}
	}
	for _, n := range e.Names {
		if typed != "" && strings.Contains(strings.ToLower(n.Text), strings.ToLower(typed)) {
			return graph.Hit{Entity: e, Score: 0.5, Matched: n.Text, By: graph.MatchFullText}, true
		}
	}
	return graph.Hit{}, false
}
