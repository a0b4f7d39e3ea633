package analytics_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"testing"

	"lianzhu/analytics"
	"lianzhu/graph"
)

// peer takes the same measures in Python. PageRank goes by the variant that
// needs no further library.
const peer = `
import json, sys
try:
    import networkx as nx
    from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python as pagerank
except ImportError as e:
    print(json.dumps({"missing": str(e)})); sys.exit()
q = json.load(sys.stdin)
g = nx.MultiDiGraph(); g.add_nodes_from(range(1, q["entities"] + 1)); g.add_edges_from(q["relations"])
d, u = nx.DiGraph(g), nx.Graph(g)
w = nx.DiGraph(); w.add_nodes_from(g)
for a, b in g.edges(): w.add_edge(a, b, weight=w.get_edge_data(a, b, {"weight": 0})["weight"] + 1)
dump = lambda m: [0] + [m[i] for i in range(1, q["entities"] + 1)]
print(json.dumps({
    "betweenness": dump(nx.betweenness_centrality(d, normalized=False)),
    "undirected": dump(nx.betweenness_centrality(u, normalized=True)),
    "harmonic": dump(nx.harmonic_centrality(d)),
    "pagerank": dump(pagerank(w, tol=1e-14, max_iter=2000)),
    "cores": dump(nx.core_number(u)),
    "components": dump({v: min(c) for c in nx.connected_components(u) for v in c}),
}))
`

func TestMeasuresEqualNetworkXs(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	rounds := 0
	randomly(t, func(t *testing.T, l *list) {
		if rounds++; rounds > 4 || len(l.names) < 3 {
			return
		}
		want := ask(t, python, l)
		ctx := context.Background()
		directed, undirected := l.net(t, analytics.Directed), l.net(t, analytics.Undirected)
		b := must(analytics.Betweenness(ctx, directed, analytics.BetweennessOptions{}))(t)
		same(t, "betweenness", b.Values, want.Betweenness)
		b = must(analytics.Betweenness(ctx, undirected, analytics.BetweennessOptions{Normalized: true}))(t)
		same(t, "normalized betweenness", b.Values, want.Undirected)
		same(t, "closeness", must(analytics.Closeness(ctx, directed, analytics.ClosenessOptions{}))(t), want.Harmonic)
		r := must(analytics.PageRank(ctx, directed, analytics.PageRankOptions{Tolerance: 1e-14}))(t)
		same(t, "PageRank", r.Scores, want.PageRank)
		same(t, "cores", must(analytics.Cores(ctx, undirected, nil))(t), want.Cores)
		same(t, "components", must(analytics.Components(ctx, l.snapshot(t), nil, nil))(t).Of, want.Components)
	})
}

// answer is what Python found, by entity id.
type answer struct {
	Missing                                     string
	Betweenness, Undirected, Harmonic, PageRank []float64
	Cores                                       []int
	Components                                  []graph.EntityID
}

func ask(t *testing.T, python string, l *list) answer {
	t.Helper()
	relations := [][2]graph.EntityID{} // a null would be no list
	for _, r := range l.relations {
		relations = append(relations, [2]graph.EntityID{r.SourceID, r.TargetID})
	}
	question := must(json.Marshal(map[string]any{"entities": len(l.names), "relations": relations}))(t)
	cmd := exec.Command(python, "-c", peer)
	cmd.Stdin = bytes.NewReader(question)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		t.Fatal(err)
	}
	if a.Missing != "" {
		t.Skip("Python lacks NetworkX: " + a.Missing)
	}
	return a
}

func same[V int | float64 | graph.EntityID](t *testing.T, what string, got, want []V) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values instead of %d", what, len(got), len(want))
	}
	for id := range want {
		if !near(float64(got[id]), float64(want[id]), 1e-9*max(1, float64(want[id]))) {
			t.Fatalf("%s of entity %d: %v instead of %v", what, id, got[id], want[id])
		}
	}
}
