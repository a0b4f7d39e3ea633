package runs

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// MaxKey is how long a key of [Keys] may be, in bytes.
const MaxKey = 24

// Keys is a set of keys of one length. It is used by one goroutine.
type Keys struct {
	width int
	most  int // of marks in memory
	held  int
	spill spill
	added int

	// What is in memory stands by the first two bytes of the keys. Where these
	// are a tag and the beginning of a hash, that sorts most of it.
	bags   [1 << 16]*markBag
	sorted []mark // room to sort a bag in
}

// markBag is a list of marks that grows without being copied.
type markBag struct {
	chunks [][]mark
	n      int
}

// chunkMarks is how many marks a chunk has.
const chunkMarks = 256

func (b *markBag) add(m mark) {
	if b.n/chunkMarks == len(b.chunks) {
		b.chunks = append(b.chunks, make([]mark, 0, chunkMarks))
	}
	last := &b.chunks[b.n/chunkMarks]
	*last = append(*last, m)
	b.n++
}

// empty keeps the memory for what comes later.
func (b *markBag) empty() {
	for i := range b.chunks {
		b.chunks[i] = b.chunks[i][:0]
	}
	b.n = 0
}

// A mark says that a key is in the set, or that it no longer is. Of several
// marks of a key in one run the one with the greatest turn counts.
type mark struct {
	key  [3]uint64 // big-endian, zeros at its end
	turn uint32    // doubled; odd: the key is no longer there
}

const markSize = 32

// NewKeys makes an empty set of keys of width bytes. It holds about memory bytes
// and puts what is more into a file in folder.
func NewKeys(folder string, width, memory int) *Keys {
	if width < 1 || width > MaxKey {
		panic(fmt.Sprintf("a key of %d bytes", width))
	}
	return &Keys{width: width, most: max(memory/markSize, 16), spill: spill{folder: folder}}
}

// Add puts key into the set or, where there is false, takes it out.
func (k *Keys) Add(key []byte, there bool) error {
	if k.held >= k.most {
		if err := k.flush(); err != nil {
			return err
		}
	}
	m := mark{turn: uint32(k.held) << 1}
	if !there {
		m.turn |= 1
	}
	var whole [MaxKey]byte
	copy(whole[:], key[:k.width])
	for i := range m.key {
		m.key[i] = binary.BigEndian.Uint64(whole[8*i:])
	}
	b := &k.bags[m.key[0]>>48]
	if *b == nil {
		*b = new(markBag)
	}
	(*b).add(m)
	k.held++
	k.added++
	return nil
}

// Added is how many times Add was called.
func (k *Keys) Added() int { return k.added }

func compareMarks(a, b mark) int {
	if c := compareKeys(&a.key, &b.key); c != 0 {
		return c
	}
	return cmp.Compare(a.turn, b.turn)
}

func compareKeys(a, b *[3]uint64) int {
	for i := range a {
		if a[i] != b[i] {
			return cmp.Compare(a[i], b[i])
		}
	}
	return 0
}

// settled sorts the marks of a bag, if there is one, and keeps the last of each
// key. They are only lent.
func (k *Keys) settled(b *markBag) []mark {
	if b == nil {
		return nil
	}
	marks := k.sorted[:0]
	for _, chunk := range b.chunks {
		marks = append(marks, chunk...)
	}
	k.sorted = marks
	slices.SortFunc(marks, compareMarks)
	kept := marks[:0]
	for i, m := range marks {
		if i+1 == len(marks) || m.key != marks[i+1].key {
			kept = append(kept, m)
		}
	}
	return kept
}

// flush writes the marks in memory as a run: each its key and a byte, 1 where it
// is no longer there.
func (k *Keys) flush() error {
	err := k.spill.write(func(w *bufio.Writer) error {
		var whole [MaxKey + 1]byte
		for _, b := range &k.bags {
			for _, m := range k.settled(b) {
				m.bytes(whole[:])
				whole[k.width] = byte(m.turn & 1)
				if _, err := w.Write(whole[:k.width+1]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, b := range &k.bags {
		if b != nil {
			b.empty()
		}
	}
	k.held = 0
	return err
}

func (m *mark) bytes(dst []byte) {
	for i, part := range m.key {
		binary.BigEndian.PutUint64(dst[8*i:], part)
	}
}

// Each calls visit with every key of the set, ascending. The key is only lent.
// Afterwards the set is used up.
func (k *Keys) Each(visit func(key []byte) error) error {
	defer k.Close()
	var sources []*markRun
	for _, r := range k.spill.readers() {
		sources = append(sources, &markRun{from: r, width: k.width})
	}
	sources = append(sources, &markRun{bags: k.bags[:], keys: k})
	var last mark
	begun := false
	settle := func() error {
		if !begun || last.turn&1 == 1 {
			return nil
		}
		var whole [MaxKey]byte
		last.bytes(whole[:])
		return visit(whole[:k.width])
	}
	err := merge(sources, func(s *markRun) error {
		if begun && s.head.key != last.key {
			if err := settle(); err != nil {
				return err
			}
		}
		last, begun = s.head, true
		return nil
	})
	if err != nil {
		return err
	}
	return settle()
}

// Close frees what the set holds.
func (k *Keys) Close() error {
	clear(k.bags[:])
	k.sorted = nil
	return k.spill.close()
}

// markRun is a run in a file, or the marks in memory.
type markRun struct {
	from  *bufio.Reader // nil: bags of keys, and rest of one of them
	width int
	keys  *Keys
	bags  []*markBag // those to come
	rest  []mark
	head  mark
}

func (r *markRun) before(other *markRun) bool { return compareKeys(&r.head.key, &other.head.key) < 0 }

func (r *markRun) advance() error {
	if r.from == nil {
		for len(r.rest) == 0 {
			if len(r.bags) == 0 {
				return io.EOF
			}
			r.rest = r.keys.settled(r.bags[0])
			r.bags[0], r.bags = nil, r.bags[1:]
		}
		r.head, r.rest = r.rest[0], r.rest[1:]
		return nil
	}
	var whole [MaxKey + 8]byte
	if _, err := io.ReadFull(r.from, whole[:r.width+1]); err != nil {
		return err
	}
	r.head.turn = uint32(whole[r.width])
	whole[r.width] = 0
	for i := range r.head.key {
		r.head.key[i] = binary.BigEndian.Uint64(whole[8*i:])
	}
	return nil
}
