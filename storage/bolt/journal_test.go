package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianzhu/graph"
	"lianzhu/storage/mem"
	"lianzhu/storage/storagetest"
)

// journaled opens a store whose very first write goes to a journal.
func journaled(t testing.TB, path string) *Store {
	return openAt(t, path, Options{journalAtOnce: true})
}

// freshJournaled is a new store of that sort, whose file is proved in the end.
func freshJournaled(t *testing.T) graph.Store {
	path := newPath(t)
	s := journaled(t, path)
	t.Cleanup(func() {
		s.Close()
		sound(t, path)
		onlyStore(t, path)
	})
	return s
}

func TestContractWithAJournal(t *testing.T) { storagetest.Run(t, freshJournaled) }

func TestModelWithAJournal(t *testing.T) {
	storagetest.Model(t, freshJournaled, func(*testing.T) graph.Store { return mem.New(storagetest.Ontology()) })
}

// disk is what a disk may hold of a store: its file as it was when it was synced
// last, and the whole of its journal.
type disk struct {
	t      *testing.T
	s      *Store
	synced []byte
}

// still does something while the committer stands still.
func (d *disk) still(do func(*checkpoints)) {
	over, err := d.s.stopCommitter(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	defer close(over)
	do(d.s.journal)
}

// checkpoint makes one to its end, and notes what is on the disk then.
func (d *disk) checkpoint() {
	d.still(func(c *checkpoints) {
		if c.j == nil {
			return
		}
		err := c.wait()
		if err == nil {
			err = c.start()
		}
		synced := readFile(d.t, d.s.path)
		if err == nil {
			err = c.wait()
		}
		if err != nil {
			d.t.Fatal(err)
		}
		d.synced = synced
	})
}

// lost is what the machine finds after its power was cut: of the pages that were
// written since the last sync some old and some new, the length likewise.
func (d *disk) lost(r *rand.Rand) (file, journal []byte) {
	d.still(func(*checkpoints) {
		file, journal = readFile(d.t, d.s.path), readFile(d.t, journalPath(d.s.path))
	})
	const page = 4096
	if r.IntN(3) == 0 {
		file = file[:len(d.synced)+r.IntN((len(file)-len(d.synced))/page+1)*page]
	}
	for at := 0; at < len(file); at += page {
		if r.IntN(2) == 0 {
			continue
		}
		clear(file[at : at+page])
		if at < len(d.synced) {
			copy(file[at:at+page], d.synced[at:])
		}
	}
	return file, journal
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// writeStore puts a file and its journal into a folder of their own.
func writeStore(t testing.TB, file, journal []byte) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "graph.lianzhu")
	for name, b := range map[string][]byte{path: file, journalPath(path): journal} {
		if b == nil {
			continue
		}
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// same wants a store of these bytes to hold what another holds.
func same(t *testing.T, file, journal []byte, want map[string]string) {
	t.Helper()
	path := writeStore(t, file, journal)
	s := openAt(t, path, Options{})
	got := everything(t, s)
	if !maps.Equal(got, want) {
		t.Errorf("%d values are there, and %d were; they are not the same", len(got), len(want))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	sound(t, path)
	onlyStore(t, path)
}

// Whatever part of the pages since the last checkpoint a power cut leaves, every
// batch that was answered is there, whole.
func TestNothingAnsweredIsLostWhenThePowerIsCut(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	path := newPath(t)
	d := disk{t: t, s: journaled(t, path)}
	d.still(func(c *checkpoints) { c.every = time.Hour }) // none but those of the test
	cuts, entities := 0, 0
	err := storagetest.Play(context.Background(), d.s, seed, 150, func() {
		switch r.IntN(12) {
		case 0:
			d.checkpoint()
		case 1:
			large := graph.Batch{At: time.Unix(1700000000, 0)} // more than a journal takes
			for range smallGroup + 1 {
				entities++
				large.Changes = append(large.Changes, addEntity(fmt.Sprint("many", entities)))
			}
			if _, err := d.s.Apply(context.Background(), large); err != nil {
				t.Fatal(err)
			}
			d.checkpoint()
		case 2, 3:
			if d.synced == nil {
				return
			}
			cuts++
			file, journal := d.lost(r)
			same(t, file, journal, everything(t, d.s))
		}
	})
	if err != nil || cuts < 5 {
		t.Errorf("%d cuts, %v", cuts, err)
	}
	if err := d.s.Close(); err != nil {
		t.Error(err)
	}
}

// A record that was being written when the power was cut was never answered.
func TestARecordThatIsCutShortEndsTheJournal(t *testing.T) {
	d := disk{t: t, s: journaled(t, newPath(t))}
	defer d.s.Close()
	ctx := context.Background()
	apply := func(name string) {
		if _, err := d.s.Apply(ctx, batchOf(addEntity(name))); err != nil {
			t.Fatal(err)
		}
	}
	apply("a")
	d.checkpoint()
	apply("b")
	want := everything(t, d.s)
	var from, to int64
	d.still(func(c *checkpoints) { from = areaAt(c.j.area) + c.j.at })
	apply("c")
	d.still(func(c *checkpoints) { to = areaAt(c.j.area) + c.j.at })
	journal := readFile(t, journalPath(d.s.path))
	for cut := from; cut < to; cut += 7 {
		torn := append(append([]byte(nil), journal[:cut]...), make([]byte, len(journal)-int(cut))...)
		same(t, append([]byte(nil), d.synced...), torn, want)
	}
	same(t, append([]byte(nil), d.synced...), journal, everything(t, d.s))
}

// What a full disk refused is not done again from the journal.
func TestWhatWasRefusedForLackOfRoomIsNotInTheJournal(t *testing.T) {
	path := newPath(t)
	s := openAt(t, path, Options{journalAtOnce: true, MaxSize: 2 << 20})
	ctx := context.Background()
	var err error
	for made := 0; err == nil && made < 1000; made++ {
		long := strings.Repeat("长", 20000)
		_, err = s.Apply(ctx, batchOf(graph.Change{Source: addSource(string(rune('一' + made))).Source, Text: &long}))
	}
	if graph.CodeOf(err) != graph.CodeFull {
		t.Fatalf("the answer is %v", err)
	}
	same(t, readFile(t, path), readFile(t, journalPath(path)), everything(t, s))
	s.db().MaxSize = 0 // somebody makes room
	if _, err := s.Apply(ctx, batchOf(addSource("small"), addEntity("small"))); err != nil {
		t.Errorf("with room again: %v", err)
	}
	same(t, readFile(t, path), readFile(t, journalPath(path)), everything(t, s))
	s.Close()
	sound(t, path)
}

// Both areas are gone through several times, with the checkpoints that the
// committer makes by itself.
func TestAJournalGoesRound(t *testing.T) {
	path := newPath(t)
	s := journaled(t, path)
	ctx := context.Background()
	long := strings.Repeat("长", 100_000)
	for i := range 200 { // of 300 KB each
		text := fmt.Sprint(i, long)
		if _, err := s.Apply(ctx, batchOf(graph.Change{Source: addSource("long").Source, Text: &text})); err != nil {
			t.Fatal(err)
		}
	}
	if last := s.journal; last.j == nil || last.j.turn < 3 {
		t.Errorf("there were too few checkpoints: %+v", last.j)
	}
	same(t, readFile(t, path), readFile(t, journalPath(path)), everything(t, s))
	s.Close()
	sound(t, path)
	onlyStore(t, path)
}

func TestAJournalThatCannotBeUsedIsToldAndNothingIsWritten(t *testing.T) {
	d := disk{t: t, s: journaled(t, newPath(t))}
	ctx := context.Background()
	older := readFile(t, d.s.path)
	for i := range 5 {
		if _, err := d.s.Apply(ctx, batchOf(addEntity(fmt.Sprint("e", i)))); err != nil {
			t.Fatal(err)
		}
		d.checkpoint()
	}
	file, journal := readFile(t, d.s.path), readFile(t, journalPath(d.s.path))
	d.s.Close()
	for _, c := range []struct {
		name string
		file []byte
		hurt func(journal []byte)
		code graph.Code
		says string
	}{
		{"both slots are damaged", file, func(b []byte) { b[40]++; b[slotSize+40]++ }, graph.CodeCorrupt, "damaged"},
		{"it is of a newer program", file, func(b []byte) {
			for at := 0; at <= slotSize; at += slotSize {
				binary.LittleEndian.PutUint32(b[at+len(journalMagic):], journalVersion+1)
				binary.LittleEndian.PutUint32(b[at+slotUsed-4:], checksum(b[at:at+slotUsed-4]))
			}
		}, graph.CodeInvalid, "newer program"},
		{"the file is an older one", older, func([]byte) {}, graph.CodeInvalid, "a later state of the file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hurt := append([]byte(nil), journal...)
			c.hurt(hurt)
			path := writeStore(t, c.file, hurt)
			_, err := Open(ctx, path, storagetest.Ontology(), Options{})
			if graph.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), filepath.Dir(path)) {
				t.Errorf("the answer is %v", err)
			}
			if !bytes.Equal(readFile(t, path), c.file) || !bytes.Equal(readFile(t, journalPath(path)), hurt) {
				t.Error("something was written")
			}
		})
	}
	t.Run("one slot was being written when the power was cut", func(t *testing.T) {
		want := openAt(t, writeStore(t, file, journal), Options{})
		defer want.Close()
		for at := 0; at <= slotSize; at += slotSize {
			hurt := append([]byte(nil), journal...)
			hurt[at+40]++
			if newer := binary.LittleEndian.Uint64(journal[at+20:]) > binary.LittleEndian.Uint64(journal[slotSize-at+20:]); newer {
				continue // the one that is written is the older one
			}
			same(t, append([]byte(nil), file...), hurt, everything(t, want))
		}
	})
}

