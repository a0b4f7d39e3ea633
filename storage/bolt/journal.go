package bolt

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// A journal stands beside the file of a store that is written often, so that a
// write need not wait until its pages, which lie all over the file, are on the
// disk: what a group of batches puts is appended here and synced, one stretch of
// bytes, and the pages follow when they may, up to a checkpoint.
//
// That is sound because bbolt never overwrites a page that a reader sees. At a
// checkpoint a reader is begun, and kept, of a revision whose pages are all on the
// disk. Whatever a crash leaves of later pages, and of the first two, which say
// which revision is the newest: the first two are put back as they were at the
// checkpoint, and what stands in the journal after it is done again.
//
//	0      slot     two places for what the newest checkpoint was, used in turns
//	4096   slot
//	8192   area     two places for records, used in turns: a checkpoint changes over
//	+16 MB area
//
// A slot: magic (16 bytes), version (4), turn (8), open (1), area (1), two bytes of
// zero, the number of the last record that the file has without the journal (8),
// bbolt's first page at the checkpoint (80), CRC-32C of all that (4). The slot with
// the greater turn counts. One that is not open says that the file is all there is.
//
// A record: its length (4), CRC-32C of the rest (4), its number (8), which is one
// more than that of the record before, and what was put (see redo). Records go on
// in the other area where there is none any more in this one.
//
// Numbers are little-endian, but for bbolt's page, which is as bbolt writes it.
type journal struct {
	f    *os.File
	turn uint64
	last uint64 // the number of the newest record
	area int
	at   int64 // where the next record goes in the area
	text []byte
}

const (
	journalMagic   = "lianzhu journal\n"
	journalVersion = 1
	slotSize       = 4096
	areaSize       = 16 << 20
	recordHead     = 16
	firstPage80    = pageHeader + metaSize
	slotUsed       = len(journalMagic) + 4 + 8 + 4 + 8 + firstPage80 + 4
)

// journalPath is where the journal of a store is.
func journalPath(store string) string { return store + ".journal" }

func areaAt(area int) int64 { return 2*slotSize + int64(area)*areaSize }

// checkpoint is a state of the file that is on the disk.
type checkpoint struct {
	turn  uint64
	open  bool
	area  int
	after uint64 // the number of the last record that the state has
	page  [firstPage80]byte
}

func (c *checkpoint) encode() []byte {
	b := append(make([]byte, 0, slotUsed), journalMagic...)
	b = binary.LittleEndian.AppendUint32(b, journalVersion)
	b = binary.LittleEndian.AppendUint64(b, c.turn)
	open := byte(0)
	if c.open {
		open = 1
	}
	b = append(b, open, byte(c.area), 0, 0)
	b = binary.LittleEndian.AppendUint64(b, c.after)
	b = append(b, c.page[:]...)
	return binary.LittleEndian.AppendUint32(b, checksum(b))
}

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// castagnoli is the polynomial that processors compute by themselves.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// The errors of journals that cannot be used.
var (
	errJournal        = errors.New("the journal beside it is damaged")
	errJournalVersion = errors.New("the journal beside it was written by a newer program")
)

// decode reads a slot. Blank says that nothing was ever written there.
func (c *checkpoint) decode(b []byte) (blank bool, err error) {
	if len(b) < slotUsed || string(b[:len(journalMagic)]) != journalMagic {
		return true, nil
	}
	end := slotUsed - 4
	if binary.LittleEndian.Uint32(b[end:]) != checksum(b[:end]) {
		return false, errJournal
	}
	b = b[len(journalMagic):]
	if binary.LittleEndian.Uint32(b) != journalVersion {
		return false, errJournalVersion
	}
	c.turn, c.open, c.area = binary.LittleEndian.Uint64(b[4:]), b[12] == 1, int(b[13]&1)
	c.after = binary.LittleEndian.Uint64(b[16:])
	copy(c.page[:], b[24:])
	return false, nil
}

