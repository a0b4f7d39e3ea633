package interchange

import (
	"errors"
	"io"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// writeFacts writes the readable format: what a person would have written, which
// is all but the texts of sources.
func writeFacts(w io.Writer, f *Flow, _ Options) error {
	return dataset.FormatStatements(w, func(yield func(graph.Change, error) bool) {
		say := func(c graph.Change) error {
			if !yield(c, nil) {
				return errStopped
			}
			return nil
		}
		err := each(f.Sources, func(s *graph.Source) error { return say(graph.Change{Source: s}) })
		if err == nil {
			err = each(f.Nodes, func(n *Node) error { return say(graph.Change{Entity: n.Doc}) })
		}
		if err == nil {
			err = each(f.Edges, func(e *Edge) error { return say(graph.Change{Relation: e.Doc}) })
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(graph.Change{}, err)
		}
	})
}
