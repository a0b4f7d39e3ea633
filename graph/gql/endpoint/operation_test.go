package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lianzhu/graph"
)

func TestAnAnswerHasDataThenExtensions(t *testing.T) {
	h := New(newToy(t), Options{
		RequestID: func(context.Context) string { return "r-1" },
		Around: func(ctx context.Context, _ Operation, run func(context.Context)) (map[string]any, error) {
			run(ctx)
			return map[string]any{"rev": 17}, nil
		},
	})
	resp := post(t, h, "{ hello item(key: 7) { key name } items(first: 3) { nodes { key } } }", nil)
	want := `{"data":{"hello":"你好","item":{"key":"7","name":"海尔"},"items":null},"extensions":{"cost":5,"requestId":"r-1","rev":17}}`
	if strings.ReplaceAll(resp.Body, `"key":7`, `"key":"7"`) != want {
		t.Errorf("got  %s\nwant %s", resp.Body, want)
	}
}

// TestErrors is the table of what a client reads of a failed field.
func TestErrors(t *testing.T) {
	toy := newToy(t)
	fail := func(err error) resolver {
		return func(context.Context, map[string]any) (any, error) { return nil, err }
	}
	present := func(_ context.Context, err error) *gqlerror.Error {
		known := new(graph.Error)
		if !errors.As(err, &known) {
			return nil
		}
		extensions := map[string]any{"code": known.Code}
		if known.Candidates != nil {
			extensions["candidates"] = known.Candidates
		}
		return &gqlerror.Error{Message: known.Error(), Extensions: extensions}
	}
	for name, c := range map[string]struct {
		err                error
		code, message, log string
		candidates         string
	}{
		"an error of the graph is told":          {&graph.Error{Code: graph.CodeNotFound, Op: "entity", Key: "enterprise:nobody"}, "NOT_FOUND", "entity enterprise:nobody: not_found", "", ""},
		"what stands beneath it is not":          {&graph.Error{Code: graph.CodeCorrupt, Op: "read", Err: errors.New("SECRET")}, "CORRUPT", "read: corrupt", "", ""},
		"an ambiguous name brings candidates":    {&graph.Error{Code: graph.CodeAmbiguous, Op: "entity", Key: "青岛", Candidates: []graph.Key{"a:1", "a:2"}}, "AMBIGUOUS", "entity 青岛: ambiguous", "", "[a:1 a:2]"},
		"a wrapped error of the graph is told":   {fmt.Errorf("SECRET: %w", &graph.Error{Code: graph.CodeInvalid, Op: "page"}), "INVALID", "page: invalid", "", ""},
		"any other error is internal and logged": {errors.New("dial tcp 10.0.0.7: SECRET"), "INTERNAL", "internal error; the server's log says more under request id r-9", "SECRET", ""},
	} {
		t.Run(name, func(t *testing.T) {
			toy.resolvers["Query.fails"] = fail(c.err)
			options := Options{Present: present, RequestID: func(context.Context) string { return "r-9" }}
			log := logged(&options)
			resp := post(t, New(toy, options), "{ hello again: fails }", nil)
			if resp.code(t) != c.code || resp.Errors[0].Message != c.message || fmt.Sprint(resp.Errors[0].Path) != "[again]" {
				t.Errorf("got %s", resp.Body)
			}
			if resp.Errors[0].Extensions["requestId"] != "r-9" || resp.Extensions["requestId"] != "r-9" {
				t.Errorf("the request's id is missing: %s", resp.Body)
			}
			if c.candidates != "" && fmt.Sprint(resp.Errors[0].Extensions["candidates"]) != c.candidates {
				t.Errorf("candidates are %v, want %s", resp.Errors[0].Extensions["candidates"], c.candidates)
			}
			if strings.Contains(resp.Body, "SECRET") {
				t.Errorf("the client reads what it must not: %s", resp.Body)
			}
			if !strings.Contains(log.String(), c.log) || c.log == "" && log.Len() > 0 {
				t.Errorf("the log is %q", log)
			}
			if string(resp.Data) != `{"hello":"你好","again":null}` {
				t.Errorf("the rest of the data is %s", resp.Data)
			}
		})
	}
}

