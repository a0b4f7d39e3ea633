package bolt

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

// Finding is something that is wrong with a file: in which bucket ("" for the
// file as a whole), under which key and what.
type Finding struct {
	Bucket  string
	Key     string // hex
	Problem string
}

// String is f as one sentence.
func (f Finding) String() string {
	switch {
	case f.Bucket == "":
		return f.Problem
	case f.Key == "":
		return f.Bucket + ": " + f.Problem
	}
	return f.Bucket + "/" + f.Key + ": " + f.Problem
}

// Progress tells how far a check has come: Done of Of in the step at hand. Of is
// 0 where it is not known.
type Progress struct {
	Step     string
	Done, Of int
}

// maxFindings ends a check; what is so broken needs no longer list.
const maxFindings = 1000

var errEnough = fmt.Errorf("more than %d findings", maxFindings)

// Verify proves the file at path: its pages, the checksum and the shape of every
// value, that records and indexes say the same in both directions, every
// counter, the search terms and the chains of the log. Nobody may have it open
// meanwhile, and nothing is written, unless the file was not closed and has to be
// mended first. What is wrong are findings; an error says that the check could not
// be made. report, where it is not nil, is told how far
// the check has come.
func Verify(ctx context.Context, path string, report func(Progress)) ([]Finding, error) {
	op := opener{path: path, base: filepath.Base(path), opts: Options{LockTimeout: time.Second}}
	v := verifier{ctx: ctx, report: report}
	if err := op.mend(ctx); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, op.system(err)
	}
	defer f.Close()
	if err := op.look(f); err != nil {
		if graph.CodeOf(err) == graph.CodeCorrupt {
			return []Finding{{Problem: err.Error()}}, nil
		}
		return nil, err
	}
	if err := lockFile(ctx, f, false, op.opts.LockTimeout); err != nil {
		return nil, op.lockError(err)
	}
	sound, err := v.pages(f)
	if err != nil {
		return nil, op.system(err)
	}
	db, err := op.bbolt(f, bbolt.Options{ReadOnly: true})
	if err != nil {
		return append(v.findings, Finding{Problem: err.Error()}), nil
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		v.tables = tables{tx: tx}
		if err := op.format(&v.tables); err != nil {
			return err
		}
		return v.everything(sound)
	})
	return v.findings, err
}

// Verify proves the file of an open store as it is now; see the function of
// that name. It holds one read transaction for as long as it takes.
func (s *Store) Verify(ctx context.Context, report func(Progress)) ([]Finding, error) {
	if err := s.begin("verify"); err != nil {
		return nil, err
	}
	defer s.use.Done()
	v := verifier{ctx: ctx, report: report}
	tx, err := s.beginRead()
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	v.tables = tables{tx: tx}
	err = v.everything(false)
	return v.findings, err
}

// verifier is one check of a file.
type verifier struct {
	tables
	ctx      context.Context
	report   func(Progress)
	findings []Finding
	symbols  *symbols
	state    state
	step     string
	done     int

	// What the records ask for, to be compared with what the indexes hold.
	want, got sizes
}

// sizes are the numbers of entries in the indexes.
type sizes struct {
	entities, relations, sources, ids, edges, members, named, cited, terms, entries, links int
}

// pages looks at the pages of the file; sound says that bbolt's own check can
// be made.
func (v *verifier) pages(f *os.File) (sound bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	pages, err := look(f, info.Size())
	if err != nil {
		return false, err
	}
	if pages.lame {
		v.findings = append(v.findings, Finding{Problem: "one of the first two pages is damaged; the newest revision may be missing, if no crash did this"})
	}
	err = pages.walk(func(done, of int) { v.tell(Progress{"pages", done, of}) })
	if err != nil {
		v.findings = append(v.findings, Finding{Problem: err.Error()})
	}
	return err == nil, nil
}

func (v *verifier) tell(p Progress) {
	if v.report != nil {
		v.report(p)
	}
}

