package endpoint

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// defaultPage is the page size where a client names none and the schema has no
// default for it.
const defaultPage = 25

// assumedList is what a list without a page size is taken to hold.
const assumedList = 5

// introspectionCost is the price of __schema and of __type, whose lists have no
// page sizes.
const introspectionCost = 5_000

// costOf prices an operation by the records it may bring along: a field with a
// page size costs that size times one plus what it selects; a list without one
// counts as a page of assumedList; single objects and leaves are free. Every
// operation costs at least one for each root field. Page sizes are read from
// the arguments first and last, from the number of ids, and from
// bounds.maxNodes.
//
// A fragment is priced once, however often it is spread, and the result
// saturates at countless. The document must be valid.
func costOf(schema *ast.Schema, doc *document, op *ast.OperationDefinition, variables map[string]any) int {
	p := pricer{schema: schema, fragments: doc.fragments, variables: variables}
	return p.roots(op.SelectionSet)
}

// pricedOperation is where a document's memo keeps the price of an operation.
type pricedOperation struct{ op *ast.OperationDefinition }

// cost is [costOf] an operation of d, kept where no variable is in it.
func (d *document) cost(schema *ast.Schema, op *ast.OperationDefinition, variables map[string]any) int {
	key := pricedOperation{op}
	if kept, ok := d.memo.Load(key); ok {
		return kept.(int)
	}
	p := pricer{schema: schema, fragments: d.fragments, variables: variables}
	cost := p.roots(op.SelectionSet)
	if !p.varies {
		d.memo.Store(key, cost)
	}
	return cost
}

// pricer prices selection sets with the variables of one request.
type pricer struct {
	schema    *ast.Schema
	fragments map[string]*ast.FragmentDefinition
	variables map[string]any
	known     map[pricedFragment]int
	varies    bool // a variable was looked at
}

// pricedFragment is a fragment in one of the two places that matter: on a page,
// whose lists are the page itself, or elsewhere.
type pricedFragment struct {
	name   string
	onPage bool
}

// roots is the price of an operation.
func (p *pricer) roots(set ast.SelectionSet) int {
	sum := 0
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			sum = plus(sum, max(1, p.field(s, false)))
		case *ast.InlineFragment:
			sum = plus(sum, p.roots(s.SelectionSet))
		case *ast.FragmentSpread:
			sum = plus(sum, p.roots(p.fragments[s.Name].SelectionSet))
		}
	}
	return sum
}

// set is the price of a selection set for one parent object.
func (p *pricer) set(set ast.SelectionSet, onPage bool) int {
	sum := 0
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if len(s.SelectionSet) > 0 {
				sum = plus(sum, p.field(s, onPage))
			}
		case *ast.InlineFragment:
			sum = plus(sum, p.set(s.SelectionSet, onPage))
		case *ast.FragmentSpread:
			sum = plus(sum, p.spread(s.Name, onPage))
		}
	}
	return sum
}

// spread is the price of a fragment.
func (p *pricer) spread(name string, onPage bool) int {
	key := pricedFragment{name, onPage}
	if cost, ok := p.known[key]; ok {
		return cost
	}
	cost := p.set(p.fragments[name].SelectionSet, onPage)
	if p.known == nil {
		p.known = map[pricedFragment]int{}
	}
	p.known[key] = cost
	return cost
}

// field is the price of a field with selections.
func (p *pricer) field(f *ast.Field, onPage bool) int {
	if isIntrospection(f.Name) {
		return introspectionCost
	}
	if size, ok := p.pageSize(f); ok {
		return times(size, plus(1, p.set(f.SelectionSet, true)))
	}
	below := p.set(f.SelectionSet, false)
	if f.Definition.Type.Elem == nil || onPage {
		return below
	}
	return times(assumedList, plus(1, below))
}

// pageSize is how many records a field may bring, where its arguments say so.
func (p *pricer) pageSize(f *ast.Field) (int, bool) {
	defs := f.Definition.Arguments
	first, last := defs.ForName("first"), defs.ForName("last")
	if first != nil || last != nil {
		return p.relaySize(f, first, last), true
	}
	if defs.ForName("ids") != nil {
		ids, _ := p.argument(f, defs.ForName("ids")).([]any)
		return len(ids), true
	}
	if bounds := defs.ForName("bounds"); bounds != nil {
		return p.maxNodes(f, bounds)
	}
	return 0, false
}

// relaySize is the larger of first and last, or the default page.
func (p *pricer) relaySize(f *ast.Field, first, last *ast.ArgumentDefinition) int {
	size := -1
	for _, def := range []*ast.ArgumentDefinition{first, last} {
		if n, ok := count(p.argument(f, def)); ok {
			size = max(size, n)
		}
	}
	if size < 0 {
		return defaultPage
	}
	return size
}

// maxNodes is the bound of a traversal.
func (p *pricer) maxNodes(f *ast.Field, bounds *ast.ArgumentDefinition) (int, bool) {
	input := p.schema.Types[bounds.Type.Name()]
	def := input.Fields.ForName("maxNodes")
	if def == nil {
		return 0, false
	}
	given, _ := p.argument(f, bounds).(map[string]any)
	if n, ok := count(given["maxNodes"]); ok {
		return n, true
	}
	if def.DefaultValue == nil {
		return defaultPage, true
	}
	value, _ := def.DefaultValue.Value(nil)
	n, ok := count(value)
	return n, ok
}

// argument is the value of an argument, or nil.
func (p *pricer) argument(f *ast.Field, def *ast.ArgumentDefinition) any {
	if def == nil {
		return nil
	}
	given := f.Arguments.ForName(def.Name)
	if given != nil {
		p.varies = p.varies || hasVariable(given.Value)
		_, set := p.variables[given.Value.Raw]
		if given.Value.Kind != ast.Variable || set {
			value, _ := given.Value.Value(p.variables)
			return value
		}
	}
	if def.DefaultValue == nil {
		return nil
	}
	value, _ := def.DefaultValue.Value(nil)
	return value
}

// hasVariable tells whether a variable is anywhere in a value.
func hasVariable(v *ast.Value) bool {
	return v.Kind == ast.Variable || slices.ContainsFunc(v.Children, func(c *ast.ChildValue) bool { return hasVariable(c.Value) })
}

// count reads a number of records; what is negative counts as none and what is
// huge as countless. Whether the resolver takes such a number is its affair.
// Texts count too, because variables of type Int may be texts of digits.
func count(value any) (n int, ok bool) {
	switch v := value.(type) {
	case int64:
		return int(min(max(v, 0), countless)), true
	case json.Number:
		return count(string(v))
	case string:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil && !math.IsInf(f, 0) || math.IsNaN(f) {
			return 0, false
		}
		return int(min(max(f, 0), countless)), true
	}
	return 0, false
}
