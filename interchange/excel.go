package interchange

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"lianzhu/graph"
)

// Bounds of a sheet and of a cell, which Excel sets.
const (
	excelRows  = 1_048_576
	excelChars = 32_767
)

// writeExcel writes a workbook of two sheets, entities and relations, each with
// a header that stays in sight. All is text, so that no code loses a zero and
// no text is a formula; measures are numbers.
func writeExcel(w io.Writer, f *Flow, o Options) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	entities, relations := "实体", "关系"
	if o.Lang == graph.EN {
		entities, relations = "entities", "relations"
	}
	if err := book.SetSheetName(book.GetSheetName(0), entities); err != nil {
		return err
	}
	if _, err := book.NewSheet(relations); err != nil {
		return err
	}
	nodes, err := nodeProperties(f)
	if err != nil {
		return err
	}
	if err := writeSheet(book, entities, append([]string{"label"}, names(nodes)...), f.Nodes, func(n *Node) []any {
		row := []any{o.label(n.Doc)}
		for i := range nodes {
			row = append(row, excelCell(&nodes[i], n, o))
		}
		return row
	}); err != nil {
		return err
	}
	edges := edgeProperties()
	header := append([]string{"id", "source", "sourceName", "target", "targetName"}, names(edges)...)
	if err := writeSheet(book, relations, header, f.Edges, func(e *Edge) []any {
		row := []any{e.ID(), string(e.Doc.Source), o.label(e.Source.Doc), string(e.Doc.Target), o.label(e.Target.Doc)}
		for i := range edges {
			row = append(row, excelCell(&edges[i], e, o))
		}
		return row
	}); err != nil {
		return err
	}
	return book.Write(w)
}

// excelCell is the value of a property: a number where it is one, else text.
func excelCell[T any](p *property[T], of T, o Options) any {
	text := p.cell(of, o)
	if p.typ == "double" && text != "" {
		var f float64
		if _, err := fmt.Sscan(text, &f); err == nil {
			return f
		}
	}
	if text == "" {
		return nil
	}
	return text
}

// writeSheet writes a header and a row for each item.
func writeSheet[T any](book *excelize.File, sheet string, header []string, items func(func(T, error) bool), row func(T) []any) error {
	s, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	first := make([]any, len(header))
	for i, name := range header {
		first[i] = excelize.Cell{StyleID: bold, Value: name}
	}
	if err := s.SetRow("A1", first); err != nil {
		return err
	}
	at := 1
	if err := each(items, func(item T) error {
		if at++; at > excelRows {
			return fmt.Errorf("a sheet of Excel holds %d rows, and there are more; narrow the filter, or take CSV", excelRows)
		}
		cells := row(item)
		if err := fitExcel(cells); err != nil {
			return err
		}
		return s.SetRow(fmt.Sprintf("A%d", at), cells)
	}); err != nil {
		return err
	}
	return s.Flush()
}

// fitExcel refuses texts that Excel would cut.
func fitExcel(row []any) error {
	for _, cell := range row {
		text, ok := cell.(string)
		if ok && len(text) > excelChars && len(utf16.Encode([]rune(text))) > excelChars {
			return fmt.Errorf("a cell of Excel holds %d characters, and %.40q… has more; take CSV", excelChars, text)
		}
	}
	return nil
}
