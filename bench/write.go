package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"

	"lianzhu/bench/ask"
	"lianzhu/bench/drive"
)

const writeQuery = `mutation W1($i: UpsertRelationInput!) { upsertRelation(input: $i) { ... on UpsertRelationSuccess { created rev } ... on Problem { code message } } }`

// written is how many entities the writes join. They belong to no question, so
// the answers to all questions stay what they are.
const written = 1000

func writtenKey(i int) string { return fmt.Sprintf("platform:written-%04d", i%written) }

// writer writes relations to a server, one at a time, none twice.
type writer struct {
	addr string
	next atomic.Int64
}

// newWriter puts the entities into the server that the writes join.
func newWriter(s *drive.Server) (*writer, error) {
	var operations []any
	for i := range written {
		operations = append(operations, map[string]any{"upsertEntity": map[string]any{
			"key": writtenKey(i), "kind": "PLATFORM", "acknowledgeDuplicates": true,
			"names": []any{map[string]any{"text": fmt.Sprintf("W%04d", i), "lang": "EN"}},
		}})
	}
	const query = `mutation($o: [Operation!]!) { apply(operations: $o) { ... on ApplySuccess { rev } ... on ApplyFailed { code message problems { problem { code message } } } } }`
	var answer struct {
		Apply struct {
			Rev           int
			Code, Message string
		}
	}
	if err := ask.Once(s.Addr, query, map[string]any{"o": operations}, &answer); err != nil {
		return nil, err
	}
	if answer.Apply.Rev == 0 {
		return nil, fmt.Errorf("the entities to write between cannot be written: %s %s", answer.Apply.Code, answer.Apply.Message)
	}
	return &writer{addr: s.Addr}, nil
}

// body appends the body of the n-th write.
func (w *writer) body(b []byte, n int) []byte {
	b = append(b, `{"query":`...)
	b = strconv.AppendQuote(b, writeQuery) // which has nothing that JSON writes otherwise
	b = append(b, `,"variables":{"i":{"type":"CO_DEVELOPS_WITH","key":"`...)
	b = strconv.AppendInt(b, int64(n), 10)
	b = fmt.Appendf(b, `","source":{"key":"%s"},"target":{"key":"%s"},"validFrom":"2024","evidence":[{"source":"source:generated-0","start":%d,"end":%d,"quoteSha256":"%064x"}]}}}`,
		writtenKey(n), writtenKey(n+1+n/written%(written-1)), n%90_000, n%90_000+20, n)
	return b
}

// request makes a request that writes what was not written before.
func (w *writer) request(b []byte, _ int) []byte {
	body := w.body(nil, int(w.next.Add(1)))
	return append(b, drive.Request(w.addr, "/graphql", body)...)
}

// relations is how many relations the server has.
func relations(s *drive.Server) (int, error) {
	var answer struct{ Stats struct{ Relations int } }
	err := ask.Once(s.Addr, `{ stats { relations } }`, nil, &answer)
	return answer.Stats.Relations, err
}

// canWrite tells whether the server takes writes over HTTP.
func canWrite(s *drive.Server) (bool, error) {
	var answer struct {
		Type *struct{ Name string } `json:"__type"`
	}
	err := ask.Once(s.Addr, `{ __type(name: "Mutation") { name } }`, nil, &answer)
	return answer.Type != nil, err
}

// measureWrites is W1: durable writes, one each, by 1, 16 and 64 clients, and by
// as many through the storage library's own DB.Batch.
func (b *bench) measureWrites(t *target, w *writer) error {
	before, err := relations(t.server)
	if err != nil {
		return err
	}
	for _, clients := range []int{1, 16, 64} {
		m, err := t.server.Drive(b.ctx, drive.Load{Make: w.request, Clients: clients, For: b.each})
		if err != nil {
			return err
		}
		b.note("W1", t.name, clients, m)
		before += m.Requests
		after, err := relations(t.server)
		if err != nil {
			return err
		}
		if after != before {
			b.fault(fmt.Errorf("W1: %d clients wrote, and there are %d relations instead of %d", clients, after, before))
			before = after
		}
		if b.compares("bbolt") {
			if err := b.measureBatch(clients, len(w.body(nil, 1))-len(writeQuery)); err != nil {
				return err
			}
		}
	}
	if b.profile == "" {
		return nil
	}
	return b.profileOf(t, "W1", drive.Load{Make: w.request})
}

// measureBatch has the storage library write as many bytes a write.
func (b *bench) measureBatch(writers, size int) error {
	var m drive.Measure
	file := filepath.Join(b.work, fmt.Sprintf("batch-%d.db", writers))
	used, err := b.yardstick(&m, "batch", file, strconv.Itoa(writers), strconv.Itoa(size), b.each.String())
	if err != nil {
		return err
	}
	m.Requests, m.CPU, m.Bytes, m.Allocs = len(m.Latencies), used.cpu, int64(size*len(m.Latencies)), -1
	b.note("W1", "bbolt", writers, m)
	return nil
}

// yardstick runs the storage library by itself, in a process of its own, and
// reads what it reports.
func (b *bench) yardstick(report any, args ...string) (usage, error) {
	self, err := self()
	if err != nil {
		return usage{}, err
	}
	cmd := exec.CommandContext(b.ctx, self, append([]string{"yardstick"}, args...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return usage{}, fmt.Errorf("the yardstick: %w: %s", err, said.String())
	}
	return usageOf(cmd.ProcessState), json.Unmarshal(out, report)
}

// writing writes from a few clients for as long as use runs.
func (b *bench) writing(t *target, w *writer, use func() error) (writes drive.Measure, err error) {
	const clients = 4
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	done := make(chan error, 1)
	go func() {
		var err error
		writes, err = drive.Drive(ctx, drive.Load{Addr: t.server.Addr, Make: w.request, Clients: clients, For: forever})
		done <- err
	}()
	err = use()
	stop()
	if wrote := <-done; err == nil {
		err = wrote
	}
	return writes, err
}

// measureWhileWriting asks the first eight questions while others write, and
// checks that the answers stay right.
func (b *bench) measureWhileWriting(t *target, w *writer, questions []*ask.Question) error {
	questions = slices.DeleteFunc(questions, func(q *ask.Question) bool { return q.Name == "Q9" })
	if len(questions) == 0 {
		return nil
	}
	writes, err := b.writing(t, w, func() error {
		for _, q := range questions {
			if _, err := t.check(q); err != nil {
				b.fault(fmt.Errorf("while writing: %w", err))
				continue
			}
			m, err := t.server.Drive(b.ctx, drive.Load{Requests: t.requests(q), Clients: 16, For: b.each})
			if err != nil {
				return err
			}
			b.note(q.Name+"+W", t.name, 16, m)
		}
		return nil
	})
	if err == nil {
		b.remark("while the questions Q1+W to Q8+W were asked, 4 clients wrote %.0f times a second", writes.PerSecond())
	}
	return err
}
