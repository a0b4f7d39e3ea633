package endpoint

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// gate lets so many operations run and so many wait for their turn.
type gate struct {
	slots   chan struct{}
	waiting atomic.Int64
	most    int64
}

func newGate(running, waiting int) *gate {
	return &gate{slots: make(chan struct{}, running), most: int64(waiting)}
}

// Why a request did not get its turn although its client waits.
var (
	errCrowded = errors.New("too many requests wait for their turn")
	errTooLong = errors.New("the turn of the request did not come in time")
)

// enter waits for a turn, until ctx ends or patience is over. Who has entered
// must leave.
func (g *gate) enter(ctx context.Context, patience time.Duration) error {
	select {
	case g.slots <- struct{}{}:
		return nil
	default:
	}
	if g.waiting.Add(1) > g.most {
		g.waiting.Add(-1)
		return errCrowded
	}
	defer g.waiting.Add(-1)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case g.slots <- struct{}{}:
		return nil
	case <-timer.C:
		return errTooLong
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave ends a turn.
func (g *gate) leave() { <-g.slots }
