package gql

import (
	"context"
	"slices"

	"lianzhu/analytics"
	"lianzhu/graph"
	"lianzhu/interchange"
	"lianzhu/topology"
)

// Column is a figure that a file can hold of each entity. The figures are taken
// of what the file holds: of its entities and the relations among them.
type Column string

// The columns that are no measures: the number of an entity's component, and of
// its community, the greatest first.
const (
	ComponentColumn Column = "COMPONENT"
	CommunityColumn Column = "COMMUNITY"
)

// columnNames are what columns are called in a file.
func columnNames() map[Column]string {
	return map[Column]string{
		Column(Degree): "degree", Column(PageRank): "pagerank", Column(Betweenness): "betweenness", Column(Closeness): "closeness",
		Column(CoreNumber): "coreNumber", ComponentColumn: "component", CommunityColumn: "community",
	}
}

func (c Column) known() bool { return columnNames()[c] != "" }

// columns are figures by entity, in the order in which they were asked for.
type columns []column

type column struct {
	name   string
	values []float64 // by entity id
}

func (c columns) names() []string {
	var names []string
	for _, column := range c {
		names = append(names, column.name)
	}
	return names
}

// of are the figures of an entity.
func (c columns) of(id graph.EntityID) []interchange.Measure {
	var list []interchange.Measure
	for _, column := range c {
		if int(id) < len(column.values) {
			list = append(list, interchange.Measure{Name: column.name, Value: column.values[id]})
		}
	}
	return list
}

// takeColumns works out the columns that are wanted, each once.
func takeColumns(ctx context.Context, wanted []Column, ids []graph.EntityID, ends []topology.Ends) (columns, error) {
	nets := map[analytics.Shape]*analytics.Net{}
	var taken columns
	for i, c := range wanted {
		if slices.Contains(wanted[:i], c) {
			continue
		}
		shape := analytics.Undirected
		if c == Column(PageRank) {
			shape = analytics.Directed
		}
		if nets[shape] == nil {
			net, err := analytics.Gather(ctx, ids, ends, shape)
			if err != nil {
				return nil, err
			}
			nets[shape] = net
		}
		values, err := takeColumn(ctx, c, nets[shape])
		if err != nil {
			return nil, err
		}
		taken = append(taken, column{columnNames()[c], values})
	}
	return taken, nil
}

func takeColumn(ctx context.Context, c Column, net *analytics.Net) ([]float64, error) {
	switch c {
	case ComponentColumn:
		of, _ := analytics.Numbered(net)
		return floats(of), nil
	case CommunityColumn:
		result, err := analytics.Communities(ctx, net, analytics.CommunitiesOptions{})
		if err != nil {
			return nil, err
		}
		return floats(result.Of), nil
	}
	return valuesOf(ctx, Measure(c), net, nil)
}

// measureFile gives the nodes of a small file their columns.
func (s *session) measureFile(file *interchange.Graph, wanted []Column) error {
	if len(wanted) == 0 {
		return nil
	}
	var ids []graph.EntityID
	for _, n := range file.Nodes {
		ids = append(ids, n.Doc.ID)
	}
	var ends []topology.Ends
	for _, e := range file.Edges {
		ends = append(ends, topology.Ends{Source: e.Doc.SourceID, Target: e.Doc.TargetID, Symmetric: e.Symmetric})
	}
	taken, err := takeColumns(s.ctx, wanted, ids, ends)
	if err != nil {
		return err
	}
	file.Measures = taken.names()
	for i := range file.Nodes {
		file.Nodes[i].Measures = taken.of(file.Nodes[i].Doc.ID)
	}
	return nil
}

// columnsOf works out the columns of a file of a part of the graph.
func (s *session) columnsOf(r graph.Reader, part *graph.Selection, wanted []Column) (columns, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	var ids []graph.EntityID
	for id, err := range r.AllEntities(nil, 0) {
		if err != nil {
			return nil, err
		}
		if part.HasEntity(id) {
			ids = append(ids, id)
		}
	}
	var ends []topology.Ends
	for rel, err := range part.Relations(s.ctx, r) {
		if err != nil {
			return nil, err
		}
		def := s.Contract.Ontology.Relation(rel.Type)
		ends = append(ends, topology.Ends{Source: rel.SourceID, Target: rel.TargetID, Symmetric: def != nil && def.Symmetric})
	}
	return takeColumns(s.ctx, wanted, ids, ends)
}
