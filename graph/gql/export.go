package gql

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"slices"
	"unicode/utf8"

	"lianzhu/graph"
	"lianzhu/interchange"
)

// fileForm is how an answer is to be written as a file.
type fileForm struct {
	format   interchange.Format
	lang     graph.Lang
	bom      bool
	measures []Column
}

// Export writes the subgraph as a file. What is no text is given as base64.
func (g *Subgraph) Export(format interchange.Format, lang graph.Lang, bom bool, measures []Column) (string, error) {
	return g.s.export(g.found, g.Rev, fileForm{format, lang, bom, measures})
}

// Export writes all paths as one graph; each entity is as deep as it is near to
// where they begin.
func (r *PathResult) Export(format interchange.Format, lang graph.Lang, bom bool, measures []Column) (string, error) {
	return r.t.export(lastSteps(r.paths), r.Completeness.Complete, r.Rev, fileForm{format, lang, bom, measures})
}

// Export writes what is reached and the ways there as one graph.
func (r *ReachableResult) Export(format interchange.Format, lang graph.Lang, bom bool, measures []Column) (string, error) {
	return r.t.export(lastSteps(r.paths), r.Completeness.Complete, r.Rev, fileForm{format, lang, bom, measures})
}

// Export writes those who were asked for, what they share, and the relations
// between the ones and the others.
func (r *CommonNeighboursResult) Export(format interchange.Format, lang graph.Lang, bom bool, measures []Column) (string, error) {
	all := make([]int32, len(r.t.steps))
	for i := range all {
		all[i] = int32(i)
	}
	return r.t.export(all, len(r.Items) == r.Total, r.Rev, fileForm{format, lang, bom, measures})
}

// export writes the ways to some steps.
func (t *trail) export(to []int32, complete bool, rev int, form fileForm) (string, error) {
	drawn := t.drawn(to)
	drawn.Complete = complete
	return t.s.export(drawn, rev, form)
}

// lastSteps are the steps with which paths end.
func lastSteps(paths []Path) []int32 {
	last := make([]int32, len(paths))
	for i := range paths {
		last[i] = paths[i].last
	}
	return last
}

// drawn is the graph that the ways to some steps make: entities by how far they
// are, and then as they were met; relations as they were met.
func (t *trail) drawn(to []int32) *graph.Subgraph {
	g, at, followed := &graph.Subgraph{}, map[graph.EntityID]int{}, map[graph.RelationID]bool{}
	for _, last := range to {
		for depth, step := range t.way(last) {
			met := t.steps[step]
			if i, known := at[met.Entity]; known {
				g.Nodes[i].Depth = min(g.Nodes[i].Depth, depth)
			} else {
				at[met.Entity] = len(g.Nodes)
				g.Nodes = append(g.Nodes, graph.SubgraphNode{ID: met.Entity, Depth: depth})
			}
			if depth > 0 && !followed[met.Relation] {
				followed[met.Relation] = true
				g.RelationIDs = append(g.RelationIDs, met.Relation)
			}
		}
	}
	slices.SortStableFunc(g.Nodes, func(a, b graph.SubgraphNode) int { return cmp.Compare(a.Depth, b.Depth) })
	return g
}

// way are the steps up to one, from where they begin.
func (t *trail) way(last int32) []int32 {
	var way []int32
	for step := last; step >= 0; step = t.steps[step].Before {
		way = append(way, step)
	}
	slices.Reverse(way)
	return way
}

// export writes a graph as a file.
func (s *session) export(found *graph.Subgraph, rev int, form fileForm) (string, error) {
	file, err := read(s, func(r graph.Reader) (*interchange.Graph, error) {
		if err := s.fill(r, found); err != nil {
			return nil, err
		}
		return s.flatten(r, found, form.lang)
	})
	if err != nil {
		return "", err
	}
	file.Rev = graph.Rev(rev)
	if err := s.measureFile(file, form.measures); err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = interchange.Write(&b, form.format, file.Flow(), interchange.Options{Lang: form.lang, BOM: form.bom, At: s.now()})
	if !utf8.Valid(b.Bytes()) || form.format == interchange.XLSX {
		return base64.StdEncoding.EncodeToString(b.Bytes()), err
	}
	return b.String(), err
}

// flatten makes the flat form of a subgraph that files hold.
func (s *session) flatten(r graph.Reader, g *graph.Subgraph, lang graph.Lang) (*interchange.Graph, error) {
	file := &interchange.Graph{Complete: g.Complete}
	numbers := map[graph.EntityID]int{}
	for i, n := range g.Nodes {
		numbers[n.Entity.ID] = i
		file.Nodes = append(file.Nodes, interchange.Node{Doc: n.Entity, Number: i, Depth: n.Depth})
	}
	var cited []graph.Key
	for _, rel := range g.Relations {
		edge, err := s.edge(r, rel, lang)
		if err != nil {
			return nil, err
		}
		edge.Source.Number, edge.Target.Number = numbers[rel.SourceID], numbers[rel.TargetID]
		file.Edges = append(file.Edges, *edge)
		for _, e := range rel.Evidence {
			cited = append(cited, e.Source)
		}
	}
	slices.Sort(cited)
	sources, err := r.Sources(slices.Compact(cited))
	file.Sources = slices.DeleteFunc(sources, func(s *graph.Source) bool { return s == nil })
	return file, err
}

// edge is a relation as it stands in a file; its ends are numbered by id.
func (s *session) edge(r graph.Reader, rel *graph.Relation, lang graph.Lang) (*interchange.Edge, error) {
	f, err := s.fact(r, rel)
	if err != nil {
		return nil, err
	}
	def := s.Contract.Ontology.Relation(rel.Type)
	return &interchange.Edge{
		Doc: rel, Source: interchange.End{Doc: f.Source, Number: int(rel.SourceID)}, Target: interchange.End{Doc: f.Target, Number: int(rel.TargetID)},
		ZH: def.ZH, EN: def.EN, Symmetric: def.Symmetric, Sentence: s.Contract.Sentences.Say(f, lang),
	}, nil
}
