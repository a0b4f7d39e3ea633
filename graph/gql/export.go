package gql

import (
	"bytes"
	"encoding/base64"
	"slices"
	"unicode/utf8"

	"lianzhu/graph"
	"lianzhu/interchange"
)

// Export writes the subgraph as a file. What is no text is given as base64.
func (g *Subgraph) Export(format interchange.Format, lang graph.Lang, bom bool, measures []Column) (string, error) {
	file, err := read(g.s, func(r graph.Reader) (*interchange.Graph, error) {
		if err := g.s.fill(r, g.found); err != nil {
			return nil, err
		}
		return g.s.flatten(r, g.found, lang)
	})
	if err != nil {
		return "", err
	}
	file.Rev = graph.Rev(g.Rev)
	if err := g.s.measureFile(file, measures); err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = interchange.Write(&b, format, file.Flow(), interchange.Options{Lang: lang, BOM: bom, At: g.s.now()})
	if !utf8.Valid(b.Bytes()) || format == interchange.XLSX {
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
