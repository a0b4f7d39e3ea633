package topology

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"lianzhu/text"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Write writes s as a snapshot file; [Open] reads it. Equal graphs at equal
// revisions make equal bytes. A snapshot with patches is compacted on the way.
func (s *Snapshot) Write(w io.Writer) error {
	if s.patches > 0 {
		compact, err := s.Compact(context.Background())
		if err != nil {
			return err
		}
		s = compact
	}
	arrays := s.arrays()
	head, err := s.head(arrays)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<20)
	out.Write(head)
	at := len(head)
	for _, c := range arrays {
		out.Write(make([]byte, padding(at)))
		b := c.get()
		out.Write(b)
		at += padding(at) + len(b)
	}
	return out.Flush() // gives the first error of all writes
}

// padding is how far it is from at to the next place where a section may begin.
func padding(at int) int { return (alignment - at%alignment) % alignment }

// head is the beginning of the file, up to the first section. The places of the
// sections depend on its length and so it is written twice: the places are
// counted from the end of the head.
func (s *Snapshot) head(arrays []column) ([]byte, error) {
	h := head{
		Rev: uint64(s.rev), Text: text.Version, Origin: s.origin[:], Entities: s.entities, Relations: s.relations,
		Symmetric: s.vocab.symmetric, Types: names(s.vocab.types), Kinds: names(s.vocab.kinds), Units: [][2]string{},
	}
	for _, u := range s.units {
		h.Units = append(h.Units, [2]string{u.unit, u.per})
	}
	offset := 0
	for _, c := range arrays {
		b := c.get()
		offset += padding(offset)
		h.Sections = append(h.Sections, section{c.name, uint64(offset), uint64(len(b)), crc32.Checksum(b, castagnoli)})
		offset += len(b)
	}
	body, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	out := []byte(magic)
	out = binary.LittleEndian.AppendUint32(out, formatVersion)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body...)
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(out, castagnoli))
	return append(out, make([]byte, padding(len(out)))...), nil
}

func names[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// Save writes s to the file path: whole under another name, then in its place,
// so that whoever has the old file mapped keeps it as it was.
func (s *Snapshot) Save(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new")
	if err != nil {
		return fileError("it cannot be written", err)
	}
	err = s.Write(f)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fileError("it cannot be written", err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename last.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fileError("its folder cannot be opened", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fileError("its folder cannot be synced", err)
	}
	return nil
}
