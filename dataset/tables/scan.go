package tables

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// Bounds of a table's rows, in bytes: of a whole row, and of a quoted cell that
// goes over several lines before its quotation mark is held to be a slip.
const (
	maxRow    = 16 << 20
	maxQuoted = 1 << 20
)

// row is one record of a table. raw and cells are valid until the next one.
type row struct {
	line int    // of its first line, from 1
	at   int    // characters of the text before it
	raw  []byte // as it stands in the text, without the end of the line
	size int    // in bytes, with the end of the line
	cells

	problem string // the row cannot be used
	column  int    // where, in characters from 1; 0: not known
	tooLong bool   // raw is not the row
}

// cells are where the cells of a row stand in its text.
type cells []span

// span is a part of a row. A quoted one lies between its quotation marks; where
// doubled is set there are doubled ones in it.
type span struct {
	start, end      int
	quoted, doubled bool
}

// scanner reads the rows of a text whose cells a character parts. Quotation
// marks are those of RFC 4180; one within a cell that does not begin with it is
// an ordinary character.
type scanner struct {
	in    io.Reader
	delim byte
	buf   []byte
	r, w  int
	eof   bool
	err   error // of in
	line  int
	at    int
	cells []span
}

func newScanner(in io.Reader, delim byte) *scanner {
	return &scanner{in: in, delim: delim, buf: make([]byte, 256<<10), line: 1}
}

// next reads a row. It tells whether there was one; see err for why not.
func (s *scanner) next(to *row) bool {
	*to = row{line: s.line, at: s.at}
	end, found := s.lineEnd(0)
	switch {
	case s.err != nil || end == 0 && !found:
		return false
	case end > maxRow:
		s.skip(to)
		return true
	}
	s.take(to, end, found)
	return true
}

// take makes a row of the line that ends at end, and of those after it that a
// quoted cell goes over.
func (s *scanner) take(to *row, end int, found bool) {
	if bytes.IndexByte(s.buf[s.r:s.r+end], '"') >= 0 {
		s.quoted(to, end, found)
		return
	}
	s.cells = s.cells[:0]
	raw := trimReturn(s.buf[s.r : s.r+end])
	start := 0
	for {
		i := bytes.IndexByte(raw[start:], s.delim)
		if i < 0 {
			break
		}
		s.cells = append(s.cells, span{start: start, end: start + i})
		start += i + 1
	}
	s.cells = append(s.cells, span{start: start, end: len(raw)})
	s.finish(to, end, found)
}

// finish hands out what stands up to end, and checks that it is text.
func (s *scanner) finish(to *row, end int, found bool) {
	whole := s.buf[s.r : s.r+end]
	to.raw, to.cells = trimReturn(whole), s.cells
	if i := bytes.IndexByte(to.raw, 0); i >= 0 && to.problem == "" {
		to.problem, to.column = "there is a NUL byte; remove it", columnAt(to.raw, i)
	}
	if !utf8.Valid(to.raw) {
		to.problem, to.column = "it is not UTF-8; save the file as UTF-8, or name its encoding in the mapping, such as encoding: gb18030", columnAt(to.raw, invalidAt(to.raw))
	}
	s.pass(to, whole, found)
}

// pass goes on behind what was handed out.
func (s *scanner) pass(to *row, whole []byte, found bool) {
	s.at += utf8.RuneCount(whole)
	s.line += bytes.Count(whole, []byte("\n"))
	n := len(whole)
	if found {
		n, s.at, s.line = n+1, s.at+1, s.line+1
	}
	s.r, to.size = s.r+n, n
}

// quoted cuts a row in which there are quotation marks. One that is not closed
// makes a problem of its line only, and reading goes on behind that.
func (s *scanner) quoted(to *row, end int, found bool) {
	firstEnd, firstFound := end, found
	c := cutter{cells: s.cells[:0], delim: s.delim}
	for {
		c.cut(trimReturn(s.buf[s.r : s.r+end]))
		s.cells = c.cells
		switch {
		case c.bad && end > firstEnd: // what closed it belongs to a later line
			s.unclosed(to, firstEnd, firstFound, c.start)
			return
		case c.bad:
			to.problem, to.column = "after a closing quotation mark comes the next cell; one that belongs to the text is doubled", columnAt(s.buf[s.r:s.r+end], c.from)
			s.finish(to, end, found)
			return
		case !c.open:
			s.finish(to, end, found)
			return
		case !found || end-c.start > maxQuoted:
			s.unclosed(to, firstEnd, firstFound, c.start)
			return
		}
		if end, found = s.lineEnd(end + 1); end > maxRow {
			s.unclosed(to, firstEnd, firstFound, c.start)
			return
		}
	}
}

