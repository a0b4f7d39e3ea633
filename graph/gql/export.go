package gql

import (
	"strings"

	"lianzhu/graph"
	"lianzhu/interchange"
)

// Export writes the subgraph as a file.
func (g *Subgraph) Export(format interchange.Format, lang graph.Lang, bom bool) (string, error) {
	file, err := read(g.s, func(r graph.Reader) (*interchange.Graph, error) { return g.s.flatten(r, g.doc, lang) })
	if err != nil {
		return "", err
	}
	file.Rev = graph.Rev(g.Rev)
	var b strings.Builder
	err = interchange.Write(&b, format, file, interchange.Options{Lang: lang, BOM: bom})
	return b.String(), err
}

// flatten makes the flat form of a subgraph that files hold.
func (s *session) flatten(r graph.Reader, g *graph.Subgraph, lang graph.Lang) (*interchange.Graph, error) {
	file := &interchange.Graph{Complete: g.Complete}
	for _, n := range g.Nodes {
		file.Nodes = append(file.Nodes, interchange.Node{ID: string(n.Entity.Key), Key: string(n.Entity.Key), Kind: string(n.Entity.Kind),
			ZH: n.Entity.Name(graph.ZH), EN: n.Entity.Name(graph.EN), Codes: n.Entity.Identifiers, Depth: n.Depth})
	}
	for _, rel := range g.Relations {
		edge, err := s.edge(r, rel, lang)
		if err != nil {
			return nil, err
		}
		file.Edges = append(file.Edges, edge)
	}
	return file, nil
}

func (s *session) edge(r graph.Reader, rel *graph.Relation, lang graph.Lang) (interchange.Edge, error) {
	sentence, err := s.sentence(r, rel, lang)
	if err != nil {
		return interchange.Edge{}, err
	}
	def := s.Contract.Ontology.Relation(rel.Type)
	edge := interchange.Edge{ID: rel.UID().String(), Type: string(rel.Type), Source: string(rel.Source), Target: string(rel.Target),
		ZH: def.ZH, EN: def.EN, Sentence: sentence, Symmetric: def.Symmetric, Modality: string(rel.Modality), Confidence: rel.Score(),
		From: rel.ValidFrom.String(), To: rel.ValidTo.String(), Amount: rel.Amount, Share: rel.Share, Volume: rel.Volume,
		Derived: rel.Derived(), OpenEnded: rel.OpenEnded, Via: string(rel.Via), Product: string(rel.Product)}
	for _, place := range rel.Places {
		edge.Places = append(edge.Places, string(place))
	}
	seen := map[graph.Key]bool{}
	for _, e := range rel.Evidence {
		if !seen[e.Source] {
			seen[e.Source] = true
			edge.Sources = append(edge.Sources, string(e.Source))
		}
	}
	return edge, nil
}
