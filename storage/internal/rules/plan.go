package rules

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"lianzhu/graph"
)

// Bounds of a batch's own words, in bytes.
const (
	maxBatchKey = 512
	maxWords    = 4096
)

// Make plans b on st. Its errors are [graph.Error]s that name the change at
// fault, those of st and that of ctx; in each case nothing is to be written.
func Make(ctx context.Context, st State, o *graph.Ontology, b graph.Batch) (Plan, error) {
	if err := checkBatch(&b); err != nil {
		return Plan{}, err
	}
	changes, err := canonical(o, &b)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{Receipt: graph.Receipt{Rev: st.Rev()}}
	if b.Key != "" {
		plan.Kept = &Kept{Digest: batchDigest(&b, changes)}
		replay, err := replayed(st, b.Key, plan.Kept.Digest)
		if replay != nil || err != nil {
			return Plan{Receipt: receiptOf(replay)}, err
		}
	}
	p := planner{st: st, ontology: o, overlay: newOverlay(st, o, len(changes)), writes: make([]Write, 0, len(changes))}
	plan.Receipt.Results = make([]graph.Result, 0, len(changes))
	for i := range changes {
		if err := ctx.Err(); err != nil {
			return Plan{}, err
		}
		result, err := p.change(&changes[i])
		if err != nil {
			return Plan{}, at(err, i)
		}
		plan.Receipt.Results = append(plan.Receipt.Results, result)
	}
	if err := p.derive(); err != nil {
		return Plan{}, err
	}
	if plan.Writes = p.writes; len(plan.Writes) > 0 {
		plan.Receipt.Rev++
	}
	if plan.Kept != nil {
		plan.Kept.Receipt = plan.Receipt
	}
	if b.DryRun {
		return Plan{Receipt: plan.Receipt}, nil
	}
	return plan, nil
}

// At is b's time as a log keeps it: UTC, whole milliseconds.
func At(b *graph.Batch) time.Time { return time.UnixMilli(b.At.UnixMilli()).UTC() }

func checkBatch(b *graph.Batch) error {
	bad := func(s string, most int) bool { return len(s) > most || !utf8.ValidString(s) }
	problem := ""
	switch {
	case bad(b.Key, maxBatchKey):
		problem = fmt.Sprintf("the idempotency key must be valid UTF-8 of at most %d bytes", maxBatchKey)
	case bad(b.Actor, maxWords):
		problem = fmt.Sprintf("the actor must be valid UTF-8 of at most %d bytes", maxWords)
	case bad(b.Reason, maxWords):
		problem = fmt.Sprintf("the reason must be valid UTF-8 of at most %d bytes", maxWords)
	default:
		return nil
	}
	return &graph.Error{Code: graph.CodeInvalid, Op: "batch", Detail: problem, Index: -1}
}

// canonical gives the changes in the one form in which they are compared and
// stored: copies of them, as deep as need be.
func canonical(o *graph.Ontology, b *graph.Batch) ([]graph.Change, error) {
	copies := make([]graph.Change, len(b.Changes))
	for i := range b.Changes {
		if b.Checked && b.Changes[i].Source == nil {
			copies[i] = keep(b.Changes[i])
			continue
		}
		c := cloneChange(b.Changes[i])
		if err := o.Validate(&c); err != nil {
			return nil, at(err, i)
		}
		copies[i] = c
	}
	return copies, nil
}

// replayed gives what is kept under key, or nil where the key is new.
func replayed(st State, key string, digest [32]byte) (*Kept, error) {
	kept, err := st.Kept(key)
	if kept == nil || err != nil {
		return nil, err
	}
	if kept.Digest != digest {
		return nil, &graph.Error{Code: graph.CodeConflict, Op: "batch", Key: key, Index: -1,
			Detail: "the idempotency key was used for other changes; take a new key"}
	}
	return kept, nil
}

func receiptOf(kept *Kept) graph.Receipt {
	if kept == nil {
		return graph.Receipt{}
	}
	r := kept.Receipt
	r.Replayed = true
	return r
}

// at says in err which change of the batch is at fault.
func at(err error, index int) error {
	var e *graph.Error
	if !errors.As(err, &e) || e.Code == graph.CodeCorrupt {
		return err
	}
	indexed := *e
	indexed.Index = index
	return &indexed
}

// refuse makes the error of a change that breaks a rule, at a place in its
// document.
func refuse(code graph.Code, c *graph.Change, said graph.Phrase, path ...string) error {
	return &graph.Error{Code: code, Op: opName(c), Key: c.Name(), Detail: said.EN, DetailZH: said.ZH, Path: path, Index: -1}
}

func opName(c *graph.Change) string {
	switch {
	case c.Source != nil:
		return "source"
	case c.Entity != nil:
		return "entity"
	case c.Relation != nil:
		return "relation"
	}
	return "retract"
}
