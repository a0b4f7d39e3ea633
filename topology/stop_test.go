package topology

import (
	"testing"

	"lianzhu/graph"
)

// The end may come between two steps that both went well. Who waits for a revision
// then must not get nothing and no reason.
func TestWhoWaitsIsToldOfAnEndThatCameWhileAllWentWell(t *testing.T) {
	l := &Live{}
	l.stop(nil)
	if got := l.Status(); got.State != Ended || graph.CodeOf(l.err) != graph.CodeClosed {
		t.Errorf("%+v, %v", got, l.err)
	}
}
