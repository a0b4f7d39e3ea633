package main

import (
	_ "embed"
	"fmt"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

//go:embed plans.gotpl
var plansTemplate string

// plans is a plugin of gqlgen that writes, beside the executor, a function for
// every object type, field and value of an answer; see package plan.
type plans struct{}

// Name is the plugin's name.
func (plans) Name() string { return "plans" }

// GenerateCode writes plans.go.
func (plans) GenerateCode(data *codegen.Data) error {
	m := model{Roots: map[string]bool{}, values: map[string]*value{}}
	for _, o := range data.Objects {
		if strings.HasPrefix(o.Name, "__") || o == data.SubscriptionRoot {
			continue
		}
		made := m.object(o)
		made.Serial = o == data.MutationRoot
		m.Objects = append(m.Objects, made)
	}
	for name, i := range data.Interfaces {
		m.addChoice(name, i)
	}
	slices.SortFunc(m.Choices, func(a, b choice) int { return strings.Compare(a.Name, b.Name) })
	if err := m.complete(); err != nil {
		return err
	}
	return templates.Render(templates.Options{
		PackageName:     data.Config.Exec.Package,
		Filename:        filepath.Join(filepath.Dir(data.Config.Exec.Filename), "plans.go"),
		Template:        plansTemplate,
		Data:            &m,
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
	})
}

// model is what the template shows.
type model struct {
	Objects []object
	Choices []choice
	Values  []*value
	Roots   map[string]bool

	values map[string]*value // by name
	err    error
}

// object is an object type.
type object struct {
	*codegen.Object
	Index  int
	Names  []string
	Fields []field
	Serial bool // each field is run within what stands around root fields
}

// Heading is Entity or Relation where objects may be written from headers; see
// plan.WriteEntity.
func (o object) Heading() string {
	for _, name := range []string{"Entity", "Relation"} {
		if hasMethod(o.Object, name+"Header") {
			return name
		}
	}
	return ""
}

// hasMethod tells whether the Go type of o has a method of that name.
func hasMethod(o *codegen.Object, name string) bool {
	return o.Type != nil && !o.Root && types.NewMethodSet(o.Reference()).Lookup(nil, name) != nil
}

// field is a field of an object type.
type field struct {
	*codegen.Field
	Code  int
	Value *value
}

// Func is the name of the function that writes the field.
func (f field) Func() string { return "plan" + f.Object.Name + "_" + f.Name }

// TakesTexts tells that the field has one argument, which takes its members as
// texts: its type has the method Take(member, text string) bool.
func (f field) TakesTexts() bool {
	if len(f.Args) != 1 {
		return false
	}
	named, ok := f.Args[0].TypeReference.GO.(*types.Named)
	if !ok {
		return false
	}
	method, _, _ := types.LookupFieldOrMethod(types.NewPointer(named), false, nil, "Take")
	_, ok = method.(*types.Func)
	return ok
}

// ArgsType is the name of the type of its arguments.
func (f field) ArgsType() string { return "args" + f.Object.Name + "_" + f.Name }

// Plain tells that the value is had and written without a chance of failure.
func (f field) Plain() bool {
	return len(f.Args) == 0 && f.HasNoError() && f.Value.Kind == "leaf" && f.Value.Sure
}

// HasNoError tells that asking for the value gives no error.
func (f field) HasNoError() bool { return !f.IsResolver && (f.IsVariable() || f.NoErr) }

// Rows is the name of the method that lends the items of the list as rows, ""
// where there is none; see plan.WriteRows.
func (f field) Rows() string {
	if name := f.GoFieldName + "Rows"; f.Value.Kind == "list" && len(f.Args) == 0 && hasMethod(f.Object, name) {
		return name
	}
	return ""
}

// choice is an interface or a union.
type choice struct {
	Name  string
	Type  types.Type
	Cases []codegen.InterfaceImplementor
}

// value is a Go type in its place in the schema: what writes one is a function
// of its own.
type value struct {
	Name    string
	Ref     *config.TypeReference
	Kind    string // list, pointer, object, choice or leaf
	Elem    *value
	Append  string // of a leaf: how v is appended
	NonNull bool
	Sure    bool // a leaf that is never null
}

// Func is the name of the function that writes the value.
func (v *value) Func() string { return "put" + v.Name }

func (m *model) object(o *codegen.Object) object {
	if o.Root {
		m.Roots[o.Name] = true
	}
	made := object{Object: o, Index: len(m.Objects), Names: []string{o.Name}}
	for _, i := range o.Implements {
		made.Names = append(made.Names, i.Name)
	}
	for _, f := range o.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		if f.VOkFunc || f.IsMap() || f.Batch || f.Stream {
			m.fail("%s.%s is bound in a way that plans do not know", o.Name, f.Name)
		}
		made.Fields = append(made.Fields, field{f, len(made.Fields) + 1, m.value(f.TypeReference)})
	}
	return made
}

func (m *model) addChoice(name string, i *codegen.Interface) {
	if !strings.HasPrefix(name, "__") {
		m.Choices = append(m.Choices, choice{name, i.Type, i.Implementors})
	}
}

func (m *model) fail(format string, args ...any) {
	if m.err == nil {
		m.err = fmt.Errorf(format, args...)
	}
}

// value is what is written for ref, each once.
func (m *model) value(ref *config.TypeReference) *value {
	name := ref.UniquenessKey()
	if v := m.values[name]; v != nil {
		return v
	}
	v := &value{Name: name, Ref: ref, NonNull: ref.GQL.NonNull}
	m.values[name] = v
	switch {
	case ref.IsSlice():
		v.Kind, v.Elem = "list", m.value(ref.Elem())
	case ref.Definition.Kind == ast.Object:
		v.Kind = "object"
	case ref.Definition.Kind == ast.Interface || ref.Definition.Kind == ast.Union:
		v.Kind = "choice"
	case ref.IsPtr():
		v.Kind, v.Elem = "pointer", m.value(ref.Elem())
	default:
		v.Kind, v.Append, v.Sure = "leaf", m.appending(ref), true
	}
	return v
}

// appending is the expression that appends v, of the type of ref, to b.
func (m *model) appending(ref *config.TypeReference) string {
	if ref.IsMarshaler {
		return "plan.AppendMarshaler(b, v)"
	}
	if ref.Marshaler == nil || ref.IsContext || ref.HasEnumValues() {
		m.fail("plans do not know how to write %s", ref.GO)
		return ""
	}
	if ref.Definition.Kind == ast.Enum {
		return "plan.AppendPlain(b, string(v))"
	}
	switch name := ref.Marshaler.Name(); name {
	case "MarshalPartialDate":
		return "plan.AppendString(b, v.String())"
	case "MarshalDecimal", "MarshalDateText", "MarshalDecimalText":
		return "plan.AppendString(b, string(v))"
	case "MarshalUID":
		return "plan.AppendID(b, v)"
	case "MarshalString", "MarshalID":
		return "plan.AppendString(b, v)"
	case "MarshalBoolean":
		return "plan.AppendBool(b, bool(v))"
	case "MarshalInt":
		return "plan.AppendInt(b, int(v))"
	case "MarshalFloat":
		return "plan.AppendFloat(b, float64(v))"
	default:
		return "plan.AppendMarshaler(b, " + ref.Marshaler.Pkg().Name() + "." + name + "(v))"
	}
}

// complete orders the values by name.
func (m *model) complete() error {
	for _, name := range slices.Sorted(maps.Keys(m.values)) {
		m.Values = append(m.Values, m.values[name])
	}
	return m.err
}
