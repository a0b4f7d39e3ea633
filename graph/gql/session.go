package gql

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lianzhu/feed"
	"lianzhu/graph"
	"lianzhu/topology"
)

// Gateway ties the nouns to a store. It is safe for use by several goroutines.
type Gateway struct {
	Contract *Contract
	Store    graph.Store
	Maxima   Maxima
	Now      func() time.Time // nil: time.Now
	// Collate gives the text by which names sort, Reading the pinyin of a
	// Chinese name, Valid whether an identifier's form and check digit are right.
	Collate graph.Collate
	Reading func(name string) string
	Valid   func(scheme, value string) bool
	// Convert converts figures between units of one dimension.
	Convert graph.Convert
	// Feed tells of changes as they are written; nil: there are no subscriptions.
	Feed *feed.Feed
	// Signer signs the tokens by which walks go on; nil: there are none.
	Signer *graph.Signer
	// Suspects finds what an entity that is about to be written may be the same
	// as; nil: [graph.Suspects]. It leaves out what is kept apart from it.
	Suspects func(r graph.Reader, e *graph.Entity) ([]graph.Suspect, error)
	// Actor names who asks, for the change log; nil: "local".
	Actor func(ctx context.Context) string
	// Topology lends the shape of exactly the revision rev, where it is at hand;
	// nil: never, and the store answers alone. It is called within a View.
	Topology func(ctx context.Context, rev graph.Rev) (*topology.Snapshot, bool)

	regions  atomic.Pointer[regionsAt]
	told     atomic.Pointer[told]
	memories sync.Pool // of *memory
	shape    measured
}

// regionsAt is the hierarchy of regions of one revision.
type regionsAt struct {
	rev graph.Rev
	*graph.Regions
}

// hierarchy is the hierarchy of regions of the revision of r, kept until
// another revision is asked for.
func (g *Gateway) hierarchy(r graph.Reader) (*graph.Regions, error) {
	kept := g.regions.Load()
	if kept != nil && kept.rev == r.Rev() {
		return kept.Regions, nil
	}
	if kept != nil && kept.rev < r.Rev() {
		held, err := kept.HeldSince(r, kept.rev)
		if err != nil {
			return nil, err
		}
		if held {
			g.regions.Store(&regionsAt{r.Rev(), kept.Regions})
			return kept.Regions, nil
		}
	}
	regions, err := graph.NewRegions(r)
	if err == nil {
		g.regions.Store(&regionsAt{r.Rev(), regions})
	}
	return regions, err
}

// Maxima bound what one question may ask for. Every refusal names the one that
// was exceeded.
type Maxima struct {
	Page    int           // items of a page
	IDs     int           // ids of nodes(ids)
	Roots   int           // roots of a subgraph, entities to avoid
	Depth   int           // depth of a subgraph
	Bounds  graph.Bounds  // of walks
	Records int           // documents and edges read by one operation
	Measure time.Duration // that a question waits for a measure of the whole graph
	Writes  int           // operations of apply
}

// DefaultMaxima are the bounds a server has unless told otherwise.
func DefaultMaxima() Maxima {
	return Maxima{
		Page: 500, IDs: 100, Roots: 20, Depth: 8, Records: 200_000, Measure: 5 * time.Second, Writes: 2_000,
		Bounds: graph.Bounds{Depth: 12, Nodes: 5_000, Edges: 20_000, Paths: 1_000, Degree: 10_000, Budget: 5 * time.Second},
	}
}

// Around runs an operation within one View of the store and tells the revision
// that it was answered from.
func (g *Gateway) Around(ctx context.Context, run func(context.Context)) (told map[string]any, err error) {
	err = g.Store.View(ctx, func(r graph.Reader) error {
		rev := r.Rev()
		told = g.tell(rev)
		snapshot := g.lent(ctx, rev)
		if snapshot != nil {
			r = snapshot.Reader(ctx, r)
			defer runtime.KeepAlive(snapshot) // what it lends must last as long
		}
		s := g.session(ctx, r)
		s.snapshot, s.memory = snapshot, borrow(&g.memories)
		defer s.memory.giveBack(&g.memories)
		run(context.WithValue(ctx, sessionKey{}, s))
		return nil
	})
	return told, err
}

