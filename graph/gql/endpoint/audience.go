package endpoint

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// Shared is a Stream that can tell its events apart: of two streams with the same
// operation and the same variables, Event is equal where Next has found the same
// event last, so that the operation need be executed only once for both.
type Shared interface{ Event() any }

// audiences are the subscriptions that are open, by what they ask.
type audiences struct {
	mu   sync.Mutex
	open map[question]*audience
}

// question is an operation with its variables, as JSON.
type question struct {
	op        *ast.OperationDefinition
	variables string
}

// audience is all subscriptions that ask the same. It holds what they are told of
// the newest events, while there are several of them.
type audience struct {
	question question

	mu        sync.Mutex
	listeners int
	told      map[any]*telling
	order     []any // the events in told, oldest first
	bytes     int   // of their answers
}

// Bounds of what an audience keeps: who is further behind has the operation
// executed for himself.
const (
	toldMost  = 256
	toldBytes = 1 << 20
)

// telling is the answer for one event, once done is closed; it is whole if it is
// good for everybody.
type telling struct {
	done  chan struct{}
	ans   answer
	whole bool
}

// join puts a subscription among those that ask the same; nil where nobody can
// tell who does. Who has joined must leave.
func (a *audiences) join(x *execution, stream Stream) *audience {
	if _, ok := stream.(Shared); !ok {
		return nil
	}
	variables, err := json.Marshal(x.variables)
	if err != nil {
		return nil
	}
	q := question{x.op, string(variables)}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open == nil {
		a.open = map[question]*audience{}
	}
	joined := a.open[q]
	if joined == nil {
		joined = &audience{question: q, told: map[any]*telling{}}
		a.open[q] = joined
	}
	joined.mu.Lock()
	defer joined.mu.Unlock()
	joined.listeners++
	return joined
}

func (a *audiences) leave(from *audience) {
	if from == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	from.mu.Lock()
	defer from.mu.Unlock()
	if from.listeners--; from.listeners == 0 {
		delete(a.open, from.question)
	}
}

// tell gives the telling for an event, and whether the caller is to make it. It
// gives none where there is nobody to share it with.
func (a *audience) tell(event any) (t *telling, first bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.told[event]; t != nil || a.listeners < 2 {
		return t, false
	}
	t = &telling{done: make(chan struct{})}
	a.told[event] = t
	a.order = append(a.order, event)
	return t, true
}

// finish notes what came of a telling. One that is not good for everybody is
// forgotten: it may have failed for reasons of its own.
func (a *audience) finish(event any, t *telling) {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(t.done)
	if !t.whole {
		delete(a.told, event)
		return
	}
	a.bytes += len(t.ans.data)
	for len(a.order) > toldMost || a.bytes > toldBytes && len(a.order) > 0 {
		if old := a.told[a.order[0]]; old != nil {
			a.bytes -= len(old.ans.data)
			delete(a.told, a.order[0])
		}
		a.order = a.order[1:]
	}
}

// told is the answer for the event that was found last: what another subscription
// that asks the same was told of it, or what the operation comes to.
func (s *subscription) told(ctx context.Context) (answer, *refusal) {
	if s.audience == nil {
		return s.event(ctx)
	}
	event := s.stream.(Shared).Event()
	t, first := s.audience.tell(event)
	switch {
	case t == nil:
		return s.event(ctx)
	case first:
		return s.tellAll(ctx, event, t)
	}
	select {
	case <-t.done:
	case <-ctx.Done():
		return answer{}, refuseWith(clientGone())
	}
	if !t.whole {
		return s.event(ctx)
	}
	return t.ans, nil
}

// tellAll executes the operation for s and for all who ask the same.
func (s *subscription) tellAll(ctx context.Context, event any, t *telling) (ans answer, ref *refusal) {
	defer func() { s.audience.finish(event, t) }()
	if ans, ref = s.event(ctx); ref == nil && len(ans.errors) == 0 && ans.buffer == nil {
		t.ans, t.whole = ans, true
	}
	return ans, ref
}
