package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"time"

	"lianzhu/dataset"
	"lianzhu/dataset/formats"
	"lianzhu/graph"
	"lianzhu/server"
)

// Bounds of imports over HTTP: how long a client may send nothing, and how many
// lines may be rejected before the rest is not read.
const (
	importIdle     = 30 * time.Second
	importRejected = 100_000
)

// importParameters are what a URL may say.
var importParameters = []string{"format", "name", "mapping", "dryRun", "strict"}

// httpImport answers POST /import: it writes what the body says into the graph,
// in batches as it comes, and reports at the end in JSON Lines, so that a client
// may send all before it reads anything; or while it runs, to one that asks for
// that.
type httpImport struct {
	store    graph.Store
	ontology *graph.Ontology
	log      *slog.Logger
	at       func() time.Time
	idle     time.Duration
	turn     chan struct{} // holds one while an import is under way
}

func newHTTPImport(store graph.Store, o *graph.Ontology, log *slog.Logger, at func() time.Time) *httpImport {
	return &httpImport{store: store, ontology: o, log: log, at: at, idle: importIdle, turn: make(chan struct{}, 1)}
}

// importRequest is what a request asks for.
type importRequest struct {
	format         string
	name           string
	mapping        dataset.Text
	dryRun, strict bool
}

func (x *httpImport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := readImportRequest(r)
	if err != nil {
		server.Refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	select {
	case x.turn <- struct{}{}:
		defer func() { <-x.turn }()
	default:
		busy(w, "an import is under way; send this one when it has ended")
		return
	}
	control := http.NewResponseController(w)
	ctx, giveUp := context.WithCancelCause(r.Context())
	defer giveUp(nil)
	answer, err := x.answer(w, r, control, giveUp)
	if err != nil {
		x.log.ErrorContext(ctx, "import", "request_id", server.RequestID(ctx), "error", err)
		server.Refuse(w, http.StatusInternalServerError, "the report cannot be written; the log of the server says why")
		return
	}
	defer answer.discard()
	// Without deadlines, as in some tests, there is nothing to lift.
	_ = control.SetWriteDeadline(time.Time{})
	body := &patientBody{r.Body, control, x.idle}
	status, sentence, done := x.load(r.WithContext(ctx), body, request, answer)
	_ = control.SetWriteDeadline(time.Now().Add(x.idle))
	answer.finish(status, sentence, done)
}

// importAnswer is how an import is answered.
type importAnswer interface {
	rejected(*dataset.Problem) error
	progress(read int)

	// finish tells what came of it: the status of the answer, if it is not told
	// yet, why the import ended early where it did, and the sum.
	finish(status int, sentence string, done dataset.Report)
	discard()
}

// answer begins to answer.
func (x *httpImport) answer(w http.ResponseWriter, r *http.Request, control *http.ResponseController, giveUp context.CancelCauseFunc) (importAnswer, error) {
	asked, events := streamAsked(r.Header.Get("Accept"))
	if !asked {
		return newImportReport(w)
	}
	s := &importStream{w: w, control: control, events: events, now: x.at, idle: x.idle, giveUp: giveUp}
	return s, s.begin()
}

// readImportRequest reads the parameters of a URL.
func readImportRequest(r *http.Request) (importRequest, error) {
	values := r.URL.Query()
	for name := range values {
		if !slices.Contains(importParameters, name) {
			return importRequest{}, fmt.Errorf("there is no parameter %.40q; there are format, name, mapping, dryRun and strict", name)
		}
	}
	q := importRequest{format: values.Get("format"), name: values.Get("name")}
	if text := values.Get("mapping"); text != "" {
		q.mapping = dataset.Text{Name: "mapping", Data: []byte(text)}
	}
	for name, to := range map[string]*bool{"dryRun": &q.dryRun, "strict": &q.strict} {
		var err error
		if values.Has(name) {
			if *to, err = strconv.ParseBool(values.Get(name)); err != nil {
				return q, fmt.Errorf("%s is true or false", name)
			}
		}
	}
	if _, ok := formats.Named(q.format); q.format != "" && !ok {
		return q, fmt.Errorf("there is no format %.40q; there are %v", q.format, formats.Names())
	}
	return q, nil
}

// load writes the body into the graph; it gives the status of the answer, and
// why the import ended early where it did.
func (x *httpImport) load(r *http.Request, body io.Reader, q importRequest, answer importAnswer) (status int, sentence string, done dataset.Report) {
	done, err := dataset.Load(r.Context(), x.store, x.ontology, x.lines(r, body, q), dataset.Options{
		Actor: "import", Reason: "import over HTTP", At: x.at(), DryRun: q.dryRun, Strict: q.strict,
		MaxRejected: importRejected, Rejected: answer.rejected, Progress: answer.progress,
	})
	status, sentence = x.outcome(r, err)
	return status, sentence, done
}

// outcome is the status and the sentence of an import that ended with err.
func (x *httpImport) outcome(r *http.Request, err error) (status int, sentence string) {
	var refused *dataset.Problem
	var known *graph.Error
	var wrong *requestError
	switch {
	case err == nil:
		return http.StatusOK, ""
	case errors.As(err, &wrong):
		return http.StatusBadRequest, wrong.Error()
	case errors.As(err, &refused):
		return http.StatusUnprocessableEntity, "stopped: " + err.Error()
	case errors.As(err, &known) && known.Code == graph.CodeFull:
		return http.StatusInsufficientStorage, err.Error()
	case errors.Is(err, context.Canceled), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF):
		return http.StatusRequestTimeout, "the body did not come to its end; what was written before stays, send it again"
	}
	x.log.ErrorContext(r.Context(), "import", "request_id", server.RequestID(r.Context()), "error", err)
	return http.StatusInternalServerError, "the import ended early; what was written before stays; the log of the server says why"
}

