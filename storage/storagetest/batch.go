package storagetest

import (
	"strings"

	"lianzhu/graph"
)

var batchSentences = []sentence{
	{"a repeated key with the same changes is answered with the first receipt and writes nothing", func(h *harness) {
		h.basis()
		b := batch(enterprise("e"), invests("e", "a"))
		b.Key = "once"
		first := h.applyBatch(b)
		h.apply(invests("e", "a").UID())
		again := h.applyBatch(b)
		equal(h, "replayed", again.Replayed, true)
		again.Replayed = false
		equal(h, "receipt", again, first)
		equal(h, "revision", h.rev(), graph.Rev(3))
		b.Actor, b.Reason = "somebody else", "another reason"
		equal(h, "replayed", h.applyBatch(b).Replayed, true)
	}},
	{"a repeated key with other changes is a conflict", func(h *harness) {
		h.basis()
		b := batch(enterprise("e"))
		b.Key = "once"
		h.applyBatch(b)
		b.Changes = put(enterprise("f"))
		h.refuseBatch(graph.CodeConflict, b)
		b.Changes = put(enterprise("e"), enterprise("e"))
		h.refuseBatch(graph.CodeConflict, b)
		rev := graph.Rev(0)
		b.Changes = []graph.Change{{Entity: enterprise("e"), IfRev: &rev}}
		h.refuseBatch(graph.CodeConflict, b)
	}},
	{"a key tells texts apart", func(h *harness) {
		b := batch(withText(source("s"), "one"))
		b.Key = "once"
		h.applyBatch(b)
		equal(h, "replayed", h.applyBatch(b).Replayed, true)
		b.Changes = put(withText(source("s"), "two"))
		h.refuseBatch(graph.CodeConflict, b)
	}},
	{"a key is kept for a batch that changed nothing", func(h *harness) {
		h.basis()
		b := batch(enterprise("a"))
		b.Key = "once"
		first := h.applyBatch(b)
		equal(h, "revision", first.Rev, graph.Rev(1))
		h.apply(enterprise("a").UID())
		equal(h, "replayed", h.applyBatch(b).Replayed, true)
		equal(h, "revision", h.rev(), graph.Rev(2))
	}},
	{"a request is what a key stands for, whatever changes were worked out from it", func(h *harness) {
		h.basis()
		b := batch(enterprise("e"))
		b.Key, b.Request = "once", [32]byte{7}
		first := h.applyBatch(b)
		b.Changes = put(enterprise("f"))
		again := h.applyBatch(b)
		equal(h, "replayed", again.Replayed, true)
		again.Replayed = false
		equal(h, "receipt", again, first)
		h.view(func(r graph.Reader) {
			equal(h, "what is kept", *must(r.Kept("once")), graph.Kept{Digest: [32]byte{7}, Receipt: first})
			equal(h, "what is kept under another key", must(r.Kept("twice")), (*graph.Kept)(nil))
		})
		b.Request = [32]byte{8}
		h.refuseBatch(graph.CodeConflict, b)
	}},
	{"a refused batch does not use up its key", func(h *harness) {
		h.basis()
		b := batch(invests("a", "nobody"))
		b.Key = "once"
		h.refuseBatch(graph.CodeNotFound, b)
		b.Changes = put(invests("a", "b"))
		equal(h, "replayed", h.applyBatch(b).Replayed, false)
	}},
	{"the words of a batch are bounded", func(h *harness) {
		for _, spoil := range []func(*graph.Batch){
			func(b *graph.Batch) { b.Key = strings.Repeat("k", 513) },
			func(b *graph.Batch) { b.Key = "\xff" },
			func(b *graph.Batch) { b.Actor = strings.Repeat("a", 5000) },
			func(b *graph.Batch) { b.Reason = "\xff" },
		} {
			b := batch(source("s"))
			spoil(&b)
			equal(h, "index", h.refuseBatch(graph.CodeInvalid, b).Index, -1)
		}
	}},
	{"a dry run reports and writes nothing", func(h *harness) {
		h.basis()
		things := []any{enterprise("e"), invests("e", "a"), enterprise("a"), enterprise("d").UID()}
		b := dry(things...)
		b.Key = "rehearsal"
		report := h.applyBatch(b)
		equal(h, "revision it would have made", report.Rev, graph.Rev(2))
		equal(h, "revision", h.rev(), graph.Rev(1))
		equal(h, "entries", len(h.changes(1)), 0)
		h.view(func(r graph.Reader) {
			equal(h, "id", entityID(h, r, "e"), graph.EntityID(0))
			equal(h, "entities", must(r.Counts()).Entities, 7)
		})
		b.DryRun = false
		receipt := h.applyBatch(b)
		equal(h, "receipt", receipt, report)
	}},
	{"a dry run is refused like a batch", func(h *harness) {
		h.basis()
		h.refuseBatch(graph.CodeNotFound, dry(invests("a", "nobody")))
		h.refuseBatch(graph.CodeConflict, dry(invests("a", "b"), enterprise("a").UID()))
	}},
	{"a dense id is never used twice", func(h *harness) {
		h.basis()
		h.apply(enterprise("e"), invests("a", "e"))
		var e graph.EntityID
		var r0 uint32
		h.view(func(r graph.Reader) { e, r0 = entityID(h, r, "e"), id(h, r, invests("a", "e").UID()) })
		h.apply(invests("a", "e").UID(), enterprise("e").UID())
		h.apply(enterprise("f"), enterprise("e"), invests("a", "f"), invests("a", "e"))
		h.view(func(r graph.Reader) {
			equal(h, "what the old id is now", must(r.Entities([]graph.EntityID{e})), []*graph.Entity{nil})
			equal(h, "what the old id is now", must(r.Relations([]graph.RelationID{graph.RelationID(r0)})), []*graph.Relation{nil})
			equal(h, "the new id is above the old", entityID(h, r, "e") > e, true)
		})
	}},
	{"a source without text keeps the text that is stored", func(h *harness) {
		h.apply(withText(source("s"), "青岛日报"))
		titled := source("s")
		titled.Title, titled.SHA256, titled.Length, titled.Editions = "other", strings.Repeat("0", 64), 9, 9
		h.apply(titled)
		h.view(func(r graph.Reader) {
			s := must(r.Sources([]graph.Key{"source:s"}))[0]
			want := graph.Source{Key: "source:s", Title: "other", SHA256: graph.HashSpan("青岛日报"), Length: 4, Editions: 1, Rev: 2}
			equal(h, "source", *s, want)
			equal(h, "text", text(h, r, "source:s"), "青岛日报")
		})
	}},
	{"a source that has no text has neither hash nor length", func(h *harness) {
		s := source("s")
		s.SHA256, s.Length = strings.Repeat("0", 64), 9
		h.apply(s)
		h.view(func(r graph.Reader) {
			got := must(r.Sources([]graph.Key{"source:s"}))[0]
			equal(h, "source", *got, graph.Source{Key: "source:s", Title: "Source s", Rev: 1})
			_, ok, err := r.Text("source:s")
			equal(h, "text", ok || err != nil, false)
		})
	}},
	{"editions counts the different texts that were added", func(h *harness) {
		editions := func() (n int) {
			h.view(func(r graph.Reader) { n = must(r.Sources([]graph.Key{"source:s"}))[0].Editions })
			return n
		}
		h.apply(withText(source("s"), "one"))
		equal(h, "of one text", editions(), 1)
		equal(h, "the same text again", h.apply(withText(source("s"), "one")).Results[0].Changed, false)
		h.apply(withText(source("s"), "two"))
		equal(h, "of two", editions(), 2)
		given := source("s")
		given.Editions = 7
		h.apply(withText(given, "three"))
		equal(h, "never below what is given", editions(), 7)
		h.view(func(r graph.Reader) { equal(h, "text", text(h, r, "source:s"), "three") })
		h.apply(source("s").UID())
		h.apply(source("s"))
		h.view(func(r graph.Reader) {
			_, ok, _ := r.Text("source:s")
			equal(h, "text of a source that was retracted and added again", ok, false)
		})
	}},
	{"a text that is taken away is gone, and editions is as given", func(h *harness) {
		h.apply(withText(source("s"), "one"))
		h.apply(withText(source("s"), "two"))
		drop := graph.Change{Source: source("s"), DropText: true}
		drop.Source.Editions = 1
		equal(h, "changed", h.apply(drop).Results[0].Changed, true)
		h.view(func(r graph.Reader) {
			_, ok, err := r.Text("source:s")
			equal(h, "text", ok || err != nil, false)
			equal(h, "source", *must(r.Sources([]graph.Key{"source:s"}))[0], graph.Source{Key: "source:s", Title: "Source s", Editions: 1, Rev: 3})
		})
		equal(h, "changed", h.apply(drop).Results[0].Changed, false)
		one := "one"
		h.refuse(graph.CodeInvalid, graph.Change{Source: source("s"), Text: &one, DropText: true})
		h.refuse(graph.CodeInvalid, graph.Change{Entity: enterprise("a"), DropText: true})
	}},
	{"a text that was replaced, taken away or went with its source is kept under its hash", func(h *harness) {
		for _, text := range []string{"one", "two", "three"} {
			h.apply(withText(source("s"), text))
		}
		h.apply(graph.Change{Source: source("s"), DropText: true})
		h.apply(withText(source("s"), "four"))
		h.apply(source("s").UID())
		h.view(func(r graph.Reader) {
			for _, text := range []string{"one", "two", "three", "four"} {
				past, ok, err := r.PastText(graph.HashSpan(text))
				equal(h, "text", [3]any{past, ok, err}, [3]any{text, true, nil})
			}
			_, ok, err := r.PastText(graph.HashSpan("five"))
			equal(h, "a text that never was", [2]any{ok, err}, [2]any{false, nil})
			_, ok, err = r.PastText("no hash")
			equal(h, "what is no hash", [2]any{ok, err}, [2]any{false, nil})
		})
	}},
	{"an empty text is a text", func(h *harness) {
		h.apply(withText(source("s"), ""))
		h.view(func(r graph.Reader) {
			equal(h, "text", text(h, r, "source:s"), "")
			equal(h, "hash", must(r.Sources([]graph.Key{"source:s"}))[0].SHA256, graph.HashSpan(""))
		})
	}},
}

// text is the text of a source that has one.
func text(h *harness, r graph.Reader, key graph.Key) string {
	h.Helper()
	text, ok, err := r.Text(key)
	if !ok || err != nil {
		h.Fatalf("text of %s: %v, %v", key, ok, err)
	}
	return text
}
