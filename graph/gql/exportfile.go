package gql

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/interchange"
)

// FileQuery asks for the graph, or a part of it, as a file. Its texts are as a
// person writes them in a URL or on the command line. Without Where, Types and
// Within all relations are in the file, however they are stated and the derived
// ones included; Where is a RelationFilter in JSON and means what it means
// everywhere. Kinds keeps entities of these kinds and relations between them.
type FileQuery struct {
	Format, Lang, Where, Within, AsOf string
	Types, Kinds, Measures            []string
	BOM                               bool
}

// fileQuery is a FileQuery that was understood.
type fileQuery struct {
	format   interchange.Format
	lang     graph.Lang
	where    *RelationFilter // nil: everything
	asOf     *graph.Date
	kinds    []graph.Kind
	measures []Column
}

// FileFormat finds a format by its name: JSON_LD, json-ld.
func FileFormat(name string) (interchange.Format, interchange.Kind, error) {
	format := interchange.Format(constant(name))
	kind, ok := interchange.Formats()[format]
	if !ok {
		return "", kind, inputError("format", fmt.Sprintf("there is no format %.40q; there are %s", name, strings.Join(FileFormats(), ", ")))
	}
	return format, kind, nil
}

// FileFormats are the names of all formats, sorted.
func FileFormats() []string {
	var list []string
	for f := range interchange.Formats() {
		list = append(list, strings.ToLower(strings.ReplaceAll(string(f), "_", "-")))
	}
	slices.Sort(list)
	return list
}

// constant is a name as the schema writes it: json-ld is JSON_LD.
func constant(name string) string {
	return strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(name), "-", "_"))
}

// Check tells whether q can be understood, without reading anything.
func (g *Gateway) Check(q FileQuery) error {
	_, err := g.understand(q)
	return err
}

func (g *Gateway) understand(q FileQuery) (to fileQuery, err error) {
	if to.format, _, err = FileFormat(q.Format); err != nil {
		return to, err
	}
	to.lang = graph.Lang(constant(q.Lang))
	if !slices.Contains([]graph.Lang{"", graph.ZH, graph.EN}, to.lang) {
		return to, inputError("lang", fmt.Sprintf("there is no language %.40q of files; there are zh and en", q.Lang))
	}
	if to.kinds, err = named(q.Kinds, "kinds", func(k graph.Kind) bool { return g.Contract.Ontology.Kind(k) != nil }); err != nil {
		return to, err
	}
	types, err := named(q.Types, "types", func(t graph.RelationType) bool { return g.Contract.Ontology.Relation(t) != nil })
	if err != nil {
		return to, err
	}
	if to.measures, err = named(q.Measures, "measures", Column.known); err != nil {
		return to, err
	}
	if q.AsOf != "" {
		date, err := graph.ParseDate(q.AsOf)
		if err != nil {
			return to, err
		}
		to.asOf = &date
	}
	to.where, err = g.fileFilter(q, types)
	return to, err
}

// named are the values that names mean.
func named[T ~string](names []string, argument string, known func(T) bool) ([]T, error) {
	var list []T
	for _, name := range names {
		value := T(constant(name))
		if !known(value) {
			return nil, inputError(argument, fmt.Sprintf("there is no %.40q; the schema lists what there is", name))
		}
		list = append(list, value)
	}
	return list, nil
}

// fileFilter is the filter of a file; nil where it is to hold everything.
func (g *Gateway) fileFilter(q FileQuery, types []graph.RelationType) (*RelationFilter, error) {
	if q.Where == "" && types == nil && q.Within == "" && q.AsOf == "" {
		return nil, nil
	}
	where := &RelationFilter{}
	if q.Where != "" {
		given, err := g.Contract.readFilter(q.Where)
		if err != nil {
			return nil, err
		}
		where.And = append(where.And, given)
	} else {
		everything, derived := graph.Everything(), true
		where.Modality, where.IncludeDerived = everything.Modality, &derived
	}
	where.Types = types
	if q.Within != "" {
		where.Within = refOf(q.Within)
	}
	return where, nil
}

