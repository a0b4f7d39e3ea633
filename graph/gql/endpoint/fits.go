package endpoint

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// fit gives the variables of a request as the library's VariableValues gives them,
// where each plainly is what the operation declares. Where it is not sure, because
// a value does not fit, must be changed, or has a default, ok is false, and the
// library is to be asked.
func fit(schema *ast.Schema, op *ast.OperationDefinition, given map[string]any) (values map[string]any, ok bool) {
	values = make(map[string]any, len(op.VariableDefinitions))
	for _, v := range op.VariableDefinitions {
		value, sent := given[v.Variable]
		switch {
		case !v.Definition.IsInputType() || !sent && (v.DefaultValue != nil || v.Type.NonNull):
			return nil, false
		case !sent:
			continue
		}
		if n, is := value.(json.Number); is {
			if value, ok = number(v.Type.NamedType, n); !ok {
				return nil, false
			}
		}
		if !fits(schema, v.Type, value) {
			return nil, false
		}
		values[v.Variable] = value
	}
	return values, true
}

// number is a number as a variable of a type holds it: those that stand in lists
// and objects stay as they were sent.
func number(typ string, n json.Number) (any, bool) {
	switch typ {
	case "Int":
		i, err := n.Int64()
		return i, err == nil
	case "Float":
		f, err := n.Float64()
		return f, err == nil
	}
	return n, true
}

// fits tells whether a value is of a type as it stands.
func fits(schema *ast.Schema, typ *ast.Type, value any) bool {
	if value == nil {
		return !typ.NonNull
	}
	if typ.Elem != nil {
		list, ok := value.([]any)
		if !ok {
			return false // one value stands for a list of one
		}
		for _, item := range list {
			if !fits(schema, typ.Elem, item) {
				return false
			}
		}
		return true
	}
	def := schema.Types[typ.NamedType]
	if def == nil {
		return false
	}
	switch def.Kind {
	case ast.Enum:
		name, ok := value.(string)
		return ok && hasValue(def, name)
	case ast.Scalar:
		return fitsScalar(typ.NamedType, value)
	case ast.InputObject:
		return fitsObject(schema, def, value)
	}
	return false
}

// hasValue tells whether an enum has a value, in whatever case: which case is right
// is asked when it is read.
func hasValue(def *ast.Definition, name string) bool {
	for _, v := range def.EnumValues {
		if v.Name == name || strings.EqualFold(v.Name, name) {
			return true
		}
	}
	return false
}

func fitsScalar(name string, value any) bool {
	_, isText := value.(string)
	n, isNumber := value.(json.Number)
	switch name {
	case "Int":
		if _, whole := value.(int64); whole {
			return true
		}
		_, err := strconv.ParseInt(string(n), 10, 64)
		return isNumber && err == nil
	case "Float":
		if _, float := value.(float64); float {
			return true
		}
		_, err := strconv.ParseFloat(string(n), 64)
		return isNumber && err == nil
	case "String", "ID":
		return isText
	case "Boolean":
		_, is := value.(bool)
		return is
	}
	return true // of the schema's own
}

func fitsObject(schema *ast.Schema, def *ast.Definition, value any) bool {
	object, ok := value.(map[string]any)
	if !ok {
		return false
	}
	met := 0
	for _, field := range def.Fields {
		value, sent := object[field.Name]
		switch {
		case !sent && field.Type.NonNull && field.DefaultValue == nil:
			return false
		case !sent:
			continue
		}
		if met++; !fits(schema, field.Type, value) {
			return false
		}
	}
	return met == len(object) // else there are some that it has not
}
