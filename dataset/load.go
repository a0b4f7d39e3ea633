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

	// DryRun checks everything and writes nothing. Up to 10,000 lines are then one
	// batch, since a later line may rest on an earlier one; more are written to a
	// copy of the store, where it is a [graph.Rehearser]; a store in memory is not,
	// and holds them all, half of what it would hold once they are written.
	DryRun bool

	// Strict stops at the first line that is refused; the batches before it
	// stay, its own is not written. Lines are then not tried again at the end.
	Strict bool

	// MaxRejected ends the load with an error when more lines are refused; -1:
	// never.
	MaxRejected int

	// Rejected, where set, is told of every line that is refused, in the order
	// in which that is found out. Its error ends the load.
	Rejected func(*Problem) error

	// Progress, where set, is told after every batch how many lines were read.
	Progress func(read int)

	// Finishing, where set, is told how far the store has come that writes what
	// it was given when all lines were read; see graph.Bulk.
	Finishing func(done, of int)
}

// Report tells what a load did. Read counts lines, the refused ones included,
// and a line that makes several changes as so many; Applied is the sum of
// Created, Changed and Unchanged. Refused counts the lines that were not
// written, and Rejected has the first 1000 of them. Rev is the revision of the
// last batch.
type Report struct {
	Read, Applied               int
	Created, Changed, Unchanged int
	Refused                     int
	Rejected                    []*Problem
	Rev                         graph.Rev
}

// maxKept bounds the problems in a report.
const maxKept = 1000

// maxTries bounds how often a record is put together anew because somebody else
// writes it, too.
const maxTries = 10

// maxBatch bounds what the lines of a batch may take in their files, in bytes.
const maxBatch = 32 << 20

// Load checks lines against the ontology and writes them to store in batches,
// within a batch in the order sources, entities, relations, so that a line may
// refer to a later one of its batch. A line that refers to what is not there is
// put aside and tried once more at the end, so files may stand in any order; of
// such lines 100,000 are kept at most. A line that is refused, by its reader, the
// ontology or the store, is reported and left out, and the rest of its batch is
// written. Writing the same lines again changes nothing.
//
// The error is that of the sequence, of the context or of the store, or, with
// Strict or beyond MaxRejected, the [Problem] at which it stopped. The report
// is right in every case.
//
// A store that is empty and a [graph.Bulk] is filled at once. Then an error that
// is not a line's leaves it empty.
func Load(ctx context.Context, store graph.Store, ontology *graph.Ontology, lines iter.Seq2[Line, error], o Options) (Report, error) {
	o.BatchSize = cmp.Or(o.BatchSize, 1000)
	o.MaxRejected = cmp.Or(o.MaxRejected, 1000)
	if o.DryRun {
		return rehearse(ctx, store, ontology, lines, o)
	}
	l := newLoader(store, ontology, o)
	if b, is := store.(graph.Bulk); is {
		if ok, err := l.bulk(ctx, b, lines); ok || err != nil {
			return l.report, err
		}
	}
	err := l.all(ctx, l.checked(lines))
	return l.report, err
}

func newLoader(store graph.Filling, ontology *graph.Ontology, o Options) *loader {
	return &loader{store: store, ontology: ontology, Options: o, met: map[code]*graph.Entity{}}
}

// bulk fills an empty store at once; ok says that it was empty.
func (l *loader) bulk(ctx context.Context, b graph.Bulk, lines iter.Seq2[Line, error]) (ok bool, err error) {
	var atLine error
	ok, err = b.Bulk(ctx, func(store graph.Filling) error {
		l.store = store
		err := l.all(ctx, ahead(l.checked(lines)))
		if l.stopped {
			atLine, err = err, nil // the batches before it stay
		}
		return err
	}, l.Finishing)
	if ok && err != nil {
		l.report = Report{Read: l.report.Read, Refused: l.report.Refused, Rejected: l.report.Rejected}
	}
	return ok, cmp.Or(err, atLine)
}

// checked yields lines, and in the place of one whose shape is wrong what is wrong
// with it.
func (l *loader) checked(lines iter.Seq2[Line, error]) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for line, err := range lines {
			if err == nil && line.Late == nil {
				if flaw := l.ontology.Validate(&line.Change); flaw != nil {
					err = problemOf(&line, flaw)
				}
			}
			if !yield(line, err) {
				return
			}
		}
	}
}