// refOf names an entity by key, where the text looks like one, or by name.
func refOf(text string) *EntityRef {
	if strings.Contains(text, ":") {
		return &EntityRef{Key: &text}
	}
	return &EntityRef{Name: &text}
}

// readFilter reads a RelationFilter in JSON, as a variable of GraphQL is, and
// refuses what the schema would refuse.
func (c *Contract) readFilter(text string) (*RelationFilter, error) {
	var value any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&value); err != nil || dec.More() {
		return nil, inputError("where", "it must be a filter in JSON, as a variable of GraphQL is")
	}
	const name = "where"
	operation := &ast.OperationDefinition{VariableDefinitions: ast.VariableDefinitionList{
		{Variable: name, Type: ast.NonNullNamedType("RelationFilter", nil), Definition: c.Schema.Types["RelationFilter"]},
	}}
	if _, err := validator.VariableValues(c.Schema, operation, map[string]any{name: value}); err != nil {
		return nil, inputError(name, strings.TrimPrefix(err.Error(), "input: "))
	}
	var filter RelationFilter
	if err := json.Unmarshal([]byte(text), &filter); err != nil {
		return nil, inputError(name, "it cannot be read: "+err.Error())
	}
	return &filter, nil
}

// WriteFile answers q from one revision, which it holds for as long as w takes:
// so w is a file or a program that reads at once, and never a client far away.
func (g *Gateway) WriteFile(ctx context.Context, w io.Writer, q FileQuery) error {
	to, err := g.understand(q)
	if err != nil {
		return err
	}
	return g.Store.View(ctx, func(r graph.Reader) error {
		s := g.session(ctx, r)
		s.reader = r // a file may be of the whole graph
		part, err := s.part(r, to)
		if err != nil {
			return err
		}
		if to.format == interchange.JSONLines {
			return dataset.Encode(w, dataset.Part(ctx, r, part))
		}
		flow, err := s.flow(r, part, to)
		if err != nil {
			return err
		}
		return interchange.Write(w, to.format, flow, interchange.Options{Lang: to.lang, BOM: q.BOM, At: s.now()})
	})
}

// part finds what the file is to hold.
func (s *session) part(r graph.Reader, q fileQuery) (*graph.Selection, error) {
	part := graph.Part{Kinds: q.kinds}
	if q.where != nil {
		where, err := s.relationFilter(r, q.where, q.asOf)
		if err != nil {
			return nil, err
		}
		part.Where = where
	}
	return graph.Select(s.ctx, r, part)
}

// flow lets a selection flow into a file.
func (s *session) flow(r graph.Reader, part *graph.Selection, q fileQuery) (*interchange.Flow, error) {
	columns, err := s.columnsOf(r, part, q.measures)
	if err != nil {
		return nil, err
	}
	flow := &interchange.Flow{Rev: r.Rev(), Complete: true, Measures: columns.names()}
	flow.Sources = dataset.PartSources(s.ctx, r, part)
	flow.Nodes = mapped(part.Entities(s.ctx, r), func(e *graph.Entity) (*interchange.Node, error) {
		return &interchange.Node{Doc: e, Number: int(e.ID), Depth: -1, Measures: columns.of(e.ID)}, nil
	})
	flow.Edges = mapped(part.Relations(s.ctx, r), func(rel *graph.Relation) (*interchange.Edge, error) {
		if s.entities.size() > maxKept {
			s.entities.forget()
		}
		return s.edge(r, rel, q.lang)
	})
	return flow, nil
}

// maxKept bounds the entities that are kept while a file is written.
const maxKept = 8192

// mapped yields what to makes of the items of seq.
func mapped[F, T any](seq iter.Seq2[F, error], to func(F) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			var made T
			if err == nil {
				made, err = to(v)
			}
			if !yield(made, err) || err != nil {
				return
			}
		}
	}
}
