package gql

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"lianzhu/graph"
)

// Contract is the schema as the server uses it.
type Contract struct {
	Schema    *ast.Schema
	Ontology  *graph.Ontology
	Sentences *Sentences
}

// ReadContract reads the text of a schema: its types, its ontology and its
// sentences. Fields of a type take over the descriptions that its interfaces
// give them, and the values of the ontology their names in both languages.
func ReadContract(text string) (*Contract, error) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: text})
	if err != nil {
		return nil, fmt.Errorf("the schema cannot be read: %w", err)
	}
	kinds, err := readKinds(schema)
	if err != nil {
		return nil, err
	}
	relations, err := readRelations(schema)
	if err != nil {
		return nil, err
	}
	inheritDescriptions(schema)
	ontology := graph.NewOntology(kinds, relations, readRules(schema)...)
	sentences, err := readSentences(schema, ontology)
	if err != nil {
		return nil, err
	}
	return &Contract{Schema: schema, Ontology: ontology, Sentences: sentences}, nil
}

// ReadOntology reads the ontology alone.
func ReadOntology(text string) (*graph.Ontology, error) {
	c, err := ReadContract(text)
	if err != nil {
		return nil, err
	}
	return c.Ontology, nil
}

// readKinds reads the directives @kind on the values of EntityKind.
func readKinds(schema *ast.Schema) ([]graph.KindDef, error) {
	values, err := annotated(schema, "EntityKind", "kind")
	if err != nil {
		return nil, err
	}
	var kinds []graph.KindDef
	for _, v := range values {
		kinds = append(kinds, graph.KindDef{Kind: graph.Kind(v.name), ZH: v.text("zh"), EN: v.text("en")})
		v.value.Description = v.text("zh") + " / " + v.text("en")
	}
	return kinds, nil
}

// readRelations reads the directives @relation on the values of RelationType.
func readRelations(schema *ast.Schema) ([]graph.RelationDef, error) {
	values, err := annotated(schema, "RelationType", "relation")
	if err != nil {
		return nil, err
	}
	var relations []graph.RelationDef
	for _, v := range values {
		def := graph.RelationDef{
			Type: graph.RelationType(v.name), From: v.kinds("from"), To: v.kinds("to"), Symmetric: v.text("symmetric") == "true",
			ZH: v.text("zh"), EN: v.text("en"), ZHInverse: v.text("zhInverse"), ENInverse: v.text("enInverse"),
		}
		for _, k := range append(def.From, def.To...) {
			if schema.Types["EntityKind"].EnumValues.ForName(string(k)) == nil {
				return nil, fmt.Errorf("the schema's relation type %s joins the unknown kind %s", v.name, k)
			}
		}
		relations = append(relations, def)
		v.value.Description = def.ZH + " / " + def.EN
	}
	return relations, nil
}

// readRules reads the directives @derive; the schema itself has checked the
// types and directions that they name.
func readRules(schema *ast.Schema) []graph.Rule {
	var rules []graph.Rule
	for _, v := range schema.Types["RelationType"].EnumValues {
		for _, d := range v.Directives.ForNames("derive") {
			a := annotation{v.Name, v, d}
			leg := func(argument string) graph.Leg {
				return graph.Leg{Type: graph.RelationType(a.text(argument)), At: graph.Direction(a.text(argument + "At"))}
			}
			rules = append(rules, graph.Rule{Conclusion: graph.RelationType(v.Name), Middle: graph.Kind(a.text("middle")),
				First: leg("first"), Second: leg("second"), ZH: a.text("zh"), EN: a.text("en")})
		}
	}
	return rules
}

// annotation is an enum value with its directive.
type annotation struct {
	name      string
	value     *ast.EnumValueDefinition
	directive *ast.Directive
}

// annotated are the values of an enum, each of which must have the directive.
func annotated(schema *ast.Schema, enum, directive string) ([]annotation, error) {
	def := schema.Types[enum]
	if def == nil {
		return nil, fmt.Errorf("the schema has no enum %s", enum)
	}
	var values []annotation
	for _, v := range def.EnumValues {
		d := v.Directives.ForName(directive)
		if d == nil {
			return nil, fmt.Errorf("the schema's %s %s lacks @%s", enum, v.Name, directive)
		}
		values = append(values, annotation{v.Name, v, d})
	}
	return values, nil
}

// text is an argument of the directive as it is written, or "".
func (a annotation) text(argument string) string {
	if arg := a.directive.Arguments.ForName(argument); arg != nil {
		return arg.Value.Raw
	}
	return ""
}

func (a annotation) kinds(argument string) []graph.Kind {
	var kinds []graph.Kind
	if arg := a.directive.Arguments.ForName(argument); arg != nil {
		for _, child := range arg.Value.Children {
			kinds = append(kinds, graph.Kind(child.Value.Raw))
		}
	}
	return kinds
}

// inheritDescriptions gives every field and argument without a description the
// one that an interface of its type has for it.
func inheritDescriptions(schema *ast.Schema) {
	for _, def := range schema.Types {
		for _, name := range def.Interfaces {
			for _, field := range def.Fields {
				if from := schema.Types[name].Fields.ForName(field.Name); from != nil {
					inheritField(field, from)
				}
			}
		}
	}
}

func inheritField(field, from *ast.FieldDefinition) {
	if field.Description == "" {
		field.Description = from.Description
	}
	for _, arg := range field.Arguments {
		if like := from.Arguments.ForName(arg.Name); like != nil && arg.Description == "" {
			arg.Description = like.Description
		}
	}
}

// Print writes the schema in one piece, descriptions included.
func (c *Contract) Print() string { return strings.TrimSpace(formatSchema(c.Schema)) + "\n" }
