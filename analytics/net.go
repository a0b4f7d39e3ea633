package analytics

import (
	"context"
	"slices"
	"sync"

	"lianzhu/graph"
	"lianzhu/topology"
)

// Shape says how relations become lines of a net.
type Shape uint8

// The shapes. In a directed net a relation leads from its source to its target,
// a symmetric one both ways. In an undirected net every relation leads both
// ways.
const (
	Directed Shape = iota
	Undirected
)

// Net is the part of a snapshot that measures are taken of: the entities that
// a filter lets a walk reach, those without relations included, and the
// relations between them that pass. Parallel relations are one line whose
// weight is their number; lines from an entity to itself are left out. A Net
// never changes.
type Net struct {
	shape     Shape
	ids       []graph.EntityID // of each node; ascending
	node      []uint32         // of each id: its node and one, 0 where it is none
	relations int

	// Where the lines come from that end at each node, parallel ones by themselves,
	// in the order of their relations. It is all that PageRank goes through.
	comes lines

	sorted  sync.Once
	out, in lines // see outs and ins
}

// outs are the lines by where they begin. Both they and ins are sorted when the
// first measure asks for them.
func (n *Net) outs() *lines { n.sorted.Do(n.arrange); return &n.out }

// ins are the lines by where they end; in an undirected net they are the same.
func (n *Net) ins() *lines { n.sorted.Do(n.arrange); return &n.in }

// lines are the nodes that each node leads to, ascending.
type lines struct {
	first  []uint32
	to     []uint32
	weight []uint32 // nil: all are 1
}

// of is where the lines of v begin and end.
func (l *lines) of(v uint32) (lo, hi uint32) { return l.first[v], l.first[v+1] }

// peers are the nodes that v leads to.
func (l *lines) peers(v uint32) []uint32 { return l.to[l.first[v]:l.first[v+1]] }

func (l *lines) weightAt(i uint32) float64 {
	if l.weight == nil {
		return 1
	}
	return float64(l.weight[i])
}

// total is the weight of all lines of v.
func (l *lines) total(v uint32) (sum int) {
	lo, hi := l.of(v)
	if l.weight == nil {
		return int(hi - lo)
	}
	for _, w := range l.weight[lo:hi] {
		sum += int(w)
	}
	return sum
}

// Project makes the net of what passes f (nil: the zero topology.Where). A
// filter that closes corridors (NotThrough) is refused: measures follow no
// walks.
func Project(ctx context.Context, s *topology.Snapshot, f *topology.Filter, shape Shape) (*Net, error) {
	f, err := checked(s, f)
	if err != nil {
		return nil, err
	}
	n := &Net{shape: shape, node: make([]uint32, int(s.LastEntity())+1)}
	n.ids = make([]graph.EntityID, 0, s.Entities())
	for id := range s.EachReached(f) {
		n.ids = append(n.ids, id)
		n.node[id] = uint32(len(n.ids))
	}
	from, to, err := n.collect(ctx, s, f)
	if err != nil {
		return nil, err
	}
	n.comes = n.deal(to, from)
	return n, ctx.Err()
}

// checked is the filter to use, or tells why it cannot be.
func checked(s *topology.Snapshot, f *topology.Filter) (*topology.Filter, error) {
	if f == nil {
		return s.Filter(topology.Where{})
	}
	if len(f.Where().NotThrough) > 0 {
		return nil, refuse("filter", "notThrough has no meaning for a measure; leave out what is not to count by its kind")
	}
	return f, nil
}

// refuse is the error of a question that must be asked otherwise.
func refuse(key, detail string) error {
	return &graph.Error{Code: graph.CodeInvalid, Op: "analytics", Key: key, Detail: detail, Index: -1}
}

// collect lists the ends of all lines, one way for each.
func (n *Net) collect(ctx context.Context, s *topology.Snapshot, f *topology.Filter) (from, to []uint32, err error) {
	w := watch{ctx: ctx}
	from, to = make([]uint32, 0, s.Relations()), make([]uint32, 0, s.Relations())
	for joined := range s.EachJoined(f) {
		if err := w.now(0, 0); err != nil {
			return nil, nil, err
		}
		for i, source := range joined.Source {
			if joined.Has(i) {
				from, to = n.line(topology.Ends{Source: source, Target: joined.Target[i], Symmetric: joined.Symmetric(i)}, from, to)
			}
		}
	}
	return from, to, nil
}

// arrange sorts the lines. Dealing out what is in the order of one end puts it in
// order of it at the other, so two rounds sort both.
func (n *Net) arrange() {
	n.out = n.turned(&n.comes)
	if n.shape == Undirected {
		n.out.merge()
		n.in = n.out
		return
	}
	n.in = n.turned(&n.out)
	n.out.merge()
	n.in.merge()
}

// deal gives each line to its end from.
func (n *Net) deal(from, to []uint32) lines {
	l := lines{first: make([]uint32, len(n.ids)+1), to: make([]uint32, len(to))}
	for _, u := range from {
		l.first[u+1]++
	}
	for v := range n.ids {
		l.first[v+1] += l.first[v]
	}
	for i, u := range from {
		l.to[l.first[u]] = to[i]
		l.first[u]++
	}
	copy(l.first[1:], l.first) // each has moved on to where the next began
	if len(l.first) > 0 {
		l.first[0] = 0
	}
	return l
}

// turned is the same lines seen from their ends, each list in order.
func (n *Net) turned(l *lines) lines {
	t := lines{first: make([]uint32, len(n.ids)+1), to: make([]uint32, len(l.to))}
	for _, v := range l.to {
		t.first[v+1]++
	}
	for v := range n.ids {
		t.first[v+1] += t.first[v]
	}
	for u := range n.ids {
		for _, v := range l.peers(uint32(u)) {
			t.to[t.first[v]] = uint32(u)
			t.first[v]++
		}
	}
	copy(t.first[1:], t.first)
	t.first[0] = 0
	return t
}

// merge makes one line of parallel ones.
func (l *lines) merge() {
	kept, several := uint32(0), false
	weight := make([]uint32, len(l.to))
	for v := range len(l.first) - 1 {
		lo, hi := l.first[v], l.first[v+1]
		l.first[v] = kept
		for i := lo; i < hi; i++ {
			if i > lo && l.to[i] == l.to[i-1] {
				weight[kept-1]++
				several = true
				continue
			}
			l.to[kept], weight[kept] = l.to[i], 1
			kept++
		}
	}
	l.first[len(l.first)-1] = kept
	l.to = slices.Clip(l.to[:kept])
	if several {
		l.weight = slices.Clip(weight[:kept])
	}
}

// Len is how many entities n has.
func (n *Net) Len() int { return len(n.ids) }

// Relations is how many relations n has, parallel ones counted.
func (n *Net) Relations() int { return n.relations }

// Has tells whether the entity id is in n.
func (n *Net) Has(id graph.EntityID) bool { return int(id) < len(n.node) && n.node[id] != 0 }

// Entities are those of n, ascending. The slice must not be changed.
func (n *Net) Entities() []graph.EntityID { return n.ids }

// undirected refuses a directed net.
func (n *Net) undirected(measure string) error {
	if n.shape != Undirected {
		return refuse(measure, "it is a measure of undirected nets; project the snapshot as Undirected")
	}
	return nil
}

// byEntity spreads values by node into a slice by entity id. What is not in n
// has the zero value.
func byEntity[V any](n *Net, values []V) []V {
	spread := make([]V, len(n.node))
	for v, id := range n.ids {
		spread[id] = values[v]
	}
	return spread
}
