// Package analytics takes measures of a graph's shape: who is central, what
// hangs together, which groups there are.
//
// # A guided tour
//
// A measure is taken of what a [topology.Filter] leaves: some relation types,
// what holds at a date, no hearsay, some kinds of entities. [Project] makes a
// [Net] of it, directed or not, in which entities are numbered without gaps and
// parallel relations are one line of their number's weight:
//
//	f, err := snap.Filter(topology.Where{Types: []graph.RelationType{"SUPPLIES"}})
//	net, err := analytics.Project(ctx, snap, f, analytics.Directed)
//	r, err := analytics.PageRank(ctx, net, analytics.PageRankOptions{})
//	for _, top := range analytics.Rank(net, r.Scores, 10) { ... }
//
// [Degrees] and [Peers] count. [PageRank] is the walk at random; [Betweenness]
// counts the shortest paths that go through, [Closeness] is harmonic; both take
// time proportional to entities times relations, so betweenness can be sampled,
// and says so. [Cores] and [Communities] are of undirected nets. [Components]
// reads the snapshot itself.
//
// Results are slices by [graph.EntityID], as long as the greatest id and one;
// what is not in the net has the zero value, and [Net.Has] tells it from a
// value of zero. [Rank] orders them, equal values by id.
//
// The same snapshot and options give the same result to the last bit, whatever
// the machine's processors: sums are taken in a fixed order, and where chance
// plays a part it has a seed. Each measure looks at its context while it works
// and tells a [Progress] how far it has come.
package analytics