func TestAFileThatWasNotClosedIsNotOpenedForReadingAlone(t *testing.T) {
	d := disk{t: t, s: journaled(t, newPath(t))}
	defer d.s.Close()
	if _, err := d.s.Apply(context.Background(), batchOf(addEntity("a"))); err != nil {
		t.Fatal(err)
	}
	path := writeStore(t, readFile(t, d.s.path), readFile(t, journalPath(d.s.path)))
	op := opener{path, filepath.Base(path), storagetest.Ontology(), Options{ReadOnlyToo: true}}
	if err := op.mendReadOnly(); graph.CodeOf(err) != graph.CodeInvalid || !strings.Contains(err.Error(), "was not closed") {
		t.Errorf("the answer is %v", err)
	}
}

// FuzzJournal reads whatever bytes as a journal, and does again what it says.
func FuzzJournal(f *testing.F) {
	path := filepath.Join(f.TempDir(), "graph.lianzhu")
	s := journaled(f, path)
	if err := storagetest.Fill(context.Background(), s, 1, 3); err != nil {
		f.Fatal(err)
	}
	file, journal := readFile(f, path), readFile(f, journalPath(path))
	s.Close()
	end := len(bytes.TrimRight(journal, "\x00"))
	f.Add(journal[:end])
	f.Add([]byte(journalMagic))
	f.Fuzz(func(t *testing.T, journal []byte) {
		for slot := 0; slot <= slotSize; slot += slotSize { // so that it gets further than the checksums
			if len(journal) >= slot+slotUsed {
				binary.LittleEndian.PutUint32(journal[slot+slotUsed-4:], checksum(journal[slot:slot+slotUsed-4]))
			}
		}
		path := writeStore(t, file, journal)
		s, err := Open(context.Background(), path, storagetest.Ontology(), Options{})
		if err != nil {
			if code := graph.CodeOf(err); code != graph.CodeCorrupt && code != graph.CodeInvalid {
				t.Errorf("the answer is %v", err)
			}
			return
		}
		s.Close()
	})
}
