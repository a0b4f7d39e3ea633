package bolt

import (
	"context"
	"errors"
	"iter"

	"lianzhu/graph"
)

// View: see [graph.Bulk].
func (b *bulk) View(ctx context.Context, read func(graph.Reader) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.failed(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r := fillReader{b: b, ctx: ctx}
	if b.gather == nil {
		if _, err := r.all(); err != nil {
			return err
		}
	}
	return read(&r)
}

// fillReader reads what a load has written so far. What is gathered it answers
// by itself; any other question has the indexes written, and is for an ordinary
// reader.
type fillReader struct {
	b       *bulk
	ctx     context.Context
	drained bool // nothing is on its way to the file
	reader  *reader
}

// all is the reader of the file, with its indexes.
func (r *fillReader) all() (*reader, error) {
	b := r.b
	if r.reader != nil {
		return r.reader, nil
	}
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	if b.gather != nil {
		if err := b.settle(r.ctx); err != nil {
			return nil, b.fail(err)
		}
	}
	err := b.begin()
	if err == nil {
		err = b.writer.finish()
	}
	if err != nil {
		return nil, b.fail(err)
	}
	one := &reader{tables: &tables{tx: b.writer.tx}, ctx: r.ctx, symbols: b.store.symbols}
	if one.rev, err = one.revision(); err != nil {
		return nil, err
	}
	r.reader = one
	return one, nil
}

// gathered is what the load has gathered, where the question can be answered by
// it.
func (r *fillReader) gathered() (g *gather, err error) {
	if r.reader != nil || r.b.gather == nil {
		return nil, nil
	}
	return r.b.gather, r.ctx.Err()
}

// written is gathered when all documents are in the file.
func (r *fillReader) written() (g *gather, err error) {
	if g, err = r.gathered(); g != nil && err == nil && !r.drained {
		err = g.drain()
		r.drained = true
	}
	return g, err
}

func (r *fillReader) Rev() graph.Rev {
	if g, _ := r.gathered(); g != nil {
		return g.rev
	}
	return r.reader.Rev()
}

func (r *fillReader) Resolve(uids []graph.UID) ([]uint32, error) {
	g, err := r.gathered()
	if err != nil {
		return nil, err
	}
	if g == nil {
		return r.reader.Resolve(uids)
	}
	ids := make([]uint32, len(uids))
	for i, uid := range uids {
		if tag := uid.Tag(); tag == graph.TagEntity || tag == graph.TagRelation {
			ids[i] = g.ids[sortOf(tag)].find(uid)
		}
	}
	return ids, nil
}

// documents reads documents one by one; ordinary is asked where the file has its
// indexes.
func documents[Q, A any](r *fillReader, list []Q, one func(*gather, Q) (A, error), ordinary func(*reader) ([]A, error)) ([]A, error) {
	g, err := r.written()
	if err != nil {
		return nil, err
	}
	if g == nil {
		return ordinary(r.reader)
	}
	docs := make([]A, len(list))
	for i, q := range list {
		if docs[i], err = one(g, q); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func (r *fillReader) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	return documents(r, ids, func(g *gather, id graph.EntityID) (*graph.Entity, error) { return g.fill.entity(id) },
		func(all *reader) ([]*graph.Entity, error) { return all.Entities(ids) })
}

func (r *fillReader) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	return documents(r, ids, func(g *gather, id graph.RelationID) (*graph.Relation, error) { return g.fill.relation(id) },
		func(all *reader) ([]*graph.Relation, error) { return all.Relations(ids) })
}

func (r *fillReader) Sources(keys []graph.Key) ([]*graph.Source, error) {
	return documents(r, keys, func(g *gather, key graph.Key) (*graph.Source, error) {
		return g.fill.source(g.ids[2].find(graph.NewUID(graph.TagSource, key)))
	}, func(all *reader) ([]*graph.Source, error) { return all.Sources(keys) })
}

func (r *fillReader) Kept(key string) (*graph.Kept, error) {
	g, err := r.gathered()
	if err != nil {
		return nil, err
	}
	if g != nil {
		if kept, err := g.Kept(key); !errors.Is(err, errOutgrown) {
			return kept, err
		}
	}
	return ask(r, func(all *reader) (*graph.Kept, error) { return all.Kept(key) })
}

// ask puts a question to the reader of the whole file.
func ask[A any](r *fillReader, question func(*reader) (A, error)) (answer A, err error) {
	all, err := r.all()
	if err != nil {
		return answer, err
	}
	return question(all)
}

// list puts one to it whose answer is a sequence.
func list[A any](r *fillReader, question func(*reader) iter.Seq2[A, error]) iter.Seq2[A, error] {
	all, err := r.all()
	if err != nil {
		return func(yield func(A, error) bool) { yield(*new(A), err) }
	}
	return question(all)
}

// found is a text and whether there is one.
type found struct {
	text string
	ok   bool
}

func asFound(text string, ok bool, err error) (found, error) { return found{text, ok}, err }

func (r *fillReader) Text(source graph.Key) (string, bool, error) {
	f, err := ask(r, func(all *reader) (found, error) { return asFound(all.Text(source)) })
	return f.text, f.ok, err
}

func (r *fillReader) PastText(sha256 string) (string, bool, error) {
	f, err := ask(r, func(all *reader) (found, error) { return asFound(all.PastText(sha256)) })
	return f.text, f.ok, err
}

func (r *fillReader) Counts() (graph.Counts, error) { return ask(r, (*reader).Counts) }

func (r *fillReader) Referrers(uid graph.UID) ([]graph.UID, error) {
	return ask(r, func(all *reader) ([]graph.UID, error) { return all.Referrers(uid) })
}

func (r *fillReader) Evidence(uids []graph.UID) ([]graph.Citation, error) {
	return ask(r, func(all *reader) ([]graph.Citation, error) { return all.Evidence(uids) })
}

func (r *fillReader) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	return ask(r, func(all *reader) ([]graph.Adjacency, error) { return all.Neighbours(q) })
}

