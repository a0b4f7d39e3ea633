package gql

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

// write is one mutation field on its way.
type write struct {
	s *session
	Meta
	request [32]byte
	entries []graph.Entry // of the revision that is to be undone
}

func newWrite(ctx context.Context, meta *Meta) *write {
	w := &write{s: sessionOf(ctx)}
	w.s.ctx = ctx
	if meta != nil {
		w.Meta = *meta
	}
	if w.IdempotencyKey != nil && *w.IdempotencyKey != "" {
		w.request = requestOf(ctx)
	}
	return w
}

// requestOf is the digest of what the field asks for, without what merely goes
// with it: it is what an idempotency key stands for.
func requestOf(ctx context.Context) [32]byte {
	field := graphql.GetFieldContext(ctx).Field
	args := field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	delete(args, "meta")
	b, _ := json.Marshal(args) // it was read from JSON, or is made of plain values
	return sha256.Sum256(append([]byte(field.Name+"\n"), b...))
}

// outline is what a write comes to as far as the graph tells beforehand.
type outline struct {
	changes []graph.Change
	problem Problem // set: nothing is to be written
	refused func(*graph.Error) Problem
}

// reading reads the entries of a revision, which never change.
func (w *write) reading(rev graph.Rev) func() error {
	return func() (err error) {
		w.entries, err = graph.EntriesOf(w.s.ctx, w.s.Store, rev)
		return err
	}
}

// attempts is how often a write is worked out anew because somebody else wrote
// between its reading and its writing.
const attempts = 8

// run works changes out from what the graph holds and writes them. From then on
// the session reads the graph as it is when it is read first, whatever came of it.
// A receipt that is marked as replayed was given before.
//
// What first needs, which reads by itself, is read before.
func (w *write) run(plan func(r graph.Reader) (*outline, error), first ...func() error) (graph.Receipt, Problem, error) {
	for _, read := range first {
		if err := read(); err != nil {
			return graph.Receipt{}, nil, err
		}
	}
	receipt, problem, err := w.tryRun(plan)
	if err != nil {
		if known := asProblem(err, []string{"meta"}); known != nil && problem == nil {
			problem, err = known, nil
		}
	}
	w.s.wrote = receipt.Rev
	if plain := problem == nil && !w.DryRun && !receipt.Replayed; err == nil && !plain {
		err = w.s.open()
	}
	return receipt, problem, err
}

func (w *write) tryRun(plan func(r graph.Reader) (*outline, error)) (graph.Receipt, Problem, error) {
	for attempt := 1; ; attempt++ {
		var p *outline
		var rev graph.Rev
		var kept *graph.Kept
		err := w.s.Store.View(w.s.ctx, func(r graph.Reader) (err error) {
			rev = r.Rev()
			if kept, err = w.kept(r); kept != nil || err != nil {
				return err
			}
			w.s.entities.forget()
			w.s.use(r)
			p, err = plan(w.s.reader)
			return err
		})
		w.s.reader = nil
		if kept != nil {
			return replayed(kept), nil, err
		}
		if err != nil || p.problem != nil {
			return graph.Receipt{}, problemOf(p), err
		}
		receipt, err := w.s.Store.Apply(w.s.ctx, w.batch(p.changes))
		var e *graph.Error
		switch {
		case err == nil:
			return receipt, nil, nil
		case !errors.As(err, &e) || e.Index < 0:
			return receipt, nil, err
		case e.Code == graph.CodeConflict && attempt < attempts && w.moved(rev):
			continue
		}
		if problem := p.refused(e); problem != nil {
			return receipt, problem, nil
		}
		return receipt, nil, err
	}
}

func problemOf(p *outline) Problem {
	if p == nil {
		return nil
	}
	return p.problem
}

