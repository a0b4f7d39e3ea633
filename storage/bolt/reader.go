package bolt

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"strings"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/internal/rules"
)

// reader reads one transaction.
type reader struct {
	*tables // nil: the View is over
	ctx     context.Context
	symbols *symbols
	rev     graph.Rev
	outside bool // a function of the caller is running: its panics are its own
}

// guard ends a call of the reader: it turns a panic over a damaged page into an
// error, and lets a cancelled context win over any answer.
func (r *reader) guard(op string, err *error) {
	if r.outside {
		return
	}
	if p := recover(); p != nil {
		*err = pagePanic(op, p)
	} else if cancelled := r.ctx.Err(); cancelled != nil && *err == nil {
		*err = cancelled
	}
}

// pagePanic is the error of a panic while a page was read.
func pagePanic(op string, p any) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: op, Index: -1,
		Detail: "a page of the file is damaged: run lianzhu check, and restore a backup",
		Err:    fmt.Errorf("panic: %v\n%s", p, debug.Stack())}
}

func (r *reader) Rev() graph.Rev { return r.rev }

// each answers a list of questions one by one.
func each[Q, A any](r *reader, op string, questions []Q, answer func(Q) (A, error)) (answers []A, err error) {
	defer r.guard(op, &err)
	answers = make([]A, len(questions))
	for i, q := range questions {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		if answers[i], err = answer(q); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func (r *reader) Counts() (c graph.Counts, err error) {
	defer r.guard("counts", &err)
	s, err := r.state()
	if err != nil {
		return c, err
	}
	c = graph.Counts{
		Entities: int(s.entities), Relations: int(s.relations), Sources: int(s.sources), Evidence: int(s.evid),
		ByKind: make(map[graph.Kind]int, len(s.kinds)), ByType: make(map[graph.RelationType]int, len(s.types)),
	}
	for code, n := range s.kinds {
		kind, _ := r.symbols.kind(code)
		c.ByKind[kind] = int(n)
	}
	for code, n := range s.types {
		typ, _ := r.symbols.typ(code)
		c.ByType[typ] = int(n)
	}
	return c, nil
}

func (r *reader) Resolve(uids []graph.UID) ([]uint32, error) {
	return each(r, "resolve", uids, func(uid graph.UID) (uint32, error) {
		if tag := uid.Tag(); tag != graph.TagEntity && tag != graph.TagRelation {
			return 0, nil
		}
		return r.idOf(uid)
	})
}

func (r *reader) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	return each(r, "entities", ids, func(id graph.EntityID) (*graph.Entity, error) { return r.entity(r.symbols, id) })
}

func (r *reader) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	return each(r, "relations", ids, func(id graph.RelationID) (*graph.Relation, error) { return r.relation(r.symbols, id) })
}

func (r *reader) Sources(keys []graph.Key) ([]*graph.Source, error) {
	return each(r, "sources", keys, func(key graph.Key) (*graph.Source, error) {
		id, err := r.idOf(graph.NewUID(graph.TagSource, key))
		if err != nil {
			return nil, err
		}
		return r.source(id)
	})
}

func (r *reader) Text(source graph.Key) (text string, ok bool, err error) {
	defer r.guard("text", &err)
	if err := r.ctx.Err(); err != nil {
		return "", false, err
	}
	id, err := r.idOf(graph.NewUID(graph.TagSource, source))
	if id == 0 || err != nil {
		return "", false, err
	}
	payload, err := r.get(bTexts, key32(id))
	return string(payload), payload != nil, err
}

func (r *reader) PastText(sha256 string) (text string, ok bool, err error) {
	defer r.guard("text", &err)
	if err := r.ctx.Err(); err != nil {
		return "", false, err
	}
	key, err := hex.DecodeString(sha256)
	if err != nil || len(key) != pastKey {
		return "", false, nil
	}
	payload, err := r.get(bTexts, key)
	return string(payload), payload != nil, err
}

func (r *reader) Kept(key string) (kept *graph.Kept, err error) {
	defer r.guard("kept", &err)
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	return r.tables.kept(key)
}

