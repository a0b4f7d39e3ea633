package endpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// params is a request as GraphQL sees it.
type params struct {
	query         string // it and operationName may stand in the buffer of a body
	operationName string
	variables     map[string]any // numbers are json.Number
	persistedHash string         // SHA-256 in hex, or ""
	readOnly      bool           // came by GET: nothing may be written
	streams       bool           // many results can be sent: a subscription may run
}

// decode reads the parameters of a request, whatever its method. A body is read
// into buf, which is needed for as long as they are.
func (e *endpoint) decode(buf *bytes.Buffer, w http.ResponseWriter, r *http.Request) (params, *refusal) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return e.decodeQuery(r.URL.RawQuery)
	case http.MethodPost:
		return e.decodePost(buf, w, r)
	}
	ref := refuseHTTP(http.StatusMethodNotAllowed, "method %s is not offered here: use POST, or GET for queries", methodName(r.Method))
	ref.allow = "GET, HEAD, POST"
	return params{}, ref
}

// methodName is a method as it may be repeated in a message.
func methodName(method string) string {
	switch method {
	case http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return method
	}
	return "of this name"
}

// decodePost reads a POST: JSON in UTF-8, of bounded size.
func (e *endpoint) decodePost(buf *bytes.Buffer, w http.ResponseWriter, r *http.Request) (params, *refusal) {
	if ref := checkContentType(r.Header); ref != nil {
		return params{}, ref
	}
	if ref := e.readBody(buf, w, r); ref != nil {
		return params{}, ref
	}
	return e.decodeBody(buf.Bytes())
}

// checkContentType lets JSON in UTF-8 through, and nothing that a browser would
// send to a foreign site without asking first.
func checkContentType(header http.Header) *refusal {
	name, args, err := parseMedia(header.Get("Content-Type"))
	if err != nil || name != "application/json" {
		return refuseHTTP(http.StatusUnsupportedMediaType, "send the request as JSON, with the header Content-Type: application/json")
	}
	if charset, ok := args["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return refuseHTTP(http.StatusUnsupportedMediaType, "send the request in UTF-8")
	}
	if coding := header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return refuseHTTP(http.StatusUnsupportedMediaType, "send the request without a content encoding")
	}
	return nil
}

// borrowed is an empty buffer for a request's body.
func (e *endpoint) borrowed() *bytes.Buffer {
	if buf, ok := e.bodies.Get().(*bytes.Buffer); ok {
		return buf
	}
	return new(bytes.Buffer)
}

// giveBack keeps a buffer unless it has grown beyond what is usual.
func (e *endpoint) giveBack(buf *bytes.Buffer) {
	if buf.Cap() > 64<<10 {
		return
	}
	buf.Reset()
	e.bodies.Put(buf)
}

// readBody reads the body of r into buf.
func (e *endpoint) readBody(buf *bytes.Buffer, w http.ResponseWriter, r *http.Request) *refusal {
	most := e.Limits.BodyBytes
	if r.ContentLength > int64(most) {
		return bodyTooLarge(most, int(min(r.ContentLength, countless)))
	}
	body := r.Body
	if r.ContentLength < 0 {
		body = http.MaxBytesReader(w, body, int64(most))
	} else {
		buf.Grow(min(int(r.ContentLength), 16<<10) + bytes.MinRead) // its end is found without growing, and nobody gets memory for a promise
	}
	_, err := buf.ReadFrom(body)
	if err == nil {
		return nil
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return bodyTooLarge(most, most+1)
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuseHTTP(http.StatusRequestTimeout, "the request's body did not arrive in time; send it again")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return refuseHTTP(http.StatusBadRequest, "the request's body ended before its Content-Length")
	}
	return refuseHTTP(http.StatusBadRequest, "the request's body could not be read to its end")
}

// bodyTooLarge refuses a body before or while it is read.
func bodyTooLarge(most, asked int) *refusal {
	ref := refuseWith(overLimit("bodyBytes", most, asked, "send less in one request"))
	ref.status, ref.wellFormed = http.StatusRequestEntityTooLarge, false
	return ref
}

// decodeBody reads a request from its JSON. Nothing of the body is repeated in
// a message.
func (e *endpoint) decodeBody(body []byte) (params, *refusal) {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return params{}, refuseHTTP(http.StatusBadRequest, `the body is empty: send a JSON object such as {"query": "{ __typename }"}`)
	case body[0] == '[':
		return params{}, refuseHTTP(http.StatusBadRequest, "batches are not offered: send one operation in a request, as a JSON object")
	case !utf8.Valid(body):
		return params{}, refuseHTTP(http.StatusBadRequest, "the body is not UTF-8")
	case !isJSON(body):
		return params{}, refuseHTTP(http.StatusBadRequest, "the body is not valid JSON%s", syntaxPlace(body))
	case body[0] != '{':
		return params{}, refuseHTTP(http.StatusBadRequest, `the body must be a JSON object such as {"query": "{ __typename }"}`)
	}
	return e.decodeObject(body)
}

// decodeObject reads a request from a JSON object that is known to be valid.
func (e *endpoint) decodeObject(body []byte) (params, *refusal) {
	raw, twice := splitObject(body)
	if twice != "" {
		return params{}, refuseHTTP(http.StatusBadRequest, "the parameter %s stands twice in the body", twice)
	}
	query, ref := decodeString("query", raw.query)
	if ref != nil {
		return params{}, ref
	}
	operationName, ref := decodeString("operationName", raw.operationName)
	if ref != nil {
		return params{}, ref
	}
	return e.assemble(query, operationName, raw.variables, raw.extensions)
}