func TestAPanicIsInternalAndItsStackIsLogged(t *testing.T) {
	var options Options
	log := logged(&options)
	resp := post(t, New(newToy(t), options), "{ panics }", nil)
	if resp.code(t) != "INTERNAL" || string(resp.Data) != "null" {
		t.Errorf("got %s", resp.Body)
	}
	if strings.Contains(resp.Body, "secret") || strings.Contains(resp.Body, "goroutine") {
		t.Errorf("the client reads what it must not: %s", resp.Body)
	}
	if !strings.Contains(log.String(), "secret of the house") || !strings.Contains(log.String(), "newToy") {
		t.Errorf("the log lacks the panic or its stack: %s", log)
	}
	if strings.Count(log.String(), "level=ERROR") != 1 {
		t.Errorf("logged more than once: %s", log)
	}
}

func TestNoMoreErrorsAreListedThanAllowed(t *testing.T) {
	resp := post(t, New(newToy(t), Options{Limits: Limits{Errors: 4}}), "{ manyFail { fails } }", nil)
	if len(resp.Errors) != 4 || resp.Extensions["moreErrors"] != true {
		t.Errorf("got %s", resp.Body)
	}
	if fmt.Sprint(resp.Errors[3].Path) != "[manyFail 3 fails]" {
		t.Errorf("the last path is %v", resp.Errors[3].Path)
	}
}

func TestArgumentsThatCannotBeReadAreInvalidRatherThanInternal(t *testing.T) {
	var options Options
	log := logged(&options)
	resp := post(t, New(unreadable{newToy(t)}, options), "{ double }", nil)
	if resp.code(t) != "INVALID" || strings.Contains(resp.Body, "strconv") || log.Len() > 0 {
		t.Errorf("got %s, logged %s", resp.Body, log)
	}
}

// unreadable fails as generated code does where an argument does not fit.
type unreadable struct{ *toy }

func (u unreadable) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	field := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Query"})[0]
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Query", Field: field})
	graphql.AddError(ctx, errors.New("strconv.ParseInt: value out of range"))
	return graphql.OneShot(&graphql.Response{Data: []byte(`{"double":null}`)})
}

func TestAnExecutorWithoutDataIsARefusal(t *testing.T) {
	for name, c := range map[string]struct {
		response *graphql.Response
		code     string
	}{
		"no response at all":            {nil, "INTERNAL"},
		"a response without data":       {&graphql.Response{}, "INTERNAL"},
		"a response with an error only": {graphql.ErrorResponse(t.Context(), "unsupported SECRET"), "INTERNAL"},
	} {
		t.Run(name, func(t *testing.T) {
			resp := post(t, New(constant{newToy(t), c.response}, Options{}), "{ hello }", nil)
			if resp.code(t) != c.code || resp.Data != nil || resp.Status != 500 || strings.Contains(resp.Body, "SECRET") {
				t.Errorf("got %d %s", resp.Status, resp.Body)
			}
		})
	}
}

// constant gives the same response to everything.
type constant struct {
	*toy
	response *graphql.Response
}

func (c constant) Exec(context.Context) graphql.ResponseHandler { return graphql.OneShot(c.response) }