// told is what is told of a revision.
type told struct {
	rev graph.Rev
	as  map[string]any
}

// tell is what an answer tells of the revision that it was read from: the same
// for all of one revision, so nobody changes it.
func (g *Gateway) tell(rev graph.Rev) map[string]any {
	if last := g.told.Load(); last != nil && last.rev == rev {
		return last.as
	}
	now := &told{rev, map[string]any{"rev": rev}}
	g.told.Store(now)
	return now.as
}

// session is a new session that reads through r.
func (g *Gateway) session(ctx context.Context, r graph.Reader) *session {
	s := &session{Gateway: g, ctx: ctx, today: int32(g.now().Unix() / 86400)}
	s.mu = &s.own
	s.read(r)
	return s
}

// use makes s read from r, and from the shape of its revision where that is at
// hand.
func (s *session) use(r graph.Reader) {
	if s.snapshot = s.lent(s.ctx, r.Rev()); s.snapshot != nil {
		r = s.snapshot.Reader(s.ctx, r)
	}
	s.read(r)
}

// read makes s read from r, within bounds.
func (s *session) read(r graph.Reader) {
	s.reader = metered(r, s.Maxima.Records, s.Topology != nil)
	s.verifier = graph.NewVerifier(s.reader)
}

// lent is the shape of the revision rev, or nil where there is none at hand.
func (g *Gateway) lent(ctx context.Context, rev graph.Rev) *topology.Snapshot {
	if g.Topology == nil {
		return nil
	}
	if s, ok := g.Topology(ctx, rev); ok {
		return s
	}
	return nil
}

type sessionKey struct{}

func sessionOf(ctx context.Context) *session { return ctx.Value(sessionKey{}).(*session) }

// session is what one operation shares: its reader, which only one goroutine
// may use at a time, and the entities that it has read.
type session struct {
	*Gateway
	ctx      context.Context
	today    int32              // counted from 1970-01-01
	snapshot *topology.Snapshot // of the revision that is read; nil: none is at hand
	opening  *Stream            // the subscription that is opened, if one is
	event    *graph.Entry       // the change that a subscription's operation runs for, if it does

	wrote  graph.Rev // by a mutation; 0: nothing
	memory *memory   // nil: there is none, and what is made is made anew
	lease  *lease    // in a mutation, the view that reader reads, once it is open

	mu       *sync.Mutex // shared with the sessions of the past; own, or that of another
	own      sync.Mutex
	reader   graph.Reader
	entities documents
	verifier *graph.Verifier
	drafted  map[graph.Key]*graph.Entity // of a dry run, what it would have written
}

// Revision names what the answer to a query depends on beside the query and this
// program: the revision of the graph and the day it is.
func (g *Gateway) Revision(ctx context.Context) (name string, err error) {
	err = g.Store.View(ctx, func(r graph.Reader) error {
		name = fmt.Sprintf("%d %s", r.Rev(), g.now().UTC().Format(time.DateOnly))
		return nil
	})
	return name, err
}

func (g *Gateway) now() time.Time {
	if g.Now != nil {
		return g.Now()
	}
	return time.Now()
}

// read gives use the session's reader for as long as it runs. It must not be
// called by what it runs.
func read[T any](s *session, use func(r graph.Reader) (T, error)) (answer T, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reader == nil { // what a mutation has written is to be read
		if err := s.open(); err != nil {
			return answer, err
		}
	}
	return use(s.reader)
}

