package analytics

import (
	"context"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// PageRankOptions tell how PageRank is computed. A field that is 0 stands for
// the value given.
type PageRankOptions struct {
	Damping       float64 // the chance to follow a relation: 0.85
	Tolerance     float64 // end when the scores change by less in all: 1e-9
	MaxIterations int     // end at the latest after so many rounds: 200
	Workers       int     // goroutines: as many as processors; the result does not depend on it
	Progress      Progress
}

// PageRankResult has the scores by entity id, which sum to 1. Residual is how
// much they changed in the last of the Iterations, in all; Converged that it is
// below the tolerance.
type PageRankResult struct {
	Scores     []float64
	Iterations int
	Residual   float64
	Converged  bool
}

// PageRank is the share of time that somebody spends at each entity who follows
// relations at random (of parallel ones the more, the likelier) and now and
// then begins anew anywhere. Who comes to an entity from which nothing leads
// begins anew, too. The error is the context's, or of CodeInvalid for options
// that make no sense.
func PageRank(ctx context.Context, n *Net, o PageRankOptions) (*PageRankResult, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	p := newRanker(n, o)
	w := watch{ctx: ctx, progress: o.Progress}
	r := &PageRankResult{Residual: math.Inf(1)}
	for r.Iterations < o.MaxIterations && !r.Converged && len(n.ids) > 0 {
		if err := w.at(r.Iterations, o.MaxIterations); err != nil {
			return nil, err
		}
		r.Residual = p.round()
		r.Iterations++
		r.Converged = r.Residual < o.Tolerance
	}
	if len(n.ids) == 0 {
		r.Converged, r.Residual = true, 0
	}
	r.Scores = byEntity(n, p.rank)
	return r, w.at(o.MaxIterations, o.MaxIterations)
}

func (o *PageRankOptions) complete() error {
	if o.Damping == 0 {
		o.Damping = 0.85
	}
	if o.Tolerance == 0 {
		o.Tolerance = 1e-9
	}
	if o.MaxIterations == 0 {
		o.MaxIterations = 200
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if !(o.Damping > 0 && o.Damping < 1) || !(o.Tolerance > 0) || o.MaxIterations < 0 || o.Workers < 0 {
		return refuse("pageRank", "damping must lie between 0 and 1, and tolerance, iterations and workers above 0")
	}
	return nil
}

// rankBlock is how many nodes are computed and summed up together. Sums are
// taken block by block in their order, so that they come out the same to the
// last bit however many goroutines work.
const rankBlock = 4096

// ranker is the state between two rounds.
type ranker struct {
	n              *Net
	o              PageRankOptions
	rank, next     []float64
	share          []float64 // what each node hands on along each line
	inverse        []float64 // 1 / number of lines that begin at a node; 0: none does
	lost, residual []float64 // by block
	blocks         int
}

func newRanker(n *Net, o PageRankOptions) *ranker {
	size := len(n.ids)
	p := &ranker{n: n, o: o, rank: make([]float64, size), next: make([]float64, size), share: make([]float64, size), inverse: make([]float64, size)}
	p.blocks = (size + rankBlock - 1) / rankBlock
	p.lost, p.residual = make([]float64, p.blocks), make([]float64, p.blocks)
	for _, u := range n.comes.to {
		p.inverse[u]++
	}
	for v := range size {
		p.rank[v] = 1 / float64(size)
		if lines := p.inverse[v]; lines > 0 {
			p.inverse[v] = 1 / lines
		}
	}
	return p
}

// round hands all scores on once and gives how much they changed.
func (p *ranker) round() float64 {
	p.each(p.hand)
	lost := sum(p.lost)
	size := float64(len(p.n.ids))
	begin := (1-p.o.Damping)/size + p.o.Damping*lost/size
	p.each(func(block int) { p.take(block, begin) })
	p.rank, p.next = p.next, p.rank
	return sum(p.residual)
}

// hand computes what the nodes of a block hand on, and what is lost at those
// from which nothing leads.
func (p *ranker) hand(block int) {
	lost := 0.0
	lo, hi := p.bounds(block)
	for v := lo; v < hi; v++ {
		p.share[v] = p.rank[v] * p.inverse[v]
		if p.inverse[v] == 0 {
			lost += p.rank[v]
		}
	}
	p.lost[block] = lost
}

// take computes the new scores of a block.
func (p *ranker) take(block int, begin float64) {
	residual := 0.0
	lo, hi := p.bounds(block)
	comes, share := &p.n.comes, p.share
	for v := lo; v < hi; v++ {
		got := 0.0
		for _, u := range comes.peers(uint32(v)) {
			got += share[u]
		}
		score := begin + p.o.Damping*got
		residual += math.Abs(score - p.rank[v])
		p.next[v] = score
	}
	p.residual[block] = residual
}

func (p *ranker) bounds(block int) (lo, hi int) {
	return block * rankBlock, min((block+1)*rankBlock, len(p.n.ids))
}

// each does all blocks, some at a time.
func (p *ranker) each(do func(block int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	work := func() {
		for {
			block := int(next.Add(1)) - 1
			if block >= p.blocks {
				return
			}
			do(block)
		}
	}
	for range min(p.o.Workers, p.blocks) - 1 {
		wait.Go(work)
	}
	work()
	wait.Wait()
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}
