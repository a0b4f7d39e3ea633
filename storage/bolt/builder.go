package bolt

import (
	"bytes"
	"hash/fnv"
	"io"
	"os"
	"slices"
	"sort"
	"sync"

	berrors "go.etcd.io/bbolt/errors"
)

// builder writes a file of bbolt's from its beginning to its end: the pages of
// each bucket's tree as they become full, whatever bucket they belong to, then
// the branches above them and the first pages. bbolt itself, which must be ready
// for any key at any time, takes four times as long. What is written is what
// pages.go looks at, and every test has bbolt check it.
type builder struct {
	file     *os.File
	pageSize int
	most     int64 // bytes that the file may have; 0 is no bound

	mu    sync.Mutex
	buf   []byte // pages that are not written yet
	begin uint64 // the first of them

	// What was in buf before is written by a goroutine meanwhile, which says on
	// written when it is done.
	away    []byte // nil: there is none
	awayAt  uint64 // the first page of it
	written chan error
	failed  error // of what was written; nothing is afterwards

	trees [buckets]tree
}

// The layout of elements of pages: those of a leaf have flags, place, size of key
// and size of value (4 each), those of a branch place, size of key (4 each) and
// page (8). A place is counted from the element. The value of a bucket is its
// root page and a sequence that is not used (8 each).
const (
	bucketValue = 16
	firstPage   = 3 // after the two metas and the list of free pages
	metaFlag    = 0x04
	mostCount   = 0xfffe // elements of a page
)

// brimful is how much of a page is filled, in hundredths.
const brimful = 95

// flushSize is how many bytes are written at once.
const flushSize = 4 << 20

func newBuilder(f *os.File, most int) *builder {
	b := &builder{file: f, pageSize: os.Getpagesize(), most: int64(most), begin: firstPage, buf: make([]byte, 0, flushSize+1<<16), written: make(chan error, 1)}
	for i := range b.trees {
		b.trees[i].b = b
	}
	return b
}

// append writes a page, with those that it flows over into, and gives its id.
func (b *builder) append(page []byte) (uint64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := b.begin + uint64(len(b.buf)/b.pageSize)
	if b.most > 0 && int64(id)*int64(b.pageSize)+int64(len(page)) > b.most {
		return 0, berrors.ErrMaxSizeReached
	}
	native.PutUint64(page, id)
	b.buf = append(b.buf, page...)
	if len(b.buf) < flushSize {
		return id, nil
	}
	return id, b.flush()
}

// flush has the pages at hand written, when those before them are.
func (b *builder) flush() error {
	spare := b.away
	if err := b.wait(); err != nil {
		return err
	}
	b.away, b.awayAt = b.buf, b.begin
	go func(pages []byte, at int64) {
		_, err := b.file.WriteAt(pages, at)
		b.written <- err
	}(b.away, int64(b.begin)*int64(b.pageSize))
	b.begin += uint64(len(b.buf) / b.pageSize)
	if b.buf = spare[:0]; spare == nil {
		b.buf = make([]byte, 0, cap(b.away))
	}
	return nil
}

// wait waits until nothing is being written, and tells whether all was.
func (b *builder) wait() error {
	if b.away != nil {
		b.away = nil
		if err := <-b.written; b.failed == nil {
			b.failed = err
		}
	}
	return b.failed
}

// close waits until nobody uses the file.
func (b *builder) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wait() // whoever goes on is told of an error
}

// read gives a page that was written, with those that it flows over into.
func (b *builder) read(id uint64) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case id >= b.begin:
		return b.held(b.buf, id-b.begin), nil
	case b.away != nil && id >= b.awayAt:
		return b.held(b.away, id-b.awayAt), nil
	}
	page := make([]byte, b.pageSize)
	if _, err := b.file.ReadAt(page, int64(id)*int64(b.pageSize)); err != nil {
		return nil, err
	}
	if over := int(native.Uint32(page[12:])); over > 0 {
		page = append(page, make([]byte, over*b.pageSize)...)
		if _, err := b.file.ReadAt(page, int64(id)*int64(b.pageSize)); err != nil && err != io.EOF {
			return nil, err
		}
	}
	return page, nil
}