// fetch reads entities, those seen before from memory. What does not exist is
// nil. The session is locked by its caller.
func (s *session) fetch(r graph.Reader, ids []graph.EntityID) ([]*graph.Entity, error) {
	var missing []graph.EntityID
	for _, id := range ids {
		if _, ok := s.entities.get(id); !ok {
			s.entities.put(id, nil)
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		docs, err := r.Entities(missing)
		if err != nil {
			return nil, err
		}
		for i, doc := range docs {
			s.entities.put(missing[i], doc)
		}
	}
	found := make([]*graph.Entity, len(ids))
	for i, id := range ids {
		found[i], _ = s.entities.get(id)
	}
	return found, nil
}

// fetchOne is fetch for one entity.
func (s *session) fetchOne(r graph.Reader, id graph.EntityID) (*graph.Entity, error) {
	if doc, ok := s.entities.get(id); ok {
		return doc, nil
	}
	docs, err := r.Entities([]graph.EntityID{id})
	if err != nil {
		return nil, err
	}
	s.entities.put(id, docs[0])
	return docs[0], nil
}

// nouns are the nouns of entities, made of their headers where the reader has
// them; nil where there is none. The session is locked by its caller.
func (s *session) nouns(r graph.Reader, ids []graph.EntityID) ([]Entity, error) {
	heads, ok, err := s.entityHeaders(r, ids)
	if ok {
		return s.headedNouns(heads), err
	}
	nouns := make([]Entity, len(ids))
	docs, err := s.fetch(r, ids)
	for i, doc := range docs {
		nouns[i] = s.wrap(doc)
	}
	return nouns, err
}

// entityHeaders are the headers of entities; ok is false where the reader has
// none. The session is locked by its caller.
func (s *session) entityHeaders(r graph.Reader, ids []graph.EntityID) (heads []graph.EntityHeader, ok bool, err error) {
	headers, ok := r.(graph.Headers)
	if !ok || s.drafted != nil {
		return nil, false, nil
	}
	heads = s.roomForEntities(len(ids))
	return heads, true, headers.EntityHeaders(ids, heads)
}

// headedNouns are the nouns of entities with these headers, nil where there is
// none.
func (s *session) headedNouns(heads []graph.EntityHeader) []Entity {
	nouns := make([]Entity, len(heads))
	k := kinds{room: min(len(heads), slabRoom)}
	for i := range heads {
		if heads[i].ID != 0 {
			nouns[i] = k.noun(entity{s: s, head: &heads[i]})
		}
	}
	return nouns
}

// relationHeaders are the headers of relations, all of which must be there; ok is
// false where the reader has none.
func (s *session) relationHeaders(r graph.Reader, ids []graph.RelationID) (heads []graph.RelationHeader, ok bool, err error) {
	headers, ok := r.(graph.Headers)
	if !ok {
		return nil, false, nil
	}
	heads = s.roomForRelations(len(ids))
	err = headers.RelationHeaders(ids, heads)
	for i := range heads {
		if heads[i].ID == 0 && err == nil {
			err = missing("relation", fmt.Sprint(ids[i]))
		}
	}
	return heads, true, err
}

// byKey reads the entities that keys name, nil where there is none.
func (s *session) byKey(r graph.Reader, keys []graph.Key) ([]*graph.Entity, error) {
	uids := make([]graph.UID, len(keys))
	for i, k := range keys {
		uids[i] = graph.NewUID(graph.TagEntity, k)
	}
	found, err := r.Resolve(uids)
	if err != nil {
		return nil, err
	}
	ids := make([]graph.EntityID, len(found))
	for i, id := range found {
		ids[i] = graph.EntityID(id)
		if e := s.drafted[keys[i]]; e != nil {
			ids[i] = e.ID
		}
	}
	return s.fetch(r, ids)
}

// oneByKey is byKey for one entity.
func (s *session) oneByKey(r graph.Reader, key graph.Key) (*graph.Entity, error) {
	if e := s.drafted[key]; e != nil {
		return s.fetchOne(r, e.ID)
	}
	found, err := r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, key)})
	if err != nil {
		return nil, err
	}
	return s.fetchOne(r, graph.EntityID(found[0]))
}

// metered is r with a meter, which has headers if r has. Shaped says that r
// usually has a shape.
func metered(r graph.Reader, records int, shaped bool) graph.Reader {
	m := meter{Reader: r, left: records, max: records, shaped: shaped}
	if headers, ok := r.(graph.Headers); ok {
		return &headerMeter{m, headers}
	}
	return &m
}

