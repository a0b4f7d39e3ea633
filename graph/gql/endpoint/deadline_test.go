package endpoint

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestADeadlineIsThatOfPackageContext asks a context that is made late and the
// one that it stands for the same, in every order of need and end.
func TestADeadlineIsThatOfPackageContext(t *testing.T) {
	cause := errors.New("cause")
	gone := errors.New("gone")
	for name, c := range map[string]struct {
		parent time.Duration // of a deadline of the parent's; 0: none
		end    func(cancel context.CancelCauseFunc, stop func())
	}{
		"nothing happens":             {0, func(context.CancelCauseFunc, func()) {}},
		"its time is over":            {0, func(context.CancelCauseFunc, func()) { time.Sleep(2 * time.Second) }},
		"its parent's time is over":   {time.Millisecond, func(context.CancelCauseFunc, func()) { time.Sleep(10 * time.Millisecond) }},
		"its parent ends for a cause": {0, func(cancel context.CancelCauseFunc, _ func()) { cancel(gone) }},
		"it is stopped":               {0, func(_ context.CancelCauseFunc, stop func()) { stop() }},
		"it is stopped after its end": {0, func(_ context.CancelCauseFunc, stop func()) { time.Sleep(2 * time.Second); stop() }},
	} {
		for _, needed := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					parent, cancel := context.WithCancelCause(context.WithValue(t.Context(), t, "value"))
					defer cancel(nil)
					if c.parent > 0 {
						var stop context.CancelFunc
						parent, stop = context.WithTimeout(parent, c.parent)
						defer stop()
					}
					late := withDeadline(parent, time.Second, cause)
					defer late.stop()
					early, stopEarly := context.WithTimeoutCause(parent, time.Second, cause)
					defer stopEarly()
					if needed {
						late.Done()
					}
					child, stopChild := context.WithCancel(late)
					defer stopChild()
					c.end(cancel, func() { late.stop(); stopEarly() })
					synctest.Wait()
					sameContext(t, late, early)
					if errors.Is(late.Err(), context.Canceled) != errors.Is(child.Err(), context.Canceled) || context.Cause(child) != context.Cause(early) {
						t.Errorf("a child ends with %v, %v", child.Err(), context.Cause(child))
					}
				})
			})
		}
	}
}

// sameContext wants two contexts to tell the same.
func sameContext(t *testing.T, got, want context.Context) {
	t.Helper()
	if got.Err() != want.Err() {
		t.Errorf("it ends with %v, not %v", got.Err(), want.Err())
	}
	if context.Cause(got) != context.Cause(want) {
		t.Errorf("it ends because of %v, not %v", context.Cause(got), context.Cause(want))
	}
	a, ok := got.Deadline()
	if b, has := want.Deadline(); a != b || ok != has {
		t.Errorf("its deadline is %v, not %v", a, b)
	}
	select {
	case <-got.Done():
		if want.Err() == nil {
			t.Error("it is done")
		}
	default:
		if want.Err() != nil {
			t.Error("it is not done")
		}
	}
	if got.Value(t) != want.Value(t) {
		t.Errorf("it has %v, not %v", got.Value(t), want.Value(t))
	}
}
