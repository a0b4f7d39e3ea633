package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"lianzhu/bench/ask"
	"lianzhu/bench/drive"
)

// result is a line of the report.
type result struct {
	Q         string  `json:"q"`
	Target    string  `json:"target"`
	Clients   int     `json:"clients"`
	PerSecond float64 `json:"rps"`
	P50       float64 `json:"p50_ms"`
	P99       float64 `json:"p99_ms"`
	CPU       float64 `json:"cpu_ms"`
	Bytes     float64 `json:"bytes"`
	Allocs    float64 `json:"allocs"`
	CPUP99    float64 `json:"cpu_p99_ms,omitempty"` // with one client only

	// Of the line M1 only: the most memory that the server had while it was asked,
	// in millions of bytes, how much of that was its own, and all of it at the end.
	Resident    float64 `json:"resident_mb,omitempty"`
	ResidentOwn float64 `json:"resident_own_mb,omitempty"`
	ResidentEnd float64 `json:"resident_end_mb,omitempty"`
}

func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// note turns a measure into a line of the report.
func (b *bench) note(q, target string, clients int, m drive.Measure) {
	n := float64(max(m.Requests, 1))
	r := result{Q: q, Target: target, Clients: clients, PerSecond: m.PerSecond(), Bytes: float64(m.Bytes) / n,
		P50: milliseconds(drive.Percentile(m.Latencies, 50)), P99: milliseconds(drive.Percentile(m.Latencies, 99)),
		CPU: milliseconds(m.CPU) / n, CPUP99: milliseconds(drive.Percentile(m.CPUs, 99))}
	if m.Allocs >= 0 {
		r.Allocs = m.Allocs / n
	}
	b.results = append(b.results, r)
	b.tell("%-9s %-8s %2d clients: %9.0f/s, p50 %.3f ms, p99 %.3f ms, CPU %.4f ms, %.0f bytes, %.0f allocations",
		r.Q, r.Target, r.Clients, r.PerSecond, r.P50, r.P99, r.CPU, r.Bytes, r.Allocs)
	if m.Refused > 0 {
		b.remark("%s of %s with %d clients: %d requests more were refused (%.60s...)", r.Q, r.Target, r.Clients, m.Refused, m.Refusal)
	}
}

// target is a server that is asked.
type target struct {
	name   string
	server *drive.Server
	path   func(q *ask.Question, i int) string
}

func graphqlPath(*ask.Question, int) string { return "/graphql" }

// requests are the bytes of the requests of a question.
func (t *target) requests(q *ask.Question) [][]byte {
	var list [][]byte
	for i := range q.Asked {
		list = append(list, drive.Request(t.server.Addr, t.path(q, i), q.Body(i)))
	}
	return list
}

// serve starts a lianzhu server with a copy of the graph.
func (b *bench) serve(v *build, name string, env ...string) (*target, error) {
	dir, err := b.copyData(v, name)
	if err != nil {
		return nil, err
	}
	s, err := v.start(dir, "error", env...)
	return &target{name, s, graphqlPath}, err
}

// start starts a lianzhu server on a data directory, with the least level that it
// logs.
func (v *build) start(dir, level string, env ...string) (*drive.Server, error) {
	var first error
	for _, counters := range [][]string{{"--debug-addr", "127.0.0.1:0"}, nil} {
		args := append([]string{"serve", "--data", dir, "--addr", "127.0.0.1:0", "--log-level", level}, counters...)
		cmd := exec.Command(v.binary, args...)
		cmd.Env = append(os.Environ(), env...)
		s, err := drive.Start(cmd)
		if err == nil || !strings.Contains(err.Error(), "unknown flag") {
			return s, err
		}
		first = errors.Join(first, err) // an older one, without counters
	}
	return nil, first
}

// helper starts this program as one of the servers to compare with.
func (b *bench) helper(args ...string) (*drive.Server, error) {
	self, err := self()
	if err != nil {
		return nil, err
	}
	return drive.Start(exec.Command(self, args...))
}

// checkedOf bounds how many answers of a question are checked.
const checkedOf = 24