// ListEntityIDs is that of the reader beneath, which reads no documents for it.
func (m *meter) ListEntityIDs(q graph.EntityQuery) (page graph.Page[graph.EntityID], ok bool, err error) {
	if lister, can := m.Reader.(graph.Lister); can {
		return lister.ListEntityIDs(q)
	}
	return page, false, nil
}

// CountEntities: see ListEntityIDs.
func (m *meter) CountEntities(where *graph.EntityFilter) (n int, ok bool, err error) {
	if lister, can := m.Reader.(graph.Lister); can {
		return lister.CountEntities(where)
	}
	return 0, false, nil
}

// EntityPlace: see ListEntityIDs.
func (m *meter) EntityPlace(q graph.EntityQuery, id graph.EntityID) (at graph.Place, ok bool) {
	if lister, can := m.Reader.(graph.Lister); can {
		return lister.EntityPlace(q, id)
	}
	return at, false
}

// headerMeter is a meter over a reader that has headers.
type headerMeter struct {
	meter
	headers graph.Headers
}

func (m *headerMeter) EntityHeaders(ids []graph.EntityID, into []graph.EntityHeader) error {
	if err := m.spend(len(ids)); err != nil {
		return err
	}
	return m.headers.EntityHeaders(ids, into)
}

func (m *headerMeter) RelationHeaders(ids []graph.RelationID, into []graph.RelationHeader) error {
	if err := m.spend(len(ids)); err != nil {
		return err
	}
	return m.headers.RelationHeaders(ids, into)
}

// RelationFigures is that of the reader beneath. A figure is part of what was
// paid for with its relation's header.
func (m *headerMeter) RelationFigures(field graph.FigureField, ids []graph.RelationID, into []graph.FigureHeader) error {
	if figures, can := m.headers.(graph.Figures); can {
		return figures.RelationFigures(field, ids, into)
	}
	return nil
}

// meter refuses to read on when an operation has read too much.
type meter struct {
	graph.Reader
	left, max int
	shaped    bool // there will be a shape of r, if there is none now
}

// Shape is that of the reader beneath. Walks tell by Spend what they look at
// there.
func (m *meter) Shape() graph.Shape {
	if shaped, ok := m.Reader.(graph.Shaped); ok {
		return shaped.Shape()
	}
	return nil
}

// Spend counts records that were read from memory.
func (m *meter) Spend(n int) error { return m.spend(n) }

func (m *meter) spend(n int) error {
	if m.left -= n; m.left >= 0 {
		return nil
	}
	detail := fmt.Sprintf("the question looks at more than %d records; narrow its filter or ask for smaller pages", m.max)
	if m.shaped && m.Shape() == nil {
		detail += ", or ask again when the shape of the graph is in memory (/readyz tells), from which less is read"
	}
	return &graph.Error{Code: graph.CodeLimit, Op: "read", Index: -1, Detail: detail}
}

func (m *meter) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	if err := m.spend(len(ids)); err != nil {
		return nil, err
	}
	return m.Reader.Entities(ids)
}

func (m *meter) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	if err := m.spend(len(ids)); err != nil {
		return nil, err
	}
	return m.Reader.Relations(ids)
}

func (m *meter) History(subject graph.UID, after *graph.LogPos, limit int) ([]graph.Entry, int, error) {
	entries, total, err := m.Reader.History(subject, after, limit)
	if err != nil {
		return nil, 0, err
	}
	return entries, total, m.spend(len(entries))
}

func (m *meter) Log(from graph.LogPos, limit int) ([]graph.Entry, error) {
	entries, err := m.Reader.Log(from, limit)
	if err != nil {
		return nil, err
	}
	return entries, m.spend(len(entries))
}

func (m *meter) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	found, err := m.Reader.Neighbours(q)
	if err != nil {
		return nil, err
	}
	n := 0
	for i := range found {
		n += 1 + len(found[i].Edges)
	}
	return found, m.spend(n)
}
