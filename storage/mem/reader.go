package mem

import (
	"context"
	"iter"
	"maps"
	"slices"

	"lianzhu/graph"
	"lianzhu/storage/internal/rules"
)

// reader reads one snapshot.
type reader struct {
	*snapshot
	ctx context.Context
}

func (r *reader) Rev() graph.Rev { return r.rev }

func (r *reader) Counts() (graph.Counts, error) {
	c := r.counts
	c.ByKind, c.ByType = maps.Clone(c.ByKind), maps.Clone(c.ByType)
	return c, r.ctx.Err()
}

// each answers a list of questions one by one.
func each[Q, A any](r *reader, questions []Q, answer func(Q) A) ([]A, error) {
	answers := make([]A, len(questions))
	for i, q := range questions {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		answers[i] = answer(q)
	}
	return answers, r.ctx.Err()
}

func (r *reader) Resolve(uids []graph.UID) ([]uint32, error) {
	return each(r, uids, func(uid graph.UID) uint32 {
		id, _ := r.ids.get(byUID, uid)
		return id
	})
}

func (r *reader) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	return each(r, ids, func(id graph.EntityID) *graph.Entity {
		e, _ := r.entities.get(byEntity, id)
		return e
	})
}

func (r *reader) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	return each(r, ids, func(id graph.RelationID) *graph.Relation {
		rel, _ := r.relations.get(byRelation, id)
		return rel
	})
}

// EntityHeaders: see [graph.Headers].
func (r *reader) EntityHeaders(ids []graph.EntityID, into []graph.EntityHeader) error {
	for i, id := range ids {
		into[i] = graph.EntityHeader{}
		if e, ok := r.entities.get(byEntity, id); ok {
			into[i] = e.Header()
		}
	}
	return r.ctx.Err()
}

// RelationHeaders: see [graph.Headers].
func (r *reader) RelationHeaders(ids []graph.RelationID, into []graph.RelationHeader) error {
	for i, id := range ids {
		into[i] = graph.RelationHeader{}
		if rel, ok := r.relations.get(byRelation, id); ok {
			into[i] = rel.Header()
		}
	}
	return r.ctx.Err()
}

func (r *reader) Sources(keys []graph.Key) ([]*graph.Source, error) {
	return each(r, keys, func(key graph.Key) *graph.Source {
		s, _ := r.sources.get(byKey, key)
		return s
	})
}

func (r *reader) Text(source graph.Key) (string, bool, error) {
	text, ok := r.texts.get(byKey, source)
	return text, ok, r.ctx.Err()
}

func (r *reader) PastText(sha256 string) (string, bool, error) {
	text, ok := r.past.get(byString, sha256)
	return text, ok, r.ctx.Err()
}

func (r *reader) Referrers(uid graph.UID) ([]graph.UID, error) {
	return slices.Collect(facts(r.named, uid)), r.ctx.Err()
}

func (r *reader) Kept(key string) (*graph.Kept, error) {
	kept, _ := r.kept.get(byString, key)
	return kept, r.ctx.Err()
}

func (r *reader) Evidence(uids []graph.UID) ([]graph.Citation, error) {
	return each(r, uids, func(uid graph.UID) graph.Citation {
		for fact := range facts(r.cited, uid) {
			for _, e := range rules.Citations(r.entity(fact), r.relation(fact)) {
				if e.UID() == uid {
					return graph.Citation{Evidence: e, Fact: fact}
				}
			}
		}
		return graph.Citation{}
	})
}

func (r *reader) AllEntities(kinds []graph.Kind, after graph.EntityID) iter.Seq2[graph.EntityID, error] {
	return all(r, r.entities.after(byEntity, after), func(e *graph.Entity) bool {
		return kinds == nil || slices.Contains(kinds, e.Kind)
	})
}

func (r *reader) AllRelations(types []graph.RelationType, after graph.RelationID) iter.Seq2[graph.RelationID, error] {
	return all(r, r.relations.after(byRelation, after), func(rel *graph.Relation) bool {
		return types == nil || slices.Contains(types, rel.Type)
	})
}

func (r *reader) AllSources() iter.Seq2[graph.Key, error] {
	return all(r, r.sources.from(byKey, ""), func(*graph.Source) bool { return true })
}

// all yields the keys of those values that keep keeps.
func all[K, V any](r *reader, from iter.Seq2[K, V], keep func(V) bool) iter.Seq2[K, error] {
	return func(yield func(K, error) bool) {
		for k, v := range from {
			if r.ctx.Err() != nil {
				break
			}
			if keep(v) && !yield(k, nil) {
				return
			}
		}
		if err := r.ctx.Err(); err != nil {
			var none K
			yield(none, err)
		}
	}
}

func (r *reader) History(subject graph.UID, after *graph.LogPos, limit int) ([]graph.Entry, int, error) {
	past, _ := r.history.get(byUID, subject)
	var entries []graph.Entry
	for i := len(past) - 1; i >= 0 && len(entries) < limit; i-- {
		if after == nil || past[i].Pos().Before(*after) {
			entries = append(entries, past[i])
		}
	}
	return entries, len(past), r.ctx.Err()
}

func (r *reader) Log(from graph.LogPos, limit int) ([]graph.Entry, error) {
	rest := r.log[r.logIndex(from):]
	return slices.Clone(rest[:min(max(limit, 0), len(rest))]), r.ctx.Err()
}

func (r *reader) LogLength(from graph.LogPos) (int, error) {
	return len(r.log) - r.logIndex(from), r.ctx.Err()
}

// logIndex is how many entries of the log stand before a place.
func (r *reader) logIndex(from graph.LogPos) int {
	i, _ := slices.BinarySearchFunc(r.log, from, func(e graph.Entry, at graph.LogPos) int {
		if e.Pos().Before(at) {
			return -1
		}
		return 1
	})
	return i
}
