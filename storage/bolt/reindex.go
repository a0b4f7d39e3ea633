package bolt

import (
	"context"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/text"
)

// termsVersion is that of the search terms that this program writes.
const termsVersion = text.Version

// reindexAtOnce is how many entities are indexed in one transaction.
const reindexAtOnce = 1024

// indexTerms indexes all entities anew where the file has the terms of another
// version, or where this was begun and not ended: the version is 0 meanwhile.
func (s *Store) indexTerms(ctx context.Context) error {
	var now state
	err := s.db().View(func(tx *bbolt.Tx) (err error) {
		now, err = (&tables{tx: tx}).state()
		return err
	})
	if err != nil || now.terms == termsVersion {
		return err
	}
	err = s.update(func(w *writer) error {
		w.now.terms = 0
		if err := w.tx.DeleteBucket([]byte(bTerms.String())); err != nil {
			return err
		}
		_, err := w.tx.CreateBucket([]byte(bTerms.String()))
		return err
	})
	for at := uint32(0); err == nil && at < now.lastEntity; at += reindexAtOnce {
		if err := ctx.Err(); err != nil {
			return err
		}
		err = s.update(func(w *writer) error { return w.indexSome(at, at+reindexAtOnce) })
	}
	if err != nil {
		return err
	}
	return s.update(func(w *writer) error {
		w.now.terms = termsVersion
		return nil
	})
}

// update runs do in a write transaction of its own, before the committer runs.
func (s *Store) update(do func(*writer) error) error {
	defer s.idle.write()()
	return s.db().Update(func(tx *bbolt.Tx) error {
		w, err := newWriter(tx, s.symbols, &entityCache{})
		if err != nil {
			return err
		}
		if err := do(w); err != nil {
			return err
		}
		return w.finish()
	})
}

// indexSome lists the entities above after, up to last, under their terms.
func (w *writer) indexSome(after, last uint32) error {
	b := batch{writer: w}
	m := members{t: &w.tables, all: true, records: bEntities, at: after}
	for {
		id, err := m.next()
		if err != nil {
			return err
		}
		if id == 0 || id > last {
			return w.flushLater()
		}
		e, err := w.entity(w.symbols, graph.EntityID(id))
		if err != nil {
			return err
		}
		b.index(e.ID, nil, e)
	}
}
