package gql

import (
	"context"
	"fmt"
	"slices"

	"lianzhu/feed"
	"lianzhu/graph"
)

// Subscription holds the root fields of subscriptions.
type Subscription struct{}

// Changed answers Subscription.changed. It is called once to open a
// subscription, which it notes in the session's stream, and then for each change
// that the stream gives, which it hands on. Neither time does it wait.
func (Subscription) Changed(ctx context.Context, where *RelationFilter, kinds []graph.Kind, sinceRev *int, after *string) (<-chan *Change, error) {
	s := sessionOf(ctx)
	changes := make(chan *Change, 1)
	defer close(changes)
	if s.event != nil {
		changes <- s.change(s.event)
		return changes, nil
	}
	if s.opening == nil {
		return nil, inputError("changed", "subscriptions are not offered here")
	}
	return changes, s.opening.open(s, where, kinds, sinceRev, after)
}

// Stream gives the changes that a subscription asks for, one after another. It
// must be used by one goroutine at a time.
type Stream struct {
	gateway  *Gateway
	listener *feed.Listener
	kinds    []graph.Kind
	where    *graph.RelationFilter
	every    bool // neither kinds nor where was given

	passed []*graph.Entry // and not given yet
	event  *graph.Entry   // given last
	resume map[string]any
}

// Subscribe opens the subscription that run executes, within one View. Where
// the arguments will not do the executor has reported it, and the stream has no
// changes to give.
func (g *Gateway) Subscribe(ctx context.Context, run func(context.Context)) (*Stream, error) {
	t := &Stream{gateway: g}
	err := g.Store.View(ctx, func(r graph.Reader) error {
		s := g.session(ctx, r)
		s.opening = t
		run(context.WithValue(ctx, sessionKey{}, s))
		return nil
	})
	return t, err
}

// open reads the arguments of a subscription.
func (t *Stream) open(s *session, where *RelationFilter, kinds []graph.Kind, sinceRev *int, after *string) error {
	if t.gateway.Feed == nil {
		return inputError("changed", "subscriptions are not offered here")
	}
	if kinds != nil && len(kinds) == 0 {
		return inputError("kinds", "the list is empty, so nothing could pass; leave it out to mean everything")
	}
	from, err := s.listenFrom(sinceRev, after)
	if err != nil {
		return err
	}
	_, err = read(s, func(r graph.Reader) (struct{}, error) {
		t.where, err = s.toRelationFilter(r, where)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, graph.NewMatcher(r).CheckRelation(t.where)
	})
	if err != nil {
		return err
	}
	t.kinds, t.every = kinds, where == nil && kinds == nil
	t.listener = t.gateway.Feed.Listen(from)
	t.resume = goOn(from)
	return nil
}

// listenFrom is the place in the log at which a subscription begins.
func (s *session) listenFrom(sinceRev *int, after *string) (graph.LogPos, error) {
	newest := s.reader.Rev()
	switch {
	case sinceRev != nil && after != nil:
		return graph.LogPos{}, inputError("after", "sinceRev and after cannot be used together; after is the more exact")
	case sinceRev != nil && *sinceRev < 0:
		return graph.LogPos{}, inputError("sinceRev", fmt.Sprintf("a revision is at least 0; it is %d", *sinceRev))
	case sinceRev != nil && graph.Rev(*sinceRev) > newest:
		return graph.LogPos{}, inputError("sinceRev", fmt.Sprintf("revision %d is yet to come, the newest is %d; is this the graph that you followed before?", *sinceRev, newest))
	case sinceRev != nil:
		return graph.LogPos{Rev: graph.Rev(*sinceRev) + 1}, nil
	case after != nil:
		return s.listenAfter(*after)
	}
	return graph.LogPos{Rev: newest + 1}, nil
}

func (s *session) listenAfter(id string) (graph.LogPos, error) {
	uid, err := parseID(id)
	if err != nil {
		return graph.LogPos{}, err
	}
	at, ok := uid.LogPos()
	if !ok {
		return at, inputError("after", id+" is the id of something else than a change")
	}
	found, err := read(s, func(r graph.Reader) (Node, error) { return s.changeNode(r, uid) })
	if err == nil && found == nil {
		err = notFound("change", id, "the log has no change with this id; is this the graph that you followed before?")
	}
	return graph.LogPos{Rev: at.Rev, Index: at.Index + 1}, err
}

