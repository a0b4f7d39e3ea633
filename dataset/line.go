package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"lianzhu/graph"
)

// Line is a change and the place in a file where it stands. Number counts from
// 1 and is that of its first line, where it takes several.
type Line struct {
	File   string
	Number int
	Change graph.Change

	// Mode says what becomes of a record of the same key.
	Mode Mode

	// Late, where set, stands for lines that cannot be made before it is known
	// what the graph holds; Change is then empty. Of what it gives, Change,
	// Mode, Column and Field count. It may be called more than once, and while
	// later lines are read. After a
	// [Problem] that is Dangling it is called again at the end.
	Late func(Lookup) ([]Line, error)

	// Column and Field tell where in the line the change stands, where that is
	// known; see [Problem].
	Column int
	Field  string

	// Record is what stands in the file; nil where Input.Records did not ask.
	Record *Record

	// Size is about how many bytes of the file the line takes, 0 where it is
	// short. It bounds the memory of a batch.
	Size int
}

// Mode says what a line does where there is a record of its key already.
type Mode uint8

// The modes. A source is always replaced.
const (
	Replace Mode = iota // the line's is the record
	Add                 // the line adds to the record; see [AddEntity] and [AddRelation]
	Make                // the record stays; the line only makes one where there is none
)

// Lookup finds entities in the graph and among those that come earlier in the
// same load.
type Lookup interface {
	// Named gives the entities with this name, in any language, folded as
	// search folds names, in the order of their keys.
	Named(name string) ([]*graph.Entity, error)

	// Identified gives the entities that have this value under this scheme.
	Identified(scheme, value string) ([]*graph.Entity, error)
}

// Record is a part of a file that can be mended and read again: Text is what
// stands there, without the end of the line, in UTF-8; Head is what must stand
// before it in a file, such as the header of a table. Sep is what parts the cells
// of a table, and 0 elsewhere. Of is the source that the record is from, where
// Head does not tell the file.
type Record struct {
	Head, Text []byte
	Sep        byte
	Of         graph.Key
}

// Problem is a line that cannot be used, and why. Line and Column count from 1,
// columns in characters; 0 is "not known". Field is the name of the column or
// the path of the field at fault, where it has one.
type Problem struct {
	File   string
	Line   int
	Column int
	Field  string
	Reason string

	// Dangling says that something the line refers to is not there, so that it
	// may be used once that has been imported.
	Dangling bool

	// Record is the whole of what was refused, where it was asked for and could
	// be kept.
	Record *Record
}

// Error is one sentence for a person: file:line:column: field: reason.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Column > 0 {
		fmt.Fprintf(&b, ":%d", p.Column)
	}
	b.WriteString(": ")
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	return strings.TrimPrefix(b.String(), ":") + p.Reason
}

// maxLine bounds one line of a file, in bytes.
const maxLine = 16 << 20

// rawLine is a line without its end. Where problem is set, text is not to be
// used.
type rawLine struct {
	number  int
	text    []byte // valid until the next line
	column  int
	problem string
	tooLong bool // text is only a part of it
}

// rawLines yields the lines of r. A line that is too long or no text comes with
// its problem, and the next line follows; an error of r ends the sequence. A
// byte order mark and carriage returns before line ends are dropped.
func rawLines(r io.Reader) iter.Seq2[rawLine, error] {
	return func(yield func(rawLine, error) bool) {
		in := bufio.NewReaderSize(r, 64<<10)
		var buf []byte
		for n := 1; ; n++ {
			text, tooLong, err := readLine(in, buf[:0])
			buf = text
			if err != nil && err != io.EOF {
				yield(rawLine{number: n}, err)
				return
			}
			if err == io.EOF && len(text) == 0 {
				return
			}
			if n == 1 {
				text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
			}
			if !yield(checkedLine(n, text, tooLong), nil) || err == io.EOF {
				return
			}
		}
	}
}

// readLine appends the next line of in to buf and drops its end. What goes
// beyond maxLine is read and forgotten.
func readLine(in *bufio.Reader, buf []byte) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(buf)+len(part) > maxLine+2 {
			tooLong = true
		} else {
			buf = append(buf, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		buf = bytes.TrimSuffix(buf, []byte("\n"))
		return bytes.TrimSuffix(buf, []byte("\r")), tooLong || len(buf) > maxLine, err
	}
}

func checkedLine(n int, text []byte, tooLong bool) rawLine {
	line := rawLine{number: n, text: text}
	if tooLong {
		line.tooLong = true
		line.problem = fmt.Sprintf("the line is longer than %d MiB; divide it", maxLine>>20)
		return line
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		line.column, line.problem = columnAt(text, i), "there is a NUL byte; remove it"
	}
	if !utf8.Valid(text) {
		line.column, line.problem = columnAt(text, invalidAt(text)), "it is not UTF-8; save the file as UTF-8"
	}
	return line
}

// invalidAt is the offset of the first byte of text that is not UTF-8.
func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return len(text)
}

// columnAt is the column of the character at a byte offset.
func columnAt(text []byte, offset int) int {
	return utf8.RuneCount(text[:min(offset, len(text))]) + 1
}
