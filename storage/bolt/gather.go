package bolt

import (
	"iter"
	"runtime/debug"
	"sync"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/internal/rules"
)

// gather is a load while its indexes are gathered. It is the [rules.State] of
// the batches to come: it knows the identity of everything, the kind of every
// entity and the relations that rules follow, and reads documents back from the
// file when one is written again.
//
// Two goroutines take its work over: fill writes records and the log, and
// gathers what the indexes of facts need; index makes the search terms.
type gather struct {
	bulk    *bulk
	symbols *symbols
	rev     graph.Rev
	empty   []entry                // what the empty store has
	kept    map[string]*graph.Kept // of the load's own batches
	answers int                    // that are kept in memory

	ids   [3]idTable    // of entities, relations and sources
	kinds paged[uint16] // of entities, by id

	followed map[graph.RelationType]bool // types that rules look for by their ends
	ways     map[way]uint32              // the newest step of each way
	steps    paged[step]
	near     map[uint32]*graph.Relation // documents of relations of followed types
	premises bitset                     // relations on which others rest

	fill    *filler
	orders  chan *order
	index   *indexer
	running sync.WaitGroup
}

// way is where the relations of a type lie at an entity, seen in a direction;
// step one of them and the one before.
type way uint64

func wayOf(entity uint32, typ uint16, d graph.Direction) way {
	w := way(entity)<<32 | way(typ)<<1
	if d == graph.In {
		w |= 1
	}
	return w
}

type step struct{ relation, before uint32 }

// order is a batch on its way to the filler: its header and its writes; or only a channel that is closed when the filler has come so far.
type order struct {
	rev     graph.Rev
	header  record.Header
	tasks   []task
	reached chan struct{}
}

// task is one write with what the planning side knows of it: ids, the code of
// its kind or type, and what it names besides its ends, now and before.
type task struct {
	*rules.Write
	id             uint32
	code           uint16
	source, target graph.EntityID
	names, named   []dense
}

// sortOf is the place of a tag's ids.
func sortOf(tag graph.Tag) int {
	switch tag {
	case graph.TagRelation:
		return 1
	case graph.TagSource:
		return 2
	}
	return 0
}

func newGather(b *bulk, folder string) (*gather, error) {
	g := &gather{
		bulk: b, symbols: b.store.symbols, kept: map[string]*graph.Kept{},
		followed: map[graph.RelationType]bool{graph.PartOf: true}, ways: map[way]uint32{}, near: map[uint32]*graph.Relation{},
		orders: make(chan *order, 16),
	}
	for _, rule := range b.store.ontology.Rules() {
		g.followed[rule.First.Type], g.followed[rule.Second.Type] = true, true
	}
	entries, now, err := b.store.emptyStore()
	if err != nil {
		return nil, err
	}
	g.empty = entries
	g.fill = newFiller(newBuilder(b.file, b.store.opts.MaxSize), g.symbols, now, folder)
	g.index = newIndexer(folder)
	g.running.Add(2)
	go g.runFiller()
	go g.runIndexer()
	return g, nil
}

// runFiller carries out orders until there are no more. After a failure it takes
// them without doing so.
func (g *gather) runFiller() {
	defer g.running.Done()
	for o := range g.orders {
		if g.bulk.failed() == nil {
			g.bulk.fail(guarded(func() error { return g.fill.do(o) }))
		}
		if o.reached != nil {
			close(o.reached)
		}
	}
}

// runIndexer does the same for search terms.
func (g *gather) runIndexer() {
	defer g.running.Done()
	for tasks := range g.index.tasks {
		if g.bulk.failed() == nil {
			g.bulk.fail(guarded(func() error { return g.index.take(tasks) }))
		}
	}
}

// guarded makes a panic over a page an error.
func guarded(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = pagePanic("load", p)
		}
	}()
	return do()
}

// nothing tells whether no batch has had an effect.
func (g *gather) nothing() bool { return g.rev == 0 && len(g.kept) == 0 }

// mostAnswers bounds the answers that are kept in memory, to single changes.
const mostAnswers = 1 << 21

// full tells whether what is held until the file is made has become too much.
func (g *gather) full() bool {
	return g.fill.changedBytes.Load() > changedMemory || g.answers > mostAnswers
}

// take hands over what a plan writes.
func (g *gather) take(b *graph.Batch, plan *rules.Plan) error {
	o := &order{rev: plan.Receipt.Rev}
	if plan.Kept != nil {
		g.kept[b.Key] = plan.Kept
		g.answers += len(plan.Kept.Receipt.Results)
	}
	if len(plan.Writes) > 0 {
		g.rev = plan.Receipt.Rev
		o.header = record.Header{At: rules.At(b), Entries: len(plan.Writes), Actor: b.Actor, Reason: b.Reason}
		o.tasks = make([]task, len(plan.Writes))
	}
	var terms []termTask
	for i := range plan.Writes {
		t := &o.tasks[i]
		t.Write = &plan.Writes[i]
		if err := g.number(t); err != nil {
			return err
		}
		if t.Entity != nil {
			terms = append(terms, termTask{t.id, t.OldEntity, t.Entity})
		}
	}
	if terms != nil {
		g.index.tasks <- terms
	}
	g.orders <- o
	return g.bulk.failed()
}

// number gives what a task writes its id and looks up all others.
func (g *gather) number(t *task) (err error) {
	table := &g.ids[sortOf(t.Subject.Tag())]
	if t.Op == graph.OpCreate {
		t.id, err = table.add(t.Subject)
	} else {
		t.id = table.find(t.Subject)
	}
	if err != nil {
		return err
	}
	switch {
	case t.Entity != nil:
		t.code = g.symbols.kinds.codes[string(t.Entity.Kind)]
		if t.Op == graph.OpCreate {
			g.kinds.add(t.code)
		}
		t.names, t.named = g.dense(t.References()), g.dense(t.OldReferences())
	case t.Relation != nil:
		g.relation(t)
	}
	return nil
}

