package interchange

import (
	"encoding/csv"
	"io"
	"strings"
)

// table writes RFC 4180: a header, then rows, lines ended by CR LF.
func table(w io.Writer, o Options, header []string, rows func(write func([]string) error) error) error {
	if o.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	write := func(row []string) error {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = harmless(cell)
		}
		return c.Write(safe)
	}
	if err := write(header); err != nil {
		return err
	}
	if err := rows(write); err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

// harmless keeps a spreadsheet from taking text for a formula: a cell that
// begins like one gets an apostrophe before it.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func joined(list []string) string { return strings.Join(list, "; ") }

func writeNodesCSV(w io.Writer, g *Graph, o Options) error {
	header := []string{"id", "label"}
	properties := nodeProperties(g)
	for _, p := range properties {
		header = append(header, p.name)
	}
	return table(w, o, header, func(write func([]string) error) error {
		for i := range g.Nodes {
			n := &g.Nodes[i]
			row := []string{n.ID, o.label(n)}
			for _, p := range properties {
				row = append(row, p.value(n, o))
			}
			if err := write(row); err != nil {
				return err
			}
		}
		return nil
	})
}

func writeEdgesCSV(w io.Writer, g *Graph, o Options) error {
	names := map[string]string{}
	for i := range g.Nodes {
		names[g.Nodes[i].ID] = o.label(&g.Nodes[i])
	}
	header := []string{"id", "source", "sourceName", "target", "targetName"}
	properties := edgeProperties()
	for _, p := range properties {
		header = append(header, p.name)
	}
	return table(w, o, header, func(write func([]string) error) error {
		for i := range g.Edges {
			e := &g.Edges[i]
			row := []string{e.ID, e.Source, names[e.Source], e.Target, names[e.Target]}
			for _, p := range properties {
				row = append(row, p.value(e, o))
			}
			if err := write(row); err != nil {
				return err
			}
		}
		return nil
	})
}
