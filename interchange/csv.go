package interchange

import (
	"encoding/csv"
	"io"
	"strings"
)

// table writes RFC 4180: a header, then rows, lines ended by CR LF. Cells may be
// divided by something else than commas.
type table struct {
	csv *csv.Writer
}

func newTable(w io.Writer, o Options, header []string) (*table, error) {
	return newTableOf(w, ',', o, header)
}

func newTableOf(w io.Writer, comma rune, o Options, header []string) (*table, error) {
	if o.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
	}
	t := &table{csv.NewWriter(w)}
	t.csv.UseCRLF, t.csv.Comma = true, comma
	return t, t.csv.Write(header)
}

func (t *table) row(row []string) error {
	for i, cell := range row {
		row[i] = harmless(cell)
	}
	return t.csv.Write(row)
}

func (t *table) end() error {
	t.csv.Flush()
	return t.csv.Error()
}

// harmless keeps a spreadsheet from taking text for a formula: a cell that
// begins like one gets an apostrophe before it.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// names are what properties are called.
func names[T any](list []property[T]) []string {
	var names []string
	for _, p := range list {
		names = append(names, p.name)
	}
	return names
}

// cells are the values of properties for people.
func cells[T any](list []property[T], of T, o Options) []string {
	row := make([]string, 0, len(list)+5)
	for i := range list {
		row = append(row, list[i].cell(of, o))
	}
	return row
}

func writeNodesCSV(w io.Writer, f *Flow, o Options) error { return writeNodes(w, ',', f, o) }

func writeNodesTSV(w io.Writer, f *Flow, o Options) error { return writeNodes(w, '\t', f, o) }

func writeEdgesCSV(w io.Writer, f *Flow, o Options) error { return writeEdges(w, ',', f, o) }

func writeEdgesTSV(w io.Writer, f *Flow, o Options) error { return writeEdges(w, '\t', f, o) }

func writeNodes(w io.Writer, comma rune, f *Flow, o Options) error {
	properties, err := nodeProperties(f)
	if err != nil {
		return err
	}
	t, err := newTableOf(w, comma, o, append([]string{"id", "label"}, names(properties)...))
	if err != nil {
		return err
	}
	if err := each(f.Nodes, func(n *Node) error {
		return t.row(append([]string{n.ID(), o.label(n.Doc)}, cells(properties, n, o)...))
	}); err != nil {
		return err
	}
	return t.end()
}

func writeEdges(w io.Writer, comma rune, f *Flow, o Options) error {
	properties := edgeProperties()
	t, err := newTableOf(w, comma, o, append([]string{"id", "source", "sourceName", "target", "targetName"}, names(properties)...))
	if err != nil {
		return err
	}
	if err := each(f.Edges, func(e *Edge) error {
		ends := []string{e.ID(), string(e.Doc.Source), o.label(e.Source.Doc), string(e.Doc.Target), o.label(e.Target.Doc)}
		return t.row(append(ends, cells(properties, e, o)...))
	}); err != nil {
		return err
	}
	return t.end()
}

// writeNeo4jNodes writes the entities with the headers of neo4j-admin import:
// the key as :ID, the kind as :LABEL.
func writeNeo4jNodes(w io.Writer, f *Flow, o Options) error {
	properties, err := nodeProperties(f)
	if err != nil {
		return err
	}
	properties = without(properties, "key", "kind")
	header := []string{"key:ID", ":LABEL", "name"}
	for _, p := range properties {
		header = append(header, neo4jName(p.name, p.typ))
	}
	t, err := newTable(w, o, header)
	if err != nil {
		return err
	}
	if err := each(f.Nodes, func(n *Node) error {
		return t.row(append([]string{n.ID(), string(n.Doc.Kind), o.label(n.Doc)}, cells(properties, n, o)...))
	}); err != nil {
		return err
	}
	return t.end()
}

// writeNeo4jEdges writes the relations with the headers of neo4j-admin import.
func writeNeo4jEdges(w io.Writer, f *Flow, o Options) error {
	properties := without(edgeProperties(), "type")
	header := []string{":START_ID", ":END_ID", ":TYPE", "id"}
	for _, p := range properties {
		header = append(header, neo4jName(p.name, p.typ))
	}
	t, err := newTable(w, o, header)
	if err != nil {
		return err
	}
	if err := each(f.Edges, func(e *Edge) error {
		ends := []string{string(e.Doc.Source), string(e.Doc.Target), string(e.Doc.Type), e.ID()}
		return t.row(append(ends, cells(properties, e, o)...))
	}); err != nil {
		return err
	}
	return t.end()
}

// neo4jName is a property with its type behind a colon, which its name may
// therefore not hold.
func neo4jName(name, typ string) string {
	name = strings.NewReplacer(":", "_", " ", "_", "/", "_").Replace(name)
	if typ == "string" {
		return name
	}
	return name + ":" + typ
}