func (g *gather) relation(t *task) {
	r, refs := t.Relation, t.References()
	t.code = g.symbols.types.codes[string(r.Type)]
	t.source = graph.EntityID(g.ids[0].find(refs[0].UID))
	t.target = graph.EntityID(g.ids[0].find(refs[1].UID))
	r.SourceID, r.TargetID = t.source, t.target
	t.names = g.dense(refs[2:])
	if old := t.OldReferences(); old != nil {
		t.named = g.dense(old[2:])
	}
	for _, named := range t.names {
		if named.tag == graph.TagRelation {
			g.premises.add(named.id)
		}
	}
	if g.followed[r.Type] {
		g.lay(t)
	}
}

// dense gives the ids of what a document names, each once in a row.
func (g *gather) dense(refs []rules.Reference) []dense {
	if len(refs) == 0 {
		return nil
	}
	list := make([]dense, 0, len(refs))
	for i, ref := range refs {
		if i == 0 || ref.UID != refs[i-1].UID {
			list = append(list, dense{ref.UID.Tag(), g.ids[sortOf(ref.UID.Tag())].find(ref.UID)})
		}
	}
	return list
}

// nearAtMost bounds the documents that are kept for the rules.
const nearAtMost = 1 << 14

// lay makes a relation known to the rules at both its ends.
func (g *gather) lay(t *task) {
	if len(g.near) >= nearAtMost {
		clear(g.near)
	}
	g.near[t.id] = t.Relation
	if t.Op != graph.OpCreate {
		return
	}
	add := func(entity graph.EntityID, d graph.Direction) {
		at := wayOf(uint32(entity), t.code, d)
		g.steps.add(step{t.id, g.ways[at]})
		g.ways[at] = uint32(g.steps.n)
	}
	add(t.source, graph.Out)
	add(t.target, graph.In)
	if g.symbols.symmetric[t.code] {
		add(t.source, graph.In)
		add(t.target, graph.Out)
	}
}

// drain waits until the filler has written all that it was given, so that its
// transaction can be read.
func (g *gather) drain() error {
	o := &order{reached: make(chan struct{})}
	g.orders <- o
	<-o.reached
	return g.bulk.failed()
}

// stop ends the goroutines and frees what was gathered.
func (g *gather) stop() {
	g.halt()
	g.fill.close()
	g.index.close()
}

// halt waits until the goroutines have done all that they were given.
func (g *gather) halt() {
	if g.orders != nil {
		close(g.orders)
		close(g.index.tasks)
		g.running.Wait()
		g.orders = nil
	}
}

// What follows is rules.State.

func (g *gather) Rev() graph.Rev { return g.rev }

func (g *gather) Has(uid graph.UID) (bool, error) {
	return g.ids[sortOf(uid.Tag())].find(uid) != 0, nil
}

func (g *gather) Kind(uid graph.UID) (graph.Kind, error) {
	id := g.ids[0].find(uid)
	if id == 0 {
		return "", nil
	}
	kind, _ := g.symbols.kind(*g.kinds.at(int(id) - 1))
	return kind, nil
}

func (g *gather) Entity(uid graph.UID) (*graph.Entity, error) {
	id := g.ids[0].find(uid)
	if id == 0 {
		return nil, nil
	}
	if err := g.drain(); err != nil {
		return nil, err
	}
	return g.fill.entity(graph.EntityID(id))
}

func (g *gather) Relation(uid graph.UID) (*graph.Relation, error) {
	id := g.ids[1].find(uid)
	if id == 0 {
		return nil, nil
	}
	if r := g.near[id]; r != nil {
		return r, nil
	}
	if err := g.drain(); err != nil {
		return nil, err
	}
	return g.fill.relation(graph.RelationID(id))
}

func (g *gather) Source(uid graph.UID) (*graph.Source, error) {
	id := g.ids[2].find(uid)
	if id == 0 {
		return nil, nil
	}
	if err := g.drain(); err != nil {
		return nil, err
	}
	return g.fill.source(id)
}

// Referrers knows only of what is not there, and of relations on which nothing
// rests, that nothing names them.
func (g *gather) Referrers(uid graph.UID) iter.Seq2[graph.UID, error] {
	return func(yield func(graph.UID, error) bool) {
		id := g.ids[sortOf(uid.Tag())].find(uid)
		if id == 0 || uid.Tag() == graph.TagRelation && !g.premises.has(id) {
			return
		}
		yield(graph.UID{}, errOutgrown)
	}
}

func (g *gather) At(end graph.UID, t graph.RelationType, d graph.Direction) iter.Seq2[graph.UID, error] {
	return func(yield func(graph.UID, error) bool) {
		if !g.followed[t] {
			yield(graph.UID{}, errOutgrown)
			return
		}
		at := g.ways[wayOf(g.ids[0].find(end), g.symbols.types.codes[string(t)], d)]
		for at != 0 {
			s := *g.steps.at(int(at) - 1)
			if !yield(g.ids[1].uid(s.relation), nil) {
				return
			}
			at = s.before
		}
	}
}

func (g *gather) Kept(key string) (*graph.Kept, error) {
	if kept := g.kept[key]; kept != nil {
		return kept, nil
	}
	for _, e := range g.empty {
		if e.in == bKept && string(e.key) == key {
			return nil, errOutgrown
		}
	}
	return nil, nil
}
