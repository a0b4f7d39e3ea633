package bolt_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"lianzhu/graph"
	"lianzhu/storage/bolt"
	"lianzhu/storage/storagetest"
)

// sample makes a small store with something of everything and gives its bytes,
// closed cleanly, or as a crash leaves it.
func sample(t *testing.T, clean bool) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.lianzhu")
	s := open(t, path)
	if err := storagetest.Fill(context.Background(), s, 1, 60); err != nil {
		t.Fatal(err)
	}
	crashed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !clean {
		return crashed
	}
	closed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return closed
}

// outcome is what became of a damaged file.
type outcome int

const (
	refused  outcome = iota // it did not open
	noticed                 // reading answered CodeCorrupt
	harmless                // everything read as it was
	wrong                   // something else was read, and nothing said so
)

// try opens damaged bytes and reads everything.
func try(t *testing.T, path string, damaged []byte, want []string) (outcome, error) {
	t.Helper()
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Open(context.Background(), path, storagetest.Ontology(), bolt.Options{NoSync: true})
	if err != nil {
		return refused, err
	}
	defer s.Close()
	got, err := storagetest.Export(context.Background(), s, 1)
	if err := storagetest.Fill(context.Background(), s, 2, 3); err != nil && !known(err) {
		t.Errorf("writing answers %v", err)
	}
	switch {
	case err != nil:
		return noticed, err
	case slices.Equal(got, want):
		return harmless, nil
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			return wrong, fmt.Errorf("line %d was %s", i, want[i])
		}
	}
	return wrong, fmt.Errorf("there are %d lines more", len(got)-len(want))
}

func TestADamagedFileNeverAnswersWronglyNorPanics(t *testing.T) {
	for name, clean := range map[string]bool{"after a clean shutdown": true, "after a crash": false} {
		t.Run(name, func(t *testing.T) {
			whole := sample(t, clean)
			want := readAll(t, whole)
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d, %d bytes", seed, len(whole))
			r := rand.New(rand.NewPCG(seed, 0))
			path := filepath.Join(t.TempDir(), "damaged.lianzhu")
			tally := map[outcome]int{}
			for range rounds(t) {
				damaged := bytes.Clone(whole)
				at := flip(r, damaged)
				o, err := try(t, path, damaged, want)
				if tally[o]++; o == wrong {
					t.Errorf("a byte at %d was changed, and what is read has changed with it: %v", at, err)
					err = nil
				}
				if err != nil && !known(err) {
					t.Errorf("a byte at %d was changed: %v", at, err)
				}
				if o == noticed {
					foundBy(t, path, damaged, at)
				}
			}
			t.Logf("refused %d, noticed %d, harmless %d", tally[refused], tally[noticed], tally[harmless])
		})
	}
}

// rounds is how often a file is damaged; LIANZHU_ROUNDS sets it.
func rounds(t *testing.T) int {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("LIANZHU_ROUNDS"), "60"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// flip changes a byte where there is something to be changed: empty space shows
// nothing, and the first pages have a test of their own.
func flip(r *rand.Rand, b []byte) int {
	const firstPages = 2 * 4096
	for {
		at := firstPages + r.IntN(len(b)-firstPages)
		if around := b[max(0, at-8):min(len(b), at+8)]; bytes.Count(around, []byte{0}) == len(around) {
			continue
		}
		if r.IntN(2) == 0 {
			b[at] ^= 1 << r.IntN(8)
		} else {
			b[at] ^= byte(1 + r.IntN(255))
		}
		return at
	}
}

// foundBy wants the check to find what reading has noticed.
func foundBy(t *testing.T, path string, damaged []byte, at int) {
	t.Helper()
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	findings, err := bolt.Verify(context.Background(), path, nil)
	if err == nil && len(findings) == 0 {
		t.Errorf("a byte at %d was changed, reading notices and the check does not", at)
	}
	if err != nil && !known(err) {
		t.Errorf("a byte at %d was changed: the check ends with %v", at, err)
	}
}

// known tells whether err is an answer for a person.
func known(err error) bool {
	var e *graph.Error
	return errors.As(err, &e) && (e.Code == graph.CodeCorrupt || e.Code == graph.CodeInvalid) && e.Detail != ""
}

func readAll(t *testing.T, file []byte) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "whole.lianzhu")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	defer s.Close()
	lines, err := storagetest.Export(context.Background(), s, 1)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestATruncatedFileIsRefused(t *testing.T) {
	whole := sample(t, true)
	want := readAll(t, whole)
	path := filepath.Join(t.TempDir(), "short.lianzhu")
	for at := 0; at < len(whole); at += max(1, len(whole)/rounds(t)) {
		o, err := try(t, path, whole[:at], want)
		if o != refused && o != harmless || err != nil && !known(err) {
			t.Errorf("the first %d of %d bytes: %v, %v", at, len(whole), o, err)
		}
		if findings, err := bolt.Verify(context.Background(), path, nil); o == refused && err == nil && len(findings) == 0 {
			t.Errorf("the first %d of %d bytes: the check finds nothing", at, len(whole))
		}
	}
}

// The first two pages are written in turn. Where one of them is not sound the
// other is used: a crash while it was written leaves it so.
func TestADamagedFirstPageLeavesAWholeRevision(t *testing.T) {
	whole := sample(t, false)
	path := filepath.Join(t.TempDir(), "damaged.lianzhu")
	for at := range 2 * 4096 {
		if i := at % 4096; i < 16 || i >= 16+64 {
			continue // the header of the page, which nobody reads, and empty space
		}
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x10
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if findings, err := bolt.Verify(context.Background(), path, nil); err != nil || len(findings) != 1 {
			t.Fatalf("a byte at %d was changed: the check finds %v, %v", at, findings, err)
		}
		s := open(t, path)
		if findings, err := graph.Check(context.Background(), s, storagetest.Ontology()); err != nil || len(findings) > 0 {
			t.Fatalf("a byte at %d was changed: %v, %v", at, findings, err)
		}
		s.Close()
	}
}