func (r *fillReader) Degree(ids []graph.EntityID, types []graph.RelationType, dir graph.Direction) ([]int, error) {
	return ask(r, func(all *reader) ([]int, error) { return all.Degree(ids, types, dir) })
}

func (r *fillReader) AllEntities(kinds []graph.Kind, after graph.EntityID) iter.Seq2[graph.EntityID, error] {
	return list(r, func(all *reader) iter.Seq2[graph.EntityID, error] { return all.AllEntities(kinds, after) })
}

func (r *fillReader) AllRelations(types []graph.RelationType, after graph.RelationID) iter.Seq2[graph.RelationID, error] {
	return list(r, func(all *reader) iter.Seq2[graph.RelationID, error] { return all.AllRelations(types, after) })
}

func (r *fillReader) AllSources() iter.Seq2[graph.Key, error] { return list(r, (*reader).AllSources) }

func (r *fillReader) Named(name string) ([]graph.EntityID, error) {
	return ask(r, func(all *reader) ([]graph.EntityID, error) { return all.Named(name) })
}

func (r *fillReader) Search(q graph.SearchQuery) (graph.SearchResult, error) {
	return ask(r, func(all *reader) (graph.SearchResult, error) { return all.Search(q) })
}

func (r *fillReader) History(subject graph.UID, after *graph.LogPos, limit int) (entries []graph.Entry, total int, err error) {
	all, err := r.all()
	if err != nil {
		return nil, 0, err
	}
	return all.History(subject, after, limit)
}

func (r *fillReader) Log(from graph.LogPos, limit int) ([]graph.Entry, error) {
	return ask(r, func(all *reader) ([]graph.Entry, error) { return all.Log(from, limit) })
}

func (r *fillReader) LogLength(from graph.LogPos) (int, error) {
	return ask(r, func(all *reader) (int, error) { return all.LogLength(from) })
}
