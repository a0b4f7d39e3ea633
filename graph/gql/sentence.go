package gql

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"lianzhu/graph"
)

// Sentences say facts in words, by the templates of the schema.
type Sentences struct {
	ontology *graph.Ontology
	types    map[graph.RelationType]*phrases
}

// phrases are how one relation type is said.
type phrases struct {
	forms      []form       // the first that fits the ends is used; the last fits all
	openTarget []graph.Kind // kinds of source of which an open list is that of the targets
	zhNoun     string       // what one such relation is, for counts; "" where it has no noun
	enNouns    [2]string    // one, several
}

// form is a sentence for ends of certain kinds, in both languages and
// directions.
type form struct {
	from, to             []graph.Kind // empty: any
	zh, en               phrase
	zhInverse, enInverse phrase
}

// readSentences reads the templates off @relation and @sentence. A type without
// one is said as source, name, target.
func readSentences(schema *ast.Schema, o *graph.Ontology) (*Sentences, error) {
	s := &Sentences{ontology: o, types: map[graph.RelationType]*phrases{}}
	values, err := annotated(schema, "RelationType", "relation")
	if err != nil {
		return nil, err
	}
	for _, v := range values {
		p, err := readPhrases(v, o.Relation(graph.RelationType(v.name)))
		if err != nil {
			return nil, fmt.Errorf("the schema's relation type %s: %w", v.name, err)
		}
		s.types[graph.RelationType(v.name)] = p
	}
	return s, nil
}

func readPhrases(v annotation, def *graph.RelationDef) (*phrases, error) {
	texts := formTexts{
		zh: orElse(v.text("zhSentence"), "{source}"+def.ZH+"{target}"), en: orElse(v.text("enSentence"), "{source} "+def.EN+" {target}"),
		zhInverse: v.text("zhInverseSentence"), enInverse: v.text("enInverseSentence"),
	}
	if texts.zhInverse == "" && def.ZHInverse != "" {
		texts.zhInverse = "{target}" + def.ZHInverse + "{source}"
	}
	if texts.enInverse == "" && def.ENInverse != "" {
		texts.enInverse = "{target} " + def.ENInverse + " {source}"
	}
	texts.zhInverse, texts.enInverse = orElse(texts.zhInverse, texts.zh), orElse(texts.enInverse, texts.en)
	p := &phrases{openTarget: v.kinds("openTarget"), zhNoun: v.text("zhNoun")}
	if noun := v.text("enNoun"); noun != "" {
		p.enNouns = [2]string{noun, pluralEN(noun)}
	}
	for _, d := range v.value.Directives.ForNames("sentence") {
		special := annotation{v.name, v.value, d}
		f, err := formTexts{special.text("zh"), special.text("en"), special.text("zhInverse"), special.text("enInverse")}.or(texts).parse()
		if err != nil {
			return nil, err
		}
		f.from, f.to = special.kinds("from"), special.kinds("to")
		p.forms = append(p.forms, f)
	}
	last, err := texts.parse()
	p.forms = append(p.forms, last)
	return p, err
}

// formTexts are the templates of a form as they are written.
type formTexts struct{ zh, en, zhInverse, enInverse string }

// or fills what is not given from other.
func (t formTexts) or(other formTexts) formTexts {
	return formTexts{orElse(t.zh, other.zh), orElse(t.en, other.en), orElse(t.zhInverse, other.zhInverse), orElse(t.enInverse, other.enInverse)}
}

func (t formTexts) parse() (f form, err error) {
	for _, part := range []struct {
		to   *phrase
		text string
	}{{&f.zh, t.zh}, {&f.en, t.en}, {&f.zhInverse, t.zhInverse}, {&f.enInverse, t.enInverse}} {
		if *part.to, err = parsePhrase(part.text); err != nil {
			return f, err
		}
	}
	return f, nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// phrase is how f is said in lang.
func (s *Sentences) phrase(f Fact, lang graph.Lang) phrase {
	forms := s.types[f.Relation.Type].forms
	fits := func(kinds []graph.Kind, e *graph.Entity) bool {
		return len(kinds) == 0 || slices.Contains(kinds, e.Kind)
	}
	i := slices.IndexFunc(forms, func(c form) bool { return fits(c.from, f.Source) && fits(c.to, f.Target) })
	switch c := forms[i]; {
	case lang == graph.EN && f.Backwards:
		return c.enInverse
	case lang == graph.EN:
		return c.en
	case f.Backwards:
		return c.zhInverse
	default:
		return c.zh
	}
}

// Fact is a relation with all that its sentence names.
type Fact struct {
	Relation       *graph.Relation
	Source, Target *graph.Entity
	// Named are the entities that the relation names beside its ends.
	Named map[graph.Key]*graph.Entity
	// Backwards says it from its target.
	Backwards bool
	// Today, in days since 1970-01-01, tells what is over.
	Today int32
	// FirstMark is the number of the mark of its first piece of evidence; 0
	// leaves the marks out.
	FirstMark int
}

// Say is the fact in one sentence, in English or else in Chinese: with what
// its relation says beside its ends, and in which way it is known.
func (s *Sentences) Say(f Fact, lang graph.Lang) string { return stop(s.clause(f, lang), lang) }

// SayPath is a path in one sentence that begins with its ends. Every fact
// begins where the one before it ended.
func (s *Sentences) SayPath(from, to *graph.Entity, facts []Fact, lang graph.Lang) string {
	clauses := make([]string, len(facts))
	for i, f := range facts {
		clauses[i] = s.clause(f, lang)
	}
	switch {
	case len(facts) == 0 && lang == graph.EN:
		return stop(nameEN(from)+" is both ends of the path", lang)
	case len(facts) == 0:
		return stop(nameZH(from)+"既是起点，也是终点", lang)
	case lang == graph.EN:
		return stop("between "+nameEN(from)+" and "+nameEN(to)+": "+strings.Join(clauses, "; "), lang)
	}
	return stop(nameZH(from)+"与"+nameZH(to)+"之间："+strings.Join(clauses, "；"), lang)
}

// stop makes a sentence of a clause.
func stop(clause string, lang graph.Lang) string {
	if lang != graph.EN {
		return clause + "。"
	}
	return capitalise(strings.TrimSuffix(clause, ".")) + "."
}

// clause is the fact without a full stop.
func (s *Sentences) clause(f Fact, lang graph.Lang) string {
	t := newTeller(s, f, lang)
	body, used, _ := t.phrase.fill(t)
	return t.prefix(used) + body + t.notes(used) + t.marks()
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