// held is the nth of some pages that are in memory.
func (b *builder) held(pages []byte, nth uint64) []byte {
	at := int(nth) * b.pageSize
	n := (int(native.Uint32(pages[at+12:])) + 1) * b.pageSize
	return slices.Clone(pages[at : at+n])
}

// end writes the branches, the bucket of the buckets and the first pages.
func (b *builder) end() error {
	names := make([]int, buckets)
	for i := range names {
		names[i] = i
	}
	slices.SortFunc(names, func(x, y int) int { return bytes.Compare([]byte(frames[x].Name), []byte(frames[y].Name)) })
	root := tree{b: b, flags: bucketEntry}
	for _, i := range names {
		value, err := b.trees[i].end()
		if err != nil {
			return err
		}
		if err := root.add([]byte(frames[i].Name), value); err != nil {
			return err
		}
	}
	id, err := root.root()
	if err != nil {
		return err
	}
	return b.firstPages(id)
}

// firstPages writes both metas, and a list of free pages that is empty.
func (b *builder) firstPages(root uint64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.flush(); err != nil {
		return err
	}
	if err := b.wait(); err != nil {
		return err
	}
	first := make([]byte, firstPage*b.pageSize)
	for i := range uint64(2) {
		page := first[int(i)*b.pageSize:]
		putPageHead(page, i, metaFlag, 0, 0)
		m := page[pageHeader:]
		native.PutUint32(m, boltMagic)
		native.PutUint32(m[4:], boltVersion)
		native.PutUint32(m[8:], uint32(b.pageSize))
		native.PutUint64(m[16:], root)
		native.PutUint64(m[32:], 2)
		native.PutUint64(m[40:], b.begin)
		native.PutUint64(m[48:], i)
		sum := fnv.New64a()
		sum.Write(m[:metaSum])
		native.PutUint64(m[metaSum:], sum.Sum64())
	}
	putPageHead(first[2*b.pageSize:], 2, freelistPage, 0, 0)
	_, err := b.file.WriteAt(first, 0)
	return err
}

func putPageHead(page []byte, id uint64, flags, count uint16, over uint32) {
	native.PutUint64(page, id)
	native.PutUint16(page[8:], flags)
	native.PutUint16(page[10:], count)
	native.PutUint32(page[12:], over)
}

// tree is the tree of one bucket while its leaves are written. Keys ascend.
type tree struct {
	b     *builder
	flags uint32 // of its elements

	sizes []elementSizes // of the leaf at hand
	data  []byte
	page  []byte // where pages are made

	keys   []byte // of the first elements of the leaves, one behind the other
	leaves []child
}

type elementSizes struct{ key, value uint32 }

// child is a page and where in keys its first key stands.
type child struct {
	id  uint64
	key span
}

type span struct{ at, size uint32 }

func (t *tree) firstKey(c child) []byte { return t.keys[c.key.at : c.key.at+c.key.size] }

// add adds an element.
func (t *tree) add(key, value []byte) error {
	size := pageHeader + (len(t.sizes)+1)*elementSize + len(t.data) + len(key) + len(value)
	if len(t.sizes) > 0 && (size > t.b.pageSize*brimful/100 || len(t.sizes) == mostCount) {
		if err := t.leaf(); err != nil {
			return err
		}
	}
	t.sizes = append(t.sizes, elementSizes{uint32(len(key)), uint32(len(value))})
	t.data = append(append(t.data, key...), value...)
	return nil
}

// fresh gives room for a page of so many bytes.
func (t *tree) fresh(size int, flags uint16, count int) []byte {
	pages := (size + t.b.pageSize - 1) / t.b.pageSize
	if cap(t.page) < pages*t.b.pageSize {
		t.page = make([]byte, pages*t.b.pageSize)
	}
	page := t.page[:pages*t.b.pageSize]
	clear(page[size:])
	putPageHead(page, 0, flags, uint16(count), uint32(pages-1))
	return page
}

