package text

import (
	"context"
	"fmt"
	"slices"

	"lianzhu/graph"
)

// fewHits is below how many hits those with a slip are added, if none is by a
// whole name: who found what he typed is not shown what he may have meant.
const fewHits = 10

// Find answers a search from the postings of a store: the page of hits, best
// first, and how many there are in all. Errors: CodeInvalid for a text that is
// blank or no UTF-8 and for a negative First, CodeLimit for one of more than
// 200 characters, CodeCorrupt where the postings disagree with the entities,
// the context's own, and those of p.
func Find(ctx context.Context, p Postings, s graph.SearchQuery) (graph.SearchResult, error) {
	q, err := parse("search", s.Text)
	if err != nil {
		return graph.SearchResult{}, err
	}
	if s.First < 0 {
		return graph.SearchResult{}, &graph.Error{Code: graph.CodeInvalid, Op: "search", Detail: "first is negative", Index: -1}
	}
	lazy := s.After == nil
	for {
		f := finder{ctx: ctx, p: p, at: p, q: q, wanted: s.Kinds, page: newPage(s.After, s.First), lazy: lazy}
		if err := f.find(); err != nil {
			return graph.SearchResult{}, err
		}
		r, err := f.result(s)
		if !f.misled {
			return r, err
		}
		lazy = false
	}
}

// finder is one search under way.
type finder struct {
	ctx    context.Context
	p      Postings
	at     Postings // p, or the part of it that is looked into
	q      query
	wanted []graph.Kind // empty: all
	kinds  *union       // the entities of these kinds; nil: all
	page   page
	lazy   bool             // the rank of hits that the lists do not tell is looked at on the page only
	misled bool             // one of them had another rank than it seemed
	whole  bool             // a hit is by a whole name or identifier
	fuzzy  bool             // slips are forgiven
	few    []graph.EntityID // the first hits found, up to fewHits
	doubt  []graph.EntityID // entities that must be looked at
	ticks  int
}

// openKinds opens the lists of the wanted kinds, which one pass uses up.
func (f *finder) openKinds() error {
	if len(f.wanted) == 0 {
		return nil
	}
	f.kinds = &union{}
	for _, k := range f.wanted {
		if err := f.kinds.open(f.at, termOf(classKind, string(k)), 0); err != nil {
			return err
		}
	}
	return nil
}

// sieve is a sieve for f; nil where the lists are none for it.
func (f *finder) sieve() *sieve {
	if p, ok := f.at.(part); ok && p.keyed == keyed(p.x) {
		return &sieve{f: f, most: p.x.Most, gone: p.gone, x: p.x}
	}
	return nil
}

func (f *finder) find() error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	if err := f.everywhere(f.asTyped); err != nil || !f.forgives() {
		return err
	}
	f.fuzzy = true
	return f.everywhere(f.misspelt)
}

// everywhere looks into the parts of the postings, where they have any, one after
// another.
func (f *finder) everywhere(look func() error) error {
	w, ok := f.p.(*words)
	if !ok {
		return look()
	}
	for _, part := range w.parts() {
		f.at = part
		if err := look(); err != nil {
			return err
		}
	}
	return nil
}

// asTyped finds what has no slip.
func (f *finder) asTyped() error {
	if len(f.wanted) == 0 && f.q.wide && len(f.q.runes) <= 2 && f.q.parts == nil {
		return f.short()
	}
	if err := f.openKinds(); err != nil {
		return err
	}
	streams, err := f.plan()
	if err != nil {
		return err
	}
	return f.gather(streams)
}

// misspelt finds what has one.
func (f *finder) misspelt() error {
	if err := f.openKinds(); err != nil {
		return err
	}
	slips, err := f.slips()
	if err != nil {
		return err
	}
	return f.gather(slips)
}

// gather finds what streams lead to, in the way that suits the lists.
func (f *finder) gather(streams []stream) error {
	if s := f.sieve(); s != nil && !slices.ContainsFunc(streams, stream.opaque) {
		return s.sift(streams)
	}
	return f.merge(streams)
}

// forgives tells, from what was found as typed, whether slips are sought.
func (f *finder) forgives() bool {
	if f.q.isPair() {
		return f.page.total == 0
	}
	return f.q.misspelt && !f.whole && f.page.total < fewHits
}

// short answers one or two wide characters: their lists, best rank first, are
// the answer, and their lengths its total.
func (f *finder) short() error {
	if p, ok := f.at.(part); ok {
		f.shortOf(p)
		return nil
	}
	for _, r := range wideRanks {
		list, err := f.p.List(rankedTerm(classGram, f.q.text, r))
		if err != nil {
			return err
		}
		if list != nil {
			f.page.run(list, r)
		}
	}
	return nil
}

// shortOf is short for a part of what is looked into.
func (f *finder) shortOf(p part) {
	e, _ := p.entry(classGram, f.q.text)
	for i, r := range e.ranks {
		list := e.under(i)
		if len(p.gone) > 0 {
			list = keptList(list, p.gone)
		}
		f.page.run(list, rank(r.rank))
	}
}

