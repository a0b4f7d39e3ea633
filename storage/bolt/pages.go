package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// What follows is an own look at the file before bbolt is let near it. bbolt
// has no checksums on its pages but the first two, follows whatever they say,
// and dies, or reads past the end of the file, where they are damaged.

// metaPage is what one of the first two pages says of the file.
type metaPage struct {
	pageSize             int
	root, freelist, pgid uint64 // pages; pgid is the first that was never used
	txid                 uint64
}

// The layout of a meta page after the header of a page, in the byte order of
// the machine.
const (
	pageHeader  = 16
	metaSize    = 64 // without header
	metaSum     = 56 // what the checksum covers
	boltMagic   = 0xED0CDAED
	boltVersion = 2
	noFreelist  = ^uint64(0)
)

// The flags of pages, and of the elements of leaf pages.
const (
	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	bucketEntry  = 0x01
)

var (
	errForeign  = errors.New("it is not a Lianzhu store")
	errNoMeta   = errors.New("both of its first pages are damaged")
	errTooShort = errors.New("it is shorter than its first pages say; its end is missing")
)

var native = binary.NativeEndian

// parseMeta reads a meta page. ours tells whether it is bbolt's at all.
func parseMeta(page []byte) (m metaPage, ours, sound bool) {
	if len(page) < pageHeader+metaSize {
		return m, false, false
	}
	b := page[pageHeader:]
	if native.Uint32(b) != boltMagic {
		return m, false, false
	}
	sum := fnv.New64a()
	sum.Write(b[:metaSum])
	if native.Uint32(b[4:]) != boltVersion || native.Uint64(b[metaSum:]) != sum.Sum64() {
		return m, true, false
	}
	m = metaPage{int(native.Uint32(b[8:])), native.Uint64(b[16:]), native.Uint64(b[32:]), native.Uint64(b[40:]), native.Uint64(b[48:])}
	size := m.pageSize
	return m, true, size >= 1024 && size <= 1<<24 && size&(size-1) == 0
}

// file is a store's file looked at page by page.
type file struct {
	r    io.ReaderAt
	size int64
	meta metaPage // the newer of the two that are sound

	// lame says that one of the two is not sound. A crash in the moment in which
	// it was written may leave it so; if it was damaged later, the newest
	// revision is lost with it.
	lame bool
}

// lookAt reads the first pages of the file at path.
func lookAt(path string) (*file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return look(f, info.Size())
}

// look reads the first pages. Its errors are those above, and what r says.
func look(r io.ReaderAt, size int64) (*file, error) {
	f := &file{r: r, size: size}
	page := make([]byte, pageHeader+metaSize)
	ours, found := false, false
	read := func(at int64) (metaPage, bool) {
		n, _ := r.ReadAt(page, at)
		m, known, sound := parseMeta(page[:n])
		ours = ours || known
		if sound && (!found || m.txid > f.meta.txid) {
			f.meta, found = m, true
		}
		return m, sound
	}
	if m, ok := read(0); ok {
		_, ok = read(int64(m.pageSize))
		f.lame = !ok
	} else {
		f.lame = true
		for shift := 10; shift <= 24 && !found; shift++ {
			read(1 << shift)
		}
	}
	switch {
	case !ours:
		return nil, errForeign
	case !found:
		return nil, errNoMeta
	case uint64(size) < f.meta.pgid*uint64(f.meta.pageSize) || f.meta.pgid > 1<<48:
		return nil, errTooShort
	}
	return f, nil
}

// synced tells whether the list of free pages is in the file, as a clean
// shutdown leaves it.
func (f *file) synced() bool { return f.meta.freelist != noFreelist }

// walk goes through every page that is in use and tells what is wrong with the
// first that cannot be read as what it should be; nil says that bbolt can be
// let near the file. Where the list of free pages is in the file, each page
// must be either in use or free.
func (f *file) walk(progress func(pages, of int)) error {
	w := pageWalk{file: f, seen: make([]uint64, f.meta.pgid/64+1), progress: progress}
	w.mark(0)
	w.mark(1)
	if err := w.tree(f.meta.root, true, within{}, 0); err != nil {
		return err
	}
	if !f.synced() {
		return nil
	}
	return w.freelist()
}

// pageWalk is one walk through a file.
type pageWalk struct {
	*file
	seen     []uint64 // a bit a page
	count    int
	progress func(pages, of int)
}

// mark notes that a page is used; false says that it was already.
func (w *pageWalk) mark(id uint64) bool {
	bit := uint64(1) << (id % 64)
	if w.seen[id/64]&bit != 0 {
		return false
	}
	w.seen[id/64] |= bit
	if w.count++; w.progress != nil && w.count%1024 == 0 {
		w.progress(w.count, int(w.meta.pgid))
	}
	return true
}

func badPage(id uint64, format string, args ...any) error {
	return fmt.Errorf("page %d %s", id, fmt.Sprintf(format, args...))
}

// page reads a page with those that it flows over into, and claims them.
func (w *pageWalk) page(id uint64) (b []byte, flags, count int, err error) {
	if id < 2 || id >= w.meta.pgid {
		return nil, 0, 0, badPage(id, "is referred to, and the file has %d", w.meta.pgid)
	}
	at := int64(id) * int64(w.meta.pageSize)
	b = make([]byte, w.meta.pageSize)
	if _, err := w.r.ReadAt(b, at); err != nil {
		return nil, 0, 0, badPage(id, "cannot be read: %v", err)
	}
	if native.Uint64(b) != id {
		return nil, 0, 0, badPage(id, "says that it is page %d", native.Uint64(b))
	}
	over := uint64(native.Uint32(b[12:]))
	if id+over >= w.meta.pgid {
		return nil, 0, 0, badPage(id, "flows over the end of the file")
	}
	for i := id; i <= id+over; i++ {
		if !w.mark(i) {
			return nil, 0, 0, badPage(i, "is used twice")
		}
	}
	if over > 0 {
		b = make([]byte, (over+1)*uint64(w.meta.pageSize))
		if _, err := w.r.ReadAt(b, at); err != nil {
			return nil, 0, 0, badPage(id, "cannot be read: %v", err)
		}
	}
	return b, int(native.Uint16(b[8:])), int(native.Uint16(b[10:])), nil
}