// TestAround is the table of what the caller's hook may do.
func TestAround(t *testing.T) {
	type hook = func(context.Context, Operation, func(context.Context)) (map[string]any, error)
	for name, c := range map[string]struct {
		around hook
		status int
		code   string
	}{
		"it runs the operation": {func(ctx context.Context, _ Operation, run func(context.Context)) (map[string]any, error) {
			run(ctx)
			return nil, nil
		}, 200, ""},
		"the store was closed": {func(context.Context, Operation, func(context.Context)) (map[string]any, error) {
			return nil, &graph.Error{Code: graph.CodeClosed, Op: "view"}
		}, 503, "CLOSED"},
		"the store is damaged, found after the run": {func(ctx context.Context, _ Operation, run func(context.Context)) (map[string]any, error) {
			run(ctx)
			return nil, &graph.Error{Code: graph.CodeCorrupt, Op: "view"}
		}, 500, "CORRUPT"},
		"an error that nobody knows": {func(context.Context, Operation, func(context.Context)) (map[string]any, error) {
			return nil, errors.New("SECRET")
		}, 500, "INTERNAL"},
		"it forgets to run": {func(context.Context, Operation, func(context.Context)) (map[string]any, error) {
			return nil, nil
		}, 500, "INTERNAL"},
		"it panics": {func(context.Context, Operation, func(context.Context)) (map[string]any, error) {
			panic("SECRET")
		}, 500, "INTERNAL"},
	} {
		t.Run(name, func(t *testing.T) {
			options := Options{Around: c.around, Present: func(_ context.Context, err error) *gqlerror.Error {
				if code := graph.CodeOf(err); code != "" {
					return &gqlerror.Error{Message: err.Error(), Extensions: map[string]any{"code": code}}
				}
				return nil
			}}
			resp := post(t, New(newToy(t), options), "{ hello }", nil)
			if resp.Status != c.status || resp.code(t) != c.code || (c.code != "") == (resp.Data != nil) || strings.Contains(resp.Body, "SECRET") {
				t.Errorf("got %d %s", resp.Status, resp.Body)
			}
		})
	}
}

func TestAroundKnowsItsOperationAndItsMemoLastsWithTheDocument(t *testing.T) {
	var seen []Operation
	h := New(newToy(t), Options{Around: func(ctx context.Context, op Operation, run func(context.Context)) (map[string]any, error) {
		seen = append(seen, op)
		run(ctx)
		return nil, nil
	}})
	document := "query Q { hello } mutation M { bump }"
	send(t, h, newPost(`{"query":"`+document+`","operationName":"Q"}`))
	send(t, h, newPost(`{"query":"`+document+`","operationName":"M"}`))
	send(t, h, newPost(`{"query":"{ hello }"}`))
	if len(seen) != 3 {
		t.Fatalf("%d operations", len(seen))
	}
	if seen[0].Name != "Q" || seen[0].Kind != ast.Query || seen[1].Name != "M" || seen[1].Kind != ast.Mutation || seen[0].Cost != 1 {
		t.Errorf("saw %+v and %+v", seen[0], seen[1])
	}
	if seen[0].Memo != seen[1].Memo || seen[0].Memo == seen[2].Memo {
		t.Error("a memo belongs to one document")
	}
}

func TestAPanicInAResolverDoesNotPassThroughAround(t *testing.T) {
	closed := false
	h := New(newToy(t), Options{Around: func(ctx context.Context, _ Operation, run func(context.Context)) (map[string]any, error) {
		run(ctx)
		closed = true
		return nil, nil
	}})
	post(t, h, "{ panics }", nil)
	if !closed {
		t.Error("what Around opened was not closed in order")
	}
}

func TestTheDeadlineReachesResolvers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		toy := newToy(t)
		toy.resolvers["Query.waits"] = func(ctx context.Context, _ map[string]any) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		start := time.Now()
		resp := post(t, New(toy, Options{Limits: Limits{RunTime: 7 * time.Second}}), "{ hello waits }", nil)
		if took := time.Since(start); took != 7*time.Second {
			t.Errorf("took %v", took)
		}
		if resp.code(t) != "TIMEOUT" || string(resp.Data) != `{"hello":"你好","waits":null}` || limitOf(resp) != "runTime" {
			t.Errorf("got %s", resp.Body)
		}
	})
}