// merge reads streams together in the order of ids. What a stream is sure of is
// taken, the rest looked at.
func (f *finder) merge(streams []stream) error {
	part, _ := f.at.(part)
	for from := graph.EntityID(1); ; {
		id := ended
		for i := range streams {
			id = min(id, streams[i].seek(from))
		}
		if id == ended {
			return f.look()
		}
		from = id + 1
		if err := f.tick(); err != nil {
			return err
		}
		if f.kinds != nil && !f.kinds.has(id) || f.fuzzy && slices.Contains(f.few, id) || len(part.gone) > 0 && part.isGone(id) {
			continue
		}
		if err := f.judge(streams, id); err != nil {
			return err
		}
	}
}

// judge takes id under its best rank, if that is known.
func (f *finder) judge(streams []stream, id graph.EntityID) error {
	sure, doubtful := rankNone, rankNone
	for i := range streams {
		if streams[i].head != id {
			continue
		}
		if r, ok := streams[i].rank(id); ok {
			sure = min(sure, r)
		} else {
			doubtful = min(doubtful, r)
		}
	}
	if sure <= doubtful {
		f.take(sure, id)
		return nil
	}
	f.doubt = append(f.doubt, id)
	if len(f.doubt) < lookAt {
		return nil
	}
	return f.look()
}

func (f *finder) take(r rank, id graph.EntityID) {
	f.page.offer(place{rank: r, id: id})
	f.whole = f.whole || r < rankPrefix
	if len(f.few) < fewHits {
		f.few = append(f.few, id)
	}
}

// lookAt is how many entities are read from the store at once.
const lookAt = 256

// look reads the entities in doubt and takes those that match.
func (f *finder) look() error {
	if len(f.doubt) == 0 {
		return nil
	}
	if err := f.ctx.Err(); err != nil {
		return err
	}
	if w, ok := f.p.(*words); ok && w.sketch != nil {
		return f.lookAtSketches(w.sketch)
	}
	entities, err := f.p.Entities(f.doubt)
	if err != nil {
		return err
	}
	for i, e := range entities {
		if e == nil {
			return corrupt(f.doubt[i])
		}
		if m, ok := f.q.matches(e, f.fuzzy); ok {
			f.take(m.rank, f.doubt[i])
		}
	}
	f.doubt = f.doubt[:0]
	return nil
}

// lookAtSketches is look where there are sketches.
func (f *finder) lookAtSketches(sketch func(graph.EntityID) string) error {
	for _, id := range f.doubt {
		m, ok := f.q.matchesSketch(sketch(id), f.fuzzy)
		if !ok {
			return corrupt(id)
		}
		if m.rank != rankNone {
			f.take(m.rank, id)
		}
	}
	f.doubt = f.doubt[:0]
	return nil
}

// tick asks now and then whether the search is still wanted.
func (f *finder) tick() error {
	if f.ticks++; f.ticks%lookAt != 0 {
		return nil
	}
	return f.ctx.Err()
}

// result tells of the page how each hit was found, and reads the documents.
func (f *finder) result(s graph.SearchQuery) (graph.SearchResult, error) {
	places := f.page.best()
	out := graph.SearchResult{Total: f.page.total, More: len(places) > s.First}
	places = places[:min(s.First, len(places))]
	if len(places) == 0 {
		return out, nil
	}
	out.Hits = make([]graph.Hit, len(places))
	var ids []graph.EntityID // those of which only the document tells
	for i, at := range places {
		out.Hits[i] = graph.Hit{ID: at.id, Score: at.rank.score(), By: at.rank.kind()}
		if !s.Lean || !f.told(&out.Hits[i], at) {
			ids = append(ids, at.id)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	entities, err := f.p.Entities(ids)
	if err != nil {
		return graph.SearchResult{}, err
	}
	for i, at := range places {
		if len(ids) == 0 || ids[0] != at.id {
			continue
		}
		if entities[0] == nil {
			return graph.SearchResult{}, corrupt(at.id)
		}
		m, _ := f.q.matches(entities[0], f.fuzzy)
		if m.rank != at.rank {
			f.misled = at.bound
			return graph.SearchResult{}, corrupt(at.id)
		}
		out.Hits[i].Entity, out.Hits[i].Matched = entities[0], m.by
		ids, entities = ids[1:], entities[1:]
	}
	return out, nil
}

// told tells from the sketch of a hit what matched, where it has that as it is
// written.
func (f *finder) told(h *graph.Hit, at place) bool {
	w, ok := f.p.(*words)
	if !ok || w.sketch == nil || at.rank == rankIdentifier || at.rank == rankIdentifierPrefix {
		return false
	}
	m, ok := f.q.matchesSketch(w.sketch(at.id), at.rank >= rankFuzzy)
	h.Matched = m.by
	return ok && m.rank == at.rank
}

// corrupt is the error of postings that do not fit their entities.
func corrupt(id graph.EntityID) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: "search", Index: -1,
		Detail: fmt.Sprintf("the search index does not agree with entity %d; check the store and index it anew", id)}
}