// newJournal makes the journal of a store, with zeros where records will be:
// writing where something stands already is synced sooner. It takes the place of
// one that a killed process left unused.
func newJournal(store string) (*journal, error) {
	f, err := os.OpenFile(journalPath(store), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	zeros := make([]byte, 1<<20)
	for at := int64(0); err == nil && at < areaAt(2); at += int64(len(zeros)) {
		_, err = f.WriteAt(zeros[:min(int64(len(zeros)), areaAt(2)-at)], at)
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		f.Close()
		os.Remove(f.Name())
		return nil, err
	}
	syncFolder(filepath.Dir(store))
	return &journal{f: f, at: areaSize}, nil
}

// room tells whether the area has room for a record of n bytes.
func (j *journal) room(n int) bool { return j.at+recordHead+int64(n) <= areaSize }

// append writes a record and waits until it is on the disk.
func (j *journal) append(text []byte) error {
	j.text = append(j.text[:0], make([]byte, recordHead)...)
	j.text = append(j.text, text...)
	binary.LittleEndian.PutUint32(j.text, uint32(len(text)))
	binary.LittleEndian.PutUint64(j.text[8:], j.last+1)
	binary.LittleEndian.PutUint32(j.text[4:], checksum(j.text[8:]))
	if _, err := j.f.WriteAt(j.text, areaAt(j.area)+j.at); err != nil {
		return err
	}
	if err := syncData(j.f); err != nil {
		return err
	}
	j.last++
	j.at += int64(len(j.text))
	return nil
}

// withdraw takes back the record that append wrote last, as if it had never been.
func (j *journal) withdraw() error {
	j.at -= int64(len(j.text))
	j.last--
	if _, err := j.f.WriteAt(make([]byte, recordHead), areaAt(j.area)+j.at); err != nil {
		return err
	}
	return syncData(j.f)
}

// change goes over to the other area, with records that will come after the
// checkpoint it gives, which [journal.note] is to write when all of it is on the
// disk.
func (j *journal) change(page [firstPage80]byte) checkpoint {
	j.area, j.at = 1-j.area, 0
	return checkpoint{open: true, area: j.area, after: j.last, page: page}
}

// note writes a checkpoint and waits until it is on the disk.
func (j *journal) note(c checkpoint) error {
	j.turn++
	c.turn = j.turn
	if _, err := j.f.WriteAt(c.encode(), int64(j.turn%2)*slotSize); err != nil {
		return err
	}
	return syncData(j.f)
}

// readJournal reads what a journal has to say: the newest checkpoint, which is
// not open where there is nothing to be done, and the records after it.
func readJournal(f io.ReaderAt) (newest checkpoint, records [][]byte, err error) {
	for slot := range int64(2) {
		b := make([]byte, slotUsed)
		n, _ := f.ReadAt(b, slot*slotSize)
		var c checkpoint
		blank, wrong := c.decode(b[:n])
		switch {
		case wrong != nil:
			err = wrong
		case !blank && c.turn > newest.turn:
			newest = c
		}
	}
	if newest.turn > 0 && !errors.Is(err, errJournalVersion) {
		err = nil // the other one was being written when the machine stopped
	}
	if err != nil || !newest.open {
		return newest, nil, err
	}
	area, at, last := newest.area, int64(0), newest.after
	for changed := false; ; {
		text, ok := recordAt(f, area, at, last+1)
		switch {
		case ok:
			records, last, at = append(records, text), last+1, at+recordHead+int64(len(text))
		case changed:
			return newest, records, nil
		default:
			area, at, changed = 1-area, 0, true
		}
	}
}

// recordAt reads a record; ok says that it is the one of this number, whole.
func recordAt(f io.ReaderAt, area int, at int64, number uint64) (text []byte, ok bool) {
	head := make([]byte, recordHead)
	if at+recordHead > areaSize {
		return nil, false
	}
	if _, err := f.ReadAt(head, areaAt(area)+at); err != nil || binary.LittleEndian.Uint64(head[8:]) != number {
		return nil, false
	}
	n := int64(binary.LittleEndian.Uint32(head))
	if at+recordHead+n > areaSize {
		return nil, false
	}
	b := make([]byte, 8+n)
	if _, err := f.ReadAt(b, areaAt(area)+at+8); err != nil || checksum(b) != binary.LittleEndian.Uint32(head[4:]) {
		return nil, false
	}
	return b[8:], true
}

// close says that the file is all there is, and removes the journal.
func (j *journal) close() error {
	err := j.note(checkpoint{})
	j.f.Close()
	if err == nil {
		os.Remove(j.f.Name()) // what stays says that it is not needed
	}
	return err
}
