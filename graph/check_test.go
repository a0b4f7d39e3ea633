package graph_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/mem"
	"lianzhu/storage/storagetest"
)

// filledStore is a store with a little of everything.
func filledStore(t *testing.T) graph.Store {
	t.Helper()
	s := mem.New(storagetest.Ontology())
	t.Cleanup(func() { s.Close() })
	if err := storagetest.Fill(context.Background(), s, 5, 80); err != nil {
		t.Fatal(err)
	}
	return s
}

// liar is a store whose readers and log do not tell the truth.
type liar struct {
	graph.Store
	reader  func(graph.Reader) graph.Reader
	changes func(iter.Seq2[graph.Entry, error]) iter.Seq2[graph.Entry, error]
}

func (l liar) View(ctx context.Context, read func(graph.Reader) error) error {
	return l.Store.View(ctx, func(r graph.Reader) error {
		if l.reader != nil {
			r = l.reader(r)
		}
		return read(r)
	})
}

func (l liar) Changes(ctx context.Context, since graph.Rev) iter.Seq2[graph.Entry, error] {
	if l.changes != nil {
		return l.changes(l.Store.Changes(ctx, since))
	}
	return l.Store.Changes(ctx, since)
}

// lies is a reader some of whose answers are changed before they are given.
type lies struct {
	graph.Reader
	counts     func(*graph.Counts)
	resolved   func([]uint32)
	entities   func([]*graph.Entity)
	relations  func([]*graph.Relation)
	sources    func([]*graph.Source)
	text       func(string) string
	citations  func([]graph.Citation)
	neighbours func(graph.NeighbourQuery, []graph.Adjacency)
	degrees    func([]int)
	history    func([]graph.Entry) []graph.Entry
	skip       bool // leave out the first entity
}

// lieIn lets a lie change an answer.
func lieIn[A any](lie func(A), answer A, err error) (A, error) {
	if lie != nil && err == nil {
		lie(answer)
	}
	return answer, err
}

func (l lies) Counts() (graph.Counts, error) {
	c, err := l.Reader.Counts()
	if l.counts != nil {
		l.counts(&c)
	}
	return c, err
}

func (l lies) Resolve(uids []graph.UID) ([]uint32, error) {
	ids, err := l.Reader.Resolve(uids)
	return lieIn(l.resolved, ids, err)
}

func (l lies) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	list, err := l.Reader.Entities(ids)
	return lieIn(l.entities, list, err)
}

func (l lies) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	list, err := l.Reader.Relations(ids)
	return lieIn(l.relations, list, err)
}

func (l lies) Sources(keys []graph.Key) ([]*graph.Source, error) {
	list, err := l.Reader.Sources(keys)
	return lieIn(l.sources, list, err)
}

func (l lies) Text(source graph.Key) (string, bool, error) {
	text, ok, err := l.Reader.Text(source)
	if l.text != nil {
		text = l.text(text)
	}
	return text, ok, err
}

func (l lies) Evidence(uids []graph.UID) ([]graph.Citation, error) {
	list, err := l.Reader.Evidence(uids)
	return lieIn(l.citations, list, err)
}

func (l lies) Neighbours(q graph.NeighbourQuery) ([]graph.Adjacency, error) {
	list, err := l.Reader.Neighbours(q)
	if l.neighbours != nil && err == nil {
		l.neighbours(q, list)
	}
	return list, err
}

func (l lies) Degree(ids []graph.EntityID, types []graph.RelationType, dir graph.Direction) ([]int, error) {
	list, err := l.Reader.Degree(ids, types, dir)
	return lieIn(l.degrees, list, err)
}

func (l lies) History(subject graph.UID, after *graph.LogPos, limit int) ([]graph.Entry, int, error) {
	entries, total, err := l.Reader.History(subject, after, limit)
	if l.history != nil {
		entries = l.history(slices.Clone(entries))
	}
	return entries, total, err
}

func (l lies) AllEntities(kinds []graph.Kind, after graph.EntityID) iter.Seq2[graph.EntityID, error] {
	if l.skip && after == 0 {
		after = 1
	}
	return l.Reader.AllEntities(kinds, after)
}

// firstOf changes the first document of each list that is asked for.
func firstOf[D any](change func(*D)) func([]*D) {
	return func(list []*D) {
		if len(list) > 0 && list[0] != nil {
			c := *list[0]
			change(&c)
			list[0] = &c
		}
	}
}

// edgesOf changes the edges of each entity that has several.
func edgesOf(change func([]graph.Edge) []graph.Edge) func(graph.NeighbourQuery, []graph.Adjacency) {
	return func(_ graph.NeighbourQuery, list []graph.Adjacency) {
		for i := range list {
			if len(list[i].Edges) > 1 {
				list[i].Edges = change(slices.Clone(list[i].Edges))
			}
		}
	}
}

func TestASoundGraphHasNoFindings(t *testing.T) {
	findings, err := graph.Check(context.Background(), filledStore(t), storagetest.Ontology())
	if err != nil || len(findings) > 0 {
		t.Errorf("%v, %v", findings, err)
	}
}