// check checks answers of a question and gives them.
func (t *target) check(q *ask.Question) (answers [][]byte, err error) {
	c, err := drive.Dial(t.server.Addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	for i, request := range t.requests(q) {
		if i == checkedOf {
			break
		}
		answer, err := c.Do(request)
		if err == nil {
			err = q.Check(i, answer)
		}
		if err != nil {
			return answers, fmt.Errorf("%s: %w", t.name, err)
		}
		answers = append(answers, append([]byte(nil), answer...))
	}
	return answers, nil
}

// fault notes a wrong answer, which fails the run when it is over.
func (b *bench) fault(err error) {
	b.wrong = append(b.wrong, err)
	b.tell("WRONG: %v", err)
}

// measure asks every question of every target, then writes, starts and imports.
func (b *bench) measure() error {
	subject, err := b.serve(&b.subject, "lianzhu")
	if err != nil {
		return err
	}
	defer subject.server.Stop()
	questions, err := b.ready(subject)
	if err != nil {
		return err
	}
	if err := b.compare(subject, questions); err != nil {
		return err
	}
	if err := b.measureWriting(subject, questions); err != nil {
		return err
	}
	if b.asks("S1") {
		if err := b.measureStart(&b.questions[0]); err != nil {
			return err
		}
	}
	if b.asks("W2") {
		return b.measureImport()
	}
	return nil
}

// ready checks the answers to all questions and keeps them for the constant
// server. It gives those questions that were answered right.
func (b *bench) ready(subject *target) (right []*ask.Question, err error) {
	for i := range b.questions {
		q := &b.questions[i]
		if !b.asks(q.Name) {
			continue
		}
		answers, err := subject.check(q)
		if err != nil {
			b.fault(err)
			continue
		}
		b.tell("%s: %d answers are right", q.Name, len(answers))
		if err := keep(filepath.Join(b.work, "answers", q.Name), answers); err != nil {
			return nil, err
		}
		right = append(right, q)
	}
	return right, nil
}

// compare asks the questions of the server and of all that stands beside it, in
// turns.
func (b *bench) compare(subject *target, questions []*ask.Question) error {
	if len(questions) == 0 {
		return nil
	}
	others, err := b.others()
	for _, t := range others {
		defer t.server.Stop()
	}
	if err != nil {
		return err
	}
	defer b.watch(subject)()
	for _, q := range questions {
		var asked []*target
		for _, t := range append([]*target{subject}, others...) {
			if t.name == "loop" && !q.Loop || t.name == "base" && !b.baseAnswers(t, q) {
				continue
			}
			asked = append(asked, t)
		}
		if err := b.drive(asked, q); err != nil {
			return err
		}
		if b.profile != "" {
			if err := b.takeProfile(subject, q); err != nil {
				return err
			}
		}
	}
	return nil
}

// watch looks at the memory of the server while it is asked, and notes it as M1.
func (b *bench) watch(subject *target) (stop func()) {
	ended := subject.server.Watch(100 * time.Millisecond)
	return func() {
		own, all, end := ended()
		if all.All() == 0 {
			return // not known here
		}
		const mb = 1e6
		r := result{Q: "M1", Target: subject.name, Clients: 16, Resident: float64(all.All()) / mb, ResidentOwn: float64(own.Own) / mb, ResidentEnd: float64(end.All()) / mb}
		b.results = append(b.results, r)
		b.remark("M1: while it was asked the server had %.0f MB resident at most, and %.0f at the end; %.0f at most were its own, the rest mapped files",
			r.Resident, r.ResidentEnd, r.ResidentOwn)
	}
}

// baseAnswers tells whether the other revision answers a question as well.
func (b *bench) baseAnswers(t *target, q *ask.Question) bool {
	if _, err := t.check(q); err != nil {
		b.tell("%s is not compared: %v", q.Name, err)
		return false
	}
	return true
}

// measureWriting writes alone, and writes while questions are asked.
func (b *bench) measureWriting(subject *target, questions []*ask.Question) error {
	if can, err := canWrite(subject.server); err != nil || !can {
		b.tell("this server takes no writes over HTTP")
		return err
	}
	w, err := newWriter(subject.server)
	if err != nil {
		return err
	}
	if b.asks("W1") {
		if err := b.measureWrites(subject, w); err != nil {
			return err
		}
	}
	return b.measureWhileWriting(subject, w, questions)
}

// keep writes answers for the constant server.
func keep(dir string, answers [][]byte) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for i, answer := range answers {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), answer, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// others starts what the server is compared with.
func (b *bench) others() (list []*target, err error) {
	if b.compares("constant") {
		s, err := b.helper("constant", filepath.Join(b.work, "answers"))
		if err != nil {
			return list, err
		}
		list = append(list, &target{"constant", s, func(q *ask.Question, _ int) string { return "/" + q.Name }})
	}
	if b.compares("loop") {
		s, err := b.helper("loop", "-scale", fmt.Sprint(b.scale), "-seed", fmt.Sprint(b.seed))
		if err != nil {
			return list, err
		}
		list = append(list, &target{"loop", s, func(q *ask.Question, i int) string { return fmt.Sprintf("/%s/%d", q.Name, i) }})
	}
	if b.compares("stock") {
		t, err := b.serve(&b.subject, "stock", "LIANZHU_EXECUTION=stock")
		if err != nil {
			return list, err
		}
		list = append(list, t)
	}
	if b.base != "" {
		t, err := b.serve(&b.before, "base")
		if err != nil {
			return list, err
		}
		list = append(list, t)
	}
	return list, nil
}

// rounds is how often each target has its turn: what else the machine does
// meanwhile should not meet one of them alone.
const rounds = 2

// drive asks targets one question, in turns, from sixteen clients and from one.
func (b *bench) drive(targets []*target, q *ask.Question) error {
	for _, clients := range []int{16, 1} {
		sums := make([]drive.Measure, len(targets))
		for range rounds {
			for i, t := range targets {
				load := drive.Load{Requests: t.requests(q), Clients: 2, For: b.each / 16}
				_, err := t.server.Drive(b.ctx, load) // to warm up
				if err != nil {
					return fmt.Errorf("%s from %s: %w", q.Name, t.name, err)
				}
				load.Clients, load.For = clients, b.each/rounds
				m, err := t.server.Drive(b.ctx, load)
				if err != nil {
					return fmt.Errorf("%s from %s: %w", q.Name, t.name, err)
				}
				sums[i].Add(m)
			}
		}
		for i, t := range targets {
			b.note(q.Name, t.name, clients, sums[i])
		}
	}
	return nil
}
