package endpoint

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lianzhu/interchange"
)

// exportQuery is the question that a file is the answer to.
const exportQuery = `query Export($roots: [EntityRef!]!, $depth: Int!, $direction: Direction!, $where: RelationFilter, $bounds: Bounds, $asOf: PartialDate,
  $format: ExportFormat!, $lang: Lang!, $bom: Boolean!, $measures: [ExportColumn!]!) {
  subgraph(roots: $roots, depth: $depth, direction: $direction, where: $where, bounds: $bounds, asOf: $asOf) {
    completeness { complete reasons }
    export(format: $format, lang: $lang, bom: $bom, measures: $measures)
  }
}`

// exportParameters are what a URL may say.
var exportParameters = []string{"root", "depth", "direction", "where", "bounds", "asOf", "format", "lang", "bom", "measures"}

// Export answers GET /export/subgraph with a file: the subgraph around the
// entities that the parameters root name, by key or by name, in a format of the
// schema. It asks graphql, the handler that [New] makes, so that every limit and
// every error is the same; where and bounds are JSON, as variables are. CSV
// begins with a byte order mark unless bom=false, since browsers hand it to
// spreadsheets. An answer that is not complete says so in the header
// Lianzhu-Incomplete.
func Export(graphql http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		variables, kind, err := exportVariables(r.URL)
		if err != nil {
			writeExportError(w, http.StatusBadRequest, err.Error())
			return
		}
		inner := recorder{header: http.Header{}, status: http.StatusOK}
		request, err := exportRequest(r, variables)
		if err != nil {
			writeExportError(w, http.StatusBadRequest, "the parameters cannot be read")
			return
		}
		graphql.ServeHTTP(&inner, request)
		inner.answer(w, kind)
	})
}

// exportVariables reads the parameters of a URL.
func exportVariables(u *url.URL) (map[string]any, interchange.Kind, error) {
	values := u.Query()
	for name := range values {
		if !slices.Contains(exportParameters, name) {
			return nil, interchange.Kind{}, fmt.Errorf("there is no parameter %.40q; there are %s", name, strings.Join(exportParameters, ", "))
		}
	}
	get := func(name, otherwise string) string {
		if values.Has(name) {
			return values.Get(name)
		}
		return otherwise
	}
	format := interchange.Format(strings.ToUpper(strings.ReplaceAll(get("format", string(interchange.CytoscapeJSON)), "-", "_")))
	kind, ok := interchange.Formats()[format]
	if !ok {
		return nil, kind, fmt.Errorf("there is no format %.40q; the schema lists them under ExportFormat", format)
	}
	depth, err := strconv.Atoi(get("depth", "1"))
	if err != nil {
		return nil, kind, fmt.Errorf("depth must be a number")
	}
	roots := []map[string]string{}
	for _, root := range values["root"] {
		by := "name"
		if strings.Contains(root, ":") {
			by = "key"
		}
		roots = append(roots, map[string]string{by: root})
	}
	measures := []string{}
	for measure := range strings.SplitSeq(strings.Join(values["measures"], ","), ",") {
		if measure != "" {
			measures = append(measures, strings.ToUpper(strings.ReplaceAll(measure, "-", "_")))
		}
	}
	variables := map[string]any{"roots": roots, "measures": measures, "depth": depth, "direction": strings.ToUpper(get("direction", "BOTH")),
		"format": format, "lang": strings.ToUpper(get("lang", "ZH")), "bom": get("bom", strconv.FormatBool(kind.Ending == ".csv")) == "true"}
	for _, name := range []string{"where", "bounds"} {
		if !values.Has(name) {
			continue
		}
		if !json.Valid([]byte(values.Get(name))) {
			return nil, kind, fmt.Errorf("%s must be JSON, as a variable of GraphQL is", name)
		}
		variables[name] = json.RawMessage(values.Get(name))
	}
	if values.Has("asOf") {
		variables["asOf"] = values.Get("asOf")
	}
	return variables, kind, nil
}

// exportRequest is the GraphQL request that stands for r.
func exportRequest(r *http.Request, variables map[string]any) (*http.Request, error) {
	body, err := json.Marshal(map[string]any{"query": exportQuery, "variables": variables})
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
		Data struct {
			Subgraph *struct {
				Export       string
				Completeness struct {
					Complete bool
					Reasons  []string
				}
			}
		}
		Errors []struct{ Message string }
	}
	err := json.Unmarshal(c.body.Bytes(), &answer)
	switch {
	case err != nil || c.status != http.StatusOK && len(answer.Errors) == 0:
		writeExportError(w, http.StatusInternalServerError, "the file cannot be made")
		return
	case len(answer.Errors) > 0 || answer.Data.Subgraph == nil:
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
	g := answer.Data.Subgraph
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
	if !g.Completeness.Complete {
		w.Header().Set("Lianzhu-Incomplete", strings.Join(g.Completeness.Reasons, ", "))
	}
	_, _ = io.WriteString(w, g.Export) // the client may have gone
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