// find notes a finding.
func (v *verifier) find(b bucket, key []byte, format string, args ...any) error {
	v.findings = append(v.findings, Finding{b.String(), hex.EncodeToString(key), fmt.Sprintf(format, args...)})
	return v.enough()
}

func (v *verifier) enough() error {
	if len(v.findings) >= maxFindings {
		return errEnough
	}
	return nil
}

// corrupt notes an error of a look-up as a finding; other errors end the check.
func (v *verifier) corrupt(err error) error {
	var e *graph.Error
	if errors.As(err, &e) && e.Code == graph.CodeCorrupt {
		v.findings = append(v.findings, Finding{Problem: e.Error()})
		return v.enough()
	}
	return err
}

// expect is find unless ok.
func (v *verifier) expect(ok bool, b bucket, key []byte, format string, args ...any) error {
	if ok {
		return nil
	}
	return v.find(b, key, format, args...)
}

// everything runs all steps. A damaged page ends a step, not the check.
func (v *verifier) everything(boltCheck bool) error {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	steps := []struct {
		name string
		do   func() error
	}{
		{"state", v.checkState}, {"checksums", v.checkFrames}, {"ids", v.checkIDs}, {"sources", v.checkSources}, {"entities", v.checkEntities},
		{"relations", v.checkRelations}, {"edges", v.checkEdges}, {"members", v.checkMembers}, {"terms", v.checkTerms},
		{"log", v.checkLog}, {"sizes", v.checkSizes},
	}
	for _, s := range steps {
		v.step, v.done = s.name, 0
		if err := v.run(s.do); err == errEnough {
			return nil
		} else if err != nil {
			return err
		}
		if v.symbols == nil {
			return nil // without names nothing can be read
		}
	}
	if !boltCheck {
		return nil
	}
	v.tell(Progress{Step: "bbolt"})
	for err := range v.tx.Check() {
		v.findings = append(v.findings, Finding{Problem: boltProblem(err)})
	}
	return nil
}

// boltProblem is what bbolt's own check says, as the other findings say it.
func boltProblem(err error) string {
	text := strings.TrimPrefix(err.Error(), "panic: ")
	text = strings.TrimPrefix(text, "assertion failed: ")
	var id, says uint64
	if n, _ := fmt.Sscanf(text, "Page expected to be: %d, but self identifies as %d", &id, &says); n == 2 {
		return badPage(id, "says that it is page %d", says).Error()
	}
	line, _, _ := strings.Cut(text, "\n")
	return "bbolt: " + line
}

// run does one step.
func (v *verifier) run(step func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			v.findings = append(v.findings, Finding{Problem: fmt.Sprintf("a page is damaged: the step %q could not be finished (%v)", v.step, p)})
			err = v.enough()
		}
	}()
	return v.corrupt(step())
}

// each goes through a bucket. Values whose frame is broken were found already
// and are left out.
func (v *verifier) each(b bucket, of uint64, do func(key, payload []byte) error) error {
	c, err := v.fresh(b)
	if err != nil {
		return err
	}
	for k, value := c.First(); k != nil; k, value = c.Next() {
		if v.done++; v.done%1024 == 0 {
			if err := v.ctx.Err(); err != nil {
				return err
			}
			v.tell(Progress{v.step, v.done, int(of)})
		}
		payload, err := frames[b].Open(k, value)
		if err != nil {
			continue
		}
		if err := v.corrupt(do(k, payload)); err != nil {
			return err
		}
	}
	return nil
}

// checkState reads the state and the symbols.
func (v *verifier) checkState() (err error) {
	if v.state, err = v.tables.state(); err != nil {
		return err
	}
	if v.symbols, err = readSymbols(&v.tables); err != nil {
		return err
	}
	return v.expect(v.state.terms == termsVersion, bMeta, keyState, "the search terms are of version %d, or were not indexed to the end; open the store to have it done", v.state.terms)
}

