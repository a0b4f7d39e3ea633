package storagetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianzhu/graph"
)

// Model plays the same random batches into the stores that engine and model
// open, good ones and bad ones, and compares every answer and, again and again,
// everything that can be read. It prints its seed; LIANZHU_SEED sets it, and
// LIANZHU_STEPS how many batches are played.
func Model(t *testing.T, engine, model Open) {
	seed, steps := setting(t, "LIANZHU_SEED", time.Now().UnixNano()), setting(t, "LIANZHU_STEPS", 300)
	t.Logf("LIANZHU_SEED=%d LIANZHU_STEPS=%d", seed, steps)
	m := twins{T: t, engine: engine(t), model: model(t), script: script{rand: rand.New(rand.NewPCG(uint64(seed), 0))}, came: map[string]int{}}
	defer m.engine.Close()
	defer m.model.Close()
	for step := range steps {
		m.play(int(step))
		if step%10 == 9 {
			m.compare(uint64(seed + step))
		}
		if t.Failed() {
			return
		}
	}
	sound(t, m.engine)
	sound(t, m.model)
	t.Logf("what batches came to: %v", m.came)
}

// setting reads a number from the environment.
func setting(t testing.TB, name string, otherwise int64) int64 {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// twins are an engine and the model that does the same.
type twins struct {
	*testing.T
	engine, model graph.Store
	script        script
	came          map[string]int // how many batches were applied, or refused with a code
}

// play applies one batch to both and compares what they answer.
func (m *twins) play(step int) {
	m.both(step, m.script.batch(), m.engine.Apply)
}

// both applies a batch to both, by apply to the engine, and compares what they
// answer.
func (m *twins) both(step int, b graph.Batch, apply func(context.Context, graph.Batch) (graph.Receipt, error)) {
	got, gotErr := apply(context.Background(), b)
	want, wantErr := m.model.Apply(context.Background(), b)
	if g, w := outcome(got, gotErr), outcome(want, wantErr); g != w {
		m.Errorf("batch %d: the engine answers\n%s\nand the model\n%s", step, g, w)
	}
	m.came[cmp.Or(string(graph.CodeOf(wantErr)), "applied")]++
	if wantErr == nil && !b.DryRun {
		m.script.applied(b, want)
	}
}

// outcome is an answer of Apply as text.
func outcome(receipt graph.Receipt, err error) string {
	var e *graph.Error
	switch {
	case errors.As(err, &e):
		return fmt.Sprintf("%s, change %d, key %s", e.Code, e.Index, e.Key)
	case err != nil:
		return err.Error()
	}
	return fmt.Sprintf("%+v", receipt)
}

// compare reads everything from both, and asks both the same random questions.
func (m *twins) compare(seed uint64) {
	got, gotErr := Export(context.Background(), m.engine, seed)
	want, wantErr := Export(context.Background(), m.model, seed)
	if gotErr != nil || wantErr != nil {
		m.Fatalf("reading everything: the engine answers %v, the model %v", gotErr, wantErr)
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			m.Fatalf("line %d of what can be read differs:\nengine: %s\n model: %s", i, at(got, i), at(want, i))
		}
	}
}

