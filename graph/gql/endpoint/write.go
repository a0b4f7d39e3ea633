package endpoint

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"lianzhu/graph"
	"lianzhu/graph/gql/internal/plan"
)

// dataHead begins an answer without errors.
const dataHead = `{"data":`

// writeAnswer sends what an operation came to: the errors first, where there
// are any, then the data as they were made.
func (e *endpoint) writeAnswer(w http.ResponseWriter, r *http.Request, m media, ans answer) {
	if ans.buffer != nil && len(ans.errors) == 0 {
		b := e.appendExtensions(append(*ans.buffer, ','), r, ans.extensions)
		*ans.buffer = append(b, '}')
		e.writeWhole(w, r, m, http.StatusOK, ans.tag, *ans.buffer)
		e.release(ans.buffer)
		return
	}
	e.writeWhole(w, r, m, http.StatusOK, ans.tag, e.appendResult(nil, r, ans))
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
		body = e.appendExtensions(append(body, ','), r, extensions{})
	}
	e.writeWhole(w, r, m, status, "", append(body, '}'))
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

// extensions are what an answer tells beside its data. cost is 0 where nothing
// was executed.
type extensions struct {
	cost       int
	moreErrors bool
	others     map[string]any
}

// appendExtensions appends the member "extensions", with the request's id. The
// names ascend.
func (e *endpoint) appendExtensions(b []byte, r *http.Request, told extensions) []byte {
	id := e.RequestID(r.Context())
	var room [8]string
	names := room[:0]
	for name := range told.others {
		names = append(names, name)
	}
	if told.cost > 0 {
		names = append(names, "cost")
	}
	if told.moreErrors {
		names = append(names, "moreErrors")
	}
	if id != "" {
		names = append(names, "requestId")
	}
	slices.Sort(names)
	b = append(b, `"extensions":{`...)
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(strconv.AppendQuote(b, name), ':')
		switch name {
		case "cost":
			b = strconv.AppendInt(b, int64(told.cost), 10)
		case "moreErrors":
			b = append(b, "true"...)
		case "requestId":
			b = plan.AppendString(b, id)
		default:
			b = appendValue(b, told.others[name])
		}
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

// headers are values of headers; answers share them, and nobody changes them.
type headers struct {
	types   map[media][]string
	notKept []string
	varies  []string
}

func newHeaders() headers {
	return headers{
		types: map[media][]string{
			mediaJSON:     {string(mediaJSON) + "; charset=utf-8"},
			mediaResponse: {string(mediaResponse) + "; charset=utf-8"},
		},
		notKept: []string{"no-store"},
		varies:  []string{"Accept"},
	}
}

// writeWhole sends a body that is complete in memory, with the tag by which it
// may be kept, if any. A client that has gone by now is nobody's error.
func (e *endpoint) writeWhole(w http.ResponseWriter, r *http.Request, m media, status int, tag string, body []byte) {
	header := w.Header()
	header["Content-Type"] = e.headers.types[m]
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	header["Cache-Control"] = e.headers.notKept
	if r.Method != http.MethodPost { // nobody keeps the answer to a POST
		header["Vary"] = e.headers.varies
	}
	if tag != "" {
		validated(header, tag)
	}
	w.WriteHeader(status)
	w.Write(body)
}