// checkFrames proves the checksum of every value, and that keys ascend.
func (v *verifier) checkFrames() error {
	for b := range buckets {
		c, err := v.fresh(b)
		if err != nil {
			return err
		}
		var last []byte
		for k, value := c.First(); k != nil; k, value = c.Next() {
			if v.done++; v.done%1024 == 0 {
				if err := v.ctx.Err(); err != nil {
					return err
				}
				v.tell(Progress{Step: v.step, Done: v.done})
			}
			if _, err := frames[b].Open(k, value); err != nil {
				if err := v.find(b, k, "%v", err); err != nil {
					return err
				}
			}
			if bytes.Compare(last, k) >= 0 {
				if err := v.find(b, k, "it does not stand in the order of keys"); err != nil {
					return err
				}
			}
			last = append(last[:0], k...)
		}
	}
	return nil
}

// checkIDs proves that every uid leads to a record that has it.
func (v *verifier) checkIDs() error {
	return v.each(bIDs, v.state.entities+v.state.relations+v.state.sources, func(key, payload []byte) error {
		v.got.ids++
		if len(key) != 12 || len(payload) != 4 {
			return v.find(bIDs, key, "it is no id")
		}
		uid, id := graph.UID(key), be32(payload)
		in, ok := bucketOf(uid.Tag())
		if !ok {
			return v.find(bIDs, key, "its tag is %q", uid.Tag())
		}
		payload, err := v.get(in, key32(id))
		if err != nil || payload == nil {
			return v.expect(err != nil, bIDs, key, "it leads to %s %d, which is not there", in, id)
		}
		got, err := v.uidIn(in, payload)
		return v.expect(err == nil && got == uid, bIDs, key, "it leads to %s %d, which is another", in, id)
	})
}

// uidIn is the identity of the thing whose record payload is.
func (v *verifier) uidIn(b bucket, payload []byte) (graph.UID, error) {
	switch b {
	case bEntities:
		h, err := record.HeadOfEntity(payload)
		if err != nil {
			return graph.UID{}, err
		}
		return h.UID(), nil
	case bRelations:
		h, err := record.HeadOfRelation(payload)
		if err != nil {
			return graph.UID{}, err
		}
		return h.UID(), nil
	}
	s, err := record.DecodeSource(payload)
	if err != nil {
		return graph.UID{}, err
	}
	return s.UID(), nil
}

// checkSizes compares what the indexes hold with what the records ask for, and
// the counters with both.
func (v *verifier) checkSizes() error {
	s := &v.state
	for _, n := range []struct {
		b         bucket
		got, want int
		what      string
	}{
		{bEntities, v.got.entities, int(s.entities), "entities, and the counter says"},
		{bRelations, v.got.relations, int(s.relations), "relations, and the counter says"},
		{bSources, v.got.sources, int(s.sources), "sources, and the counter says"},
		{bCited, v.got.cited, int(s.evid), "citations, and the counter says"},
		{bIDs, v.got.ids, v.got.entities + v.got.relations + v.got.sources, "uids, and things"},
		{bEdges, v.got.edges, v.want.edges, "edges, and ends of relations"},
		{bMembers, v.got.members, v.got.entities + v.got.relations, "members of kinds and types, and things"},
		{bNamed, v.got.named, v.want.named, "references, and records name"},
		{bCited, v.got.cited, v.want.cited, "citations, and records cite"},
		{bTerms, v.got.terms, v.want.terms, "search terms of entities, and names ask for"},
		{bLog, v.got.entries, v.want.entries, "entries, and things were written"},
		{bNext, v.got.links, v.want.links, "links to the next write, and there should be"},
	} {
		if err := v.expect(n.got == n.want, n.b, nil, "there are %d %s %d", n.got, n.what, n.want); err != nil {
			return err
		}
	}
	return nil
}
