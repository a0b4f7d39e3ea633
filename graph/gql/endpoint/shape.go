package endpoint

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// checkShape measures a document that was parsed but not validated, and refuses
// what would be dear to validate or to run. It needs no schema and takes time
// linear in the document: a fragment is measured once, however often it is
// spread.
func checkShape(doc *ast.QueryDocument, limits Limits) *gqlerror.Error {
	if err := checkDefinitions(doc, limits); err != nil {
		return err
	}
	if err := checkWritten(doc, limits); err != nil {
		return err
	}
	sizes := newSizer(doc)
	for _, op := range doc.Operations {
		size := sizes.set(op.SelectionSet)
		if size.direct > limits.RootFields {
			return overLimit("rootFields", limits.RootFields, size.direct, "ask for fewer root fields in one operation")
		}
		if err := checkSize(sizes, size, limits); err != nil {
			return err
		}
	}
	for _, fragment := range doc.Fragments {
		size := sizes.set(fragment.SelectionSet)
		if strings.HasPrefix(fragment.TypeCondition, "__") {
			size.depth, size.metaDepth = 0, max(size.depth, size.metaDepth)
		}
		if err := checkSize(sizes, size, limits); err != nil {
			return err
		}
	}
	return checkKeys(doc, limits)
}

// checkDefinitions bounds what stands at the top of a document.
func checkDefinitions(doc *ast.QueryDocument, limits Limits) *gqlerror.Error {
	if n := len(doc.Operations); n > limits.Operations {
		return overLimit("operations", limits.Operations, n, "send the operation you want to run, without the others")
	}
	if n := len(doc.Fragments); n > limits.Fragments {
		return overLimit("fragments", limits.Fragments, n, "send only the fragments that the operation uses")
	}
	for _, op := range doc.Operations {
		if n := len(op.VariableDefinitions); n > limits.Variables {
			return overLimit("variables", limits.Variables, n, "gather variables in an input object or a list")
		}
	}
	return nil
}

// checkWritten bounds what is counted as it is written, fragments not followed.
func checkWritten(doc *ast.QueryDocument, limits Limits) *gqlerror.Error {
	var count written
	for _, op := range doc.Operations {
		count.directives += len(op.Directives)
		for _, variable := range op.VariableDefinitions {
			count.directives += len(variable.Directives)
		}
		count.set(op.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		count.directives += len(fragment.Directives)
		count.set(fragment.SelectionSet)
	}
	if count.aliases > limits.Aliases {
		return overLimit("aliases", limits.Aliases, count.aliases, "ask for the same field fewer times in one document")
	}
	if count.directives > limits.Directives {
		return overLimit("directives", limits.Directives, count.directives, "use fewer directives in one document")
	}
	return nil
}

// written counts aliases and directives.
type written struct{ aliases, directives int }

func (c *written) set(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Alias != s.Name {
				c.aliases++
			}
			c.directives += len(s.Directives)
			c.set(s.SelectionSet)
		case *ast.InlineFragment:
			c.directives += len(s.Directives)
			c.set(s.SelectionSet)
		case *ast.FragmentSpread:
			c.directives += len(s.Directives)
		}
	}
}

// checkSize bounds one operation or fragment, spreads followed.
func checkSize(sizes *sizer, size size, limits Limits) *gqlerror.Error {
	switch {
	case sizes.cycle != "":
		return newError(CodeValidationFailed, "fragment %s spreads itself, directly or through others; break the circle", sizes.cycle)
	case size.depth > limits.Depth:
		return overLimit("depth", limits.Depth, size.depth, "nest fewer fields, or use a traversal such as subgraph or paths")
	case size.metaDepth > limits.IntrospectionDepth:
		return overLimit("introspectionDepth", limits.IntrospectionDepth, size.metaDepth, "nest fewer fields below __schema and __type")
	case size.fields > limits.Fields:
		return overLimit("fields", limits.Fields, size.fields, "select fewer fields; those of a fragment count wherever it is spread")
	}
	return nil
}

// size is what a selection set amounts to with its spreads followed. The counts
// saturate at countless.
type size struct {
	depth     int // fields within fields, introspection apart
	metaDepth int // the same from __schema or __type on
	fields    int
	direct    int // of the fields, those of the set itself
}

