package plan

import (
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// conditionsOf are the variables that the operation's @include and @skip ask
// for, from the cache where they were looked for before.
func conditionsOf(cache *Cache, oc *graphql.OperationContext) []string {
	key := conditionsKey{oc.Operation}
	if kept, ok := cache.Load(key); ok {
		return kept.([]string)
	}
	c := conditions{doc: oc.Doc, seen: map[string]bool{}}
	c.gather(oc.Operation.SelectionSet)
	cache.Store(key, c.names)
	return c.names
}

// conditions gathers variables from a document.
type conditions struct {
	doc   *ast.QueryDocument
	seen  map[string]bool // fragments
	names []string
}

func (c *conditions) gather(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			c.note(s.Directives)
			c.gather(s.SelectionSet)
		case *ast.InlineFragment:
			c.note(s.Directives)
			c.gather(s.SelectionSet)
		case *ast.FragmentSpread:
			c.note(s.Directives)
			if fragment := c.doc.Fragments.ForName(s.Name); fragment != nil && !c.seen[s.Name] {
				c.seen[s.Name] = true
				c.gather(fragment.SelectionSet)
			}
		}
	}
}

func (c *conditions) note(directives ast.DirectiveList) {
	for _, d := range directives {
		if d.Name != "include" && d.Name != "skip" {
			continue
		}
		for _, arg := range d.Arguments {
			if arg.Value.Kind == ast.Variable && !slices.Contains(c.names, arg.Value.Raw) {
				c.names = append(c.names, arg.Value.Raw)
			}
		}
	}
}

// asksVariables tells whether a variable is anywhere in arguments.
func asksVariables(args ast.ArgumentList) bool {
	return slices.ContainsFunc(args, func(a *ast.Argument) bool { return hasVariable(a.Value) })
}

func hasVariable(v *ast.Value) bool {
	return v.Kind == ast.Variable || slices.ContainsFunc(v.Children, func(c *ast.ChildValue) bool { return hasVariable(c.Value) })
}
