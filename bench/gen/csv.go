package gen

import (
	"bufio"
	"io"
	"strconv"
)

// WriteNodes writes all entities as a CSV file for the bulk import of a graph
// database, WriteRelationships all relations. Such files know no evidence,
// units or places, so the graph that comes of them is a plainer one: names,
// codes, types, years, modality and figures as text.
func (g *Graph) WriteNodes(to io.Writer) error {
	w := bufio.NewWriterSize(to, 1<<20)
	w.WriteString(":ID,name:string,alias:string,code:string,:LABEL\n")
	var b []byte
	for i := range uint32(g.Entities()) {
		c := g.ClassOf(i)
		b = append(g.AppendKey(b[:0], i), ',')
		b = append(g.AppendName(b, i), ',')
		b = append(append(b, g.Short(i)...), ',')
		switch c {
		case Region:
			b = append(b, g.tree.code(i)...)
		case Enterprise:
			b = append(b, g.uscc(i)...)
		}
		b = append(append(b, ','), c.Kind()...)
		w.Write(append(b, '\n'))
	}
	return w.Flush() // which tells of every error before
}

// WriteRelationships: see [Graph.WriteNodes].
func (g *Graph) WriteRelationships(to io.Writer) error {
	w := bufio.NewWriterSize(to, 1<<20)
	w.WriteString(":START_ID,:END_ID,:TYPE,validFrom:string,modality:string,disc:string,figure:long\n")
	var b []byte
	for i := range uint32(g.Relations()) {
		b = append(g.AppendKey(b[:0], g.From[i]), ',')
		b = append(g.AppendKey(b, g.To[i]), ',')
		b = append(append(b, g.Types[i].Name()...), ',')
		if y := g.Year[i]; y != 0 {
			b = strconv.AppendUint(b, uint64(y), 10)
		}
		b = append(append(b, ','), g.Modal[i].Name()...)
		b = append(append(b, ','), g.Disc(i)...)
		b = append(b, ',')
		if f := g.Figure[i]; f != 0 {
			b = strconv.AppendUint(b, uint64(f), 10)
		}
		w.Write(append(b, '\n'))
	}
	return w.Flush()
}
