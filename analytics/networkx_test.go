package analytics_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"lianzhu/analytics"
	"lianzhu/graph"
)

// peerNetworkX takes the same measures in Python with NetworkX. PageRank goes by
// the variant that needs no further library.
const peerNetworkX = `
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

// peerIgraph takes them with igraph.
const peerIgraph = `
import json, sys
try:
    import igraph
except ImportError as e:
    print(json.dumps({"missing": str(e)})); sys.exit()
q = json.load(sys.stdin)
n = q["entities"]
edges = [(a - 1, b - 1) for a, b in q["relations"]]
g = igraph.Graph(n=n, edges=edges, directed=True)
d = igraph.Graph(n=n, edges=sorted(set(edges)), directed=True)
u = igraph.Graph(n=n, edges=sorted({(min(e), max(e)) for e in edges}), directed=False)
far = d.distances(mode="in") if hasattr(d, "distances") else d.shortest_paths(mode="in")
harmonic = [sum(1 / x for x in row if 0 < x < float("inf")) for row in far]
least = [0] * n
for c in u.components() if hasattr(u, "components") else u.clusters():
    for v in c: least[v] = min(c) + 1
scale = max(1, (n - 1) * (n - 2) / 2)
print(json.dumps({
    "betweenness": [0] + d.betweenness(),
    "undirected": [0] + [b / scale for b in u.betweenness()],
    "harmonic": [0] + harmonic,
    "pagerank": [0] + g.pagerank(),
    "cores": [0] + u.coreness(),
    "components": [0] + least,
}))
`

func TestMeasuresEqualNetworkXs(t *testing.T) { equalPeer(t, "networkx", peerNetworkX) }

func TestMeasuresEqualIgraphs(t *testing.T) { equalPeer(t, "igraph", peerIgraph) }

// pythonWith is a Python that has a module. Where there is none the test is
// skipped, or fails where LIANZHU_NO_SKIP is set.
func pythonWith(t *testing.T, module string) string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		path, err := exec.LookPath(python)
		if err == nil && exec.Command(path, "-c", "import "+module).Run() == nil {
			return path
		}
	}
	if os.Getenv("LIANZHU_NO_SKIP") != "" {
		t.Fatalf("no Python has %s", module)
	}
	t.Skipf("no Python has %s", module)
	return ""
}

func equalPeer(t *testing.T, module, peer string) {
	python := pythonWith(t, module)
	rounds := 0
	randomly(t, func(t *testing.T, l *list) {
		if rounds++; rounds > 4 || len(l.names) < 3 {
			return
		}
		want := ask(t, python, peer, l)
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

func ask(t *testing.T, python, peer string, l *list) answer {
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
		t.Fatal("Python lacks what it had: " + a.Missing)
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
