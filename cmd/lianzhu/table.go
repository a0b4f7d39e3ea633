package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// table is rows under named columns. A row may be shorter than the columns.
type table struct {
	columns []string
	rows    [][]string
}

// gap stands between two columns.
const gap = "  "

// write writes t with its columns aligned as a terminal shows them, where a Han
// character takes two cells.
func (t *table) write(w io.Writer) error {
	cells := runewidth.Condition{StrictEmojiNeutral: true} // the same everywhere, whatever the locale
	widths := make([]int, len(t.columns))
	all := append([][]string{t.columns}, t.rows...)
	for _, row := range all {
		for i, text := range row {
			row[i] = oneLine(text)
			widths[i] = max(widths[i], cells.StringWidth(row[i]))
		}
	}
	var b strings.Builder
	for _, row := range all {
		var line strings.Builder
		for i, text := range row {
			line.WriteString(text + strings.Repeat(" ", widths[i]-cells.StringWidth(text)) + gap)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// oneLine is a text that stays in its cell.
func oneLine(s string) string {
	return printable(strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ").Replace(s))
}

// showTable shows the first list of an answer, and says on standard error what
// else there was.
func (a *app) showTable(data []byte) error {
	root, err := decodeOrdered(data)
	if err != nil {
		return err
	}
	lists := listsIn("", root)
	if len(lists) == 0 {
		return fieldTable(root).write(a.out)
	}
	shown, others := chooseList(lists)
	t := listTable(shown)
	if len(t.rows) == 0 {
		fmt.Fprintf(a.err, "lianzhu: %s is empty\n", printable(shown.path))
	} else if err := t.write(a.out); err != nil {
		return err
	}
	if len(others) > 0 {
		fmt.Fprintf(a.err, "lianzhu: the table shows %s; --output json shows %s too\n",
			printable(shown.path), printable(strings.Join(others, ", ")))
	}
	return nil
}

// list is a list of an answer and where it stands.
type list struct {
	path  string
	items []any
}

// listsIn are the lists of objects below v, and the empty ones, in the order of
// the answer; those within another are part of that.
func listsIn(path string, v any) []list {
	switch v := v.(type) {
	case object:
		var lists []list
		for _, m := range v {
			lists = append(lists, listsIn(join(path, m.name), m.value)...)
		}
		return lists
	case []any:
		if len(v) == 0 || hasObject(v) {
			return []list{{path, v}}
		}
	}
	return nil
}

func hasObject(items []any) bool {
	for _, item := range items {
		if _, ok := item.(object); ok {
			return true
		}
	}
	return false
}

// chooseList is the first list that has items or, where none has, the first;
// and the paths of the others that have.
func chooseList(lists []list) (list, []string) {
	at := 0
	for i := range lists {
		if len(lists[i].items) > 0 {
			at = i
			break
		}
	}
	var others []string
	for i, l := range lists {
		if i != at && len(l.items) > 0 {
			others = append(others, l.path)
		}
	}
	return lists[at], others
}

// listTable has a row an item and a column a field. The items of a connection's
// edges are shown as their nodes.
func listTable(l list) *table {
	var t table
	column := map[string]int{}
	for _, item := range l.items {
		var row []string
		eachField("", item, func(path, text string) {
			path = strings.TrimPrefix(path, "node.")
			i, seen := column[path]
			if !seen {
				i = len(t.columns)
				column[path] = i
				t.columns = append(t.columns, path)
			}
			for len(row) <= i {
				row = append(row, "")
			}
			row[i] = text
		})
		t.rows = append(t.rows, row)
	}
	return &t
}

// fieldTable has a row a field, for an answer without lists.
func fieldTable(v any) *table {
	t := table{columns: []string{"field", "value"}}
	eachField("", v, func(path, text string) { t.rows = append(t.rows, []string{path, text}) })
	return &t
}

// eachField visits the values within objects, with their paths.
func eachField(path string, v any, visit func(path, text string)) {
	o, ok := v.(object)
	if !ok && path == "" {
		return // an item that is null has no fields
	}
	if !ok {
		visit(path, cellText(v))
		return
	}
	for _, m := range o {
		eachField(join(path, m.name), m.value, visit)
	}
}

// cellText is a value in one cell: the items of a list are set apart by a
// semicolon, the fields of an object by a space.
func cellText(v any) string {
	var parts []string
	separator := " "
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		separator = "; "
		for _, item := range v {
			parts = append(parts, cellText(item))
		}
	case object:
		for _, m := range v {
			parts = append(parts, cellText(m.value))
		}
	default:
		return fmt.Sprint(v)
	}
	return strings.Join(parts, separator)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