// Export reads everything that can be read from s, and answers to questions
// that seed chooses, as lines that do not depend on the engine.
func Export(ctx context.Context, s graph.Store, seed uint64) (lines []string, err error) {
	e := exporter{rand: rand.New(rand.NewPCG(seed, 1))}
	defer func() {
		switch p := recover().(type) {
		case nil:
		case failure:
			err = p.error
		default:
			panic(p)
		}
	}()
	err = s.View(ctx, func(r graph.Reader) error {
		e.r = r
		e.everything()
		return nil
	})
	if err != nil {
		return nil, err
	}
	for entry, err := range s.Changes(ctx, graph.Rev(e.rand.IntN(5))) {
		if err != nil {
			return nil, err
		}
		e.line("change %s", logged(entry))
	}
	return e.lines, nil
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// exporter writes everything that a reader tells as lines that do not depend on
// which dense ids an engine gives, only on their order.
type exporter struct {
	r        graph.Reader
	rand     *rand.Rand
	lines    []string
	entities map[graph.EntityID]graph.Key
	ids      []graph.EntityID
	uids     []graph.UID // of every thing there is
}

func (e *exporter) line(format string, args ...any) {
	e.lines = append(e.lines, fmt.Sprintf(format, args...))
}

func (e *exporter) everything() {
	e.line("revision %d", e.r.Rev())
	e.line("counts %+v", must(e.r.Counts()))
	e.entities = map[graph.EntityID]graph.Key{}
	e.allEntities()
	e.allRelations()
	e.allSources()
	e.neighbourhoods()
	e.selections()
	e.searches()
	for _, uid := range e.uids {
		e.history(uid)
		e.line("referrers of %s: %v", uid, must(e.r.Referrers(uid)))
	}
}

func (e *exporter) allEntities() {
	for id, err := range e.r.AllEntities(nil, 0) {
		doc := must(e.r.Entities([]graph.EntityID{must(id, err)}))[0]
		e.entities[id] = doc.Key
		e.ids = append(e.ids, id)
		e.uids = append(e.uids, doc.UID())
		e.line("entity %s rev %d", document(doc), doc.Rev)
		for _, evidence := range doc.Evidence {
			e.line("evidence %+v", must(e.r.Evidence([]graph.UID{evidence.UID()})))
		}
	}
}

func (e *exporter) allRelations() {
	for id, err := range e.r.AllRelations(nil, 0) {
		doc := must(e.r.Relations([]graph.RelationID{must(id, err)}))[0]
		e.uids = append(e.uids, doc.UID())
		e.line("relation %s rev %d from %s to %s", document(doc), doc.Rev, e.entities[doc.SourceID], e.entities[doc.TargetID])
		for _, evidence := range doc.Evidence {
			e.line("evidence %+v", must(e.r.Evidence([]graph.UID{evidence.UID()})))
		}
	}
}

func (e *exporter) allSources() {
	for key, err := range e.r.AllSources() {
		doc := must(e.r.Sources([]graph.Key{must(key, err)}))[0]
		e.uids = append(e.uids, doc.UID())
		text, ok, err := e.r.Text(key)
		e.line("source %s rev %d text %q %v", document(doc), doc.Rev, must(text, err), ok)
	}
}

// neighbourhoods asks for the edges of every entity, whole and in random pages.
func (e *exporter) neighbourhoods() {
	if len(e.ids) == 0 {
		return
	}
	for _, dir := range []graph.Direction{graph.Out, graph.In, graph.Both} {
		for _, types := range [][]graph.RelationType{nil, {"INVESTS_IN"}, {"PART_OF", "CO_DEVELOPS_WITH"}} {
			e.line("degrees %s %v %v", dir, types, must(e.r.Degree(e.ids, types, dir)))
			e.adjacencies(must(e.r.Neighbours(graph.NeighbourQuery{IDs: e.ids, Direction: dir, Types: types})))
		}
		q := graph.NeighbourQuery{Direction: dir, Limit: 1 + e.rand.IntN(4), Documents: e.rand.IntN(2) == 0}
		for range 5 {
			q.IDs = append(q.IDs, e.ids[e.rand.IntN(len(e.ids))])
			q.After = append(q.After, graph.EdgeCursor{})
		}
		if e.rand.IntN(2) == 0 {
			q.Match = func(r *graph.Relation, peer graph.EntityID) bool { return len(r.Disc)%2 == 0 && e.entities[peer] != "" }
		}
		for range 4 {
			e.page(&q)
		}
	}
}

// page asks for a page and moves on to the next.
func (e *exporter) page(q *graph.NeighbourQuery) {
	list := must(e.r.Neighbours(*q))
	e.adjacencies(list)
	for i, a := range list {
		if n := len(a.Edges); n > 0 {
			q.After[i] = a.Edges[n-1].Cursor()
		}
	}
}

func (e *exporter) adjacencies(list []graph.Adjacency) {
	for _, a := range list {
		var b strings.Builder
		for _, edge := range a.Edges {
			doc := must(e.r.Relations([]graph.RelationID{edge.Relation}))[0]
			fmt.Fprintf(&b, " %s-%s-%v-%+v", doc.Key(), e.entities[edge.Peer], edge.Forward, edge.Hot)
			if edge.Document != nil {
				fmt.Fprintf(&b, "-%s", document(edge.Document))
			}
		}
		e.line("edges %s more %v:%s", e.entities[a.Entity], a.More, b.String())
	}
}

// selections asks for the members of kinds and types, from somewhere on.
func (e *exporter) selections() {
	var after graph.EntityID
	if len(e.ids) > 0 {
		after = e.ids[e.rand.IntN(len(e.ids))]
	}
	for _, kinds := range [][]graph.Kind{{"ENTERPRISE"}, {"REGION", "PROGRAM"}, {}, nil} {
		var keys []graph.Key
		for id, err := range e.r.AllEntities(kinds, after) {
			keys = append(keys, e.entities[must(id, err)])
		}
		e.line("of kinds %v after %s: %v", kinds, e.entities[after], keys)
	}
	for _, types := range [][]graph.RelationType{{"INVESTS_IN"}, {"PART_OF", "SUPPLIES"}} {
		var keys []graph.Key
		for id, err := range e.r.AllRelations(types, 0) {
			keys = append(keys, must(e.r.Relations([]graph.RelationID{must(id, err)}))[0].Key())
		}
		e.line("of types %v: %v", types, keys)
	}
}

func (e *exporter) searches() {
	for range 5 {
		typed := words[e.rand.IntN(len(words))]
		q := graph.SearchQuery{Text: typed, First: 1 + e.rand.IntN(4)}
		if e.rand.IntN(3) == 0 {
			q.Kinds = []graph.Kind{"REGION", "PROGRAM"}
		}
		for range 3 {
			found := must(e.r.Search(q))
			e.line("search %q total %d more %v", typed, found.Total, found.More)
			for _, hit := range found.Hits {
				e.line("hit %s %v %s %s", hit.Entity.Key, hit.Score, hit.Matched, hit.By)
				q.After = &graph.SearchPos{Score: hit.Score, Entity: hit.Entity.ID}
			}
		}
		var keys []graph.Key
		for _, id := range must(e.r.Named(typed)) {
			keys = append(keys, e.entities[id])
		}
		e.line("named %q: %v", typed, keys)
	}
}

func (e *exporter) history(uid graph.UID) {
	var after *graph.LogPos
	for range 3 {
		entries, total, err := e.r.History(uid, after, 1+e.rand.IntN(3))
		e.line("history %s total %d", uid, total)
		for _, entry := range must(entries, err) {
			e.line("entry %s", logged(entry))
			after = &graph.LogPos{Rev: entry.Rev, Index: entry.Index}
		}
	}
}

func logged(e graph.Entry) string {
	before, after := canonical(e.Before), canonical(e.After)
	e.Before, e.After = nil, nil
	return fmt.Sprintf("%+v before %s after %s", e, before, after)
}

// pick takes one of a list.
func pick[V any](r *rand.Rand, list ...V) V { return list[r.IntN(len(list))] }

// some takes up to n of a list, in random order.
func some[V any](r *rand.Rand, n int, list ...V) []V {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:r.IntN(min(n, len(list))+1)]
}

