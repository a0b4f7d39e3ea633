package runs

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
)

// MaxTerm is how long a term of [Lists] may be, in bytes.
const MaxTerm = 255

// Lists are, for each of many terms, a set of numbers. They are used by one
// goroutine.
//
// Within a run a term stands once, with its numbers in the order in which they
// came: then only terms need sorting, and numbers come in order as a rule.
type Lists struct {
	memory int
	spill  spill
	added  int

	seed    maphash.Seed
	slots   []slot
	entries []entry
	bytes   []byte // the terms
	numbers []number
}

// slot is where in entries a term stands, plus 1 (0: nowhere), and the hash of
// the term, so that looking for one touches few others.
type slot struct{ hash, at uint32 }

// entry is a term in memory, with its first number: most have no other. The
// number's next and last are places in numbers.
type entry struct {
	at    uint32 // in bytes
	first number
	last  uint32
	count uint32
	size  uint8
}

// number is one of the numbers of a term and where in numbers the next one of
// the term stands; the highest bit of that says that the number was taken away.
type number struct{ n, next uint32 }

const gone = 1 << 31

// word is a number, doubled, and odd where it was taken away.
func (n number) word() uint64 { return uint64(n.n)<<1 | uint64(n.next>>31) }

const (
	entrySize  = 24
	slotSize   = 8
	numberSize = 8
)

// NewLists makes empty lists. They hold about memory bytes and put what is more
// into a file in folder.
func NewLists(folder string, memory int) *Lists {
	return &Lists{memory: memory, spill: spill{folder: folder}, seed: maphash.MakeSeed(), slots: make([]slot, 1<<10)}
}

// Add puts n into the list of term or, where there is false, takes it out.
func (l *Lists) Add(term string, n uint32, there bool) error {
	if len(term) > MaxTerm {
		return fmt.Errorf("a term of %d bytes", len(term))
	}
	if l.size() > l.memory {
		if err := l.flush(); err != nil {
			return err
		}
	}
	e := &l.entries[l.find(term)]
	one := number{n: n}
	if !there {
		one.next = gone
	}
	at := uint32(len(l.numbers))
	switch e.count {
	case 0:
		e.first = one
	case 1:
		e.first.next |= at
	default:
		l.numbers[e.last].next |= at
	}
	if e.count > 0 {
		l.numbers, e.last = append(l.numbers, one), at
	}
	e.count++
	l.added++
	return nil
}

// Added is how many times Add was called.
func (l *Lists) Added() int { return l.added }

func (l *Lists) size() int {
	return len(l.bytes) + len(l.entries)*(entrySize+sortSize) + len(l.slots)*slotSize + len(l.numbers)*numberSize
}

// find gives the place of a term, which is made where it is not there.
func (l *Lists) find(term string) uint32 {
	hash := uint32(maphash.String(l.seed, term))
	mask := uint32(len(l.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := l.slots[i]
		if s.at == 0 {
			return l.make(term, hash, i)
		}
		if s.hash == hash && string(l.term(&l.entries[s.at-1])) == term {
			return s.at - 1
		}
	}
}

func (l *Lists) term(e *entry) []byte { return l.bytes[e.at : e.at+uint32(e.size)] }

func (l *Lists) make(term string, hash, free uint32) uint32 {
	l.entries = append(l.entries, entry{at: uint32(len(l.bytes)), size: uint8(len(term))})
	l.bytes = append(l.bytes, term...)
	n := uint32(len(l.entries))
	l.slots[free] = slot{hash, n}
	if int(n) > len(l.slots)*5/8 {
		l.grow()
	}
	return n - 1
}

// grow doubles the slots.
func (l *Lists) grow() {
	old := l.slots
	l.slots = make([]slot, 2*len(old))
	mask := uint32(len(l.slots) - 1)
	for _, s := range old {
		if s.at == 0 {
			continue
		}
		i := s.hash & mask
		for l.slots[i].at != 0 {
			i = (i + 1) & mask
		}
		l.slots[i] = s
	}
}

// place is an entry as it is sorted: by the length of its term and the first
// seven bytes of it, which settles most.
type place struct {
	head uint64
	at   uint32
}

const sortSize = 16

func headOf(term []byte) uint64 {
	var head [8]byte
	head[0] = byte(len(term))
	copy(head[1:], term)
	return binary.BigEndian.Uint64(head[:])
}

// compareTerms orders terms by length, then by bytes.
func compareTerms(a, b []byte) int {
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	return bytes.Compare(a, b)
}

// sorted gives the entries in memory in the order of their terms.
func (l *Lists) sorted() []place {
	list := make([]place, len(l.entries))
	for i := range l.entries {
		list[i] = place{headOf(l.term(&l.entries[i])), uint32(i)}
	}
	slices.SortFunc(list, func(a, b place) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		return compareTerms(l.term(&l.entries[a.at]), l.term(&l.entries[b.at]))
	})
	return list
}

