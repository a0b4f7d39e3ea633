package interchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"unicode/utf8"
)

// tape hands a file to a decoder and keeps what the decoder was given from a
// mark on, so that the place of what it has found can be told. Offsets are in
// bytes from the start of the file.
type tape struct {
	r     io.Reader
	kept  []byte // from the mark on
	mark  int64
	runes int // before the mark
	lines int // ends of lines before the mark
	chars int // before the mark, in its line
}

// errTooLong is the error of a thing that is larger than maxElement.
type errTooLong struct{ line int }

func (e errTooLong) Error() string {
	return fmt.Sprintf("what begins in line %d is longer than %d MiB; divide it", e.line, maxElement>>20)
}

// tapePiece is how much is read at a time, so that no decoder takes far more
// than it needs.
const tapePiece = 64 << 10

// Read makes tape an [io.Reader].
func (t *tape) Read(p []byte) (int, error) {
	if len(t.kept) > maxElement {
		return 0, errTooLong{t.lines + 1}
	}
	n, err := t.r.Read(p[:min(len(p), tapePiece)])
	t.kept = append(t.kept, p[:n]...)
	return n, err
}

// forget moves the mark.
func (t *tape) forget(to int64) {
	n := min(int(to-t.mark), len(t.kept))
	if n <= 0 {
		return
	}
	gone := t.kept[:n]
	t.runes += utf8.RuneCount(gone)
	t.lines += bytes.Count(gone, []byte("\n"))
	t.chars = charsAfter(t.chars, gone)
	t.mark += int64(n)
	t.kept = append(t.kept[:0], t.kept[n:]...)
}

// charsAfter is how many characters stand before the end of text in its last
// line, when so many stood before text.
func charsAfter(chars int, text []byte) int {
	if i := bytes.LastIndexByte(text, '\n'); i >= 0 {
		chars, text = 0, text[i+1:]
	}
	return chars + utf8.RuneCount(text)
}

// at is the line and the column of an offset, which the tape still keeps.
func (t *tape) at(offset int64) place {
	before := t.kept[:max(0, min(int(offset-t.mark), len(t.kept)))]
	return place{line: t.lines + 1 + bytes.Count(before, []byte("\n")), column: charsAfter(t.chars, before) + 1}
}

// cut gives what stands between two offsets, which the tape still keeps, and its
// place, and moves the mark to its end.
func (t *tape) cut(from, to int64) (place, []byte) {
	t.forget(from)
	n := min(int(to-t.mark), len(t.kept))
	text := bytes.TrimLeft(t.kept[:n], " \t\r\n,")
	blank := t.kept[:n-len(text)]
	p := place{line: t.lines + 1 + bytes.Count(blank, []byte("\n")), column: charsAfter(t.chars, blank) + 1, start: t.runes + utf8.RuneCount(blank)}
	p.end = p.start + utf8.RuneCount(text)
	if sum := sha256.Sum256(text); len(text) > 0 && utf8.Valid(text) {
		p.hash = hex.EncodeToString(sum[:])
	}
	text = bytes.Clone(text)
	t.forget(to)
	return p, text
}
