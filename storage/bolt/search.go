package bolt

import (
	"lianzhu/graph"
	"lianzhu/text"
)

// searcher is the reader as package text sees it: without guard, which the
// searches below have already, and with the error that a list met.
type searcher struct {
	*reader
	failed error
}

// List: see [text.Postings].
func (s *searcher) List(term string) (text.List, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	return s.list(term, &s.failed)
}

// Entities: see [text.Postings].
func (s *searcher) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	list := make([]*graph.Entity, len(ids))
	for i, id := range ids {
		var err error
		if list[i], err = s.entity(s.symbols, id); err != nil {
			return nil, err
		}
	}
	return list, s.failed
}

func (r *reader) Named(name string) (ids []graph.EntityID, err error) {
	defer r.guard("named", &err)
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	s := searcher{reader: r}
	if ids, err = text.Named(&s, name); err == nil {
		err = s.failed
	}
	return ids, err
}

func (r *reader) Search(q graph.SearchQuery) (result graph.SearchResult, err error) {
	defer r.guard("search", &err)
	if err := r.ctx.Err(); err != nil {
		return result, err
	}
	s := searcher{reader: r}
	if result, err = text.Find(r.ctx, &s, q); s.failed != nil {
		return graph.SearchResult{}, s.failed
	}
	return result, err
}

// Terms: see [text.Listed].
func (r *reader) Terms(yield func(term string, ids []graph.EntityID) error) (err error) {
	defer r.guard("terms", &err)
	c, err := r.fresh(bTerms)
	if err != nil {
		return err
	}
	var term string
	var ids []graph.EntityID
	for k, v := c.First(); k != nil; k, v = c.Next() {
		part, total, err := termIDs(k, v)
		if err != nil {
			return err
		}
		if at := string(k[1 : len(k)-4]); at != term || total > 0 {
			if err := r.yieldTerm(yield, term, ids); err != nil {
				return err
			}
			term, ids = at, ids[:0]
		}
		ids = append(ids, part...)
	}
	return r.yieldTerm(yield, term, ids)
}

// yieldTerm calls a function of the caller, whose panics are its own.
func (r *reader) yieldTerm(yield func(string, []graph.EntityID) error, term string, ids []graph.EntityID) error {
	if term == "" {
		return r.ctx.Err()
	}
	r.outside = true
	defer func() { r.outside = false }()
	return yield(term, ids)
}