// flush writes what is in memory as a run: for each term its length (1), the
// term, how many numbers follow, and for each the difference to the one before,
// both ways, doubled, odd where it was taken away. Lengths but the first are
// varints.
func (l *Lists) flush() error {
	err := l.spill.write(func(w *bufio.Writer) error {
		var words []uint64
		var out []byte
		for _, p := range l.sorted() {
			e := &l.entries[p.at]
			words = l.words(words[:0], e)
			out = append(append(out[:0], e.size), l.term(e)...)
			out = binary.AppendUvarint(out, uint64(len(words)))
			last := int64(0)
			for _, word := range words {
				n := int64(word >> 1)
				out = binary.AppendUvarint(out, zigzag(n-last)<<1|word&1)
				last = n
			}
			if _, err := w.Write(out); err != nil {
				return err
			}
		}
		return nil
	})
	clear(l.slots)
	l.entries, l.bytes, l.numbers = l.entries[:0], l.bytes[:0], l.numbers[:0]
	return err
}

func zigzag(n int64) uint64 { return uint64(n<<1) ^ uint64(n>>63) }

func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }

// words appends the numbers of an entry, in the order in which they came.
func (l *Lists) words(dst []uint64, e *entry) []uint64 {
	n := e.first
	for left := e.count; ; left-- {
		dst = append(dst, n.word())
		if left == 1 {
			return dst
		}
		n = l.numbers[n.next&^gone]
	}
}

// Each calls visit with every term that has numbers, by length and then by
// bytes, and its numbers, ascending. Both are only lent. Afterwards the lists
// are used up.
func (l *Lists) Each(visit func(term []byte, numbers []uint32) error) error {
	defer l.Close()
	var sources []*listRun
	for _, r := range l.spill.readers() {
		sources = append(sources, &listRun{from: r})
	}
	sources = append(sources, &listRun{lists: l, rest: l.sorted()})
	l.slots = nil
	var term []byte
	var words []uint64
	var numbers []uint32
	settle := func() error {
		if numbers = settled(numbers[:0], words); len(numbers) == 0 {
			return nil
		}
		return visit(term, numbers)
	}
	err := merge(sources, func(r *listRun) error {
		if !bytes.Equal(r.term, term) {
			if err := settle(); err != nil {
				return err
			}
			term, words = append(term[:0], r.term...), words[:0]
		}
		words = append(words, r.words...)
		return nil
	})
	if err != nil {
		return err
	}
	return settle()
}

// settled appends the numbers that are there after all of words, ascending.
func settled(dst []uint32, words []uint64) []uint32 {
	plain := true
	for i, w := range words {
		plain = plain && w&1 == 0 && (i == 0 || w > words[i-1])
	}
	if !plain {
		slices.SortStableFunc(words, func(a, b uint64) int { return cmp.Compare(a>>1, b>>1) })
	}
	for i, w := range words {
		if w&1 == 0 && (i+1 == len(words) || words[i+1]>>1 != w>>1) {
			dst = append(dst, uint32(w>>1))
		}
	}
	return dst
}

// Close frees what the lists hold.
func (l *Lists) Close() error {
	l.slots, l.entries, l.bytes, l.numbers = nil, nil, nil, nil
	return l.spill.close()
}

// listRun is a run in a file, or the lists in memory.
type listRun struct {
	from  *bufio.Reader // nil: rest
	lists *Lists
	rest  []place
	head  uint64
	term  []byte
	words []uint64
}

func (r *listRun) before(other *listRun) bool {
	if r.head != other.head {
		return r.head < other.head
	}
	return compareTerms(r.term, other.term) < 0
}

func (r *listRun) advance() error {
	if r.from == nil {
		if len(r.rest) == 0 {
			return io.EOF
		}
		e := &r.lists.entries[r.rest[0].at]
		r.head, r.rest = r.rest[0].head, r.rest[1:]
		r.term, r.words = r.lists.term(e), r.lists.words(r.words[:0], e)
		return nil
	}
	return r.read()
}

func (r *listRun) read() error {
	size, err := r.from.ReadByte()
	if err != nil {
		return err
	}
	r.term = append(r.term[:0], make([]byte, size)...)
	if _, err := io.ReadFull(r.from, r.term); err != nil {
		return broken(err)
	}
	r.head = headOf(r.term)
	count, err := binary.ReadUvarint(r.from)
	if err != nil {
		return broken(err)
	}
	r.words = r.words[:0]
	for last := int64(0); count > 0; count-- {
		word, err := binary.ReadUvarint(r.from)
		if err != nil {
			return broken(err)
		}
		last += unzigzag(word >> 1)
		r.words = append(r.words, uint64(last)<<1|word&1)
	}
	return nil
}

// broken is the error of a run that ends amid an item.
func broken(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