// with adds what another part of the same set amounts to.
func (s size) with(other size) size {
	return size{
		depth:     max(s.depth, other.depth),
		metaDepth: max(s.metaDepth, other.metaDepth),
		fields:    plus(s.fields, other.fields),
		direct:    plus(s.direct, other.direct),
	}
}

// sizer measures selection sets, each fragment once. cycle names a fragment
// that was found within itself; the sizes are then worth nothing.
type sizer struct {
	fragments map[string]*ast.FragmentDefinition
	known     map[string]size
	open      map[string]bool
	cycle     string
}

func newSizer(doc *ast.QueryDocument) *sizer {
	return &sizer{fragments: fragmentsByName(doc), known: map[string]size{}, open: map[string]bool{}}
}

// fragmentsByName indexes fragments as the validator does: of two with one name
// the first counts.
func fragmentsByName(doc *ast.QueryDocument) map[string]*ast.FragmentDefinition {
	fragments := make(map[string]*ast.FragmentDefinition, len(doc.Fragments))
	for _, fragment := range doc.Fragments {
		if fragments[fragment.Name] == nil {
			fragments[fragment.Name] = fragment
		}
	}
	return fragments
}

func (s *sizer) set(set ast.SelectionSet) size {
	var sum size
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			sum = sum.with(s.field(selection))
		case *ast.InlineFragment:
			sum = sum.with(s.set(selection.SelectionSet))
		case *ast.FragmentSpread:
			sum = sum.with(s.spread(selection.Name))
		}
	}
	return sum
}

func (s *sizer) field(field *ast.Field) size {
	below := s.set(field.SelectionSet)
	size := size{fields: plus(below.fields, 1), direct: 1}
	if isIntrospection(field.Name) {
		size.metaDepth = 1 + max(below.depth, below.metaDepth)
		return size
	}
	size.depth, size.metaDepth = 1+below.depth, below.metaDepth
	return size
}

// isIntrospection reports whether a field opens a look at the schema.
func isIntrospection(name string) bool { return name == "__schema" || name == "__type" }

// spread measures a fragment where it is spread. An unknown one counts as a
// field, so that spreads are never free; validation names it later.
func (s *sizer) spread(name string) size {
	fragment := s.fragments[name]
	if fragment == nil {
		return size{fields: 1, direct: 1}
	}
	if size, ok := s.known[name]; ok {
		return size
	}
	if s.open[name] {
		s.cycle = name
		return size{}
	}
	s.open[name] = true
	size := s.set(fragment.SelectionSet)
	delete(s.open, name)
	s.known[name] = size
	return size
}

// checkKeys bounds how often one response key stands in one selection set,
// because validation compares each such field with each other. It follows
// spreads every time, which is cheap here: checkSize has bounded the fields
// that this can meet, and has found that no fragment spreads itself.
func checkKeys(doc *ast.QueryDocument, limits Limits) *gqlerror.Error {
	keys := keyCounter{fragments: fragmentsByName(doc)}
	for _, op := range doc.Operations {
		keys.set(op.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		keys.set(fragment.SelectionSet)
	}
	if keys.worst > limits.RepeatedKey {
		return overLimit("repeatedKey", limits.RepeatedKey, keys.worst, "select the field "+keys.key+" fewer times in one place")
	}
	return nil
}

// keyCounter finds the response key that is repeated most.
type keyCounter struct {
	fragments map[string]*ast.FragmentDefinition
	worst     int
	key       string
}

// set counts the keys of a selection set and of those within it.
func (c *keyCounter) set(set ast.SelectionSet) {
	counts := make(map[string]int, len(set))
	c.flat(set, counts)
	c.within(set)
	for key, n := range counts {
		if n > c.worst || n == c.worst && key < c.key {
			c.worst, c.key = n, key
		}
	}
}

// flat counts the keys of a set and of the fragments in it.
func (c *keyCounter) flat(set ast.SelectionSet, counts map[string]int) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			counts[s.Alias]++
		case *ast.InlineFragment:
			c.flat(s.SelectionSet, counts)
		case *ast.FragmentSpread:
			if fragment := c.fragments[s.Name]; fragment != nil {
				c.flat(fragment.SelectionSet, counts)
			}
		}
	}
}

// within goes on to the sets of the fields; those in a fragment are counted
// where the fragment is defined.
func (c *keyCounter) within(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if len(s.SelectionSet) > 0 {
				c.set(s.SelectionSet)
			}
		case *ast.InlineFragment:
			c.within(s.SelectionSet)
		}
	}
}
