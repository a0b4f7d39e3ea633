package endpoint

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"lianzhu/graph"
)

// dataHead begins an answer without errors.
const dataHead = `{"data":`

// writeAnswer sends what an operation came to: the errors first, where there
// are any, then the data as they were made.
func (e *endpoint) writeAnswer(w http.ResponseWriter, r *http.Request, m media, ans answer) {
	if ans.buffer != nil && len(ans.errors) == 0 {
		b := e.appendExtensions(append(*ans.buffer, ','), r, ans.extensions)
		*ans.buffer = append(b, '}')
		e.writeParts(w, m, http.StatusOK, ans.tag, *ans.buffer)
		return
	}
	head := []byte{'{'}
	if len(ans.errors) > 0 {
		head = append(e.appendErrors(head, r, ans.errors), ',')
	}
	head = append(head, `"data":`...)
	tail := e.appendExtensions([]byte{','}, r, ans.extensions)
	tail = append(tail, '}')
	e.writeParts(w, m, http.StatusOK, ans.tag, head, ans.data, tail)
}

// writeRefusal sends errors without data.
func (e *endpoint) writeRefusal(w http.ResponseWriter, r *http.Request, m media, ref *refusal) {
	status := ref.status
	if m == mediaJSON && ref.wellFormed {
		status = http.StatusOK
	}
	if ref.allow != "" {
		w.Header().Set("Allow", ref.allow)
	}
	if ref.retryAfter != "" {
		w.Header().Set("Retry-After", ref.retryAfter)
	}
	body := e.appendErrors([]byte{'{'}, r, ref.errors)
	if e.RequestID(r.Context()) != "" {
		body = e.appendExtensions(append(body, ','), r, map[string]any{})
	}
	e.writeParts(w, m, status, "", append(body, '}'))
}

// appendErrors appends the member "errors".
func (e *endpoint) appendErrors(b []byte, r *http.Request, errs gqlerror.List) []byte {
	id := e.RequestID(r.Context())
	if id != "" {
		for _, err := range errs {
			err.Extensions["requestId"] = id
		}
	}
	return appendMember(b, "errors", errs)
}

// appendExtensions appends the member "extensions", with the request's id.
func (e *endpoint) appendExtensions(b []byte, r *http.Request, extensions map[string]any) []byte {
	if id := e.RequestID(r.Context()); id != "" {
		extensions["requestId"] = id
	}
	b = append(b, `"extensions":{`...)
	for i, key := range slices.Sorted(maps.Keys(extensions)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(append(strconv.AppendQuote(b, key), ':'), extensions[key])
	}
	return append(b, '}')
}

// appendValue appends a value as JSON; a whole number, which most are, without
// a look at what it is made of.
func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case graph.Rev:
		return strconv.AppendUint(b, uint64(v), 10)
	}
	text, err := json.Marshal(value)
	if err != nil {
		text = []byte("null")
	}
	return append(b, text...)
}

// appendMember appends a member of an object. A value that JSON cannot hold, an
// extension with a channel say, is a fault of the program and becomes null.
func appendMember(b []byte, name string, value any) []byte {
	b = append(b, '"')
	b = append(b, name...)
	b = append(b, `":`...)
	return appendValue(b, value)
}

// writeParts sends a body that is complete in memory, with the tag by which it
// may be kept, if any. A client that has gone by now is nobody's error.
func (e *endpoint) writeParts(w http.ResponseWriter, m media, status int, tag string, parts ...[]byte) {
	length := 0
	for _, part := range parts {
		length += len(part)
	}
	header := w.Header()
	header.Set("Content-Type", string(m)+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(length))
	header.Set("Cache-Control", "no-store")
	header.Set("Vary", "Accept")
	if tag != "" {
		validated(header, tag)
	}
	w.WriteHeader(status)
	for _, part := range parts {
		if _, err := w.Write(part); err != nil {
			return
		}
	}
}
