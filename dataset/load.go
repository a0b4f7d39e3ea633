package dataset

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"lianzhu/graph"
)

// Options says how [Load] writes. The zero value writes batches of 1000
// changes and gives up after 1000 refused lines.
type Options struct {
	BatchSize int
	Actor     string
	Reason    string
	At        time.Time // when the graph learnt it; see graph.Batch

	// KeyPrefix, where set, makes the batches idempotent: a batch that was
	// applied under the same prefix is not applied again, even where somebody
	// changed the graph meanwhile.
	KeyPrefix string

	// DryRun checks everything and writes nothing. All lines are then one
	// batch, since a later line may rest on an earlier one.
	DryRun bool

	// Strict stops at the first line that is refused; the batches before it
	// stay, its own is not written.
	Strict bool

	// MaxRejected ends the load with an error when more lines are refused.
	MaxRejected int

	// Progress, where set, is told after every batch how many lines were read.
	Progress func(read int)
}

// Report tells what a load did. Read counts lines, the refused ones included;
// Applied is the sum of Created, Changed and Unchanged. Rev is the revision of
// the last batch.
type Report struct {
	Read, Applied               int
	Created, Changed, Unchanged int
	Rejected                    []*Problem
	Rev                         graph.Rev
}

// Load checks lines against the ontology and writes them to store in batches,
// within a batch in the order sources, entities, relations, so that a line may
// refer to a later one of its batch. A line that is refused, by its reader, the
// ontology or the store, is reported and left out, and the rest of its batch is
// written. Writing the same lines again changes nothing.
//
// The error is that of the sequence, of the context or of the store, or, with
// Strict or beyond MaxRejected, the [Problem] at which it stopped. The report
// is right in every case.
func Load(ctx context.Context, store graph.Store, ontology *graph.Ontology, lines iter.Seq2[Line, error], o Options) (Report, error) {
	o.BatchSize = cmp.Or(o.BatchSize, 1000)
	if o.DryRun {
		o.BatchSize = math.MaxInt
	}
	o.MaxRejected = cmp.Or(o.MaxRejected, 1000)
	l := loader{store: store, ontology: ontology, Options: o}
	for line, err := range lines {
		if err == nil {
			err = l.add(&line)
		}
		l.report.Read++
		if err := l.refuse(err); err != nil {
			return l.report, err
		}
		if len(l.batch) < o.BatchSize {
			continue
		}
		if err := l.flush(ctx); err != nil {
			return l.report, err
		}
	}
	return l.report, l.flush(ctx)
}

type loader struct {
	Options
	store    graph.Store
	ontology *graph.Ontology
	batch    []Line
	batches  int
	report   Report
}

// add checks a line's shape and puts it into the batch.
func (l *loader) add(line *Line) error {
	if err := l.ontology.Validate(&line.Change); err != nil {
		return problemOf(line, err)
	}
	l.batch = append(l.batch, *line)
	return nil
}

func problemOf(line *Line, err error) *Problem {
	return &Problem{File: line.File, Line: line.Number, Reason: err.Error()}
}

// refuse notes a problem and gives the error that ends the load, if it does.
func (l *loader) refuse(err error) error {
	var p *Problem
	if err == nil || !errors.As(err, &p) {
		return err
	}
	l.report.Rejected = append(l.report.Rejected, p)
	switch {
	case l.Strict:
		return p
	case len(l.report.Rejected) > l.MaxRejected:
		return fmt.Errorf("more than %d lines were refused, so the rest was not read; the last: %w", l.MaxRejected, p)
	}
	return nil
}

// flush writes the batch. A line at which the store stops is taken out, and
// the rest tried again.
func (l *loader) flush(ctx context.Context) error {
	byReference(l.batch)
	for len(l.batch) > 0 {
		receipt, err := l.store.Apply(ctx, l.asBatch())
		if err == nil {
			l.count(receipt)
			break
		}
		i, isLine := blamed(err, len(l.batch))
		if !isLine {
			return err
		}
		if err := l.refuse(problemOf(&l.batch[i], err)); err != nil {
			return err
		}
		l.batch = slices.Delete(l.batch, i, i+1)
	}
	l.batch = l.batch[:0]
	l.batches++
	if l.Progress != nil {
		l.Progress(l.report.Read)
	}
	return nil
}

// blamed is the change at which the store stopped, where it was a change's
// fault and not the store's.
func blamed(err error, n int) (int, bool) {
	var e *graph.Error
	if !errors.As(err, &e) || e.Index < 0 || e.Index >= n {
		return 0, false
	}
	switch e.Code {
	case graph.CodeInvalid, graph.CodeNotFound, graph.CodeAmbiguous, graph.CodeConflict, graph.CodeLimit:
		return e.Index, true
	}
	return 0, false
}

func (l *loader) asBatch() graph.Batch {
	b := graph.Batch{Actor: l.Actor, Reason: l.Reason, At: l.At, DryRun: l.DryRun}
	for _, line := range l.batch {
		b.Changes = append(b.Changes, line.Change)
	}
	if l.KeyPrefix != "" && !l.DryRun {
		b.Key = fmt.Sprintf("%s/%d/%s", l.KeyPrefix, l.batches, digest(b.Changes))
	}
	return b
}

// digest tells batches apart by what is in them, so that a batch from which a
// line was taken is another one.
func digest(changes []graph.Change) string {
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	for _, c := range changes {
		_ = enc.Encode(c) // a digest cannot fail to be written, nor a change to be encoded
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func (l *loader) count(receipt graph.Receipt) {
	l.report.Rev = receipt.Rev
	for _, r := range receipt.Results {
		l.report.Applied++
		switch {
		case r.Created:
			l.report.Created++
		case r.Changed:
			l.report.Changed++
		default:
			l.report.Unchanged++
		}
	}
}