func TestAClientThatGoesReachesResolvers(t *testing.T) {
	toy := newToy(t)
	started, ended := make(chan struct{}), make(chan error, 1)
	toy.resolvers["Query.waits"] = func(ctx context.Context, _ map[string]any) (any, error) {
		close(started)
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, ctx.Err()
	}
	server := httptest.NewServer(New(toy, Options{}))
	defer server.Close()
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader(`{"query":"{waits}"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	gone := make(chan error, 1)
	go func() {
		resp, err := http.DefaultClient.Do(request)
		if err == nil {
			resp.Body.Close()
		}
		gone <- err
	}()
	<-started
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the client saw %v", err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the resolver saw %v", err)
	}
}

func TestAClientThatGoesWhileItWaitsIsNotRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		toy, release := newToy(t), make(chan struct{})
		toy.resolvers["Query.waits"] = func(context.Context, map[string]any) (any, error) { <-release; return "done", nil }
		h := New(toy, Options{Limits: Limits{Running: 1}})
		go h.ServeHTTP(httptest.NewRecorder(), newPost(`{"query":"{waits}"}`))
		synctest.Wait()
		ctx, leave := context.WithCancel(t.Context())
		answers := make(chan response)
		go func() { answers <- send(t, h, newPost(`{"query":"{hello}"}`).WithContext(ctx)) }()
		synctest.Wait()
		leave()
		if resp := <-answers; resp.code(t) != "CANCELLED" || resp.Data != nil {
			t.Errorf("got %s", resp.Body)
		}
		close(release)
	})
}

func TestTheGateLetsSomeRunSomeWaitAndRefusesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		toy, release := newToy(t), make(chan struct{})
		toy.resolvers["Query.waits"] = func(context.Context, map[string]any) (any, error) { <-release; return "done", nil }
		h := New(toy, Options{Limits: Limits{Running: 2, Waiting: 3}})
		answers := make(chan response, 5)
		for range 5 {
			go func() { answers <- send(t, h, newPost(`{"query":"{waits}"}`)) }()
		}
		synctest.Wait()
		refused := send(t, h, newPost(`{"query":"{waits}"}`))
		if refused.Status != 503 || refused.code(t) != "BUSY" || refused.Header.Get("Retry-After") != "1" {
			t.Errorf("got %d %v %s", refused.Status, refused.Header, refused.Body)
		}
		close(release)
		for range 5 {
			if resp := <-answers; string(resp.Data) != `{"waits":"done"}` {
				t.Errorf("one that was let in got %s", resp.Body)
			}
		}
	})
}

func TestWhoWaitsTooLongIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		toy, release := newToy(t), make(chan struct{})
		toy.resolvers["Query.waits"] = func(context.Context, map[string]any) (any, error) { <-release; return "done", nil }
		h := New(toy, Options{Limits: Limits{Running: 1, RunTime: 3 * time.Second}})
		go h.ServeHTTP(httptest.NewRecorder(), newPost(`{"query":"{waits}"}`))
		synctest.Wait()
		start := time.Now()
		refused := send(t, h, newPost(`{"query":"{hello}"}`))
		if refused.Status != 503 || refused.code(t) != "BUSY" || time.Since(start) != 3*time.Second {
			t.Errorf("got %d after %v: %s", refused.Status, time.Since(start), refused.Body)
		}
		close(release)
	})
}

func TestANullVariableWhereNullMayNotStand(t *testing.T) {
	h := New(newToy(t), Options{})
	for name, c := range map[string]struct {
		query     string
		variables map[string]any
		code      string
		data      string
	}{
		"left out, the default stands":        {"query($n: Int = 4) { double(n: $n) }", nil, "", `{"double":4}`},
		"left out, the argument's own stands": {"query($n: Int) { double(n: $n) }", nil, "", `{"double":21}`},
		"null is refused for an argument":     {"query($n: Int = 4) { double(n: $n) }", map[string]any{"n": nil}, "VALIDATION_FAILED", ""},
		"null is refused for a condition":     {"query($y: Boolean = true) { hello @include(if: $y) }", map[string]any{"y": nil}, "VALIDATION_FAILED", ""},
		"null is refused within a fragment":   {"query($n: Int = 4) { ...F } fragment F on Query { double(n: $n) }", map[string]any{"n": nil}, "VALIDATION_FAILED", ""},
		"null is good where null may stand":   {"query($t: String = \"x\") { echo(text: $t) }", map[string]any{"t": nil}, "", `{"echo":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			resp := post(t, h, c.query, c.variables)
			if resp.code(t) != c.code || string(resp.Data) != c.data {
				t.Errorf("got %s", resp.Body)
			}
		})
	}
}