// all takes every line, which is checked.
func (l *loader) all(ctx context.Context, lines iter.Seq2[Line, error]) error {
	for line, err := range lines {
		if err == nil {
			l.batch = append(l.batch, item{Line: line})
			l.size += line.Size
		}
		l.report.Read++
		if err := l.refuse(err); err != nil {
			return err
		}
		if len(l.batch) < l.BatchSize && (l.size < maxBatch || l.DryRun) {
			continue
		}
		if err := l.flush(ctx); err != nil {
			return err
		}
	}
	if err := l.flush(ctx); err != nil {
		return err
	}
	return l.tryAgain(ctx)
}

type loader struct {
	Options
	store    graph.Filling
	ontology *graph.Ontology
	batch    []item
	size     int // of the batch's lines in their files, in bytes
	batches  int
	aside    aside
	met      map[code]*graph.Entity // see lookup
	report   Report
	stopped  bool // a line that was refused ended the load
}

// item is a line of a batch and the further ones that add to the same record:
// their changes together are Change.
type item struct {
	Line
	parts []Line // nil where there is nothing to put together
	tries int    // how often that was done

	merged bool // Change is of several documents, and was not checked since
}

func problemOf(line *Line, err error) *Problem {
	return &Problem{File: line.File, Line: line.Number, Column: line.Column, Field: line.Field, Reason: err.Error(), Record: line.Record}
}

// refuse notes a problem and gives the error that ends the load, if it does.
func (l *loader) refuse(err error) error {
	if err == nil {
		return nil
	}
	var p *Problem
	if !errors.As(err, &p) {
		return err
	}
	l.report.Refused++
	if len(l.report.Rejected) < maxKept {
		l.report.Rejected = append(l.report.Rejected, p)
	}
	if l.Rejected != nil {
		if err := l.Rejected(p); err != nil {
			return err
		}
	}
	switch {
	case l.Strict:
		l.stopped = true
		return p
	case l.MaxRejected >= 0 && l.report.Refused > l.MaxRejected:
		l.stopped = true
		return fmt.Errorf("more than %d lines were refused, so the rest was not read; the last: %w", l.MaxRejected, p)
	}
	return nil
}

// refuseItem refuses every line of an item for the same reason.
func (l *loader) refuseItem(it *item, err error) error {
	for _, line := range it.lines() {
		if err := l.refuse(problemOf(&line, err)); err != nil {
			return err
		}
	}
	return nil
}

func (it *item) lines() []Line {
	if it.parts == nil {
		return []Line{it.Line}
	}
	return it.parts
}

// flush writes the batch. A line at which the store stops is taken out, and
// the rest tried again.
func (l *loader) flush(ctx context.Context) error {
	if err := l.prepare(ctx); err != nil {
		return err
	}
	byReference(l.batch, func(it *item) *graph.Change { return &it.Change })
	for len(l.batch) > 0 {
		receipt, err := l.store.Apply(ctx, l.asBatch())
		if err == nil {
			l.count(receipt)
			break
		}
		if err := l.mend(ctx, err); err != nil {
			return err
		}
	}
	l.batch, l.size = l.batch[:0], 0
	l.batches++
	if l.Progress != nil {
		l.Progress(l.report.Read)
	}
	return nil
}

// mend changes the batch so that err does not come again: it takes out what
// refers to nothing, looks again at a record that was changed meanwhile, or
// else takes out the line at fault.
func (l *loader) mend(ctx context.Context, err error) error {
	i, isLine := blamed(err, len(l.batch))
	if !isLine {
		return err
	}
	switch code := graph.CodeOf(err); {
	case code == graph.CodeNotFound:
		some, err := l.takeOutDangling(ctx)
		if some || err != nil {
			return err
		}
	case code == graph.CodeConflict && l.batch[i].parts != nil && l.batch[i].tries < maxTries:
		return l.putTogether(ctx, &l.batch[i])
	}
	if err := l.refuseItem(&l.batch[i], err); err != nil {
		return err
	}
	l.batch = slices.Delete(l.batch, i, i+1)
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
	b := graph.Batch{Actor: l.Actor, Reason: l.Reason, At: l.At, DryRun: l.DryRun, Checked: true, Changes: make([]graph.Change, 0, len(l.batch))}
	for i := range l.batch {
		b.Changes = append(b.Changes, l.batch[i].Change)
		b.Checked = b.Checked && !l.batch[i].merged
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
	for i, r := range receipt.Results {
		l.report.Applied++
		switch {
		case r.Created:
			l.report.Created++
		case r.Changed:
			l.report.Changed++
		default:
			l.report.Unchanged++
		}
		// What further lines added to the record was written with the first.
		if more := len(l.batch[i].parts) - 1; more > 0 {
			l.report.Applied += more
			l.report.Unchanged += more
		}
	}
}
