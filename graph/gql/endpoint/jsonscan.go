package endpoint

import (
	"bytes"
	"encoding/json"
	"strings"
	"unsafe"
)

// The functions of this file look at JSON and build what is needed of it. They
// are for text in UTF-8 that json.Valid has accepted, and rely on it.

// rawParams are the parameters of a request as JSON; nil where one is absent or
// null.
type rawParams struct {
	query, operationName, variables, extensions []byte
}

// splitObject finds the parameters in a JSON object. twice names a parameter
// that stands in it more than once. Other keys are ignored.
func splitObject(object []byte) (raw rawParams, twice string) {
	var seen rawParams
	for i := skipSpace(object, 1); object[i] != '}'; {
		end := skipString(object, i)
		name, _ := lentText(object[i:end])
		i = skipSpace(object, end) + 1 // the colon
		i = skipSpace(object, i)
		end = skipValue(object, i)
		if slot := raw.slot(name); slot != nil {
			if mark := seen.slot(name); *mark == nil {
				*mark = object[i:end]
			} else {
				return rawParams{}, name
			}
			if object[i] != 'n' {
				*slot = object[i:end]
			}
		}
		i = skipSpace(object, end)
		if object[i] == ',' {
			i = skipSpace(object, i+1)
		}
	}
	return raw, ""
}

// slot is where the parameter of this name goes, or nil for a name that means
// nothing here.
func (p *rawParams) slot(name string) *[]byte {
	switch name {
	case "query":
		return &p.query
	case "operationName":
		return &p.operationName
	case "variables":
		return &p.variables
	case "extensions":
		return &p.extensions
	}
	return nil
}

// stringText is what a JSON string in UTF-8 says.
func stringText(quoted []byte) (text string, err error) {
	text, err = lentText(quoted)
	return strings.Clone(text), err
}

// lentText is stringText for as long as quoted stays as it is.
func lentText(quoted []byte) (text string, err error) {
	if inner := quoted[1 : len(quoted)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return unsafe.String(unsafe.SliceData(inner), len(inner)), nil
	}
	return escapedText(quoted)
}

func escapedText(quoted []byte) (text string, err error) {
	err = json.Unmarshal(quoted, &text)
	return text, err
}

// objectValue builds a JSON object as encoding/json does for an any, with
// numbers as json.Number.
func objectValue(object []byte) (map[string]any, error) {
	values, _, err := buildObject(object, 0)
	return values, err
}

// buildValue builds the value at i, which ends at end.
func buildValue(b []byte, i int) (value any, end int, err error) {
	switch b[i] {
	case '"':
		end = skipString(b, i)
		value, err = stringText(b[i:end])
		return value, end, err
	case '{':
		return buildObject(b, i)
	case '[':
		return buildList(b, i)
	case 't':
		return true, i + len("true"), nil
	case 'f':
		return false, i + len("false"), nil
	case 'n':
		return nil, i + len("null"), nil
	}
	end = skipLiteral(b, i)
	return json.Number(b[i:end]), end, nil
}

// buildObject builds the object at i. Of a key that stands twice the last value
// counts.
func buildObject(b []byte, i int) (values map[string]any, end int, err error) {
	values = map[string]any{}
	for i = skipSpace(b, i+1); b[i] != '}'; {
		end := skipString(b, i)
		name, err := stringText(b[i:end])
		if err != nil {
			return nil, 0, err
		}
		i = skipSpace(b, skipSpace(b, end)+1) // after the colon
		if values[name], i, err = buildValue(b, i); err != nil {
			return nil, 0, err
		}
		if i = skipSpace(b, i); b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
	return values, i + 1, nil
}

// buildList builds the list at i.
func buildList(b []byte, i int) (value any, end int, err error) {
	values := []any{}
	for i = skipSpace(b, i+1); b[i] != ']'; {
		var item any
		if item, i, err = buildValue(b, i); err != nil {
			return nil, 0, err
		}
		values = append(values, item)
		if i = skipSpace(b, i); b[i] == ',' {
			i = skipSpace(b, i+1)
		}
	}
	return values, i + 1, nil
}

// measureJSON counts how deep a value is nested (a scalar 0, an empty list 1)
// and how many values it holds, itself included.
func measureJSON(value []byte) (depth, values int) {
	level := 0
	values = 1
	for i := 0; i < len(value); {
		switch value[i] {
		case '"':
			i = skipString(value, i)
			continue
		case '{', '[':
			level++
			depth = max(depth, level)
			if next := value[skipSpace(value, i+1)]; next != '}' && next != ']' {
				values++
			}
		case '}', ']':
			level--
		case ',':
			values++
		}
		i++
	}
	return depth, values
}

// skipValue is where the value at i ends.
func skipValue(b []byte, i int) int {
	level := 0
	for {
		switch b[i] {
		case '"':
			i = skipString(b, i)
		case '{', '[':
			level++
			i++
		case '}', ']':
			level--
			i++
		case ',', ':', ' ', '\t', '\r', '\n':
			i++
			continue
		default:
			i = skipLiteral(b, i)
		}
		if level == 0 {
			return i
		}
	}
}

// skipLiteral is where the number, true, false or null at i ends.
func skipLiteral(b []byte, i int) int {
	for ; i < len(b); i++ {
		switch b[i] {
		case ',', '}', ']', ' ', '\t', '\r', '\n':
			return i
		}
	}
	return i
}

// skipString is where the string that opens at i ends, after its quote.
func skipString(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// skipSpace is the first place from i on that is no white space.
func skipSpace(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n' {
		i++
	}
	return i
}
