package tables

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"lianzhu/dataset"
)

// Bounds of a workbook, in bytes: of the file, of its sheets and texts when
// unpacked, which are unpacked into files, of what is parsed as a whole, and of
// all else, which is held in memory.
const (
	maxWorkbook = 256 << 20
	maxUnpacked = 1 << 30
	maxParsed   = 16 << 20
	maxOther    = 64 << 20
	maxParts    = 10_000
)

// Excel is the format of workbooks: a sheet is read as the table of its cells,
// as they are shown.
func Excel() dataset.Format {
	return dataset.Format{Name: "xlsx", Endings: []string{".xlsx", ".xlsm"}, Says: "Excel workbooks: a sheet, as csv",
		Read: readWorkbook, Rejects: newWorkbookRejects}
}

// readWorkbook yields what a sheet says: the one that the mapping names, or else
// the first.
func readWorkbook(in dataset.Input) iter.Seq2[dataset.Line, error] {
	return func(yield func(dataset.Line, error) bool) {
		book, err := openWorkbook(in.Reader)
		if err != nil {
			yield(dataset.Line{File: in.Name}, &dataset.Problem{File: in.Name, Reason: err.Error()})
			return
		}
		defer book.close()
		t, err := plan(in)
		if err == nil {
			err = t.openSheet(book)
		}
		if err != nil {
			yield(dataset.Line{File: in.Name}, asProblem(in.Name, err))
			return
		}
		t.run(yield)
	}
}

// asProblem makes err the problem of a file, unless it is one.
func asProblem(name string, err error) error {
	var p *dataset.Problem
	if errors.As(err, &p) {
		return p
	}
	return &dataset.Problem{File: name, Reason: err.Error()}
}

// openSheet reads the sheet that is wanted as comma-separated values.
func (t *table) openSheet(book *workbook) error {
	names := book.file.GetSheetList()
	sheet := ""
	if t.spec != nil {
		sheet = t.spec.Sheet
	}
	switch {
	case len(names) == 0:
		return errors.New("the workbook has no sheet")
	case sheet == "" || slices.Equal(names, []string{rejectedSheet}):
		sheet = names[0]
	case !slices.Contains(names, sheet):
		return fmt.Errorf("the workbook has no sheet %q; it has %s", sheet, strings.Join(names, ", "))
	}
	rows, err := book.file.Rows(sheet)
	if err != nil {
		return fmt.Errorf("the sheet %q cannot be read: %w", sheet, err)
	}
	book.rows = rows
	r := &sheetReader{rows: rows}
	r.out = csv.NewWriter(&r.text)
	t.in.Reader = r
	return t.open("", ',')
}

// workbook is an open workbook and the file that it was put in.
type workbook struct {
	file  *excelize.File
	rows  *excelize.Rows
	spool *os.File
}

func (b *workbook) close() {
	if b.rows != nil {
		b.rows.Close()
	}
	if b.file != nil {
		b.file.Close() // takes its own temporary files away
	}
	b.spool.Close()
	os.Remove(b.spool.Name())
}

// openWorkbook puts a workbook into a file, looks how large it would become, and
// opens it.
func openWorkbook(in io.Reader) (*workbook, error) {
	spool, err := os.CreateTemp("", "lianzhu-workbook-*.xlsx")
	if err != nil {
		return nil, errors.New("there is no room for the workbook on the disk")
	}
	b := &workbook{spool: spool}
	if err := b.open(in); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *workbook) open(in io.Reader) error {
	size, err := io.Copy(b.spool, io.LimitReader(in, maxWorkbook+1))
	switch {
	case err != nil:
		return fmt.Errorf("the workbook cannot be read: %w", err)
	case size > maxWorkbook:
		return fmt.Errorf("the workbook is longer than %d MiB; divide it", maxWorkbook>>20)
	}
	packed, err := zip.NewReader(b.spool, size)
	if err != nil {
		return errors.New("it is no Excel workbook (.xlsx)")
	}
	if err := checkParts(packed); err != nil {
		return err
	}
	b.file, err = excelize.OpenFile(b.spool.Name(), excelize.Options{
		UnzipSizeLimit: maxUnpacked + maxParsed + maxOther, UnzipXMLSizeLimit: 16 << 20,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return errors.New("it is no Excel workbook (.xlsx), or it is damaged")
	}
	return nil
}

// sheetReader is a sheet as comma-separated values, a line for each row.
type sheetReader struct {
	rows  *excelize.Rows
	text  bytes.Buffer
	out   *csv.Writer
	width int // of the widest row so far: empty cells at the end of a row are not there
}

// Read makes sheetReader an [io.Reader].
func (r *sheetReader) Read(p []byte) (int, error) {
	for r.text.Len() == 0 {
		if !r.rows.Next() {
			if err := r.rows.Error(); err != nil {
				return 0, fmt.Errorf("the sheet is damaged: %w", err)
			}
			return 0, io.EOF
		}
		cells, err := r.rows.Columns()
		if err != nil {
			return 0, fmt.Errorf("the sheet is damaged: %w", err)
		}
		for i, cell := range cells {
			cells[i] = strings.Join(strings.FieldsFunc(cell, func(c rune) bool { return c == '\n' || c == '\r' }), " ")
		}
		if len(cells) == 0 {
			r.text.WriteByte('\n')
			continue
		}
		r.width = max(r.width, len(cells))
		cells = append(cells, make([]string, r.width-len(cells))...)
		if err := r.out.Write(cells); err != nil {
			return 0, err
		}
		r.out.Flush()
	}
	return r.text.Read(p)
}

// rejectedSheet is the sheet of refused rows. Whatever sheet a mapping names, this
// one is read where it is alone.
const rejectedSheet = "rejected"

// workbookRejects writes refused rows into a workbook.
type workbookRejects struct {
	rejects
	w    io.Writer
	text bytes.Buffer // rows that are not in the workbook yet, as rejects wrote them
	book *excelize.File
	rows *excelize.StreamWriter
	next int
}

func newWorkbookRejects(w io.Writer) dataset.Rejects {
	r := &workbookRejects{w: w, book: excelize.NewFile(), next: 1}
	r.rejects = rejects{out: &r.text, delim: ',', begun: true}
	return r
}

// Write makes workbookRejects [dataset.Rejects].
func (r *workbookRejects) Write(p *dataset.Problem) error {
	if err := r.rejects.Write(p); err != nil {
		return err
	}
	return r.put()
}

// put moves rows into the workbook.
func (r *workbookRejects) put() (err error) {
	if r.rows == nil {
		if err := r.book.SetSheetName(r.book.GetSheetName(0), rejectedSheet); err != nil {
			return err
		}
		if r.rows, err = r.book.NewStreamWriter(rejectedSheet); err != nil {
			return err
		}
	}
	in := csv.NewReader(&r.text)
	in.FieldsPerRecord, in.LazyQuotes = -1, true
	for {
		row, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		cells := make([]any, len(row))
		for i, text := range row {
			cells[i] = text
		}
		if err := r.rows.SetRow(fmt.Sprintf("A%d", r.next), cells); err != nil {
			return err
		}
		r.next++
	}
}

// Close makes workbookRejects [dataset.Rejects].
func (r *workbookRejects) Close() error {
	defer r.book.Close()
	if err := r.rejects.Close(); err != nil {
		return err
	}
	if err := r.put(); err != nil {
		return err
	}
	if err := r.rows.Flush(); err != nil {
		return err
	}
	return r.book.Write(r.w)
}
