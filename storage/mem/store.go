package mem

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"lianzhu/graph"
	"lianzhu/storage/internal/rules"
)

// Store is a [graph.Store] in memory; New makes one.
type Store struct {
	ontology *graph.Ontology
	newest   atomic.Pointer[snapshot]
	writing  sync.Mutex

	mu     sync.Mutex // guards closed, and use.Add against use.Wait
	use    sync.WaitGroup
	closed bool
}

// New makes an empty store whose writes obey o.
func New(o *graph.Ontology) *Store {
	s := &Store{ontology: o}
	s.newest.Store(&snapshot{counts: graph.Counts{ByKind: map[graph.Kind]int{}, ByType: map[graph.RelationType]int{}}})
	return s
}

// begin marks a call that Close must wait for; the call ends it by s.use.Done.
func (s *Store) begin(op string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return &graph.Error{Code: graph.CodeClosed, Op: op, Detail: "the store is closed", Index: -1}
	}
	s.use.Add(1)
	return nil
}

// View: see [graph.Store].
func (s *Store) View(ctx context.Context, read func(graph.Reader) error) error {
	if err := s.begin("view"); err != nil {
		return err
	}
	defer s.use.Done()
	if err := ctx.Err(); err != nil {
		return err
	}
	return read(&reader{s.newest.Load(), ctx})
}

// Apply: see [graph.Store].
func (s *Store) Apply(ctx context.Context, b graph.Batch) (graph.Receipt, error) {
	if err := s.begin("apply"); err != nil {
		return graph.Receipt{}, err
	}
	defer s.use.Done()
	s.writing.Lock()
	defer s.writing.Unlock()
	snap := s.newest.Load()
	plan, err := rules.Make(ctx, state{snap}, s.ontology, b)
	if err != nil {
		return graph.Receipt{}, err
	}
	if len(plan.Writes) > 0 || plan.Kept != nil {
		s.newest.Store(snap.apply(s.ontology, &b, &plan))
	}
	return plan.Receipt, nil
}

// Changes: see [graph.Store].
func (s *Store) Changes(ctx context.Context, since graph.Rev) iter.Seq2[graph.Entry, error] {
	return func(yield func(graph.Entry, error) bool) {
		end := s.newest.Load().rev
		for i := 0; ; i++ {
			e, ok, err := s.entry(ctx, i)
			switch {
			case err != nil:
				yield(graph.Entry{}, err)
				return
			case !ok || e.Rev > end:
				return
			case e.Rev > since && !yield(e, nil):
				return
			}
		}
	}
}

// entry is the i-th entry of the log; ok is false where the log ends. Close
// does not wait for a loop over Changes, it ends it.
func (s *Store) entry(ctx context.Context, i int) (e graph.Entry, ok bool, err error) {
	if err := s.begin("changes"); err != nil {
		return e, false, err
	}
	defer s.use.Done()
	log := s.newest.Load().log
	if err := ctx.Err(); err != nil || i >= len(log) {
		return e, false, err
	}
	return log[i], true, nil
}

// Close: see [graph.Store].
func (s *Store) Close() error {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.mu.Unlock()
	if was {
		return &graph.Error{Code: graph.CodeClosed, Op: "close", Detail: "the store is closed", Index: -1}
	}
	s.use.Wait()
	s.newest.Store(&snapshot{})
	return nil
}
