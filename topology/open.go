package topology

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"

	"lianzhu/graph"
	"lianzhu/text"
)

// Open reads a snapshot file for the ontology o. Where the system can, the file
// is mapped and its arrays are used where they lie. The mapping stays for as long
// as a snapshot over it is held, so whoever keeps texts or spans that were lent
// from one must hold the snapshot, too. The file must not be changed in place;
// [Snapshot.Save] does not.
//
// Every byte is checked before it is used. The error is of CodeCorrupt for a
// file that is damaged, and of CodeInvalid for one of another version or of
// another ontology; in each case the thing to do is to build anew. Where there
// is no file, errors.Is(err, fs.ErrNotExist).
func Open(path string, o *graph.Ontology) (*Snapshot, error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, fileError("it cannot be opened", err)
	}
	err = sumFile(path, data)
	var s *Snapshot
	if err == nil {
		s, err = parse(data, o, (*base).verify, false)
	}
	if err != nil {
		unmap()
		return nil, err
	}
	s.base.mapping = data
	s.base.unmapWhenUnused(unmap)
	return s, nil
}

// sumFile proves the checksums of a file's sections. It reads the file rather
// than the mapping, so that what nobody asks for never is resident.
func sumFile(path string, data []byte) error {
	h, body, err := parseHead(data)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return fileError("it cannot be opened", err)
	}
	defer f.Close()
	buffer := make([]byte, 1<<20)
	for _, s := range h.Sections {
		if size := uint64(len(body)); s.Offset > size || s.Bytes > size-s.Offset {
			return damaged("section %s is cut short", s.Name)
		}
		at := uint64(len(data)-len(body)) + s.Offset
		sum := crc32.New(castagnoli)
		if _, err := io.CopyBuffer(onlyWriter{sum}, io.NewSectionReader(f, int64(at), int64(s.Bytes)), buffer); err != nil {
			return fileError("it cannot be read", err)
		}
		if sum.Sum32() != s.CRC {
			return damaged("section %s has another checksum", s.Name)
		}
	}
	return nil
}

// onlyWriter hides whatever else a writer can do.
type onlyWriter struct{ io.Writer }

// adopt opens a file that was just written, without proving it.
func adopt(path string, o *graph.Ontology) (*Snapshot, error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, fileError("it cannot be opened", err)
	}
	s, err := parse(data, o, nil, false)
	if err != nil {
		unmap()
		return nil, err
	}
	s.base.mapping = data
	s.base.unmapWhenUnused(unmap)
	return s, nil
}

// unmapWhenUnused gives the mapping back when nothing refers to b any more.
func (b *base) unmapWhenUnused(unmap func()) {
	runtime.AddCleanup(b, func(unmap func()) { unmap() }, unmap)
}

func fileError(detail string, err error) error {
	return &graph.Error{Code: graph.CodeInvalid, Op: "topology file", Detail: detail, Index: -1, Err: err}
}

func damaged(format string, args ...any) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: "topology file", Index: -1,
		Detail: "it is damaged: " + fmt.Sprintf(format, args...) + "; it is made anew"}
}

// parse reads a file. Its arrays stay in data where they can. Sums tells to look
// at the checksums of sections.
func parse(data []byte, o *graph.Ontology, verify func(*base) error, sums bool) (*Snapshot, error) {
	h, body, err := parseHead(data)
	if err != nil {
		return nil, err
	}
	v, err := newVocabulary(o)
	if err != nil {
		return nil, err
	}
	if !h.speaks(v) {
		return nil, fileError("it was written for another ontology; it is made anew", nil)
	}
	if h.Text != text.Version {
		return nil, fileError("its names were read by another version of the program; it is made anew", nil)
	}
	b := &base{vocab: v, words: &text.Index{}, entities: h.Entities, relations: h.Relations, mapped: len(data)}
	for _, u := range h.Units {
		b.units = append(b.units, unit{u[0], u[1]})
	}
	if err := b.takeSections(h, body, sums); err != nil {
		return nil, err
	}
	if len(b.kind) == 0 {
		return nil, damaged("it has no columns")
	}
	b.nameUnits()
	b.words.Most = graph.EntityID(len(b.kind) - 1)
	if verify != nil {
		if err := verify(b); err != nil {
			return nil, err
		}
	}
	var from origin
	copy(from[:], h.Origin)
	return newSnapshot(b, graph.Rev(h.Rev), from), nil
}

// parseHead reads the head and gives what follows it.
func parseHead(data []byte) (*head, []byte, error) {
	const fixed = len(magic) + 8
	if len(data) < fixed || !bytes.HasPrefix(data, []byte(magic)) {
		return nil, nil, damaged("it does not begin as a snapshot file does")
	}
	version := binary.LittleEndian.Uint32(data[len(magic):])
	if version != formatVersion {
		return nil, nil, fileError(fmt.Sprintf("it has version %d, and this program reads version %d; it is made anew", version, formatVersion), nil)
	}
	n := int(binary.LittleEndian.Uint32(data[len(magic)+4:]))
	if n > maxHead || fixed+n+4 > len(data) {
		return nil, nil, damaged("it is cut short")
	}
	end := fixed + n
	if crc32.Checksum(data[:end], castagnoli) != binary.LittleEndian.Uint32(data[end:]) {
		return nil, nil, damaged("its head has another checksum")
	}
	h := &head{}
	if err := json.Unmarshal(data[fixed:end], h); err != nil {
		return nil, nil, damaged("its head cannot be read")
	}
	end += 4
	end += padding(end)
	if h.Rev > maxRev || len(h.Origin) != len(origin{}) || end > len(data) {
		return nil, nil, damaged("its head makes no sense")
	}
	return h, data[end:], nil
}

// speaks tells whether the file's codes mean what v's mean.
func (h *head) speaks(v *vocabulary) bool {
	same := func(a, b []string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }
	return same(h.Types, names(v.types)) && same(h.Kinds, names(v.kinds)) && fmt.Sprint(h.Symmetric) == fmt.Sprint(v.symmetric)
}

// takeSections points the arrays of b at their sections.
func (b *base) takeSections(h *head, body []byte, sums bool) error {
	arrays := b.arrays()
	if len(h.Sections) != len(arrays) {
		return damaged("it has %d sections instead of %d", len(h.Sections), len(arrays))
	}
	end := uint64(0)
	for i, c := range arrays {
		s := h.Sections[i]
		switch size := uint64(len(body)); {
		case s.Name != c.name:
			return damaged("section %d is %q instead of %q", i, s.Name, c.name)
		case s.Offset > size || s.Bytes > size-s.Offset || s.Offset%alignment != 0:
			return damaged("section %s is cut short", c.name)
		case s.Bytes%uint64(c.width) != 0:
			return damaged("section %s ends within a number", c.name)
		}
		part := body[s.Offset : s.Offset+s.Bytes]
		if sums && crc32.Checksum(part, castagnoli) != s.CRC {
			return damaged("section %s has another checksum", c.name)
		}
		c.set(part, true)
		end = max(end, s.Offset+s.Bytes)
	}
	if end != uint64(len(body)) {
		return damaged("something follows its last section")
	}
	return nil
}
