package endpoint

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// validationRules are the rules of the GraphQL specification and the library's
// bound on introspection, by name.
func validationRules() []core.Rule {
	var sorted []core.Rule
	for name, rule := range rules.NewDefaultRules().GetInner() {
		if name == rules.ValuesOfCorrectTypeRule.Name {
			rule = withoutNullChoice(rule)
		}
		sorted = append(sorted, core.Rule{Name: name, RuleFunc: rule})
	}
	sorted = append(sorted, core.Rule{Name: "NumbersFit", RuleFunc: numbersFit}, core.Rule{Name: "ChoicesHaveValues", RuleFunc: choicesHaveValues})
	sort.Sort(core.NameSorter(sorted))
	return sorted
}

// numbersFit refuses number literals that no machine number holds; where a
// scalar of our own is expected the other rules let them pass, and the executor
// would panic.
func numbersFit(observers *core.Events, addError core.AddErrFunc) {
	observers.OnValue(func(_ *core.Walker, value *ast.Value) {
		if value.Kind != ast.IntValue && value.Kind != ast.FloatValue {
			return
		}
		if value.Definition != nil && value.Definition.BuiltIn {
			return
		}
		if _, err := value.Value(nil); err != nil {
			addError(core.Message("The number %.40s is out of range; write it as a string.", value.Raw), core.At(value.Position))
		}
	})
}

// withoutNullChoice is a rule that is silent about a choice that is null: the
// library names the first field of the type, whichever was given.
func withoutNullChoice(rule core.RuleFunc) core.RuleFunc {
	return func(observers *core.Events, addError core.AddErrFunc) {
		rule(observers, func(options ...core.ErrorOption) {
			var said gqlerror.Error
			for _, option := range options {
				option(&said)
			}
			if !strings.HasSuffix(said.Message, " must be non-null.") {
				addError(options...)
			}
		})
	}
}

// choicesHaveValues refuses null for the one field that is given of an input
// object of which exactly one must be.
func choicesHaveValues(observers *core.Events, addError core.AddErrFunc) {
	observers.OnValue(func(_ *core.Walker, value *ast.Value) {
		if value.Kind != ast.ObjectValue || value.Definition == nil || len(value.Children) != 1 || value.Definition.Directives.ForName("oneOf") == nil {
			return
		}
		if given := value.Children[0]; given.Value.Kind == ast.NullValue {
			addError(core.Message("%s.%s is null; give it a value, or choose another field of %s.", value.Definition.Name, given.Name, value.Definition.Name),
				core.At(given.Value.Position))
		}
	})
}

// enough ends a validation early; it is thrown by the collector and caught by
// validate.
type enough struct{}

// validation collects what the rules find, at most so many errors.
type validation struct {
	ctx    context.Context
	most   int
	errors gqlerror.List
	notes  notes
}

// notes is what a request must be checked for although the document is valid:
// for each operation the variables that may be null by their own type and stand
// where null may not.
type notes struct {
	notNull map[*ast.OperationDefinition][]string
}

// validate checks a document against a schema. It stops at most errors, and
// when ctx ends, which it sees between two fields only.
func validate(ctx context.Context, schema *ast.Schema, doc *ast.QueryDocument, ruleSet []core.Rule, most int) (notes, gqlerror.List) {
	v := &validation{ctx: ctx, most: most, notes: notes{notNull: map[*ast.OperationDefinition][]string{}}}
	events := &core.Events{}
	for _, rule := range ruleSet {
		rule.RuleFunc(events, v.collect(rule.Name))
	}
	events.OnField(v.interrupt)
	events.OnValue(v.note)
	v.walk(schema, doc, events)
	return v.notes, v.errors
}

// walk goes through the document until its end or until enough was found.
func (v *validation) walk(schema *ast.Schema, doc *ast.QueryDocument, events *core.Events) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(enough); !ok {
				panic(p)
			}
		}
	}()
	core.Walk(schema, doc, events)
}

// collect gives the function by which a rule reports.
func (v *validation) collect(rule string) core.AddErrFunc {
	return func(options ...core.ErrorOption) {
		err := &gqlerror.Error{Rule: rule}
		for _, option := range options {
			option(err)
		}
		v.errors = append(v.errors, withCode(err, CodeValidationFailed))
		if len(v.errors) >= v.most {
			panic(enough{})
		}
	}
}

// interrupt ends the validation when nobody waits for it any more.
func (v *validation) interrupt(*core.Walker, *ast.Field) {
	if v.ctx.Err() != nil {
		panic(enough{})
	}
}

// note remembers a variable that may be null in a place where null may not
// stand: its default value is what made the document valid.
func (v *validation) note(walker *core.Walker, value *ast.Value) {
	op := walker.CurrentOperation
	if op == nil || value.Kind != ast.Variable || value.ExpectedType == nil || value.VariableDefinition == nil {
		return
	}
	nullable := !value.VariableDefinition.Type.NonNull
	if value.ExpectedType.NonNull && nullable && !slices.Contains(v.notes.notNull[op], value.Raw) {
		v.notes.notNull[op] = append(v.notes.notNull[op], value.Raw)
	}
}
