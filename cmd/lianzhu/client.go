package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// question is a GraphQL request as it travels.
type question struct {
	Query         string          `json:"query"`
	Variables     json.RawMessage `json:"variables,omitempty"`
	OperationName string          `json:"operationName,omitempty"`
}

// answer is what came back. Data is empty or null where the operation was not
// executed.
type answer struct {
	Data   json.RawMessage `json:"data"`
	Errors []answerError   `json:"errors"`
}

type answerError struct {
	Message   string `json:"message"`
	Path      []any  `json:"path"`
	Locations []struct {
		Line   int `json:"line"`
		Column int `json:"column"`
	} `json:"locations"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// String is e as a sentence, with its code and the place in the answer, or the
// one in the question where it has none in the answer.
func (e answerError) String() string {
	var about []string
	if e.Extensions.Code != "" {
		about = append(about, e.Extensions.Code)
	}
	switch {
	case len(e.Path) > 0:
		about = append(about, "at "+pathText(e.Path))
	case len(e.Locations) > 0:
		about = append(about, fmt.Sprintf("line %d, column %d of the query", e.Locations[0].Line, e.Locations[0].Column))
	}
	if len(about) == 0 {
		return e.Message
	}
	return e.Message + " (" + strings.Join(about, ", ") + ")"
}

// pathText is a path of an answer, such as entities.nodes.0.name.
func pathText(path []any) string {
	parts := make([]string, len(path))
	for i, p := range path {
		if n, ok := p.(float64); ok {
			p = strconv.Itoa(int(n))
		}
		parts[i] = fmt.Sprint(p)
	}
	return strings.Join(parts, ".")
}

// client asks a GraphQL endpoint.
type client struct {
	http http.Client
	url  *url.URL
}

// askTimeout bounds one question to a server; the server's own limit is lower.
const askTimeout = 60 * time.Second

// newClient asks the server at address.
func newClient(address string) (*client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, usage("%q is no address of a server; it reads like http://127.0.0.1:8080/graphql", address)
	}
	return &client{http.Client{Timeout: askTimeout}, u}, nil
}

// newLocalClient asks handler, without a network.
func newLocalClient(handler http.Handler) *client {
	return &client{http.Client{Transport: inProcess{handler}}, &url.URL{Scheme: "http", Host: "localhost", Path: "/graphql"}}
}

// maxAnswer bounds what is read of an answer, in bytes. A server of ours sends
// less unless its limits were raised.
const maxAnswer = 256 << 20

// ask puts a question. An error says that there was no answer in GraphQL.
func (c *client) ask(ctx context.Context, q question) (answer, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url.String(), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json, application/json;q=0.9")
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, c.unreachable(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return answer{}, c.unreachable(err)
	case len(text) > maxAnswer:
		return answer{}, fmt.Errorf("the answer of %s is longer than %d MiB; ask for less", c.url.Redacted(), maxAnswer>>20)
	}
	return c.read(resp, text)
}

// read takes an answer out of its response.
func (c *client) read(resp *http.Response, text []byte) (answer, error) {
	var a answer
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	isJSON := kind == "application/json" || kind == "application/graphql-response+json"
	if !isJSON || json.Unmarshal(text, &a) != nil || a.Data == nil && a.Errors == nil {
		return a, fmt.Errorf("%s answers %s, but not in GraphQL; check the address", c.url.Redacted(), resp.Status)
	}
	return a, nil
}

func (c *client) unreachable(err error) error {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%s has not answered in time; ask for less, or look at the server's log", c.url.Redacted())
	}
	return fmt.Errorf("%s cannot be reached: %s; is the server running there?", c.url.Redacted(), reason(err))
}

// inProcess carries requests to a handler of the same process.
type inProcess struct{ handler http.Handler }

// RoundTrip makes inProcess a [http.RoundTripper].
func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	p.handler.ServeHTTP(w, r)
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Header: w.header,
		Body: io.NopCloser(&w.body), Request: r,
	}, nil
}

// recorder keeps a response in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header, WriteHeader and Write make a recorder a [http.ResponseWriter].
func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }
