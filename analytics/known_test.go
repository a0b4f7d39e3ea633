package analytics_test

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"os"
	"strconv"
	"strings"
	"testing"

	"lianzhu"
	"lianzhu/analytics"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/topology"
)

// list is a graph given by its relations: a Reader as far as Build needs one.
type list struct {
	graph.Reader
	names     []string // of entity 1, 2, ...
	id        map[string]graph.EntityID
	relations []*graph.Relation
}

func newList() *list { return &list{id: map[string]graph.EntityID{}} }

// entity is the id of a name, which is new if need be.
func (l *list) entity(name string) graph.EntityID {
	if l.id[name] == 0 {
		l.names = append(l.names, name)
		l.id[name] = graph.EntityID(len(l.names))
	}
	return l.id[name]
}

// relate adds a relation between two entities.
func (l *list) relate(t graph.RelationType, from, to graph.EntityID) {
	l.relations = append(l.relations, &graph.Relation{
		ID: graph.RelationID(len(l.relations) + 1), Type: t, SourceID: from, TargetID: to, Modality: graph.Asserted, Rev: 1,
	})
}

func (l *list) Rev() graph.Rev { return 1 }

func (l *list) Counts() (graph.Counts, error) {
	return graph.Counts{Entities: len(l.names), Relations: len(l.relations)}, nil
}

func upTo[ID ~uint32](n int) iter.Seq2[ID, error] {
	return func(yield func(ID, error) bool) {
		for id := ID(1); id <= ID(n) && yield(id, nil); id++ {
		}
	}
}

func (l *list) AllEntities([]graph.Kind, graph.EntityID) iter.Seq2[graph.EntityID, error] {
	return upTo[graph.EntityID](len(l.names))
}

func (l *list) AllRelations([]graph.RelationType, graph.RelationID) iter.Seq2[graph.RelationID, error] {
	return upTo[graph.RelationID](len(l.relations))
}

func (l *list) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	docs := make([]*graph.Entity, len(ids))
	for i, id := range ids {
		docs[i] = &graph.Entity{ID: id, Key: graph.Key("enterprise:" + l.names[id-1]), Kind: "ENTERPRISE"}
	}
	return docs, nil
}

func (l *list) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	docs := make([]*graph.Relation, len(ids))
	for i, id := range ids {
		docs[i] = l.relations[id-1]
	}
	return docs, nil
}

func (l *list) snapshot(t testing.TB) *topology.Snapshot {
	t.Helper()
	o := must(gql.ReadOntology(lianzhu.Schema))(t)
	return must(topology.Build(context.Background(), l, o, nil))(t)
}

func (l *list) net(t testing.TB, shape analytics.Shape) *analytics.Net {
	t.Helper()
	return must(analytics.Project(context.Background(), l.snapshot(t), nil, shape))(t)
}

// must fails the test where there is an error.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// published reads a net that others have measured, too. Lines are
// "name: peer, peer 3": a number is how many relations there are. Unless
// weighted is set, it counts as one.
func published(t testing.TB, file string, weighted bool) *list {
	t.Helper()
	f := must(os.Open("testdata/" + file))(t)
	defer f.Close()
	l := newList()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, peers, ok := strings.Cut(lines.Text(), ":")
		if strings.HasPrefix(name, "#") || !ok {
			continue
		}
		from := l.entity(name)
		for _, peer := range strings.FieldsFunc(peers, func(r rune) bool { return r == ',' }) {
			fields := strings.Fields(peer)
			if len(fields) == 0 {
				continue
			}
			times := 1
			if len(fields) > 1 && weighted {
				times = must(strconv.Atoi(fields[1]))(t)
			}
			for range times {
				l.relate("CO_DEVELOPS_WITH", from, l.entity(fields[0]))
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return l
}

// near tells whether two numbers agree to some digits.
func near(a, b, tolerance float64) bool { return a-b <= tolerance && b-a <= tolerance }

func TestThePublishedNetsAreComplete(t *testing.T) {
	for _, c := range []struct {
		file                       string
		entities, pairs, relations int
		degrees                    map[string]int
	}{
		{"karate.txt", 34, 78, 78, map[string]int{"m34": 17, "m01": 16, "m33": 12, "m03": 10, "m02": 9, "m12": 1, "m10": 2}},
		{"florentine.txt", 16, 20, 20, map[string]int{"Medici": 6, "Guadagni": 4, "Strozzi": 4, "Pucci": 0, "Pazzi": 1}},
		{"miserables.txt", 77, 254, 820, map[string]int{"Valjean": 36, "Gavroche": 22, "Marius": 19, "Javert": 17, "Napoleon": 1}},
	} {
		l := published(t, c.file, true)
		n := l.net(t, analytics.Undirected)
		peers, _ := analytics.Peers(n)
		pairs := 0
		for _, k := range peers {
			pairs += k
		}
		if n.Len() != c.entities || pairs != 2*c.pairs || n.Relations() != c.relations {
			t.Errorf("%s has %d entities, %d pairs and %d relations", c.file, n.Len(), pairs/2, n.Relations())
		}
		for name, want := range c.degrees {
			if got := peers[l.id[name]]; got != want {
				t.Errorf("%s: %s has %d peers instead of %d", c.file, name, got, want)
			}
		}
	}
}

func TestBetweennessIsAsPublished(t *testing.T) {
	for file, want := range map[string]map[string]float64{
		"karate.txt":     {"m01": 231.071429, "m34": 160.551587, "m33": 76.690476, "m03": 75.850794, "m32": 73.009524, "m09": 29.529365, "m12": 0},
		"florentine.txt": {"Medici": 47.5, "Guadagni": 23.166667, "Albizzi": 19.333333, "Salviati": 13, "Ridolfi": 10.333333, "Bischeri": 9.5, "Pucci": 0},
		"miserables.txt": {"Valjean": 1624.4688, "Myriel": 504, "Gavroche": 470.570632, "Marius": 376.292593, "Fantine": 369.486942},
	} {
		l := published(t, file, true)
		r := must(analytics.Betweenness(context.Background(), l.net(t, analytics.Undirected), analytics.BetweennessOptions{}))(t)
		for name, value := range want {
			if got := r.Values[l.id[name]]; !near(got, value, 1e-4) {
				t.Errorf("%s: %s has %f instead of %f", file, name, got, value)
			}
		}
		if r.Sampled || r.Sources != len(l.names) {
			t.Errorf("%s: %d sources, sampled: %v", file, r.Sources, r.Sampled)
		}
	}
}

// The published shares of the Medici and Guadagni are 0.522 and 0.255 of all
// pairs, among the fifteen families that married into each other.
func TestNormalizedBetweennessIsAShareOfThePairs(t *testing.T) {
	l := published(t, "florentine.txt", false)
	s := l.snapshot(t)
	f := must(s.Filter(topology.Where{Avoid: []graph.EntityID{l.id["Pucci"]}}))(t)
	n := must(analytics.Project(context.Background(), s, f, analytics.Undirected))(t)
	r := must(analytics.Betweenness(context.Background(), n, analytics.BetweennessOptions{Normalized: true}))(t)
	if got := r.Values[l.id["Medici"]]; !near(got, 0.521978, 1e-6) {
		t.Errorf("Medici: %f", got)
	}
	if got := r.Values[l.id["Guadagni"]]; !near(got, 0.254579, 1e-6) {
		t.Errorf("Guadagni: %f", got)
	}
}

func TestCoresAreAsPublished(t *testing.T) {
	for _, c := range []struct {
		file    string
		core    int
		members int
		some    map[string]int
	}{
		{"karate.txt", 4, 10, map[string]int{"m34": 4, "m01": 4, "m05": 3, "m10": 2, "m12": 1}},
		{"florentine.txt", 2, 10, map[string]int{"Medici": 2, "Pazzi": 1, "Pucci": 0}},
		{"miserables.txt", 9, 12, map[string]int{"Gavroche": 9, "Napoleon": 1}},
	} {
		l := published(t, c.file, true)
		n := l.net(t, analytics.Undirected)
		cores := must(analytics.Cores(context.Background(), n, nil))(t)
		top := analytics.Rank(n, cores, -1)
		if top[0].Value != c.core || top[c.members-1].Value != c.core || top[c.members].Value == c.core {
			t.Errorf("%s: the innermost core is %v", c.file, top[:c.members+1])
		}
		for name, want := range c.some {
			if got := cores[l.id[name]]; got != want {
				t.Errorf("%s: %s has core number %d instead of %d", c.file, name, got, want)
			}
		}
	}
}

func TestPageRankOfTheKarateClubIsAsPublished(t *testing.T) {
	l := published(t, "karate.txt", false)
	n := l.net(t, analytics.Undirected)
	r := must(analytics.PageRank(context.Background(), n, analytics.PageRankOptions{Tolerance: 1e-14}))(t)
	want := []struct {
		name  string
		score float64
	}{{"m34", 0.10091918}, {"m01", 0.09699729}, {"m33", 0.07169323}, {"m03", 0.05707851}, {"m02", 0.05287692}}
	for i, top := range analytics.Rank(n, r.Scores, len(want)) {
		if l.names[top.Entity-1] != want[i].name || !near(top.Value, want[i].score, 1e-7) {
			t.Errorf("place %d: %s with %f instead of %v", i+1, l.names[top.Entity-1], top.Value, want[i])
		}
	}
	if !r.Converged || r.Residual >= 1e-14 {
		t.Errorf("after %d rounds it still changed by %g", r.Iterations, r.Residual)
	}
}

// Harmonic closeness in the karate club and among the families.
func TestClosenessIsAsPublished(t *testing.T) {
	for file, want := range map[string]map[string]float64{
		"karate.txt":     {"m01": 23.166667, "m34": 23.25, "m17": 11.1},
		"florentine.txt": {"Medici": 9.5, "Pazzi": 4.766667, "Pucci": 0},
	} {
		l := published(t, file, false)
		values := must(analytics.Closeness(context.Background(), l.net(t, analytics.Undirected), analytics.ClosenessOptions{}))(t)
		for name, value := range want {
			if got := values[l.id[name]]; !near(got, value, 1e-6) {
				t.Errorf("%s: %s has %f instead of %f", file, name, got, value)
			}
		}
	}
}

// The best parting of the karate club that is known has four groups and
// modularity 0.4198; the one that happened has two and 0.3582.
func TestCommunitiesOfTheKarateClubComeNearTheBestKnown(t *testing.T) {
	l := published(t, "karate.txt", false)
	n := l.net(t, analytics.Undirected)
	best := 0.0
	for seed := range uint64(40) {
		r := must(analytics.Communities(context.Background(), n, analytics.CommunitiesOptions{Seed: seed}))(t)
		if r.Modularity < 0.38 || r.Modularity > 0.41979 {
			t.Errorf("seed %d gives modularity %f", seed, r.Modularity)
		}
		best = max(best, r.Modularity)
	}
	if !near(best, 0.4197896, 1e-6) {
		t.Errorf("the best of 40 has modularity %f", best)
	}
	for want, groups := range map[float64][][]int{
		0.4197896: {{1, 2, 3, 4, 8, 12, 13, 14, 18, 20, 22}, {5, 6, 7, 11, 17}, {24, 25, 26, 28, 29, 32}},
		0.3582347: {{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 17, 18, 20, 22}},
		0:         {},
	} {
		of := make([]int, 35)
		for i, group := range groups {
			for _, m := range group {
				of[l.id[fmt.Sprintf("m%02d", m)]] = i + 1
			}
		}
		if got := analytics.Modularity(n, of, 1); !near(got, want, 1e-6) {
			t.Errorf("a parting of modularity %f is said to have %f", want, got)
		}
	}
}

// Weighted by chapters, the best known parting of the characters has 0.5667.
func TestCommunitiesWeighParallelRelations(t *testing.T) {
	n := published(t, "miserables.txt", true).net(t, analytics.Undirected)
	best := 0.0
	for seed := range uint64(30) {
		r := must(analytics.Communities(context.Background(), n, analytics.CommunitiesOptions{Seed: seed}))(t)
		best = max(best, r.Modularity)
	}
	if !near(best, 0.5667, 1e-3) {
		t.Errorf("the best of 30 has modularity %f", best)
	}
}

func TestComponentsOfTheFamiliesLeavePucciAlone(t *testing.T) {
	l := published(t, "florentine.txt", false)
	r := must(analytics.Components(context.Background(), l.snapshot(t), nil, nil))(t)
	if len(r.List) != 2 || r.List[0] != (analytics.Component{Name: 1, Size: 15}) || r.List[1].Name != l.id["Pucci"] {
		t.Fatalf("%+v", r.List)
	}
	if r.Of[l.id["Medici"]] != 1 || r.Of[l.id["Pucci"]] != l.id["Pucci"] || r.Of[0] != 0 {
		t.Fatalf("%v", r.Of)
	}
}