// leaf writes the leaf at hand.
func (t *tree) leaf() error {
	n := len(t.sizes)
	page := t.fresh(pageHeader+n*elementSize+len(t.data), leafPage, n)
	place := n * elementSize
	for i, s := range t.sizes {
		e := page[pageHeader+i*elementSize:]
		native.PutUint32(e, t.flags)
		native.PutUint32(e[4:], uint32(place-i*elementSize))
		native.PutUint32(e[8:], s.key)
		native.PutUint32(e[12:], s.value)
		place += int(s.key + s.value)
	}
	copy(page[pageHeader+n*elementSize:], t.data)
	id, err := t.b.append(page)
	key := t.data[:t.sizes[0].key]
	t.leaves = append(t.leaves, child{id, span{uint32(len(t.keys)), uint32(len(key))}})
	t.keys = append(t.keys, key...)
	t.sizes, t.data = t.sizes[:0], t.data[:0]
	return err
}

// end writes what is left of the tree and gives the value of its bucket. An
// empty one has its only page, an empty leaf, in the value.
func (t *tree) end() ([]byte, error) {
	if len(t.sizes)+len(t.leaves) == 0 {
		value := make([]byte, bucketValue+pageHeader)
		putPageHead(value[bucketValue:], 0, leafPage, 0, 0)
		return value, nil
	}
	root, err := t.root()
	if err != nil {
		return nil, err
	}
	return native.AppendUint64(native.AppendUint64(nil, root), 0), nil
}

// root writes the leaf at hand and the branches, and gives the page above all.
func (t *tree) root() (uint64, error) {
	if len(t.sizes) > 0 {
		if err := t.leaf(); err != nil {
			return 0, err
		}
	}
	level := t.leaves
	for len(level) > 1 {
		var above []child
		for len(level) > 0 {
			n := t.fitting(level)
			id, err := t.branch(level[:n])
			if err != nil {
				return 0, err
			}
			above = append(above, child{id, level[0].key})
			level = level[n:]
		}
		level = above
	}
	return level[0].id, nil
}

// fitting is how many pages the next branch holds: at least two, and never so
// many that only one is left.
func (t *tree) fitting(level []child) int {
	size, n := pageHeader, 0
	for n < len(level) {
		size += elementSize + int(level[n].key.size)
		if n >= 2 && (size > t.b.pageSize*brimful/100 || n == mostCount) {
			break
		}
		n++
	}
	if n == len(level)-1 && n > 2 {
		n--
	} else if n == len(level)-1 {
		n++
	}
	return n
}

func (t *tree) branch(children []child) (uint64, error) {
	n, size := len(children), pageHeader
	for _, c := range children {
		size += elementSize + int(c.key.size)
	}
	page := t.fresh(size, branchPage, n)
	place := pageHeader + n*elementSize
	for i, c := range children {
		e := page[pageHeader+i*elementSize:]
		native.PutUint32(e, uint32(place-pageHeader-i*elementSize))
		native.PutUint32(e[4:], c.key.size)
		native.PutUint64(e[8:], c.id)
		place += copy(page[place:], t.firstKey(c))
	}
	return t.b.append(page)
}

// find gives the value of a key while the tree is written, or nil.
func (t *tree) find(key []byte) ([]byte, error) {
	if len(t.sizes) > 0 && bytes.Compare(key, t.data[:t.sizes[0].key]) >= 0 {
		at := uint32(0)
		for _, s := range t.sizes {
			if bytes.Equal(t.data[at:at+s.key], key) {
				return slices.Clone(t.data[at+s.key : at+s.key+s.value]), nil
			}
			at += s.key + s.value
		}
		return nil, nil
	}
	i := sort.Search(len(t.leaves), func(i int) bool { return bytes.Compare(t.firstKey(t.leaves[i]), key) > 0 }) - 1
	if i < 0 {
		return nil, nil
	}
	page, err := t.b.read(t.leaves[i].id)
	if err != nil {
		return nil, err
	}
	for i := range int(native.Uint16(page[10:])) {
		e := page[pageHeader+i*elementSize:]
		place, k, v := native.Uint32(e[4:]), native.Uint32(e[8:]), native.Uint32(e[12:])
		if bytes.Equal(e[place:place+k], key) {
			return e[place+k : place+k+v], nil
		}
	}
	return nil, nil
}