func TestACheckFindsEachLieOfAStore(t *testing.T) {
	truth := filledStore(t)
	for name, lie := range map[string]struct {
		lies
		says string
	}{
		"a counter is wrong":          {lies{counts: func(c *graph.Counts) { c.Evidence++ }}, "the counters say"},
		"a uid leads elsewhere":       {lies{resolved: func(ids []uint32) { ids[0]++ }}, "its uid resolves to"},
		"an entity is not there":      {lies{entities: func(list []*graph.Entity) { list[0] = nil }}, "is listed but not there"},
		"an entity is not listed":     {lies{skip: true}, "the counters say"},
		"an entity has another id":    {lies{entities: firstOf(func(e *graph.Entity) { e.ID++ })}, "says it is"},
		"an entity has no such kind":  {lies{entities: firstOf(func(e *graph.Entity) { e.Kind = "NONE" })}, "there is no kind NONE"},
		"an entity is not its log's":  {lies{entities: firstOf(func(e *graph.Entity) { e.Names = nil })}, "is not what it is"},
		"a revision is not the log's": {lies{entities: firstOf(func(e *graph.Entity) { e.Rev += 1000 })}, "its history ends at"},
		"a relation is not there":     {lies{relations: func(list []*graph.Relation) { list[0] = nil }}, "is listed but not there"},
		"a relation has other ends":   {lies{relations: firstOf(func(r *graph.Relation) { r.SourceID, r.TargetID = r.TargetID, r.SourceID })}, "its ends are not the entities it names"},
		"a relation names nobody":     {lies{relations: firstOf(func(r *graph.Relation) { r.Via = "enterprise:nobody" })}, "it names enterprise:nobody"},
		"a source is not there":       {lies{sources: func(list []*graph.Source) { list[0] = nil }}, "which is not there"},
		"a text is another":           {lies{text: func(s string) string { return s + "x" }}, "its hash is not that of its text"},
		"evidence is not found":       {lies{citations: func(list []graph.Citation) { clear(list) }}, "is not found"},
		"evidence leads elsewhere": {lies{citations: func(list []graph.Citation) {
			for i := range list {
				list[i].Fact = graph.UID{'e'}
			}
		}}, "does not cite it"},
		"an edge is not listed":      {lies{neighbours: edgesOf(func(e []graph.Edge) []graph.Edge { return e[1:] })}, "and lists"},
		"an edge is listed twice":    {lies{neighbours: edgesOf(func(e []graph.Edge) []graph.Edge { return append(e, e[0]) })}, "stands out of order"},
		"an edge leads elsewhere":    {lies{neighbours: edgesOf(func(e []graph.Edge) []graph.Edge { e[0].Peer++; return e })}, "leads to"},
		"an edge is of another type": {lies{neighbours: edgesOf(func(e []graph.Edge) []graph.Edge { e[0].Type = "A"; return e })}, "is of type"},
		"an edge is seen wrongly":    {lies{neighbours: edgesOf(func(e []graph.Edge) []graph.Edge { e[0].Forward = !e[0].Forward; return e })}, "the wrong way round"},
		"edges do not ascend":        {lies{neighbours: edgesOf(func(e []graph.Edge) []graph.Edge { slices.Reverse(e); return e })}, "stands out of order"},
		"a degree is wrong":          {lies{degrees: func(n []int) { n[0]++ }}, "has degree"},
		"a thing has no history":     {lies{history: func([]graph.Entry) []graph.Entry { return nil }}, "it has no history"},
		"a history cannot be read":   {lies{history: func(e []graph.Entry) []graph.Entry { e[0].After = []byte("{"); return e }}, "is not a document"},
		"a region contains itself": {lies{neighbours: func(q graph.NeighbourQuery, list []graph.Adjacency) {
			if slices.Equal(q.Types, []graph.RelationType{graph.PartOf}) {
				list[0].Edges = []graph.Edge{{Peer: list[0].Entity, Type: graph.PartOf}}
			}
		}}, "contains itself"},
	} {
		t.Run(name, func(t *testing.T) {
			s := liar{Store: truth, reader: func(r graph.Reader) graph.Reader { l := lie.lies; l.Reader = r; return l }}
			wantFinding(t, s, lie.says)
		})
	}
	t.Run("an entry of the log is missing", func(t *testing.T) {
		wantFinding(t, liar{Store: truth, changes: func(all iter.Seq2[graph.Entry, error]) iter.Seq2[graph.Entry, error] {
			return func(yield func(graph.Entry, error) bool) {
				n := 0
				for e, err := range all {
					if n++; n != 3 && !yield(e, err) {
						return
					}
				}
			}
		}}, "follows entry")
	})
	t.Run("the log is empty", func(t *testing.T) {
		wantFinding(t, liar{Store: truth, changes: func(iter.Seq2[graph.Entry, error]) iter.Seq2[graph.Entry, error] {
			return func(func(graph.Entry, error) bool) {}
		}}, "by the log there should be 0 entities")
	})
}

func wantFinding(t *testing.T, s graph.Store, says string) {
	t.Helper()
	findings, err := graph.Check(context.Background(), s, storagetest.Ontology())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(findings, func(f graph.Finding) bool { return strings.Contains(f.String(), says) }) {
		t.Errorf("none of %d findings says %q: %v", len(findings), says, findings[:min(3, len(findings))])
	}
}

func TestACheckThatCannotBeMadeIsAnError(t *testing.T) {
	s := filledStore(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := graph.Check(ctx, s, storagetest.Ontology()); !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled context: %v", err)
	}
	s.Close()
	if _, err := graph.Check(context.Background(), s, storagetest.Ontology()); graph.CodeOf(err) != graph.CodeClosed {
		t.Errorf("of a closed store: %v", err)
	}
}