// Next waits for the next change that passes.
func (t *Stream) Next(ctx context.Context) error {
	for len(t.passed) == 0 {
		entries, err := t.listener.Next(ctx)
		if err != nil {
			return err
		}
		if t.passed, err = t.pass(ctx, entries); err != nil {
			return err
		}
	}
	t.event, t.passed = t.passed[0], t.passed[1:]
	t.resume = goOn(graph.LogPos{Rev: t.event.Rev, Index: t.event.Index + 1})
	return nil
}

// Event is the place in the log of what Next gave last.
func (t *Stream) Event() any { return t.event.Pos() }

// Resume tells by which arguments to go on behind what Next gave last. The
// revision may repeat some changes of the one after it; the id repeats none.
func (t *Stream) Resume() map[string]any { return t.resume }

// goOn tells by which arguments to go on at a place: sinceRev, and within a
// revision after as well.
func goOn(at graph.LogPos) map[string]any {
	resume := map[string]any{"sinceRev": at.Rev - 1}
	if at.Index > 0 {
		last := graph.Entry{Rev: at.Rev, Index: at.Index - 1}
		resume["after"] = last.UID().String()
	}
	return resume
}

// Around runs the subscription's operation for the change that Next gave last,
// within one View of the store, and tells the revision that was read.
func (t *Stream) Around(ctx context.Context, run func(context.Context)) (map[string]any, error) {
	var rev graph.Rev
	err := t.gateway.Store.View(ctx, func(r graph.Reader) error {
		rev = r.Rev()
		s := t.gateway.session(ctx, r)
		s.event = t.event
		run(context.WithValue(ctx, sessionKey{}, s))
		return nil
	})
	return map[string]any{"rev": rev}, err
}

// pass gives those entries that were asked for.
func (t *Stream) pass(ctx context.Context, entries []*graph.Entry) ([]*graph.Entry, error) {
	if t.every {
		return entries, nil
	}
	var passed []*graph.Entry
	err := t.gateway.Store.View(ctx, func(r graph.Reader) error {
		m := graph.NewMatcher(r)
		for _, e := range entries {
			ok, err := t.wants(r, m, e)
			if err != nil {
				return err
			}
			if ok {
				passed = append(passed, e)
			}
		}
		return nil
	})
	return passed, err
}

// wants tells whether what a change is about passes, as it was before or as it
// is after.
func (t *Stream) wants(r graph.Reader, m *graph.Matcher, e *graph.Entry) (bool, error) {
	for _, doc := range [][]byte{e.After, e.Before} {
		if doc == nil {
			continue
		}
		ok, err := false, error(nil)
		switch e.Subject.Tag() {
		case graph.TagEntity:
			ok, err = t.wantsEntity(doc, e.Subject)
		case graph.TagRelation:
			ok, err = t.wantsRelation(r, m, doc, e.Subject)
		}
		if ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (t *Stream) wantsEntity(doc []byte, subject graph.UID) (bool, error) {
	if t.kinds == nil {
		return false, nil
	}
	e, err := readDocument[struct{ Kind graph.Kind }](doc, subject)
	return err == nil && slices.Contains(t.kinds, e.Kind), err
}

func (t *Stream) wantsRelation(r graph.Reader, m *graph.Matcher, doc []byte, subject graph.UID) (bool, error) {
	if t.where == nil {
		return false, nil
	}
	rel, err := readDocument[graph.Relation](doc, subject)
	if err != nil {
		return false, err
	}
	if err := resolveEnds(r, rel); err != nil {
		return false, err
	}
	return m.Relation(t.where, rel, 0)
}

// resolveEnds fills in the ids of a relation that was read from the log; they
// are 0 for what is not there any more.
func resolveEnds(r graph.Reader, rel *graph.Relation) error {
	ids, err := r.Resolve([]graph.UID{rel.UID(), graph.NewUID(graph.TagEntity, rel.Source), graph.NewUID(graph.TagEntity, rel.Target)})
	if err == nil {
		rel.ID, rel.SourceID, rel.TargetID = graph.RelationID(ids[0]), graph.EntityID(ids[1]), graph.EntityID(ids[2])
	}
	return err
}
