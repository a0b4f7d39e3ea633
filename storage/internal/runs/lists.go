package runs

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// MaxTerm is how long a term of [Lists] may be, in bytes.
const MaxTerm = 255

// Lists are, for each of many terms, a set of numbers. They are used by one
// goroutine.
//
// What is added stands, as it comes, among all that has a term of the same
// length; nothing is looked for. When it is much it is sorted by term, which
// leaves the numbers of each in the order in which they came: so within a run a
// term stands once, and its numbers are in order as a rule.
//
// While one run is sorted and written, by a goroutine of its own, the next is
// gathered; each takes half of the memory.
type Lists struct {
	memory  int
	added   int
	now     *shelf
	away    *shelf // that is sorted and written, or else empty
	writing bool
	written chan error // of what is away

	spill spill // the goroutine's, while it writes
}

// shelf is what is gathered in memory.
type shelf struct {
	bags    [MaxTerm + 1]*bag // by the length of the term
	held    int               // bytes of items
	largest int               // items of one length
}

// size is what a shelf takes, and is going to take when it is sorted.
func (s *shelf) size() int { return s.held + 2*itemSize*s.largest }

// empty keeps the memory for what comes later.
func (s *shelf) empty() {
	for _, b := range s.bags {
		if b != nil {
			b.n, b.gone = 0, b.gone[:0]
		}
	}
	s.held, s.largest = 0, 0
}

// bag is what has terms of one length.
type bag struct {
	size   int // of a term
	n      int // items
	chunks [][]byte
	gone   []uint32 // the items that take their number away, ascending
}

// An item is a term and a number (4). A chunk holds so many.
const (
	numberSize = 4
	chunkShift = 10
	chunkItems = 1 << chunkShift
)

// NewLists makes empty lists. They hold about memory bytes and put what is more
// into a file in folder.
func NewLists(folder string, memory int) *Lists {
	return &Lists{memory: memory, spill: spill{folder: folder}, now: &shelf{}, away: &shelf{}, written: make(chan error, 1)}
}

// Add puts n into the list of term or, where there is false, takes it out.
func (l *Lists) Add(term string, n uint32, there bool) error {
	if len(term) > MaxTerm {
		return fmt.Errorf("a term of %d bytes", len(term))
	}
	if l.now.size() > l.memory/2 {
		if err := l.flush(); err != nil {
			return err
		}
	}
	l.now.add(term, n, there)
	l.added++
	return nil
}

func (s *shelf) add(term string, n uint32, there bool) {
	b := s.bags[len(term)]
	if b == nil {
		b = &bag{size: len(term)}
		s.bags[len(term)] = b
	}
	if !there {
		b.gone = append(b.gone, uint32(b.n))
	}
	b.add(term, n)
	s.largest = max(s.largest, b.n)
	s.held += b.size + numberSize
}

func (b *bag) add(term string, n uint32) {
	if b.n>>chunkShift == len(b.chunks) {
		b.chunks = append(b.chunks, make([]byte, chunkItems*(b.size+numberSize)))
	}
	item := b.item(b.n)
	copy(item, term)
	binary.LittleEndian.PutUint32(item[b.size:], n)
	b.n++
}

func (b *bag) item(i int) []byte {
	width := b.size + numberSize
	at := (i & (chunkItems - 1)) * width
	return b.chunks[i>>chunkShift][at : at+width]
}

// Added is how many times Add was called.
func (l *Lists) Added() int { return l.added }

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

// flush has what is in memory written as a run, when the last one is.
func (l *Lists) flush() error {
	if err := l.wait(); err != nil {
		return err
	}
	l.now, l.away = l.away, l.now
	l.writing = true
	go func() { l.written <- l.away.write(&l.spill) }()
	return nil
}

// wait waits until nothing is away.
func (l *Lists) wait() error {
	if !l.writing {
		return nil
	}
	l.writing = false
	err := <-l.written
	l.away.empty()
	return err
}

// write writes a run: for each term its length (1), the term, how many numbers
// follow, and for each the difference to the one before, both ways, doubled, odd
// where it was taken away. Lengths but the first are varints.
func (s *shelf) write(to *spill) error {
	return to.write(func(w *bufio.Writer) error {
		run := listRun{shelf: s}
		var out []byte
		for {
			if err := run.advance(); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
			out = append(append(out[:0], byte(len(run.term))), run.term...)
			out = binary.AppendUvarint(out, uint64(len(run.words)))
			last := int64(0)
			for _, word := range run.words {
				n := int64(word >> 1)
				out = binary.AppendUvarint(out, zigzag(n-last)<<1|word&1)
				last = n
			}
			if _, err := w.Write(out); err != nil {
				return err
			}
		}
	})
}

func zigzag(n int64) uint64 { return uint64(n<<1) ^ uint64(n>>63) }

func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }

// Each calls visit with every term that has numbers, by length and then by
// bytes, and its numbers, ascending. Both are only lent. Afterwards the lists
// are used up.
func (l *Lists) Each(visit func(term []byte, numbers []uint32) error) error {
	defer l.Close()
	if err := l.wait(); err != nil {
		return err
	}
	l.away = &shelf{}
	var sources []*listRun
	for _, r := range l.spill.readers() {
		sources = append(sources, &listRun{from: r})
	}
	sources = append(sources, &listRun{shelf: l.now})
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
	_ = l.wait() // whoever wants what was written has asked before
	l.now, l.away = &shelf{}, &shelf{}
	return l.spill.close()
}

// listRun is a run in a file, or the lists in memory.
type listRun struct {
	from  *bufio.Reader // nil: sort what is on the shelf
	shelf *shelf
	sort  sorter
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
	if r.from != nil {
		return r.read()
	}
	for r.sort.done() {
		if r.sort.size > MaxTerm {
			return io.EOF
		}
		if b := r.shelf.bags[r.sort.size]; b != nil {
			r.sort.take(b)
		}
		r.sort.size++
	}
	r.term, r.words = r.sort.next(r.term[:0], r.words[:0])
	r.head = headOf(r.term)
	return nil
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