// syntaxPlace says where JSON goes wrong, as " (at byte 7)".
func syntaxPlace(body []byte) string {
	var value json.RawMessage
	syntax := new(json.SyntaxError)
	if !errors.As(json.Unmarshal(body, &value), &syntax) {
		return ""
	}
	return " (at byte " + strconv.FormatInt(syntax.Offset, 10) + ")"
}

// assemble builds the parameters from two texts and two JSON values, which are
// nil where they are absent or null.
func (e *endpoint) assemble(query, operationName string, variables, extensions []byte) (params, *refusal) {
	p := params{query: query, operationName: operationName}
	var ref *refusal
	if p.variables, ref = e.decodeVariables(variables); ref != nil {
		return params{}, ref
	}
	if p.persistedHash, ref = e.decodeExtensions(extensions); ref != nil {
		return params{}, ref
	}
	if p.query == "" && p.persistedHash == "" {
		return params{}, refuseHTTP(http.StatusBadRequest, "the parameter query is missing or empty: it holds the GraphQL document")
	}
	return p, nil
}

// decodeString reads a parameter that is a string or null.
func decodeString(name string, raw []byte) (string, *refusal) {
	if raw == nil {
		return "", nil
	}
	if raw[0] == '"' {
		if text, err := lentText(raw); err == nil {
			return text, nil
		}
	}
	return "", refuseHTTP(http.StatusBadRequest, "the parameter %s must be a string", name)
}

// decodeVariables builds the variables once they are known to be few and flat
// enough.
func (e *endpoint) decodeVariables(raw []byte) (map[string]any, *refusal) {
	if raw == nil {
		return nil, nil
	}
	if ref := e.checkNested("variables", raw); ref != nil {
		return nil, ref
	}
	values, err := objectValue(raw)
	if err != nil {
		return nil, refuseHTTP(http.StatusBadRequest, "the parameter variables must be a JSON object")
	}
	return values, nil
}

// decodeExtensions reads the hash of a persisted query; other extensions are
// allowed and ignored.
func (e *endpoint) decodeExtensions(raw []byte) (hash string, ref *refusal) {
	if raw == nil {
		return "", nil
	}
	if ref := e.checkNested("extensions", raw); ref != nil {
		return "", ref
	}
	var extensions struct {
		PersistedQuery *struct {
			Version int    `json:"version"`
			Hash    string `json:"sha256Hash"`
		} `json:"persistedQuery"`
	}
	if err := json.Unmarshal(raw, &extensions); err != nil {
		return "", refuseHTTP(http.StatusBadRequest, "the parameter extensions cannot be understood: persistedQuery has a version (a number) and a sha256Hash (a string)")
	}
	persisted := extensions.PersistedQuery
	if persisted == nil {
		return "", nil
	}
	if persisted.Version != 1 || len(persisted.Hash) != 64 {
		return "", refuseHTTP(http.StatusBadRequest, "extensions.persistedQuery must have version 1 and a sha256Hash of 64 hexadecimal digits")
	}
	return strings.ToLower(persisted.Hash), nil
}

// checkNested refuses JSON that is no object, or too deep, or too rich.
func (e *endpoint) checkNested(name string, raw []byte) *refusal {
	if raw[0] != '{' {
		return refuseHTTP(http.StatusBadRequest, "the parameter %s must be a JSON object", name)
	}
	depth, values := measureJSON(raw)
	if depth > e.Limits.VariableDepth {
		return refuseWith(overLimit("variableDepth", e.Limits.VariableDepth, depth, "nest the "+name+" less deep"))
	}
	if values > e.Limits.VariableValues {
		return refuseWith(overLimit("variableValues", e.Limits.VariableValues, values, "send fewer values in the "+name))
	}
	return nil
}

// decodeQuery reads a request from the query string of a GET. Parameters of
// other names are ignored.
func (e *endpoint) decodeQuery(rawQuery string) (params, *refusal) {
	form, err := url.ParseQuery(rawQuery)
	if err != nil {
		return params{}, refuseHTTP(http.StatusBadRequest, "the URL's query string is malformed: percent-encode the parameters")
	}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		if len(form[name]) > 1 {
			return params{}, refuseHTTP(http.StatusBadRequest, "the parameter %s stands twice in the URL", name)
		}
		if !utf8.ValidString(form.Get(name)) {
			return params{}, refuseHTTP(http.StatusBadRequest, "the parameter %s is not UTF-8", name)
		}
	}
	variables, ref := jsonParameter(form, "variables")
	if ref != nil {
		return params{}, ref
	}
	extensions, ref := jsonParameter(form, "extensions")
	if ref != nil {
		return params{}, ref
	}
	p, ref := e.assemble(form.Get("query"), form.Get("operationName"), variables, extensions)
	p.readOnly = true
	return p, ref
}

// jsonParameter is the JSON of a parameter in a URL, or nil where it is absent,
// empty or null.
func jsonParameter(form url.Values, name string) ([]byte, *refusal) {
	raw := bytes.TrimSpace([]byte(form.Get(name)))
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil, nil
	case !json.Valid(raw):
		return nil, refuseHTTP(http.StatusBadRequest, "the parameter %s is not valid JSON", name)
	}
	return raw, nil
}
