package plan

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Type is an object type of the schema. Index counts the types from 0; Names
// are the type itself and the interfaces and unions it belongs to; Fields are
// in the order of their codes, which begin at 1.
type Type struct {
	Index  int
	Name   string
	Names  []string
	Fields []Field
}

// Field is what errors tell of a field.
type Field struct {
	Name             string
	Method, Resolver bool
}

// Typename is the code of the field __typename.
const Typename = 0

// code is the code of the field of that name, -1 where there is none.
func (t *Type) code(name string) int {
	if name == "__typename" {
		return Typename
	}
	i := slices.IndexFunc(t.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return -1
	}
	return i + 1
}

// Plan is how one operation is answered under one outcome of its conditions. It
// is safe for use by several goroutines.
type Plan struct {
	Root *Set

	doc       *ast.QueryDocument
	variables map[string]any // those that conditions ask for
	types     []*Type        // of the schema, by their indexes
	columns   Columns

	mu    sync.Mutex
	sets  map[string]*Set // by the selections they hold
	slots int
}

// Set is a selection set: what is asked of an object, whatever its type.
type Set struct {
	plan       *Plan
	selections ast.SelectionSet
	objects    []atomic.Pointer[Object] // by the index of the type

	// The programs of entities, by kind, of relations, by type, and of items.
	kinds, links, items atomic.Pointer[[]headed]
}

// Object is what a Set asks of an object of one type. Foreign says that some of
// it is no field of the type, as __schema is none of the queries.
type Object struct {
	Steps   []Step
	Foreign bool
}

// Step writes one field. Lead is what stands before its value: a comma where it
// is not the first, the key and a colon. Set is what is asked of the object or
// the objects that are its value. Again marks a field that stands in the answer
// already and is only asked.
type Step struct {
	Code  int
	Lead  []byte
	Set   *Set
	Again bool

	owner *Type
	field graphql.CollectedField
	slot  int
	fixed *atomic.Pointer[any] // what was read of arguments without variables; nil: they have some
}

// maxVariants bounds how many outcomes of its conditions a document keeps plans
// for.
const maxVariants = 32

// Cache keeps the plans of a document; it is the memo of a parsed document.
type Cache = sync.Map

type cacheKey struct {
	op      *ast.OperationDefinition
	outcome string
}

type conditionsKey struct{ op *ast.OperationDefinition }

type countKey struct{}

// For is the plan for an operation with these variables. Types are the object
// types of the schema, by their indexes.
func For(cache *Cache, oc *graphql.OperationContext, types []*Type, columns Columns) *Plan {
	names := conditionsOf(cache, oc)
	key := keyOf(oc, names)
	if kept, ok := cache.Load(key); ok {
		return kept.(*Plan)
	}
	p := newPlan(oc, names)
	p.types, p.columns = types, columns
	p.Root = p.set(oc.Operation.SelectionSet)
	if count, _ := cache.LoadOrStore(countKey{}, new(atomic.Int32)); count.(*atomic.Int32).Add(1) > maxVariants {
		return p
	}
	kept, _ := cache.LoadOrStore(key, p)
	return kept.(*Plan)
}

// keyOf is the key of the plan for this outcome of the conditions that names
// ask for; where there are none, and most operations have none, one pointer.
func keyOf(oc *graphql.OperationContext, names []string) any {
	if len(names) == 0 {
		return unconditional{oc.Operation}
	}
	outcome := make([]byte, len(names))
	for i, name := range names {
		if on, _ := oc.Variables[name].(bool); on {
			outcome[i] = 1
		}
	}
	return cacheKey{oc.Operation, string(outcome)}
}

type unconditional struct{ op *ast.OperationDefinition }

func newPlan(oc *graphql.OperationContext, conditions []string) *Plan {
	p := &Plan{doc: oc.Doc, variables: map[string]any{}, sets: map[string]*Set{}}
	for _, name := range conditions {
		p.variables[name] = oc.Variables[name]
	}
	return p
}

// typeNamed is the type of that name, which the schema must have.
func (p *Plan) typeNamed(name string) *Type {
	return p.types[slices.IndexFunc(p.types, func(t *Type) bool { return t.Name == name })]
}

// set is the Set of these selections. Fields of different types often have the
// very same selections; they share one.
func (p *Plan) set(selections ast.SelectionSet) *Set {
	var key strings.Builder
	for _, s := range selections {
		at := [2]uintptr{}
		*(*ast.Selection)(unsafe.Pointer(&at)) = s
		key.Write((*[unsafe.Sizeof(at)]byte)(unsafe.Pointer(&at))[:])
	}
	if s := p.sets[key.String()]; s != nil {
		return s
	}
	s := &Set{plan: p, selections: selections, objects: make([]atomic.Pointer[Object], len(p.types))}
	p.sets[key.String()] = s
	return s
}

// Of is what s asks of an object of type t.
func (s *Set) Of(t *Type) *Object {
	if o := s.objects[t.Index].Load(); o != nil {
		return o
	}
	return s.compile(t)
}

// compile makes the steps for objects of type t.
func (s *Set) compile(t *Type) *Object {
	s.plan.mu.Lock()
	defer s.plan.mu.Unlock()
	if o := s.objects[t.Index].Load(); o != nil {
		return o
	}
	oc := &graphql.OperationContext{Doc: s.plan.doc, Variables: s.plan.variables}
	o, seen := &Object{}, map[string]bool{}
	for _, field := range graphql.CollectFields(oc, s.selections, t.Names) {
		step := Step{Code: t.code(field.Name), owner: t, field: field, slot: s.plan.slots, Again: seen[field.Alias]}
		s.plan.slots++
		if len(field.Definition.Arguments) > 0 && !asksVariables(field.Arguments) {
			step.fixed = new(atomic.Pointer[any])
		}
		if !step.Again {
			step.Lead = lead(len(o.Steps) > 0, field.Alias)
		}
		seen[field.Alias] = true
		o.Foreign = o.Foreign || step.Code < 0
		if len(field.Selections) > 0 {
			step.Set = s.plan.set(field.Selections)
		}
		o.Steps = append(o.Steps, step)
	}
	s.objects[t.Index].Store(o)
	return o
}

func lead(comma bool, key string) []byte {
	b := make([]byte, 0, len(key)+4)
	if comma {
		b = append(b, ',')
	}
	return append(AppendString(b, key), ':')
}
