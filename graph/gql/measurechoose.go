package gql

import (
	"context"
	"iter"

	"lianzhu/analytics"
	"lianzhu/graph"
	"lianzhu/topology"
)

// chooser finds the entities and relations of a measure by their documents. As
// where columns answer, a relation counts if it may be followed from either of
// its ends to the other, and an entity if a walk may reach it.
type chooser struct {
	ctx      context.Context
	r        graph.Reader
	m        *graph.Matcher
	where    *graph.RelationFilter
	o        *graph.Ontology
	progress analytics.Progress

	done, total int
}

// chooseChunk is how many documents are read at a time.
const chooseChunk = 1024

func (c *chooser) choose() (ids []graph.EntityID, ends []topology.Ends, err error) {
	counts, err := c.r.Counts()
	if err != nil {
		return nil, nil, err
	}
	c.total = counts.Entities + counts.Relations
	peers := peerFilters(c.where)
	err = chunked(c, c.r.AllEntities(nil, 0), c.r.Entities, func(e *graph.Entity) error {
		for _, peer := range peers {
			if ok, err := c.m.Entity(peer, e); !ok || err != nil {
				return err
			}
		}
		ids = append(ids, e.ID)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	err = chunked(c, c.r.AllRelations(graph.TypesOf(c.where), 0), c.r.Relations, func(r *graph.Relation) error {
		ok, err := c.passes(r)
		if ok {
			def := c.o.Relation(r.Type)
			ends = append(ends, topology.Ends{Source: r.SourceID, Target: r.TargetID, Symmetric: def != nil && def.Symmetric})
		}
		return err
	})
	return ids, ends, err
}

// passes tells whether a relation passes seen from both its ends.
func (c *chooser) passes(r *graph.Relation) (bool, error) {
	for _, peer := range []graph.EntityID{r.TargetID, r.SourceID} {
		if ok, err := c.m.Relation(c.where, r, peer); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

// peerFilters are what all that is reached must pass.
func peerFilters(f *graph.RelationFilter) (list []*graph.EntityFilter) {
	if f == nil {
		return nil
	}
	if f.Peer != nil {
		list = append(list, f.Peer)
	}
	for _, g := range f.And {
		list = append(list, peerFilters(g)...)
	}
	return list
}

// chunked calls do with the documents of ids, and tells how many were read.
func chunked[ID, T any](c *chooser, ids iter.Seq2[ID, error], get func([]ID) ([]*T, error), do func(*T) error) error {
	chunk := make([]ID, 0, chooseChunk)
	flush := func() error {
		docs, err := get(chunk)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			if doc == nil {
				continue // the store tells damage where it is read by id
			}
			if err := do(doc); err != nil {
				return err
			}
		}
		if c.done += len(chunk); c.progress != nil {
			c.progress(c.done, c.total)
		}
		chunk = chunk[:0]
		return c.ctx.Err()
	}
	for id, err := range ids {
		if err != nil {
			return err
		}
		if chunk = append(chunk, id); len(chunk) == chooseChunk {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