func (s *scanner) unclosed(to *row, end int, found bool, at int) {
	to.problem, to.column = "the quotation mark is not closed", columnAt(s.buf[s.r:s.r+end], at)
	s.finish(to, end, found)
}

// cutter cuts a row into cells. Where a quotation mark is open at the end of
// what it was given it goes on when it is given more.
type cutter struct {
	delim   byte
	cells   []span
	start   int  // of the cell that is being cut
	from    int  // where to go on in it
	open    bool // it is quoted, and that does not end
	bad     bool // something stands behind its closing quotation mark, at from
	doubled bool // there were doubled quotation marks in it
}

func (c *cutter) cut(text []byte) {
	for {
		if !c.open && (c.start >= len(text) || text[c.start] != '"') {
			end := len(text)
			if i := bytes.IndexByte(text[c.start:], c.delim); i >= 0 {
				end = c.start + i
			}
			c.cells = append(c.cells, span{start: c.start, end: end})
			c.start = end + 1
			if end == len(text) {
				return
			}
			continue
		}
		if !c.open {
			c.open, c.doubled, c.from = true, false, c.start+1
		}
		end, closed := c.close(text)
		if !closed {
			return
		}
		c.open = false
		c.cells = append(c.cells, span{start: c.start + 1, end: end, quoted: true, doubled: c.doubled})
		if end+1 < len(text) && text[end+1] != c.delim {
			c.bad, c.from = true, end+1
			return
		}
		c.start = end + 2
		if end+1 == len(text) {
			return
		}
	}
}

// close finds the quotation mark that closes a cell.
func (c *cutter) close(text []byte) (at int, closed bool) {
	for {
		i := bytes.IndexByte(text[c.from:], '"')
		if i < 0 {
			c.from = len(text)
			return 0, false
		}
		at = c.from + i
		if at+1 >= len(text) || text[at+1] != '"' {
			return at, true
		}
		c.doubled = true
		c.from = at + 2
	}
}

// lineEnd is how far behind s.r the next line end at or after from stands, and
// whether there is one; without one it is the end of the text, or beyond maxRow.
func (s *scanner) lineEnd(from int) (end int, found bool) {
	for {
		if i := bytes.IndexByte(s.buf[min(s.r+from, s.w):s.w], '\n'); i >= 0 {
			return from + i, true
		}
		from = s.w - s.r
		if s.eof || from > maxRow+1 {
			return from, false
		}
		s.fill()
	}
}

// fill reads more, after making room.
func (s *scanner) fill() {
	if s.r > 0 {
		copy(s.buf, s.buf[s.r:s.w])
		s.w, s.r = s.w-s.r, 0
	}
	if s.w == len(s.buf) {
		s.buf = slices.Grow(s.buf, len(s.buf))[:2*len(s.buf)]
	}
	n, err := s.in.Read(s.buf[s.w:])
	s.w += n
	if err != nil {
		s.eof = true
		if !errors.Is(err, io.EOF) {
			s.err = err
		}
	}
}

// skip passes a line that is too long without keeping it.
func (s *scanner) skip(to *row) {
	to.tooLong, to.problem = true, fmt.Sprintf("the line is longer than %d MiB; divide it", maxRow>>20)
	for {
		whole := s.buf[s.r:s.w]
		if i := bytes.IndexByte(whole, '\n'); i >= 0 {
			s.at += firstBytes(whole[:i]) + 1
			s.line++
			s.r += i + 1
			return
		}
		s.at += firstBytes(whole)
		s.r = s.w
		if s.eof {
			return
		}
		s.fill()
	}
}

// firstBytes counts the characters of a part of a text, however it was cut.
func firstBytes(b []byte) int {
	n := 0
	for _, c := range b {
		if c&0xC0 != 0x80 {
			n++
		}
	}
	return n
}

func trimReturn(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\r")) }

// invalidAt is the offset of the first byte of b that is not UTF-8.
func invalidAt(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return len(b)
}

// columnAt is the column of the character at a byte offset.
func columnAt(b []byte, offset int) int { return utf8.RuneCount(b[:min(offset, len(b))]) + 1 }

// columnOf is where the first cell beyond so many stands, or where the row ends.
func (r *row) columnOf(cells int) int {
	if cells < len(r.cells) {
		return columnAt(r.raw, r.cells[cells].start)
	}
	return columnAt(r.raw, len(r.raw))
}

// value is the text of a cell of the row.
func (c span) value(raw []byte) string {
	if c.doubled {
		return string(bytes.ReplaceAll(raw[c.start:c.end], []byte(`""`), []byte(`"`)))
	}
	return string(raw[c.start:c.end])
}
