package gql

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"lianzhu/graph"
)

// Sentences say a relation in words, by the templates of the schema.
type Sentences struct {
	zh, en map[graph.RelationType]string
}

// readSentences reads the templates off @relation. A type without one is said
// as source, name, target.
func readSentences(schema *ast.Schema, o *graph.Ontology) *Sentences {
	s := &Sentences{zh: map[graph.RelationType]string{}, en: map[graph.RelationType]string{}}
	values, _ := annotated(schema, "RelationType", "relation")
	for _, v := range values {
		def := o.Relation(graph.RelationType(v.name))
		s.zh[def.Type] = orElse(v.text("zhSentence"), "{source}"+def.ZH+"{target}")
		s.en[def.Type] = orElse(v.text("enSentence"), "{source} "+def.EN+" {target}")
	}
	return s
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Say is the relation r between source and target in one sentence. Planned,
// reported, negated and derived relations and open lists say so.
func (s *Sentences) Say(r *graph.Relation, source, target *graph.Entity, lang graph.Lang) string {
	if lang == graph.EN {
		return s.sayEN(r, source, target)
	}
	body := fill(s.zh[r.Type], source.Name(graph.ZH), target.Name(graph.ZH)+mark(r.OpenEnded, "等"))
	switch r.Modality {
	case graph.Planned:
		body += "（计划）"
	case graph.Reported:
		body += "（据报道）"
	case graph.Negated:
		body += "（被否认）"
	}
	return body + mark(r.Derived(), "（推断）") + "。"
}

func (s *Sentences) sayEN(r *graph.Relation, source, target *graph.Entity) string {
	body := fill(s.en[r.Type], source.Name(graph.EN), target.Name(graph.EN)+mark(r.OpenEnded, " and others"))
	switch r.Modality {
	case graph.Planned:
		body += " (planned)"
	case graph.Reported:
		body += " (reported)"
	case graph.Negated:
		body += " (denied)"
	}
	return body + mark(r.Derived(), " (inferred)") + "."
}

func fill(template, source, target string) string {
	return strings.NewReplacer("{source}", source, "{target}", target).Replace(template)
}

func mark(is bool, s string) string {
	if is {
		return s
	}
	return ""
}

func formatSchema(schema *ast.Schema) string {
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(schema)
	return b.String()
}