// kept looks whether the request was answered before; with another request
// under the same key it is a conflict.
func (w *write) kept(r graph.Reader) (*graph.Kept, error) {
	if w.IdempotencyKey == nil || *w.IdempotencyKey == "" || w.DryRun {
		return nil, nil
	}
	kept, err := r.Kept(*w.IdempotencyKey)
	if kept != nil && kept.Digest != w.request {
		return nil, &graph.Error{Code: graph.CodeConflict, Op: "batch", Key: fmt.Sprintf("%.80q", *w.IdempotencyKey), Index: -1, Path: []string{"idempotencyKey"},
			Detail: "the idempotency key was used for another request; take a new key", DetailZH: "这个幂等键已用于另一个请求；换一个键"}
	}
	return kept, err
}

func replayed(kept *graph.Kept) graph.Receipt {
	receipt := kept.Receipt
	receipt.Replayed = true
	return receipt
}

func (w *write) batch(changes []graph.Change) graph.Batch {
	b := graph.Batch{Changes: changes, Actor: "local", At: w.s.now(), DryRun: w.DryRun, Request: w.request}
	if w.s.Actor != nil {
		b.Actor = w.s.Actor(w.s.ctx)
	}
	if w.IdempotencyKey != nil && !w.DryRun {
		b.Key = *w.IdempotencyKey
	}
	if w.Reason != nil {
		b.Reason = *w.Reason
	}
	return b
}

// moved tells whether somebody wrote since rev.
func (w *write) moved(rev graph.Rev) bool {
	newest := rev
	err := w.s.Store.View(w.s.ctx, func(r graph.Reader) error {
		newest = r.Rev()
		return nil
	})
	return err == nil && newest != rev
}

// done is a list of writes that was carried out, or would be.
type done struct {
	receipt graph.Receipt
	draft   *draft // nil where the receipt is replayed
}

// perform carries out a list of writes, all or none.
func (w *write) perform(operations []*Operation, at func(int, *Operation) []string) (*done, *ApplyFailed, error) {
	did := &done{}
	receipt, problem, err := w.run(func(r graph.Reader) (*outline, error) {
		did.draft = newDraft(w.s, r)
		failed, err := did.draft.all(operations, at)
		p := &outline{changes: did.draft.changes, refused: func(e *graph.Error) Problem {
			i := did.draft.from[e.Index]
			return applyFailed(&OperationProblem{i, did.draft.refused(e, at(i, operations[i]))})
		}}
		if failed != nil {
			p.problem = failed
		}
		return p, err
	})
	if err != nil {
		return nil, nil, err
	}
	if problem != nil {
		if did.draft != nil {
			if err := did.draft.showTexts(); err != nil {
				return nil, nil, err
			}
		}
		failed, ok := problem.(*ApplyFailed)
		if !ok {
			failed = applyFailed(&OperationProblem{0, problem})
		}
		return nil, failed, nil
	}
	if did.receipt = receipt; receipt.Replayed {
		did.draft = nil
	}
	if w.DryRun {
		err = did.draft.show()
	}
	return did, nil, err
}

func applyFailed(problems ...*OperationProblem) *ApplyFailed {
	first := problems[0].Problem
	e := &graph.Error{Code: first.Code(), Op: "apply", Index: problems[0].Index,
		Detail:   fmt.Sprintf("%d of the operations cannot be done, so none was; see problems", len(problems)),
		DetailZH: fmt.Sprintf("有 %d 项做不到，所以都没有做；见 problems", len(problems))}
	return &ApplyFailed{problem: problem{e, []string{"operations"}}, Problems: problems}
}

// alone is the place of the only write of a field; listed that of one of a list.
func alone(argument string) func(int, *Operation) []string {
	return func(int, *Operation) []string { return []string{argument} }
}

func listed(i int, o *Operation) []string {
	at := []string{"operations", strconv.Itoa(i)}
	switch {
	case o.AddSource != nil:
		return append(at, "addSource")
	case o.UpsertEntity != nil:
		return append(at, "upsertEntity")
	case o.UpsertRelation != nil:
		return append(at, "upsertRelation")
	}
	return append(at, "retract")
}
