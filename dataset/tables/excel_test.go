package tables_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lianzhu/dataset"
	"lianzhu/dataset/tables"
)

// sheet is a workbook of one sheet, besides an empty one.
func workbook(t *testing.T, name string, rows ...[]any) []byte {
	f := excelize.NewFile()
	defer f.Close()
	if _, err := f.NewSheet(name); err != nil {
		t.Fatal(err)
	}
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		for j, cell := range row {
			at, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if err := f.SetCellValue(name, at, cell); err != nil {
				t.Fatal(err)
			}
			if _, is := cell.(time.Time); is {
				if err := f.SetCellStyle(name, at, at, day); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const workbookMapping = `lianzhu-mapping: 1
tables:
  - sheet: 企业
    entities: [{as: a, key: "x:{代码}", kind: ENTERPRISE, name: "{名称}", identifiers: [{scheme: USCC, value: "{信用代码}"}]}]
    relations: [{type: INVESTS_IN, from: {as: a}, to: {key: "x:1"}, validFrom: "{日期}", amount: {value: "{金额}", unit: 万元}}]
`

func readBook(t *testing.T, book []byte, rejects io.Writer) (text string, lines []dataset.Line, problems []string) {
	in := dataset.Input{Name: "b.xlsx", Reader: bytes.NewReader(book), Ontology: ontology(), Mapping: dataset.Text{Name: "m.yaml", Data: []byte(workbookMapping)}, Records: true}
	r := tables.Excel().Rejects(rejects)
	for line, err := range tables.Excel().Read(in) {
		var p *dataset.Problem
		switch {
		case errors.As(err, &p):
			problems = append(problems, p.Error())
			if err := r.Write(p); err != nil {
				t.Fatal(err)
			}
		case err != nil:
			t.Fatal(err)
		case line.Change.Source != nil:
			text = *line.Change.Text
		default:
			lines = append(lines, line)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return text, lines, problems
}

func TestASheetIsReadAsItsCellsAreShown(t *testing.T) {
	book := workbook(t, "企业",
		[]any{"代码", "名称", "信用代码", "日期", "金额"},
		[]any{"000599", "甲,\n\"乙\"", "91370200264574251E", time.Date(2019, 11, 5, 0, 0, 0, 0, time.UTC), 7730.5},
		[]any{},
		[]any{600, "丙", nil, "2019年11月", "许多"},
		[]any{601, "丁", 913702002645742, "2019-02-30", 12})
	var refused bytes.Buffer
	text, lines, problems := readBook(t, book, &refused)
	equal(t, "lines", saidAll(lines), []string{`ENTERPRISE x:000599 ZH:OFFICIAL:甲, "乙" USCC=91370200264574251E`, "INVESTS_IN|x:000599|x:1 2019-11-05.. 7730.5=77305000CNY"})
	equal(t, "problems", problems, []string{`b.xlsx:4:17: 金额: "许多" is no figure: there is no number`,
		"b.xlsx:5:23: 日期: 2019-02-30 is no date: date 2019-02-30: there is no day 30 in month 02 of 2019; write it as 2023, 2023-11, 2023-11-21, 2023~, XXXX-11-21 or ../2024"})
	for _, line := range lines {
		if line.Change.Entity != nil {
			cited(t, text, line.Change.Entity.Evidence...)
		}
	}
	f, err := excelize.OpenReader(&refused)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("rejected")
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, row := range rows {
		said = append(said, strings.Join(row, " | "))
	}
	source := string(lines[0].Change.Entity.Names[0].Sources[0])
	equal(t, "refused rows", said, []string{
		"代码 | 名称 | 信用代码 | 日期 | 金额 | rejected_line:IGNORE | rejected_column:IGNORE | rejected_reason:IGNORE | rejected_source:IGNORE",
		`600 | 丙 |  | 2019年11月 | 许多 | 4 | 17 | 金额: "许多" is no figure: there is no number | ` + source,
		"601 | 丁 | 913702002645742 | 2019-02-30 | 12 | 5 | 23 | 日期: 2019-02-30 is no date: date 2019-02-30: there is no day 30 in month 02 of 2019; write it as 2023, 2023-11, 2023-11-21, 2023~, XXXX-11-21 or ../2024 | " + source,
	})
}

func TestRefusedRowsOfAWorkbookAreReadAgain(t *testing.T) {
	book := workbook(t, "企业", []any{"代码", "名称", "信用代码", "日期", "金额", "rejected_line:IGNORE", "rejected_column:IGNORE", "rejected_reason:IGNORE", "rejected_source:IGNORE"},
		[]any{"1", "甲", "", "", "3", "4", "16", "it was mended", "source:first"}, []any{"2", "乙", "", "", "4"})
	_, lines, problems := readBook(t, book, io.Discard)
	equal(t, "problems", problems, nil)
	equal(t, "lines", saidAll(lines), []string{"ENTERPRISE x:1 ZH:OFFICIAL:甲", "INVESTS_IN|x:1|x:1 3=30000CNY", "ENTERPRISE x:2 ZH:OFFICIAL:乙", "INVESTS_IN|x:2|x:1 4=40000CNY"})
}

// packed makes a file of parts, each of which unpacks to so many bytes.
func packed(t *testing.T, parts map[string]int64) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, size := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(w, blanks{}, size); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestAWorkbookThatIsNoneOrABombIsRefused(t *testing.T) {
	good := workbook(t, "企业", []any{"a"})
	for _, c := range []struct {
		name string
		book []byte
		want string
	}{
		{"no workbook", []byte("id,name\n"), "b.xlsx: it is no Excel workbook (.xlsx)"},
		{"a workbook that breaks off", good[:len(good)/2], "b.xlsx: it is no Excel workbook (.xlsx)"},
		{"a packed file of something else", packed(t, map[string]int64{"a.txt": 10}), "b.xlsx: "},
		{"a part that unpacks to too much", packed(t, map[string]int64{"xl/styles.xml": 100 << 20}), "b.xlsx: the workbook would unpack to 100 MiB, which is more than is read; save the sheet as CSV, or divide it"},
		{"no such sheet", workbook(t, "other", []any{"a"}), `b.xlsx: the workbook has no sheet "企业"; it has Sheet1, other`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, lines, problems := readBook(t, c.book, io.Discard)
			if len(lines) > 0 || len(problems) != 1 || !strings.HasPrefix(problems[0], c.want) {
				t.Errorf("got %q, want %q", problems, c.want)
			}
		})
	}
}
