package bolt

import (
	"context"
	"os"
	"strings"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/storagetest"
)

// spoilt are ways in which a file whose pages and checksums are sound can still
// be wrong, and what the check says of each. Each is given the first key of a
// bucket and the payload there.
var spoilt = []struct {
	name   string
	bucket bucket
	spoil  func(key, payload []byte) []pairKV
	says   string
}{
	{"an id leads elsewhere", bIDs, swap(func(p []byte) { p[3]++ }), "which is"},
	{"an id is missing", bIDs, remove, "uids, and things"},
	{"an entity is missing", bEntities, remove, "which is not there"},
	{"an entity's head is not its document's", bEntities, swap(func(p []byte) { p[3]++ }), ""},
	{"a relation's head is not its document's", bRelations, swap(func(p []byte) { p[51] ^= 1 }), "its head does not fit its document"},
	{"a relation is missing", bRelations, remove, "which is not there"},
	{"a source's key is missing", bSourceKeys, remove, "is not listed by its key"},
	{"a text is another", bTexts, swap(func(p []byte) { p[0] ^= 1 }), "does not have the hash of the source"},
	{"a text that a source had is another", bTexts, func([]byte, []byte) []pairKV {
		key := make([]byte, pastKey)
		return []pairKV{{key: key, value: append(make([]byte, record.FrameSize), "two"...)}}
	}, "under another hash"},
	{"a text is missing", bTexts, remove, "has a hash and no text"},
	{"a list of edges is missing", bEdges, remove, "does not list it as it is"},
	{"an edge leads elsewhere", bEdges, swap(func(p []byte) { p[7]++ }), "does not list it as it is"},
	{"an edge carries something else", bEdges, swap(func(p []byte) { p[8] ^= 1 }), "does not list it as it is"},
	{"a degree is wrong", bDegrees, swap(func(p []byte) { p[6]++ }), "they are not what is listed"},
	{"a row of degrees is missing", bDegrees, remove, "they are not what is listed"},
	{"a member is missing", bMembers, swap(func(p []byte) { p[0] = 0 }), "it is not among the members"},
	{"a member is too many", bMembers, swap(func(p []byte) { p[len(p)-1] |= 0x80 }), "members"},
	{"a term lists nobody", bTerms, remove, "cannot be found by the term"},
	{"a term lists one too many", bTerms, func(key, p []byte) []pairKV {
		return []pairKV{{key: key, value: termValue([]graph.EntityID{1, 2, 3, 77}, true, 4)}}
	}, ""},
	{"a reference is missing", bNamed, remove, "does not know that it is named"},
	{"a reference is too many", bNamed, another, "references, and records name"},
	{"a citation is missing", bCited, remove, "is not listed"},
	{"a citation is too many", bCited, another, "citations, and"},
	{"an entry of the log is missing", bLog, func(key, p []byte) []pairKV { return []pairKV{{key: logKey(1, 3)}} }, "an entry is missing before it"},
	{"a revision is missing", bLog, func(key, p []byte) []pairKV { return []pairKV{{key: revKey(2)}} }, "is not whole"},
	{"a link is missing", bNext, remove, "does not follow the entry that it names"},
	{"a grave is missing", bGraves, remove, "entries, and things were written"},
	{"a receipt cannot be read", bKept, swap(func(p []byte) { p[0] = 9 }), "it is no receipt"},
	{"a counter is wrong", bMeta, func(key, p []byte) []pairKV {
		s, err := decodeState(p)
		if err != nil {
			panic(err)
		}
		s.relations++
		s.kinds[1]++
		return []pairKV{{key: key, value: s.encode(make([]byte, record.FrameSize))}}
	}, "the counter says"},
}

func remove(key, _ []byte) []pairKV { return []pairKV{{key: key}} }

// another copies the entry under a neighbouring key.
func another(key, payload []byte) []pairKV {
	next := clone(key)
	next[len(next)-1]++
	return []pairKV{{key: next, value: append(make([]byte, record.FrameSize), payload...)}}
}

// swap changes the payload where it stands.
func swap(change func(payload []byte)) func(key, payload []byte) []pairKV {
	return func(key, payload []byte) []pairKV {
		value := append(make([]byte, record.FrameSize), payload...)
		change(value[record.FrameSize:])
		return []pairKV{{key: key, value: value}}
	}
}

func TestTheCheckFindsWhatIndexesAndRecordsDisagreeAbout(t *testing.T) {
	for _, s := range spoilt {
		t.Run(s.name, func(t *testing.T) {
			path := newPath(t)
			store := openAt(t, path, Options{})
			if err := storagetest.Fill(context.Background(), store, 5, 120); err != nil {
				t.Fatal(err)
			}
			addTexts(t, store)
			store.Close()
			sound(t, path)
			patch(t, path, func(tb *tables) error {
				c, err := tb.fresh(s.bucket)
				if err != nil {
					return err
				}
				k, v := c.First()
				if s.bucket == bMeta {
					k, v = c.Seek(keyState)
				}
				payload, err := open(s.bucket, k, v)
				if err != nil {
					return err
				}
				return tb.putAll(s.bucket, s.spoil(clone(k), clone(payload)))
			})
			findings, err := Verify(context.Background(), path, nil)
			if err != nil {
				t.Fatal(err)
			}
			said := ""
			for _, f := range findings {
				said += f.String() + "\n"
			}
			if said == "" || !strings.Contains(said, s.says) {
				t.Errorf("the check says\n%s", said)
			}
		})
	}
}

// addTexts gives every source a text, and so keeps those that some had.
func addTexts(t *testing.T, store *Store) {
	t.Helper()
	var changes []graph.Change
	for _, name := range []string{"s", "t", "u"} {
		c := addSource(name)
		c.Text = &name
		changes = append(changes, c)
	}
	if _, err := store.Apply(context.Background(), batchOf(changes...)); err != nil {
		t.Fatal(err)
	}
}

func TestTheCheckSaysPlainlyThatAFirstPageCarriesAnotherNumber(t *testing.T) {
	path := newPath(t)
	openAt(t, path, Options{}).Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	native.PutUint64(whole, 66) // no checksum covers the head of the page
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	findings, err := Verify(context.Background(), path, nil)
	if err != nil || len(findings) != 1 || findings[0].String() != "page 0 says that it is page 66" {
		t.Errorf("the check says %v, %v", findings, err)
	}
}

func TestTheCheckOfAnOpenStoreAndItsProgress(t *testing.T) {
	path := newPath(t)
	s := openAt(t, path, Options{NoSync: true})
	if err := storagetest.Fill(context.Background(), s, 5, 120); err != nil {
		t.Fatal(err)
	}
	steps := map[string]bool{}
	findings, err := s.Verify(context.Background(), func(p Progress) { steps[p.Step] = true })
	if err != nil || len(findings) > 0 {
		t.Errorf("the check of an open store: %v, %v", findings, err)
	}
	s.Close()
	if _, err := Verify(context.Background(), path, func(p Progress) { steps[p.Step] = true }); err != nil || !steps["bbolt"] || !steps["checksums"] {
		t.Errorf("the check told of %v, %v", steps, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Verify(ctx, path, nil); err == nil {
		t.Error("a cancelled check ended well")
	}
}
