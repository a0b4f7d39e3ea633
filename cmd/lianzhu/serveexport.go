package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/graph/gql/endpoint"
	"lianzhu/interchange"
	"lianzhu/server"
)

// Bounds of exports of the graph: how many may be under way, how long making
// the file may take, how much of it is made before the first byte is sent, and
// how long a client may take for a piece of so much.
const (
	exportsAtOnce = 2
	exportTime    = 10 * time.Minute
	exportPiece   = 256 << 10
	pieceTime     = time.Minute
)

// exportRoutes makes the handler below /export/: answers of walks as files of other
// programs, and the graph or a part of it as `lianzhu export` writes it.
func exportRoutes(gateway *gql.Gateway, graphql http.Handler, log *slog.Logger) http.Handler {
	files := &fileExport{gateway: gateway, log: log, turns: make(chan struct{}, exportsAtOnce), most: exportTime}
	mux := http.NewServeMux()
	for _, answer := range []string{"subgraph", "paths", "reachable", "commonNeighbours"} {
		mux.Handle("/export/"+answer, endpoint.Export(graphql))
	}
	mux.Handle("/export/graph", files)
	mux.Handle("/export/graph.jsonl", files)
	mux.HandleFunc("/", server.NotFound)
	return mux
}

// fileExport answers with the graph or a part of it. The file is made beside
// the sending, so that a slow client holds no revision of the store; a client
// that goes away ends it.
type fileExport struct {
	gateway *gql.Gateway
	log     *slog.Logger
	turns   chan struct{} // holds one for each export under way
	most    time.Duration // for making the file
}

func (x *fileExport) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q, kind, err := fileQuery(r.URL.Query())
	if err == nil {
		err = x.gateway.Check(q)
	}
	if err != nil {
		server.Refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	select {
	case x.turns <- struct{}{}:
		defer func() { <-x.turns }()
	default:
		busy(w, "files of the graph are being made already, as many as is allowed at once; try again shortly")
		return
	}
	if err := x.make(w, r, q, kind); err != nil {
		x.refuse(w, r, err)
	}
}

// refuse says why there is no file. Nothing was sent so far.
func (x *fileExport) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var known *graph.Error
	switch {
	case r.Context().Err() != nil: // nobody is there to read it
	case errors.Is(err, context.DeadlineExceeded):
		x.log.WarnContext(r.Context(), "export out of time", "request_id", server.RequestID(r.Context()), "after", x.most)
		busy(w, "the file was not ready in time; ask for less, try again when the server has less to do, or stop it and run lianzhu export")
	case errors.As(err, &known) && slices.Contains([]graph.Code{graph.CodeInvalid, graph.CodeNotFound, graph.CodeAmbiguous, graph.CodeLimit}, known.Code):
		server.Refuse(w, http.StatusBadRequest, known.Error())
	default:
		x.log.ErrorContext(r.Context(), "export", "request_id", server.RequestID(r.Context()), "error", err)
		server.Refuse(w, http.StatusInternalServerError, "the graph cannot be exported now; the log of the server says why")
	}
}

// busy refuses a request that may be sent again.
func busy(w http.ResponseWriter, sentence string) {
	w.Header().Set("Retry-After", "10")
	server.Refuse(w, http.StatusServiceUnavailable, sentence)
}

// make makes the file and sends it. After an error nothing was sent; what goes
// wrong later breaks the connection, so that the client cannot take a part for
// the whole.
func (x *fileExport) make(w http.ResponseWriter, r *http.Request, q gql.FileQuery, kind interchange.Kind) error {
	ctx, stop := context.WithTimeout(r.Context(), x.most)
	defer stop()
	file, err := newSpool()
	if err != nil {
		return err
	}
	made := make(chan struct{})
	go func() {
		defer close(made)
		file.fill(func(w io.Writer) error { return x.gateway.WriteFile(ctx, inTime{ctx, w}, q) })
	}()
	defer func() {
		stop()
		<-made
		file.remove()
	}()
	size, ended, err := file.wait(ctx, exportPiece)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind.MediaType)
	w.Header().Set("Content-Disposition", `attachment; filename="lianzhu`+kind.Ending+`"`)
	if ended {
		http.ServeContent(w, r, "", time.Time{}, file.part(0, size))
		return nil
	}
	x.sendGrowing(ctx, w, r, file)
	return nil
}

// sendGrowing sends a file that is still being made.
func (x *fileExport) sendGrowing(ctx context.Context, w http.ResponseWriter, r *http.Request, file *spool) {
	control := http.NewResponseController(w)
	for sent := int64(0); ; {
		size, ended, err := file.wait(ctx, sent)
		if err != nil {
			x.log.WarnContext(r.Context(), "export broken off", "request_id", server.RequestID(r.Context()), "sent", sent, "error", err)
			panic(http.ErrAbortHandler)
		}
		for sent < size {
			// A connection without deadlines, as in some tests, cannot be slow.
			_ = control.SetWriteDeadline(time.Now().Add(pieceTime))
			n, err := io.Copy(w, file.part(sent, min(size, sent+exportPiece)))
			if sent += n; err != nil {
				panic(http.ErrAbortHandler)
			}
		}
		if ended {
			return
		}
	}
}

// fileParameters are what the URL of a file may say; those that are lists may
// be given several times or with commas.
func fileParameters() []string {
	return []string{"format", "where", "types", "kinds", "within", "asOf", "lang", "bom", "measures"}
}

// fileQuery reads the parameters of a URL. CSV begins with a byte order mark
// unless bom=false, since browsers hand it to spreadsheets.
func fileQuery(values url.Values) (q gql.FileQuery, kind interchange.Kind, err error) {
	for name := range values {
		if !slices.Contains(fileParameters(), name) {
			return q, kind, fmt.Errorf("there is no parameter %.40q; there are %s", name, strings.Join(fileParameters(), ", "))
		}
	}
	q = gql.FileQuery{
		Format: values.Get("format"), Where: values.Get("where"), Within: values.Get("within"), AsOf: values.Get("asOf"), Lang: values.Get("lang"),
		Types: listOf(values["types"]), Kinds: listOf(values["kinds"]), Measures: listOf(values["measures"]),
	}
	if q.Format == "" {
		q.Format = string(interchange.JSONLines)
	}
	_, kind, err = gql.FileFormat(q.Format)
	q.BOM = kind.Ending == ".csv" || kind.Ending == ".tsv"
	switch values.Get("bom") {
	case "true":
		q.BOM = true
	case "false":
		q.BOM = false
	case "":
	default:
		err = fmt.Errorf("bom is true or false")
	}
	return q, kind, err
}

// listOf are the items of texts in which commas part them.
func listOf(texts []string) (list []string) {
	for _, text := range texts {
		for item := range strings.SplitSeq(text, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
	}
	return list
}

// inTime is a writer that ends with its context, since no store looks at the
// time between any two records.
type inTime struct {
	ctx context.Context
	w   io.Writer
}

func (t inTime) Write(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.w.Write(p)
}