// Together plays random batches into the store that engine opens, many in one
// group, and the same one after another into the model: what they answer, and all
// that can be read afterwards, must be the same. Apply carries a group out as the
// engine carries out what waits for it.
func Together(t *testing.T, engine, model Open, apply func(s graph.Store, group []graph.Batch) ([]graph.Receipt, []error)) {
	seed, steps := setting(t, "LIANZHU_SEED", time.Now().UnixNano()), setting(t, "LIANZHU_STEPS", 40)
	t.Logf("LIANZHU_SEED=%d LIANZHU_STEPS=%d", seed, steps)
	m := twins{T: t, engine: engine(t), model: model(t), script: script{rand: rand.New(rand.NewPCG(uint64(seed), 4))}, came: map[string]int{}}
	defer m.engine.Close()
	defer m.model.Close()
	for step := range int(steps) {
		group := make([]graph.Batch, 1+m.script.rand.IntN(16))
		want := make([]string, len(group))
		for i := range group {
			group[i] = m.script.batch()
			receipt, err := m.model.Apply(context.Background(), group[i])
			want[i] = outcome(receipt, err)
			if m.came[cmp.Or(string(graph.CodeOf(err)), "applied")]++; err == nil && !group[i].DryRun {
				m.script.applied(group[i], receipt)
			}
		}
		receipts, errs := apply(m.engine, group)
		for i := range group {
			if got := outcome(receipts[i], errs[i]); got != want[i] {
				t.Errorf("group %d, batch %d: the engine answers\n%s\nand the model\n%s", step, i, got, want[i])
			}
		}
		m.compare(uint64(seed) + uint64(step))
		if t.Failed() {
			return
		}
	}
	sound(t, m.engine)
	t.Logf("what batches came to: %v", m.came)
}
