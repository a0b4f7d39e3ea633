package gql

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"lianzhu/analytics"
	"lianzhu/graph"
)

// measureTime bounds how long a measure may be worked out in the background.
const measureTime = 15 * time.Minute

// maxResults bounds how many measures of a revision are kept.
const maxResults = 32

// measured keeps what was measured of one revision, and what is being measured
// of it. A measure goes on when the question for it has run out of time, so that
// the next question finds it, or how far it has come.
type measured struct {
	mu     sync.Mutex
	closed bool
	rev    graph.Rev
	jobs   map[string]*job
	cancel []context.CancelFunc // of the jobs of rev that were begun
	atWork sync.WaitGroup
	turn   sync.Mutex // one at a time: two at once would only take twice the memory
}

// job is a measure that is being taken, or was.
type job struct {
	done        chan struct{} // closed at the end
	result      any
	err         error
	stage       atomic.Pointer[string]
	made, total atomic.Int64
}

// during says what the job does now, and gives how to tell how far it has come.
func (j *job) during(stage string) analytics.Progress {
	j.stage.Store(&stage)
	j.made.Store(0)
	j.total.Store(0)
	return func(made, total int) {
		j.made.Store(int64(made))
		j.total.Store(int64(total))
	}
}

// ended tells whether the job has.
func (j *job) ended() bool {
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

// find gives the job of a revision that has this key, begun with run where there
// is none; nil where the revision has passed, or nothing more may begin.
func (m *measured) find(rev graph.Rev, key string, run func(context.Context, *job) (any, error)) *job {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed || m.jobs != nil && rev < m.rev {
		return nil
	}
	if m.jobs == nil || rev > m.rev {
		m.stop()
		m.rev, m.jobs = rev, map[string]*job{}
	}
	if j := m.jobs[key]; j != nil && !(j.ended() && j.err != nil) {
		return j
	}
	if len(m.jobs) >= maxResults {
		m.forget()
	}
	j := &job{done: make(chan struct{})}
	m.jobs[key] = j
	j.during("waiting for its turn")
	ctx, cancel := context.WithTimeout(context.Background(), measureTime)
	m.cancel = append(m.cancel, cancel)
	m.atWork.Go(func() {
		defer cancel()
		m.work(ctx, j, run)
	})
	return j
}

// forget makes room by a job that has ended.
func (m *measured) forget() {
	for key, j := range m.jobs {
		if j.ended() {
			delete(m.jobs, key)
			return
		}
	}
}

// work runs a job when it is its turn. A panic is its error.
func (m *measured) work(ctx context.Context, j *job, run func(context.Context, *job) (any, error)) {
	m.turn.Lock()
	defer m.turn.Unlock()
	defer close(j.done)
	defer func() {
		if p := recover(); p != nil {
			j.err = fmt.Errorf("panic while measuring: %v", p)
		}
	}()
	if j.err = ctx.Err(); j.err == nil {
		j.result, j.err = run(ctx, j)
	}
}

// stop ends the jobs of a revision. The lock is held.
func (m *measured) stop() {
	for _, cancel := range m.cancel {
		cancel()
	}
	m.cancel = nil
}

// Close ends what is being measured, and waits for it. Nothing is measured in
// the background afterwards.
func (g *Gateway) Close() {
	g.shape.mu.Lock()
	g.shape.closed = true
	g.shape.stop()
	g.shape.mu.Unlock()
	g.shape.atWork.Wait()
}

// Settle waits until nothing is being measured in the background.
func (g *Gateway) Settle() { g.shape.atWork.Wait() }

// wait waits for a job, but not for longer than a question may.
func (j *job) wait(ctx context.Context, most time.Duration, what string) (any, error) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-j.done:
		return j.result, j.err
	default:
	}
	select {
	case <-j.done:
		return j.result, j.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, &pending{what, *j.stage.Load(), j.made.Load(), j.total.Load()}
	}
}

// pending is the error of a measure that was not ready in time and is worked out
// further.
type pending struct {
	what, stage string
	made, total int64
}

// Error tells how far the measure has come.
func (p *pending) Error() string {
	far := p.stage
	if p.total > 0 {
		far += fmt.Sprintf(", %d%%", 100*p.made/p.total)
	}
	return fmt.Sprintf("%s of this part of the graph is still being worked out (%s); it goes on: ask the same again shortly", p.what, far)
}

// extensions are those of the error for clients.
func (p *pending) extensions() map[string]any {
	return map[string]any{"code": string(graph.CodePending), "progress": map[string]any{"stage": p.stage, "done": p.made, "total": p.total}}
}
