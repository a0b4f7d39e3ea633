package tables

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// value is the text of a cell.
func (r *row) text(i int) string { return r.cells[i].value(r.raw) }

func scanAll(t testing.TB, in io.Reader, delim byte) (rows [][]string, problems []string, at []int) {
	s := newScanner(in, delim)
	var r row
	for s.next(&r) {
		if r.problem != "" {
			problems = append(problems, fmt.Sprintf("%d:%d: %s", r.line, r.column, r.problem))
			continue
		}
		var cells []string
		for i := range r.cells {
			cells = append(cells, r.text(i))
		}
		rows, at = append(rows, cells), append(at, r.at)
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
	return rows, problems, at
}

func TestRowsAreCutIntoCells(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       [][]string
		problems   []string
	}{
		{"plain cells", "a,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}, nil},
		{"a last line without an end", "a,b\n1,2", [][]string{{"a", "b"}, {"1", "2"}}, nil},
		{"carriage returns before line ends", "a,b\r\n1,2\r\n", [][]string{{"a", "b"}, {"1", "2"}}, nil},
		{"empty cells at both ends", ",a,\n", [][]string{{"", "a", ""}}, nil},
		{"quoted cells with the separator and doubled marks", "\"a,b\",\"say \"\"yes\"\"\",c\n", [][]string{{"a,b", `say "yes"`, "c"}}, nil},
		{"a quoted cell over several lines", "\"a\nb\r\nc\",d\ne\n", [][]string{{"a\nb\r\nc", "d"}, {"e"}}, nil},
		{"an empty quoted cell", "\"\",\"\"\n", [][]string{{"", ""}}, nil},
		{"a mark within a plain cell is a character", "公司\"简称\",b\n", [][]string{{`公司"简称"`, "b"}}, nil},
		{"a mark that is not closed costs its own line only", "a,\"b\nc,d\n", [][]string{{"c", "d"}}, []string{"1:3: the quotation mark is not closed"}},
		{"what stands behind a closing mark", "\"a\"b,c\nd\n", [][]string{{"d"}}, []string{"1:4: after a closing quotation mark comes the next cell; one that belongs to the text is doubled"}},
		{"a NUL byte", "a\nb\x00c\nd\n", [][]string{{"a"}, {"d"}}, []string{"2:2: there is a NUL byte; remove it"}},
		{"what is not UTF-8", "甲\n乙\xff\nd\n", [][]string{{"甲"}, {"d"}}, []string{"2:2: it is not UTF-8; save the file as UTF-8, or name its encoding in the mapping, such as encoding: gb18030"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text))} {
				rows, problems, _ := scanAll(t, in, ',')
				if fmt.Sprintf("%q", rows) != fmt.Sprintf("%q", c.want) || !slices.Equal(problems, c.problems) {
					t.Errorf("got %q and %q", rows, problems)
				}
			}
		})
	}
}

// A line of 100 MB is passed over in the memory of a shorter one.
func TestALineThatIsTooLongIsPassedOver(t *testing.T) {
	long := io.MultiReader(strings.NewReader("甲,乙\n"), io.LimitReader(endless('x'), 100<<20), strings.NewReader("\n丙,丁\n"))
	s := newScanner(long, ',')
	var r row
	var lines, most int
	for s.next(&r) {
		lines++
		if r.line == 2 && (!r.tooLong || r.problem != "the line is longer than 16 MiB; divide it") {
			t.Errorf("line 2 is told as %q", r.problem)
		}
		if r.line == 3 && (r.text(0) != "丙" || r.at != 3+1+100<<20+1) {
			t.Errorf("line 3 is %q at %d", r.text(0), r.at)
		}
		most = max(most, len(s.buf))
	}
	if lines != 3 || most > 3*maxRow {
		t.Errorf("%d lines in %d bytes", lines, most)
	}
}

// A mark that is never closed is not looked for in the whole file.
func TestAMarkThatIsNeverClosedIsNotLookedForEverywhere(t *testing.T) {
	body := strings.Repeat("a,b\n", 1<<20)
	rows, problems, _ := scanAll(t, strings.NewReader("x,\"y\n"+body), ',')
	if len(rows) != 1<<20 || len(problems) != 1 {
		t.Errorf("%d rows, %q", len(rows), problems)
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

// What the library reads we read, too, and as the same cells; and wherever we
// say that a cell stands, there it stands.
func FuzzRowsAreThoseOfTheLibrary(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a,\"\"b\",c\r\n", "\"a\nb\",c", "甲,\"乙\"\n\n丙", "a,\"b\nc\n", "\"\"\n", "a\r\r\n", "\r"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := newScanner(bytes.NewReader(text), ',')
		var rows [][]string
		clean := true
		var r row
		for s.next(&r) {
			if r.problem != "" {
				clean = false
				continue
			}
			var cells []string
			for i, c := range r.cells {
				cells = append(cells, r.text(i))
				at := r.at + utf8.RuneCount(r.raw[:c.start])
				whole := []rune(string(text))
				if got, want := string(whole[at:at+utf8.RuneCount(r.raw[c.start:c.end])]), string(r.raw[c.start:c.end]); got != want {
					t.Fatalf("the cell %q stands where %q is", want, got)
				}
			}
			rows = append(rows, cells)
		}
		lib := csv.NewReader(bytes.NewReader(text))
		lib.FieldsPerRecord = -1
		want, err := lib.ReadAll()
		if err != nil || !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 || bytes.ContainsRune(text, '\r') {
			return
		}
		if !clean {
			t.Fatalf("the library reads %q", want)
		}
		rows = slices.DeleteFunc(rows, func(cells []string) bool {
			return len(cells) == 1 && cells[0] == "" && !bytes.Contains(text, []byte(`""`))
		})
		if bytes.Contains(text, []byte(`""`)) {
			return // which of the empty rows are lines without anything only the library knows
		}
		if fmt.Sprintf("%q", rows) != fmt.Sprintf("%q", want) {
			t.Fatalf("got %q, the library reads %q", rows, want)
		}
	})
}

func TestAnErrorOfTheReaderEndsTheRows(t *testing.T) {
	s := newScanner(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(errors.New("gone"))), ',')
	var r row
	n := 0
	for s.next(&r) {
		n++
	}
	if n != 1 || s.err == nil || s.err.Error() != "gone" {
		t.Errorf("%d rows, %v", n, s.err)
	}
}
