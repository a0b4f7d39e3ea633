package interchange

import (
	"iter"
	"maps"
	"slices"

	"lianzhu/graph"
)

// Node is an entity in a file. Number tells it apart within the file where a
// format cannot use its key. Depth is how many steps it is from the nearest
// root; -1 where there are none. Measures stand in the order of Flow.Measures;
// the missing are those that were not taken of it.
type Node struct {
	Doc      *graph.Entity
	Number   int
	Depth    int
	Measures []Measure
}

// Measure is a figure that was worked out for a node, such as its degree.
type Measure struct {
	Name  string
	Value float64
}

// End is an end of an edge: its entity, and the number that it has as a node.
type End struct {
	Doc    *graph.Entity
	Number int
}

// Edge is a relation in a file: with its ends, with what its type is called in
// both languages, and as a sentence.
type Edge struct {
	Doc            *graph.Relation
	Source, Target End
	ZH, EN         string
	Sentence       string
	Symmetric      bool
}

// Flow is what a file holds, in the order in which files hold it. Nodes, Edges
// and Sources may be gone through several times and give the same each time; an
// error ends them. Both ends of every edge are among the nodes. Complete says
// whether everything that was asked for is in it; formats that can say so, do.
type Flow struct {
	Rev      graph.Rev
	Complete bool
	Measures []string                        // names of the measures that nodes have
	Sources  iter.Seq2[*graph.Source, error] // what the relations cite; nil: not known
	Nodes    iter.Seq2[*Node, error]
	Edges    iter.Seq2[*Edge, error]
}

// Graph is a small flow, held in memory.
type Graph struct {
	Rev      graph.Rev
	Complete bool
	Measures []string
	Sources  []*graph.Source
	Nodes    []Node
	Edges    []Edge
}

// Flow is g as a flow.
func (g *Graph) Flow() *Flow {
	return &Flow{
		Rev: g.Rev, Complete: g.Complete, Measures: g.Measures,
		Sources: listed(g.Sources, func(s **graph.Source) *graph.Source { return *s }),
		Nodes:   listed(g.Nodes, func(n *Node) *Node { return n }),
		Edges:   listed(g.Edges, func(e *Edge) *Edge { return e }),
	}
}

// listed yields the items of a list.
func listed[T, P any](list []T, of func(*T) P) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		for i := range list {
			if !yield(of(&list[i]), nil) {
				return
			}
		}
	}
}

// each calls do for all that seq yields, and ends with the first error of
// either. A nil seq yields nothing.
func each[T any](seq iter.Seq2[T, error], do func(T) error) error {
	if seq == nil {
		return nil
	}
	for v, err := range seq {
		if err != nil {
			return err
		}
		if err := do(v); err != nil {
			return err
		}
	}
	return nil
}

// ID names n in a file.
func (n *Node) ID() string { return string(n.Doc.Key) }

// ID names e in a file.
func (e *Edge) ID() string { return e.Doc.UID().String() }

// factual tells whether e is told as a fact: neither announced nor denied nor
// derived. Pictures draw everything else broken.
func (e *Edge) factual() bool {
	return !e.Doc.Derived() && e.Doc.Modality != graph.Planned && e.Doc.Modality != graph.Negated
}

// sources are the keys of the sources that state e, each once.
func (e *Edge) sources() []string {
	list, seen := []string{}, map[graph.Key]bool{}
	for _, v := range e.Doc.Evidence {
		if !seen[v.Source] {
			seen[v.Source] = true
			list = append(list, string(v.Source))
		}
	}
	return list
}

// ordered goes through a map by its keys.
func ordered[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}