// maxDepth bounds the height of a tree; a real one has six levels at most.
const maxDepth = 64

// within are the keys that a page may hold: from least on and below most, where
// those are not nil.
type within struct{ least, most []byte }

// tree walks the pages below id. Only the leaves of the outermost tree hold
// buckets.
func (w *pageWalk) tree(id uint64, outermost bool, keys within, depth int) error {
	if depth > maxDepth {
		return badPage(id, "stands too deep in its tree")
	}
	b, flags, count, err := w.page(id)
	if err != nil {
		return err
	}
	switch flags {
	case branchPage:
		return w.branch(id, b, count, outermost, keys, depth)
	case leafPage:
		return w.leaf(id, b, count, outermost, keys)
	}
	return badPage(id, "is neither a branch nor a leaf (%#x)", flags)
}

// elementSize is that of the elements of branches and of leaves.
const elementSize = 16

// element is one entry of a page. The keys and values of a page stand one after
// the other without a gap, so that a wrong number anywhere is noticed.
type element struct {
	key, value []byte
	flags      uint32 // of a leaf
	child      uint64 // of a branch
}

func elements(id uint64, b []byte, flags, count int, keys within) ([]element, error) {
	at := pageHeader + count*elementSize
	if at > len(b) {
		return nil, badPage(id, "has %d entries", count)
	}
	list := make([]element, count)
	for i := range list {
		e, h := &list[i], b[pageHeader+i*elementSize:]
		var pos, ksize, vsize int
		if flags == branchPage {
			pos, ksize, e.child = int(native.Uint32(h)), int(native.Uint32(h[4:])), native.Uint64(h[8:])
		} else {
			e.flags, pos = native.Uint32(h), int(native.Uint32(h[4:]))
			ksize, vsize = int(native.Uint32(h[8:])), int(native.Uint32(h[12:]))
		}
		if pageHeader+i*elementSize+pos != at || at+ksize+vsize > len(b) {
			return nil, badPage(id, "has an entry out of place")
		}
		e.key, e.value = b[at:at+ksize], b[at+ksize:at+ksize+vsize]
		at += ksize + vsize
		low := i == 0 && keys.least != nil && bytes.Compare(e.key, keys.least) < 0
		if low || i > 0 && bytes.Compare(e.key, list[i-1].key) <= 0 || keys.most != nil && bytes.Compare(e.key, keys.most) >= 0 {
			return nil, badPage(id, "has keys out of order")
		}
	}
	return list, nil
}

func (w *pageWalk) branch(id uint64, b []byte, count int, outermost bool, keys within, depth int) error {
	list, err := elements(id, b, branchPage, count, keys)
	if err != nil {
		return err
	}
	if count == 0 {
		return badPage(id, "has no branches")
	}
	for i, e := range list {
		below := within{e.key, keys.most}
		if i+1 < count {
			below.most = list[i+1].key
		}
		if err := w.tree(e.child, outermost, below, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// leaf looks at the entries of a leaf, and follows the buckets in the outermost
// tree.
func (w *pageWalk) leaf(id uint64, b []byte, count int, outermost bool, keys within) error {
	list, err := elements(id, b, leafPage, count, keys)
	if err != nil {
		return err
	}
	for _, e := range list {
		if is := e.flags&bucketEntry != 0; is != outermost || e.flags > 1 {
			return badPage(id, "has an entry of the wrong sort")
		}
		if outermost {
			if err := w.bucket(id, e.value); err != nil {
				return err
			}
		}
	}
	return nil
}

// bucket follows a bucket: its tree, or the leaf that a small one is.
func (w *pageWalk) bucket(id uint64, value []byte) error {
	if len(value) < 16 {
		return badPage(id, "has a bucket without a root")
	}
	if root := native.Uint64(value); root != 0 {
		return w.tree(root, false, within{}, 0)
	}
	inline := value[16:]
	if len(inline) < pageHeader || native.Uint16(inline[8:]) != leafPage {
		return badPage(id, "has a small bucket that is no leaf")
	}
	return w.leaf(id, inline, int(native.Uint16(inline[10:])), false, within{})
}

// freelist checks that all pages that are not in use are listed as free, each
// once, and no other.
func (w *pageWalk) freelist() error {
	id := w.meta.freelist
	b, flags, count, err := w.page(id)
	if err != nil {
		return err
	}
	if flags != freelistPage {
		return badPage(id, "is no list of free pages (%#x)", flags)
	}
	ids := b[pageHeader:]
	if count == 0xFFFF {
		count, ids = int(native.Uint64(ids)), ids[8:]
	}
	if count < 0 || count > len(ids)/8 {
		return badPage(id, "lists %d free pages", count)
	}
	for ; count > 0; count, ids = count-1, ids[8:] {
		free := native.Uint64(ids)
		if free < 2 || free >= w.meta.pgid {
			return badPage(free, "is listed as free, and the file has %d", w.meta.pgid)
		}
		if !w.mark(free) {
			return badPage(free, "is listed as free and is in use")
		}
	}
	if w.count != int(w.meta.pgid) {
		return fmt.Errorf("%d of %d pages are neither in use nor free", int(w.meta.pgid)-w.count, w.meta.pgid)
	}
	return nil
}
