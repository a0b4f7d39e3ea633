package storagetest

import (
	"context"
	"encoding/json"
	"errors"

	"lianzhu/graph"
)

var logSentences = []sentence{
	{"changes yields the log after a revision, in order", func(h *harness) {
		h.basis()
		h.apply(invests("a", "b"), enterprise("a"), enterprise("e"))
		h.apply(invests("a", "b").UID())
		got := [][3]any{}
		for _, e := range h.changes(1) {
			got = append(got, [3]any{graph.LogPos{Rev: e.Rev, Index: e.Index}, e.Op, e.Subject})
		}
		equal(h, "entries", got, [][3]any{
			{graph.LogPos{Rev: 2, Index: 0}, graph.OpCreate, invests("a", "b").UID()},
			{graph.LogPos{Rev: 2, Index: 1}, graph.OpCreate, enterprise("e").UID()},
			{graph.LogPos{Rev: 3, Index: 0}, graph.OpRetract, invests("a", "b").UID()},
		})
		equal(h, "all entries", len(h.changes(0)), 11)
		equal(h, "entries after the newest", len(h.changes(3)), 0)
		equal(h, "entries after a revision to come", len(h.changes(99)), 0)
	}},
	{"changes ends at the revision that was newest when it began", func(h *harness) {
		h.basis()
		n := 0
		for _, err := range h.store.Changes(context.Background(), 0) {
			if err != nil {
				h.Fatal(err)
			}
			n++
			h.apply(entity("enterprise:a", "ENTERPRISE", string(rune('一'+n))))
		}
		equal(h, "entries", n, 8)
	}},
	{"an error ends changes", func(h *harness) {
		h.basis()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var n int
		var last error
		for _, err := range h.store.Changes(ctx, 0) {
			n++
			last = err
			cancel()
		}
		equal(h, "error", errors.Is(last, context.Canceled), true)
		equal(h, "entries and an error", n, 2)
	}},
	{"a caller may leave changes early", func(h *harness) {
		h.basis()
		for range h.store.Changes(context.Background(), 0) {
			break
		}
		h.apply(enterprise("e"))
	}},
	{"an entry says who did what, when and why, and holds the documents before and after", func(h *harness) {
		first, second := entity("enterprise:a", "ENTERPRISE", "甲<&>"), entity("enterprise:a", "ENTERPRISE", "乙")
		h.apply(first)
		h.apply(second)
		h.apply(first.UID())
		for i, want := range []graph.Entry{
			{Rev: 1, Op: graph.OpCreate, After: document(first)},
			{Rev: 2, Op: graph.OpUpdate, Before: document(first), After: document(second)},
			{Rev: 3, Op: graph.OpRetract, Before: document(second)},
		} {
			want.At, want.Actor, want.Reason, want.Subject = noon, "tester", "a test", first.UID()
			got := h.changes(0)[i]
			equal(h, "before", canonical(got.Before), canonical(want.Before))
			equal(h, "after", canonical(got.After), canonical(want.After))
			got.Before, got.After, want.Before, want.After = nil, nil, nil, nil
			equal(h, "entry", got, want)
		}
	}},
	{"log gives the change log from a place on, up to the revision that is read", func(h *harness) {
		h.basis()
		h.apply(invests("a", "b"), enterprise("e"))
		h.view(func(r graph.Reader) {
			all := h.changes(0)
			equal(h, "the whole", must(r.Log(graph.LogPos{}, 99)), all)
			equal(h, "a part", must(r.Log(graph.LogPos{Rev: 1, Index: 6}, 3)), all[6:9])
			equal(h, "after a revision", must(r.Log(graph.LogPos{Rev: 2}, 99)), all[8:])
			equal(h, "from a place behind a revision's last", must(r.Log(graph.LogPos{Rev: 1, Index: 99}, 99)), all[8:])
			equal(h, "from a place before a revision's first", must(r.Log(graph.LogPos{Rev: 2, Index: -1}, 99)), all[8:])
			equal(h, "from the end", len(must(r.Log(graph.LogPos{Rev: 3}, 99))), 0)
			equal(h, "none", len(must(r.Log(graph.LogPos{}, 0))), 0)
			h.elsewhere(func() { h.apply(enterprise("f")) })
			equal(h, "while it goes on", must(r.Log(graph.LogPos{}, 99)), all)
		})
	}},
	{"log length counts the entries from a place on", func(h *harness) {
		h.view(func(r graph.Reader) { equal(h, "of an empty log", must(r.LogLength(graph.LogPos{})), 0) })
		h.basis()
		h.apply(invests("a", "b"), enterprise("e"))
		h.view(func(r graph.Reader) {
			for _, from := range []graph.LogPos{{}, {Rev: 1}, {Rev: 1, Index: 3}, {Rev: 1, Index: 99}, {Rev: 2}, {Rev: 2, Index: 1}, {Rev: 2, Index: 2}, {Rev: 3}, {Rev: 99}} {
				equal(h, "entries", must(r.LogLength(from)), len(must(r.Log(from, 99))))
			}
			equal(h, "all", must(r.LogLength(graph.LogPos{})), 10)
		})
	}},
	{"history is the log of one thing, newest first", func(h *harness) {
		h.basis()
		for _, name := range []string{"甲", "乙", "丙"} {
			h.apply(entity("enterprise:a", "ENTERPRISE", name), entity("enterprise:b", "ENTERPRISE", name))
		}
		h.view(func(r graph.Reader) {
			whole := history(h, r, enterprise("a").UID(), nil, 99)
			equal(h, "revisions", revs(whole), []graph.Rev{4, 3, 2, 1})
			equal(h, "the newest", canonical(whole[0].After), canonical(document(entity("enterprise:a", "ENTERPRISE", "丙"))))
			for i := 1; i < len(whole); i++ {
				equal(h, "before and after", whole[i-1].Before, whole[i].After)
			}
			equal(h, "a page", revs(history(h, r, enterprise("a").UID(), nil, 2)), []graph.Rev{4, 3})
			after := &graph.LogPos{Rev: 3, Index: whole[1].Index}
			equal(h, "the next", revs(history(h, r, enterprise("a").UID(), after, 2)), []graph.Rev{2, 1})
			equal(h, "a later page of documents", history(h, r, enterprise("a").UID(), after, 2), whole[2:])
			equal(h, "none", len(history(h, r, enterprise("a").UID(), nil, 0)), 0)
			between := &graph.LogPos{Rev: 3, Index: 99}
			equal(h, "after a place that is none of its own", revs(history(h, r, enterprise("a").UID(), between, 1)), []graph.Rev{3})
			_, total, err := r.History(enterprise("none").UID(), nil, 5)
			equal(h, "of what never was", [2]any{total, err}, [2]any{0, nil})
		})
	}},
	{"history goes on when a thing is retracted and comes back", func(h *harness) {
		h.basis()
		h.apply(invests("a", "b"))
		h.apply(invests("a", "b").UID())
		h.view(func(r graph.Reader) {
			equal(h, "revisions", revs(history(h, r, invests("a", "b").UID(), nil, 9)), []graph.Rev{3, 2})
		})
		h.apply(invests("a", "b"))
		h.apply(source("t"))
		h.apply(source("t").UID())
		h.apply(source("t"), source("t").UID(), source("t"))
		h.view(func(r graph.Reader) {
			whole := history(h, r, invests("a", "b").UID(), nil, 9)
			equal(h, "revisions", revs(whole), []graph.Rev{4, 3, 2})
			equal(h, "after the retraction", len(whole[1].After), 0)
			equal(h, "before the second creation", len(whole[0].Before), 0)
			equal(h, "a source's", revs(history(h, r, source("t").UID(), nil, 9)), []graph.Rev{7, 7, 7, 6, 5})
		})
	}},
}

func document(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// canonical is a document in a form that can be compared; its escapes and the
// order of its members are the engine's affair.
func canonical(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err.Error()
	}
	return string(document(v))
}

// history is a page of a history whose total is that of the whole.
func history(h *harness, r graph.Reader, subject graph.UID, after *graph.LogPos, limit int) []graph.Entry {
	h.Helper()
	entries, total, err := r.History(subject, after, limit)
	if err != nil {
		h.Fatal(err)
	}
	all, _, err := r.History(subject, nil, 1000)
	equal(h, "total", [2]any{total, err}, [2]any{len(all), nil})
	return entries
}

func revs(entries []graph.Entry) []graph.Rev {
	var list []graph.Rev
	for _, e := range entries {
		list = append(list, e.Rev)
	}
	return list
}
