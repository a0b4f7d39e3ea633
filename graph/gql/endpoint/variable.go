package endpoint

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// variableError says of a variable that does not fit which it is and what was
// given for it; the library names the kind of the value, or what it made of it.
// The path of e is "variable", the name, and the way within the value.
func variableError(e *gqlerror.Error, given map[string]any) *gqlerror.Error {
	if len(e.Path) < 2 {
		return e
	}
	where, said := nameOfVariable(e.Path[1:]), e.Message
	value, sent := valueAt(given, e.Path[1:])
	told := *e
	switch {
	case said == "must be defined":
		told.Message = fmt.Sprintf("variable %s is required and was not given; send it in the variables", where)
	case said == "cannot be null":
		told.Message = fmt.Sprintf("variable %s is null and must have a value", where)
	case said == "unknown field":
		told.Message = fmt.Sprintf("variable %s: there is no such field", where)
	case !sent:
		told.Message = fmt.Sprintf("variable %s: %s", where, said)
	default:
		told.Message = fmt.Sprintf("variable %s cannot be %s: %s", where, shownValue(value), demand(said))
	}
	return &told
}

// demand is what a value must be, from the library's sentence on one that is
// something else.
func demand(said string) string {
	if !strings.HasPrefix(said, "cannot use ") {
		return said
	}
	switch typ := said[strings.LastIndexByte(said, ' ')+1:]; typ {
	case "Int":
		return "an Int is a whole number, written without a point and an exponent"
	case "Float":
		return "a Float is a finite number"
	default:
		return "it must be of the type " + typ
	}
}

// nameOfVariable is a place in a variable as people write it: $filter.kinds[2].
func nameOfVariable(path ast.Path) string {
	var b strings.Builder
	for i, step := range path {
		switch step := step.(type) {
		case ast.PathIndex:
			fmt.Fprintf(&b, "[%d]", int(step))
		case ast.PathName:
			if i > 0 {
				b.WriteByte('.')
			} else {
				b.WriteByte('$')
			}
			b.WriteString(string(step))
		}
	}
	return b.String()
}

// valueAt is the value at a place in the variables, where one was given. One
// value stands for a list of one.
func valueAt(given map[string]any, path ast.Path) (any, bool) {
	var value any = given
	for _, step := range path {
		switch step := step.(type) {
		case ast.PathName:
			object, _ := value.(map[string]any)
			within, ok := object[string(step)]
			if !ok {
				return nil, false
			}
			value = within
		case ast.PathIndex:
			list, ok := value.([]any)
			if ok && int(step) < len(list) {
				value = list[step]
			}
		}
	}
	return value, true
}

// maxShownValue bounds how much of a value an error repeats, in characters.
const maxShownValue = 40

func shownValue(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "this"
	}
	if runes := []rune(string(text)); len(runes) > maxShownValue {
		return string(runes[:maxShownValue]) + "…"
	}
	return string(text)
}
