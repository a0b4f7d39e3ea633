package tables_test

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"
)

// swapped is a workbook in which a part is another one: what comes before and
// after, and between them so many bytes of a text that is repeated.
func swapped(t *testing.T, book []byte, name, before, repeated string, size int64, after string) []byte {
	t.Helper()
	return rezipped(t, book, name, func(z *zip.Writer) error {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(w, io.MultiReader(strings.NewReader(before), io.LimitReader(repeating(repeated), size), strings.NewReader(after)))
		return err
	})
}

// rezipped is a workbook in which put writes a part.
func rezipped(t *testing.T, book []byte, name string, put func(*zip.Writer) error) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range in.File {
		if part.Name == name {
			err = put(z)
		} else {
			err = z.Copy(part)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// repeating is a text without end. The text's length is a power of two.
type repeating string

func (r repeating) Read(p []byte) (int, error) {
	p = p[:max(len(p)/len(r), 1)*len(r)]
	for n := 0; n < len(p); {
		n += copy(p[n:], r)
	}
	return len(p), nil
}

const (
	sheetPart = "xl/worksheets/sheet2.xml"
	textsPart = "xl/sharedStrings.xml"
	sheetHead = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetTail = `</sheetData></worksheet>`
	textsHead = `<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
)

// A few kilobytes that unpack to much are refused before that is held.
func TestABombIsRefusedInFlatMemory(t *testing.T) {
	good := workbook(t, "企业", []any{"代码", "名称"}, []any{"1", "甲"})
	const size = 40 << 20
	for _, c := range []struct {
		name string
		book []byte
		want string
	}{
		{"blanks between rows", swapped(t, good, sheetPart, sheetHead, " ", size, sheetTail), "a text of more than 1 MiB"},
		{"a cell without end", swapped(t, good, sheetPart, sheetHead+`<row r="1"><c t="inlineStr"><is><t>`, "x", size, `</t></is></c></row>`+sheetTail), "a text of more than 1 MiB"},
		{"a tag without end", swapped(t, good, sheetPart, sheetHead+`<row r="`, ">>>>>>>>", size, `"/>`+sheetTail), "a text of more than 1 MiB"},
		{"a row without end", swapped(t, good, sheetPart, sheetHead+`<row r="1">`, "<c></c>\n", size, `</row>`+sheetTail), "a row or a text of more than 16 MiB"},
		{"rows of another kind", swapped(t, good, sheetPart, sheetHead, "<x:w></x:w>    \n", size, sheetTail), "a row or a text of more than 16 MiB"},
		{"a comment without end", swapped(t, good, sheetPart, sheetHead+"<!--", "<row/> >", size, "-->"+sheetTail), "a comment or an instruction"},
		{"an instruction without end", swapped(t, good, sheetPart, "<?xml <row/> ", "<row/> >", size, "?>"+sheetHead+sheetTail), "a comment or an instruction"},
		{"an encoding that hides tags", swapped(t, good, sheetPart, `<?xml version="1.0" encoding="iso-2022-jp"?>`, "<row/> >", size, sheetTail), "is not UTF-8"},
		{"a shared text without end", swapped(t, good, textsPart, textsHead+`<si><t>`, "x", size, `</t></si></sst>`), "a text of more than 1 MiB"},
		{"formats of a shared text without end", swapped(t, good, textsPart, textsHead+`<si>`, "<r></r>\n", size, `</si></sst>`), "a row or a text of more than 16 MiB"},
		{"too many shared texts", swapped(t, good, textsPart, textsHead, "<si/><x/>\n<si/> ", size*2, `</sst>`), "more than 4194304 texts"},
		{"styles without end", swapped(t, good, "xl/styles.xml", "<styleSheet>", "<xf/>\n  ", size, "</styleSheet>"), "would unpack to 40 MiB"},
		{"a sheet that says it unpacks to too much", lying(t, good, 2<<30), "would unpack to 2048 MiB"},
		{"a sheet that unpacks to more than it says", lying(t, good, 100), "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, lines, problems := readBook(t, c.book, io.Discard)
			runtime.ReadMemStats(&after)
			if len(lines) > 0 || len(problems) != 1 || !strings.Contains(problems[0], c.want) {
				t.Errorf("got %q, want %q", problems, c.want)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
				t.Errorf("%d MiB were taken for it", grown>>20)
			}
		})
	}
}

// lying is a workbook whose sheet says that it unpacks to so many bytes, where it
// does to 40 MiB.
func lying(t *testing.T, book []byte, says uint64) []byte {
	t.Helper()
	whole := swapped(t, book, sheetPart, sheetHead, " ", 40<<20, sheetTail)
	in, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	return rezipped(t, whole, sheetPart, func(z *zip.Writer) error {
		for _, part := range in.File {
			if part.Name != sheetPart {
				continue
			}
			raw, err := part.OpenRaw()
			if err != nil {
				return err
			}
			head := part.FileHeader
			head.UncompressedSize64, head.CRC32 = says, crc32.ChecksumIEEE(nil)
			w, err := z.CreateRaw(&head)
			if err != nil {
				return err
			}
			if _, err := io.Copy(w, raw); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestALongSheetOfFairRowsIsRead(t *testing.T) {
	good := workbook(t, "企业", []any{"代码", "名称"})
	row := func(cells ...string) string {
		var b strings.Builder
		for _, text := range cells {
			b.WriteString(`<x:c t="inlineStr"><x:is><x:t>` + text + `</x:t></x:is></x:c>`)
		}
		return `<x:row>` + b.String() + `</x:row>`
	}
	blank := `<x:row>` + strings.Repeat(" ", 1<<14-15) + `</x:row>`
	head := `<?xml version="1.0" encoding="utf-8"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>` +
		row("代码", "名称", "信用代码", "日期", "金额") + row("1", "甲")
	book := swapped(t, good, sheetPart, head, blank, 40<<20, `</x:sheetData></x:worksheet>`)
	_, lines, problems := readBook(t, book, io.Discard)
	if len(problems) > 0 || len(lines) == 0 || !strings.Contains(strings.Join(saidAll(lines), "\n"), "甲") {
		t.Errorf("%d lines, %.300q", len(lines), problems)
	}
}
