package endpoint

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"

	"lianzhu/interchange"
)

// Export answers GET with a file of the answer that the last part of the path
// names: `subgraph`, `paths`, `reachable` or `commonNeighbours`. The parameters of
// the URL are the arguments of that field, and format, lang, bom and measures
// those of its field export. Entities are named by key or by name; where and
// bounds are JSON, as variables are. It asks graphql, the handler that [New]
// makes, so that every limit and every error is the same. CSV begins with a byte
// order mark unless bom=false, since browsers hand it to spreadsheets. An answer
// that is not complete says so in the header Lianzhu-Incomplete, and in
// Lianzhu-Resume by which token to go on, where there is one.
func Export(graphql http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := exportedAs(path.Base(r.URL.Path))
		if !ok {
			writeExportError(w, http.StatusNotFound, "there is no such answer to write as a file")
			return
		}
		question, kind, err := answer.ask(r.URL.Query())
		if err != nil {
			writeExportError(w, http.StatusBadRequest, err.Error())
			return
		}
		inner := recorder{header: http.Header{}, status: http.StatusOK}
		request, err := question.request(r)
		if err != nil {
			writeExportError(w, http.StatusBadRequest, "the parameters cannot be read")
			return
		}
		graphql.ServeHTTP(&inner, request)
		inner.answer(w, kind)
	})
}

// exportQuestion is a GraphQL request.
type exportQuestion struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
}

// request is the question as a request that stands for r.
func (q exportQuestion) request(r *http.Request) (*http.Request, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", string(mediaJSON))
	return request, nil
}

// recorder keeps the answer to the inner request.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (c *recorder) Header() http.Header         { return c.header }
func (c *recorder) WriteHeader(status int)      { c.status = status }
func (c *recorder) Write(b []byte) (int, error) { return c.body.Write(b) }

// answer hands the file on, or the reason why there is none.
func (c *recorder) answer(w http.ResponseWriter, kind interchange.Kind) {
	var answer struct {
		Data   struct{ Answer *exportAnswer }
		Errors []struct{ Message string }
	}
	err := json.Unmarshal(c.body.Bytes(), &answer)
	switch {
	case err != nil || c.status != http.StatusOK && len(answer.Errors) == 0:
		writeExportError(w, http.StatusInternalServerError, "the file cannot be made")
		return
	case len(answer.Errors) > 0 || answer.Data.Answer == nil:
		status := c.status
		if status == http.StatusOK {
			status = http.StatusBadRequest
		}
		if after := c.header.Get("Retry-After"); after != "" {
			w.Header().Set("Retry-After", after)
		}
		writeExportError(w, status, messages(answer.Errors))
		return
	}
	g := answer.Data.Answer
	if kind.Ending == interchange.Formats()[interchange.XLSX].Ending {
		workbook, err := base64.StdEncoding.DecodeString(g.Export)
		if err != nil {
			writeExportError(w, http.StatusInternalServerError, "the file cannot be made")
			return
		}
		g.Export = string(workbook)
	}
	w.Header().Set("Content-Type", kind.MediaType)
	w.Header().Set("Content-Disposition", `attachment; filename="lianzhu`+kind.Ending+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(g.Export)))
	g.Completeness.tell(w.Header())
	if shown := len(g.Items); shown < g.Total {
		w.Header().Set("Lianzhu-Incomplete", fmt.Sprintf("the first %d of %d", shown, g.Total))
	}
	_, _ = io.WriteString(w, g.Export) // the client may have gone
}

// exportAnswer is what a field with an export was answered. Items are asked for
// where there is a Total of them.
type exportAnswer struct {
	Export       string
	Completeness *exportCompleteness
	Items        []json.RawMessage
	Total        int
}

type exportCompleteness struct {
	Complete bool
	Reasons  []string
	Resume   string
}

// tell tells what is missing, and how to go on.
func (c *exportCompleteness) tell(header http.Header) {
	if c == nil || c.Complete {
		return
	}
	header.Set("Lianzhu-Incomplete", strings.Join(c.Reasons, ", "))
	if c.Resume != "" {
		header.Set("Lianzhu-Resume", c.Resume)
	}
}

func messages(errs []struct{ Message string }) string {
	var list []string
	for _, e := range errs {
		list = append(list, e.Message)
	}
	return strings.Join(list, "; ")
}

func writeExportError(w http.ResponseWriter, status int, sentence string) {
	body, _ := json.Marshal(map[string]string{"error": sentence}) // a text can always be written
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may have gone
}