func (r *reader) Referrers(uid graph.UID) (list []graph.UID, err error) {
	defer r.guard("referrers", &err)
	for fact, err := range r.tables.referrers(uid) {
		if err == nil {
			err = r.ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		list = append(list, fact)
	}
	slices.SortFunc(list, func(a, b graph.UID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(list), nil
}

func (r *reader) Evidence(uids []graph.UID) ([]graph.Citation, error) {
	return each(r, "evidence", uids, func(uid graph.UID) (graph.Citation, error) {
		c, err := r.cursor(bCited)
		if err != nil {
			return graph.Citation{}, err
		}
		k, v := c.Seek(uid[:])
		if err := absent(bCited, c, k, v); err != nil {
			return graph.Citation{}, err // an earlier fact may have stood there
		}
		if len(k) != 24 || graph.UID(k[:12]) != uid {
			return graph.Citation{}, nil
		}
		return r.citation(uid, graph.UID(k[12:]))
	})
}

// citation finds in a fact the evidence that the index says it cites.
func (r *reader) citation(uid, fact graph.UID) (graph.Citation, error) {
	e, rel, _, err := r.document(r.symbols, fact)
	if err != nil {
		return graph.Citation{}, err
	}
	for _, evidence := range rules.Citations(e, rel) {
		if evidence.UID() == uid {
			return graph.Citation{Evidence: evidence, Fact: fact}, nil
		}
	}
	return graph.Citation{}, corrupt(bCited, append(uid[:], fact[:]...), "the fact does not cite this evidence", nil)
}

// all yields what next gives, until it says that there is no more. Only next
// runs under guard, not the caller's loop.
func all[ID any](r *reader, op string, next func() (id ID, ok bool, err error)) iter.Seq2[ID, error] {
	step := func() (id ID, ok bool, err error) {
		defer r.guard(op, &err)
		if err := r.ctx.Err(); err != nil {
			return id, false, err
		}
		return next()
	}
	return func(yield func(ID, error) bool) {
		for {
			id, ok, err := step()
			if err != nil {
				yield(id, err)
				return
			}
			if !ok || !yield(id, nil) {
				return
			}
		}
	}
}

func (r *reader) AllEntities(kinds []graph.Kind, after graph.EntityID) iter.Seq2[graph.EntityID, error] {
	m := members{t: r.tables, class: symbolKind, codes: codesOf(&r.symbols.kinds, kinds), all: kinds == nil, records: bEntities, at: uint32(after)}
	if after == 0 {
		m.counted = func() (uint64, error) {
			s, err := r.state()
			return sumOf(s.entities, s.kinds, m.codes, m.all), err
		}
	}
	return all(r, "entities", func() (graph.EntityID, bool, error) {
		id, err := m.next()
		return graph.EntityID(id), id != 0, err
	})
}

func (r *reader) AllRelations(types []graph.RelationType, after graph.RelationID) iter.Seq2[graph.RelationID, error] {
	m := members{t: r.tables, class: symbolType, codes: codesOf(&r.symbols.types, types), all: types == nil, records: bRelations, at: uint32(after)}
	if after == 0 {
		m.counted = func() (uint64, error) {
			s, err := r.state()
			return sumOf(s.relations, s.types, m.codes, m.all), err
		}
	}
	return all(r, "relations", func() (graph.RelationID, bool, error) {
		id, err := m.next()
		return graph.RelationID(id), id != 0, err
	})
}

// codesOf are the codes of the names that the file knows, each once.
func codesOf[N ~string](t *symbolTable, names []N) []uint16 {
	codes := make([]uint16, 0, len(names))
	for _, name := range names {
		if code, ok := t.codes[string(name)]; ok && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// sumOf is how many things there are in all, or with some codes.
func sumOf(total uint64, counts map[uint16]uint64, codes []uint16, all bool) uint64 {
	if all {
		return total
	}
	n := uint64(0)
	for _, code := range codes {
		n += counts[code]
	}
	return n
}

func (r *reader) AllSources() iter.Seq2[graph.Key, error] {
	var at []byte
	given := uint64(0)
	return all(r, "sources", func() (graph.Key, bool, error) {
		c, err := r.cursor(bSourceKeys)
		if err != nil {
			return "", false, err
		}
		k, v := c.Seek(at)
		if k == nil {
			s, err := r.state()
			if err == nil && s.sources != given {
				err = corrupt(bSourceKeys, nil, fmt.Sprintf("%d should be listed, and %d are", s.sources, given), nil)
			}
			return "", false, err
		}
		if _, err := open(bSourceKeys, k, v); err != nil {
			return "", false, err
		}
		given++
		key := strings.Clone(string(k))
		at = append(append(at[:0], k...), 0)
		return graph.Key(key), true, nil
	})
}

// state reads what the file knows of itself.
func (t *tables) state() (state, error) {
	payload, err := t.get(bMeta, keyState)
	if err != nil {
		return state{}, err
	}
	s, err := decodeState(payload)
	if err != nil {
		return s, corrupt(bMeta, keyState, err.Error(), err)
	}
	return s, nil
}

// The look-ups below serve readers and the writer.

// idOf is the dense id of a thing, 0 where there is none.
func (t *tables) idOf(uid graph.UID) (uint32, error) {
	payload, err := t.get(bIDs, uid[:])
	if payload == nil || err != nil {
		return 0, err
	}
	if len(payload) != 4 {
		return 0, corrupt(bIDs, uid[:], "it is no id", nil)
	}
	return be32(payload), nil
}

func (t *tables) entity(s *symbols, id graph.EntityID) (*graph.Entity, error) {
	payload, err := t.numbered(bEntities, uint32(id))
	if payload == nil || err != nil {
		return nil, err
	}
	e, err := record.DecodeEntity(payload, s.kind)
	if err != nil {
		return nil, corrupt(bEntities, key32(uint32(id)), err.Error(), err)
	}
	e.ID = id
	return e, nil
}

func (t *tables) relation(s *symbols, id graph.RelationID) (*graph.Relation, error) {
	payload, err := t.numbered(bRelations, uint32(id))
	if payload == nil || err != nil {
		return nil, err
	}
	rel, err := record.DecodeRelation(payload, s.typ)
	if err != nil {
		return nil, corrupt(bRelations, key32(uint32(id)), err.Error(), err)
	}
	rel.ID = id
	return rel, nil
}

func (t *tables) source(id uint32) (*graph.Source, error) {
	payload, err := t.numbered(bSources, id)
	if payload == nil || err != nil {
		return nil, err
	}
	s, err := record.DecodeSource(payload)
	if err != nil {
		return nil, corrupt(bSources, key32(id), err.Error(), err)
	}
	return s, nil
}

// document gives the thing that uid names, as one of three.
func (t *tables) document(s *symbols, uid graph.UID) (e *graph.Entity, r *graph.Relation, source *graph.Source, err error) {
	id, err := t.idOf(uid)
	if id == 0 || err != nil {
		return nil, nil, nil, err
	}
	switch uid.Tag() {
	case graph.TagEntity:
		e, err = t.entity(s, graph.EntityID(id))
	case graph.TagRelation:
		r, err = t.relation(s, graph.RelationID(id))
	case graph.TagSource:
		source, err = t.source(id)
	}
	return e, r, source, err
}
