package interchange

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// writeMermaid writes a Mermaid flowchart. Nodes are numbered, because Mermaid's
// ids may not hold what ours do.
func writeMermaid(w io.Writer, f *Flow, o Options) error {
	out := bufio.NewWriter(w)
	out.WriteString("flowchart LR\n")
	if err := each(f.Nodes, func(n *Node) error {
		_, err := fmt.Fprintf(out, "  n%d[\"%s\"]\n", n.Number, mermaidText(o.label(n.Doc)))
		return err
	}); err != nil {
		return err
	}
	if err := each(f.Edges, func(e *Edge) error {
		_, err := fmt.Fprintf(out, "  n%d %s|\"%s\"| n%d\n", e.Source.Number, mermaidArrow(e), mermaidText(o.verb(e)), e.Target.Number)
		return err
	}); err != nil {
		return err
	}
	return out.Flush()
}

func mermaidArrow(e *Edge) string {
	switch {
	case e.Symmetric && e.factual():
		return "---"
	case e.Symmetric:
		return "-.-"
	case !e.factual():
		return "-.->"
	}
	return "-->"
}

// mermaidText writes the characters that would end a text, or begin markup, as
// the entities that Mermaid knows.
func mermaidText(s string) string {
	return strings.NewReplacer("\"", "#quot;", "#", "#35;", "<", "#lt;", ">", "#gt;", "`", "#96;", "\n", " ", "\r", " ").Replace(s)
}

// writeDOT writes Graphviz's language.
func writeDOT(w io.Writer, f *Flow, o Options) error {
	out := bufio.NewWriter(w)
	out.WriteString("digraph lianzhu {\n  graph [charset=\"UTF-8\"];\n  node [shape=box];\n")
	if err := each(f.Nodes, func(n *Node) error {
		_, err := fmt.Fprintf(out, "  %s [label=%s];\n", dotText(n.ID()), dotText(o.label(n.Doc)))
		return err
	}); err != nil {
		return err
	}
	if err := each(f.Edges, func(e *Edge) error {
		style := ""
		if e.Symmetric {
			style = ", dir=none"
		}
		if !e.factual() {
			style += ", style=dashed"
		}
		_, err := fmt.Fprintf(out, "  %s -> %s [label=%s%s];\n", dotText(string(e.Doc.Source)), dotText(string(e.Doc.Target)), dotText(o.verb(e)), style)
		return err
	}); err != nil {
		return err
	}
	out.WriteString("}\n")
	return out.Flush()
}

// dotText quotes a text; within quotation marks Graphviz reads only \" and its
// own escapes, so every backslash is doubled.
func dotText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(s) + `"`
}
