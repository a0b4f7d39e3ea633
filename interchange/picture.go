package interchange

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// writeMermaid writes a Mermaid flowchart. Nodes are numbered, because Mermaid's
// ids may not hold what ours do.
func writeMermaid(w io.Writer, g *Graph, o Options) error {
	out := bufio.NewWriter(w)
	out.WriteString("flowchart LR\n")
	numbers := map[string]string{}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		numbers[n.ID] = "n" + strconv.Itoa(i)
		fmt.Fprintf(out, "  n%d[\"%s\"]\n", i, mermaidText(o.label(n)))
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		arrow := "-->"
		switch {
		case e.Symmetric && e.factual():
			arrow = "---"
		case e.Symmetric:
			arrow = "-.-"
		case !e.factual():
			arrow = "-.->"
		}
		fmt.Fprintf(out, "  %s %s|\"%s\"| %s\n", numbers[e.Source], arrow, mermaidText(o.verb(e)), numbers[e.Target])
	}
	return out.Flush()
}

// mermaidText writes the characters that would end a text, or begin markup, as
// the entities that Mermaid knows.
func mermaidText(s string) string {
	return strings.NewReplacer("\"", "#quot;", "#", "#35;", "<", "#lt;", ">", "#gt;", "`", "#96;", "\n", " ", "\r", " ").Replace(s)
}

// writeDOT writes Graphviz's language.
func writeDOT(w io.Writer, g *Graph, o Options) error {
	out := bufio.NewWriter(w)
	out.WriteString("digraph lianzhu {\n  graph [charset=\"UTF-8\"];\n  node [shape=box];\n")
	for i := range g.Nodes {
		fmt.Fprintf(out, "  %s [label=%s];\n", dotText(g.Nodes[i].ID), dotText(o.label(&g.Nodes[i])))
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		style := ""
		if e.Symmetric {
			style = ", dir=none"
		}
		if !e.factual() {
			style += ", style=dashed"
		}
		fmt.Fprintf(out, "  %s -> %s [label=%s%s];\n", dotText(e.Source), dotText(e.Target), dotText(o.verb(e)), style)
	}
	out.WriteString("}\n")
	return out.Flush()
}

// dotText quotes a text; within quotation marks Graphviz reads only \" and its
// own escapes, so every backslash is doubled.
func dotText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(s) + `"`
}