func TestDeferIsAnsweredWhole(t *testing.T) {
	resp := post(t, New(newToy(t), Options{}), "{ hello ... @defer { item(key: 1) { name ...F @defer } } } fragment F on Item { key }", nil)
	if string(resp.Data) != `{"hello":"你好","item":{"name":"海尔","key":1}}` {
		t.Errorf("got %s", resp.Body)
	}
}

func TestTheAnswerToAMutationThatIsTooLongSaysThatItWasMade(t *testing.T) {
	resp := post(t, New(newToy(t), Options{Limits: Limits{AnswerBytes: 50}}), "mutation { long(bytes: 100) }", nil)
	if limitOf(resp) != "answerBytes" || !strings.Contains(resp.Body, "the changes were made") {
		t.Errorf("got %s", resp.Body)
	}
}

func TestManyRequestsAtOnceShareADocument(t *testing.T) {
	h := New(newToy(t), Options{})
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			resp := post(t, h, "query($k: ID!) { item(key: $k) { ...F } } fragment F on Item { key name }", map[string]any{"k": "7"})
			if string(resp.Data) != `{"item":{"key":"7","name":"海尔"}}` {
				t.Errorf("got %s", resp.Body)
			}
		})
	}
	all.Wait()
	if n := h.(*endpoint).documents.entries.Len(); n != 1 {
		t.Errorf("%d documents are cached", n)
	}
}

func TestEveryCodeOfTheGraphIsInTheList(t *testing.T) {
	for _, code := range []graph.Code{
		graph.CodeInvalid, graph.CodeNotFound, graph.CodeAmbiguous, graph.CodeConflict, graph.CodeLimit,
		graph.CodeFull, graph.CodeCorrupt, graph.CodeBusy, graph.CodeClosed, graph.CodeUnknown,
	} {
		if !slices.Contains(Codes(), code) {
			t.Errorf("%s is missing", code)
		}
	}
}

func TestAValidationEndsWithItsContext(t *testing.T) {
	e := New(newToy(t), Options{}).(*endpoint)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	_, refused := e.prepare(ctx, "{ hello }")
	if refused == nil || codeOf(refused.errors[0]) != CodeCancelled {
		t.Errorf("got %+v", refused)
	}
	if e.documents.entries.Len() != 0 {
		t.Error("a document that was not checked to its end is cached")
	}
}

func TestTheCacheDropsWhatWasUsedLongestAgo(t *testing.T) {
	c := newByteCache[string](10)
	c.add("a", "A", 4)
	c.add("b", "B", 4)
	c.get("a")
	c.add("c", "C", 5)
	c.add("huge", "H", 11)
	for key, want := range map[string]bool{"a": true, "b": false, "c": true, "huge": false} {
		if _, kept := c.get(key); kept != want {
			t.Errorf("%s is kept: %v", key, kept)
		}
	}
	if got := c.add("a", "other", 4); got != "A" || c.weight != 9 {
		t.Errorf("the value that was there first is %q, the weight %d", got, c.weight)
	}
}
