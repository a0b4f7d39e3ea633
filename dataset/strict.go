package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"lianzhu/graph"
)

// decodeStrict reads one JSON object into v, which must be a pointer to a
// document. It refuses what encoding/json lets pass: unknown fields, fields
// that differ by case, a field given twice, half a surrogate pair, a NUL
// character, and anything after the object. column is 0 where it is not known.
func decodeStrict(line []byte, v *document) (column int, problem string) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return decodeProblem(line, err)
	}
	if rest := bytes.TrimLeft(line[dec.InputOffset():], " \t\r"); len(rest) > 0 {
		return columnAt(line, len(line)-len(rest)), "there is something after the object; write one object a line"
	}
	w := jsonWalk{text: line}
	if w.value(); w.problem != "" {
		return columnAt(line, w.at), w.problem
	}
	return 0, ""
}

func decodeProblem(line []byte, err error) (int, string) {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return columnAt(line, int(syntax.Offset)-1), "it is not JSON: " + syntax.Error()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return columnAt(line, len(line)), "the JSON object breaks off; it must stand on one line"
	case errors.As(err, &kind):
		return columnAt(line, int(kind.Offset)), fmt.Sprintf("%s cannot be %s; a %s is wanted", orElse(kind.Field, "the line"), kind.Value, wanted(kind.Type))
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return columnAt(line, max(bytes.Index(line, []byte(name)), 0)), unknownField(name)
	}
	return columnOfText(line, err), err.Error()
}

// columnOfText is the column of the text in a valid line that is no date, as err
// says; 0 where there is none.
func columnOfText(line []byte, err error) int {
	column := 0
	w := jsonWalk{text: line}
	w.each = func(start int, text []byte) {
		if _, other := graph.ParseDate(string(text)); column == 0 && other != nil && other.Error() == err.Error() {
			column = columnAt(line, start)
		}
	}
	w.value()
	return column
}

func unknownField(quoted string) string {
	return "there is no field " + quoted + "; see the description of the format for the fields"
}

// wanted says a Go type in the words of JSON.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "list"
	case reflect.Struct, reflect.Pointer:
		return "object"
	}
	return "number"
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// fieldNames are the names of all fields of a document, at any depth.
var fieldNames = namesOf(reflect.TypeFor[document]())

func namesOf(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for f := range t.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(append(names, name), namesOf(f.Type)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// jsonWalk goes over valid JSON and stops at the first problem, which is at the
// offset at.
type jsonWalk struct {
	text    []byte
	at      int
	problem string
	each    func(start int, text []byte) // where it is set, is called for every string
}

func (w *jsonWalk) stop(at int, problem string) {
	if w.problem == "" {
		w.at, w.problem = at, problem
	}
}

func (w *jsonWalk) blanks() {
	for w.at < len(w.text) && strings.IndexByte(" \t\r\n", w.text[w.at]) >= 0 {
		w.at++
	}
}

func (w *jsonWalk) value() {
	w.blanks()
	switch w.text[w.at] {
	case '{':
		w.list('}', w.member())
	case '[':
		w.list(']', w.value)
	case '"':
		w.str()
	default: // a number, true, false or null
		for w.at < len(w.text) && strings.IndexByte(",]} \t\r\n", w.text[w.at]) < 0 {
			w.at++
		}
	}
}

// list goes over what stands between w.at and the bracket that closes it.
func (w *jsonWalk) list(closing byte, item func()) {
	w.at++
	for w.problem == "" {
		w.blanks()
		if c := w.text[w.at]; c == closing {
			w.at++
			return
		} else if c == ',' {
			w.at++
			continue
		}
		item()
	}
}

// member gives the reader of the members of one object.
func (w *jsonWalk) member() func() {
	var seen [][]byte
	return func() {
		start := w.at
		name := w.str()
		twice := slices.ContainsFunc(seen, func(s []byte) bool { return bytes.Equal(s, name) })
		if _, known := slices.BinarySearch(fieldNames, string(name)); !known {
			w.stop(start, unknownField(strconv.Quote(string(name))))
		} else if twice {
			w.stop(start, fmt.Sprintf("the field %q is given twice; keep one", name))
		}
		if w.problem != "" {
			return
		}
		seen = append(seen, name)
		w.blanks()
		w.at++ // the colon
		w.value()
	}
}

// str goes over a string and gives what stands between its quotes, as written.
func (w *jsonWalk) str() []byte {
	start := w.at + 1
	for w.at++; w.text[w.at] != '"'; w.at++ {
		if w.text[w.at] != '\\' {
			continue
		}
		if w.at++; w.text[w.at] == 'u' {
			w.escape()
		}
		if w.problem != "" {
			return nil
		}
	}
	w.at++
	if w.each != nil {
		w.each(start, w.text[start:w.at-1])
	}
	return w.text[start : w.at-1]
}

// escape looks at the four hex digits after \u and, where they are the first
// half of a surrogate pair, at the second. It leaves w.at on the last digit.
func (w *jsonWalk) escape() {
	first := w.hex(w.at + 1)
	w.at += 4
	switch {
	case first == 0:
		w.stop(w.at, "there is a NUL character; remove it")
	case !utf16.IsSurrogate(first):
		return
	case w.at+6 < len(w.text) && w.text[w.at+1] == '\\' && w.text[w.at+2] == 'u' &&
		utf16.DecodeRune(first, w.hex(w.at+3)) != '\uFFFD':
		w.at += 6
	default:
		w.stop(w.at, `there is half a surrogate pair (\uD800 to \uDFFF); write the character itself`)
	}
}

func (w *jsonWalk) hex(at int) rune {
	n, _ := strconv.ParseUint(string(w.text[at:min(at+4, len(w.text))]), 16, 32)
	return rune(n)
}