// requestError is a mistake in what a request says of its files.
type requestError struct{ sentence string }

func (e *requestError) Error() string { return e.sentence }

// lines yields what the body says: of the files of a form, or of one.
func (x *httpImport) lines(r *http.Request, body io.Reader, q importRequest) iter.Seq2[dataset.Line, error] {
	kind, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return x.formLines(body, parameters["boundary"], q)
	}
	return func(yield func(dataset.Line, error) bool) {
		x.fileLines(body, q, yield)
	}
}

// fileLines yields the lines of one file; it tells whether to go on.
func (x *httpImport) fileLines(in io.Reader, q importRequest, yield func(dataset.Line, error) bool) bool {
	format, ok := formats.Named(q.format)
	if q.format == "" {
		format, ok = formats.OfFile(q.name)
	}
	if !ok {
		return yield(dataset.Line{}, &requestError{fmt.Sprintf("the format of the file is not told: say format=, one of %v, or a name with an ending", formats.Names())})
	}
	if q.name == "" {
		q.name = "body"
	}
	return forward(format.Read(dataset.Input{Name: q.name, Reader: in, Ontology: x.ontology, Mapping: q.mapping, Records: true}), yield)
}

// patientBody is a body that may take as long as it likes as long as something
// comes.
type patientBody struct {
	io.Reader
	control *http.ResponseController
	idle    time.Duration
}

// Read makes patientBody an [io.Reader].
func (b *patientBody) Read(p []byte) (int, error) {
	_ = b.control.SetReadDeadline(time.Now().Add(b.idle)) // see ServeHTTP
	return b.Reader.Read(p)
}

// importReport keeps what was rejected in a file until the import has ended.
type importReport struct {
	w     http.ResponseWriter
	spool *os.File
	out   *bufio.Writer
}

func newImportReport(w http.ResponseWriter) (*importReport, error) {
	spool, err := os.CreateTemp("", "lianzhu-import-*.jsonl")
	if err != nil {
		return nil, err
	}
	return &importReport{w: w, spool: spool, out: bufio.NewWriter(spool)}, nil
}

// reportedLine is one line of a report: a rejection, in a stream how far it has
// come, or at its end the sum.
type reportedLine struct {
	Progress *reportedProgress  `json:"progress,omitempty"`
	Rejected *reportedRejection `json:"rejected,omitempty"`
	Done     *reportedSum       `json:"done,omitempty"`
	Error    string             `json:"error,omitempty"` // why the import ended early
}

type reportedRejection struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason"`
	Head   string `json:"head,omitempty"`
	Record string `json:"record,omitempty"`
	Source string `json:"source,omitempty"` // of a table, which its mended rows cite
}

// report writes a line as it is, since records are no HTML.
func report(w io.Writer, line reportedLine) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return out.Encode(line)
}

type reportedSum struct {
	Read      int       `json:"read"`
	Created   int       `json:"created"`
	Changed   int       `json:"changed"`
	Unchanged int       `json:"unchanged"`
	Rejected  int       `json:"rejected"`
	Rev       graph.Rev `json:"rev"`
}

func reportedProblem(problem *dataset.Problem) *reportedRejection {
	line := &reportedRejection{File: problem.File, Line: problem.Line, Column: problem.Column, Field: problem.Field, Reason: problem.Reason}
	if problem.Record != nil {
		line.Head, line.Record, line.Source = string(problem.Record.Head), string(problem.Record.Text), string(problem.Record.Of)
	}
	return line
}

func sumOf(d dataset.Report) *reportedSum {
	return &reportedSum{d.Read, d.Created, d.Changed, d.Unchanged, d.Refused, d.Rev}
}

func (p *importReport) rejected(problem *dataset.Problem) error {
	return report(p.out, reportedLine{Rejected: reportedProblem(problem)})
}

func (p *importReport) progress(int) {}

// finish answers with the report.
func (p *importReport) finish(status int, sentence string, done dataset.Report) {
	w := p.w
	if p.out.Flush() != nil {
		server.Refuse(w, http.StatusInternalServerError, "the report cannot be read again; the import itself has ended")
		return
	}
	if _, err := p.spool.Seek(0, io.SeekStart); err != nil {
		server.Refuse(w, http.StatusInternalServerError, "the report cannot be read again; the import itself has ended")
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.Copy(w, p.spool) // the client may have gone
	_ = report(w, reportedLine{Error: sentence, Done: sumOf(done)})
}

func (p *importReport) discard() {
	p.spool.Close()
	os.Remove(p.spool.Name())
}
