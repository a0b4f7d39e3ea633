package gql_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"lianzhu"
	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/graph/gql/endpoint"
	"lianzhu/storage/mem"
	"lianzhu/text"
	"lianzhu/topology"
)

var update = flag.Bool("update", false, "write the answers of the stories anew")

// today is the day on which the stories take place.
var today = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// A story is a txtar file: prose, then facts in the readable format (or none,
// for the built-in dataset), then a question with its variables and the answer.
// It may go on: with question-2.graphql, or with the first question again where
// there is only variables-2.json, and answer-2.json, and so forth. A variable
// "answer: graph.completeness.resume" is what the answer before has there.
//
// Extensions are left out save those of errors, and tokens and cursors stand as
// "…", since no reader can judge them.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no stories: %v", err)
	}
	builtIn := openBuiltIn(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { tell(t, file, builtIn, serve) })
	}
}

// The shape in memory changes how an answer is found and nothing of the answer.
func TestStoriesWithTheShapeInMemory(t *testing.T) {
	if *update {
		t.Skip("the answers are written by the store alone")
	}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no stories: %v", err)
	}
	builtIn := serveShaped(t, builtInStore(t))
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { tell(t, file, builtIn, serveShaped) })
	}
}

func tell(t *testing.T, file string, builtIn http.Handler, serve func(testing.TB, graph.Store) http.Handler) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	handler := builtIn
	if store := openStory(t, archive); store != nil {
		handler = serve(t, store)
	}
	var answer []byte
	for _, r := range rounds(t, archive) {
		answer = ask(t, handler, r.question, fill(t, r.variables, answer))
		got := veil(answer)
		if *update {
			setPart(archive, r.answer, got)
			continue
		}
		if diff := gocmp.Diff(string(part(archive, r.answer)), string(got)); diff != "" {
			t.Errorf("%s differs (-told +got):\n%s", r.answer, diff)
		}
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// openStory gives a store that holds the facts of a story, or nil where it has
// none of its own.
func openStory(t testing.TB, archive *txtar.Archive) graph.Store {
	t.Helper()
	facts := part(archive, "facts")
	if facts == nil {
		return nil
	}
	store := openFacts(t, facts)
	for n := 2; ; n++ {
		if facts = part(archive, fmt.Sprintf("facts-%d", n)); facts == nil {
			return store
		}
		load(t, store, contract(t).Ontology, facts, dataset.Options{At: today.AddDate(0, 0, n-1), Actor: "editor", Reason: fmt.Sprintf("day %d", n)})
	}
}

// round is one question of a story, and the part that tells its answer.
type round struct {
	question  string
	variables []byte
	answer    string
}

// rounds are the questions of a story, one at least.
func rounds(t testing.TB, archive *txtar.Archive) []round {
	t.Helper()
	first := round{string(part(archive, "question.graphql")), part(archive, "variables.json"), "answer.json"}
	if first.question == "" {
		t.Fatal("the story asks no question")
	}
	all := []round{first}
	for n := 2; ; n++ {
		question, variables := part(archive, fmt.Sprintf("question-%d.graphql", n)), part(archive, fmt.Sprintf("variables-%d.json", n))
		if question == nil && variables == nil {
			return all
		}
		all = append(all, round{cmp.Or(string(question), first.question), variables, fmt.Sprintf("answer-%d.json", n)})
	}
}

var (
	fromAnswer = regexp.MustCompile(`"answer: ([^"]+)"`)
	opaque     = regexp.MustCompile(`("(?:resume|cursor|startCursor|endCursor)": )"[^"]+"`)
)

// fill puts into variables what they take from the answer before.
func fill(t testing.TB, variables, answer []byte) []byte {
	t.Helper()
	return fromAnswer.ReplaceAllFunc(variables, func(ref []byte) []byte {
		var at any
		if err := json.Unmarshal(answer, &at); err != nil {
			t.Fatal(err)
		}
		for _, field := range strings.Split("data."+string(fromAnswer.FindSubmatch(ref)[1]), ".") {
			object, _ := at.(map[string]any)
			if at = object[field]; at == nil {
				t.Fatalf("the answer before has nothing at %s", ref)
			}
		}
		value, err := json.Marshal(at)
		if err != nil {
			t.Fatal(err)
		}
		return value
	})
}

func veil(answer []byte) []byte { return opaque.ReplaceAll(answer, []byte(`$1"…"`)) }

func part(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func setPart(a *txtar.Archive, name string, data []byte) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = data
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: data})
}

// ask puts a question to handler and gives the answer as indented JSON without
// its extensions.
func ask(t testing.TB, handler http.Handler, question string, variables []byte) []byte {
	t.Helper()
	return tidy(t, post(t, handler, question, variables))
}

// post puts a question to handler and gives the answer as it comes.
func post(t testing.TB, handler http.Handler, question string, variables []byte) []byte {
	t.Helper()
	body := map[string]any{"query": question}
	if len(variables) > 0 {
		body["variables"] = json.RawMessage(variables)
	}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/graphql", bytes.NewReader(b))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Body.Bytes()
}

// tidy lays an answer out and drops what differs from run to run.
func tidy(t testing.TB, answer []byte) []byte {
	t.Helper()
	var kept struct {
		Data   json.RawMessage   `json:"data,omitempty"`
		Errors []json.RawMessage `json:"errors,omitempty"`
	}
	if err := json.Unmarshal(answer, &kept); err != nil {
		t.Fatalf("the answer is no JSON: %v\n%s", err, answer)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(kept); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// contract is the schema of the product.
func contract(t testing.TB) *gql.Contract {
	t.Helper()
	c, err := gql.ReadContract(lianzhu.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// openFacts gives a store that holds the statements of a story.
func openFacts(t testing.TB, facts []byte) graph.Store {
	t.Helper()
	return loadFacts(t, contract(t).Ontology, facts)
}

func loadFacts(t testing.TB, o *graph.Ontology, facts []byte) graph.Store {
	t.Helper()
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	load(t, store, o, facts, dataset.Options{At: today})
	return store
}

// load writes statements into a store.
func load(t testing.TB, store graph.Store, o *graph.Ontology, facts []byte, options dataset.Options) {
	t.Helper()
	report, err := dataset.Load(t.Context(), store, o, dataset.ReadStatements(bytes.NewReader(facts), "facts"), options)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Rejected {
		t.Errorf("a statement of the story was refused: %v", p)
	}
}

// serve gives the endpoint over a store.
func serve(t testing.TB, store graph.Store) http.Handler {
	t.Helper()
	return serveContract(t, contract(t), store)
}

// serveShaped is serve with the shape of every revision in memory.
func serveShaped(t testing.TB, store graph.Store) http.Handler {
	t.Helper()
	c := contract(t)
	live, err := topology.Follow(t.Context(), store, c.Ontology, topology.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { live.Close() })
	return serveGateway(t, c, &gql.Gateway{Store: live.Store(), Topology: func(ctx context.Context, rev graph.Rev) (*topology.Snapshot, bool) {
		s, err := live.At(ctx, rev)
		if err != nil {
			t.Errorf("there is no shape of revision %d: %v", rev, err)
		}
		return s, err == nil
	}})
}

func serveContract(t testing.TB, c *gql.Contract, store graph.Store) http.Handler {
	return serveGateway(t, c, &gql.Gateway{Store: store})
}

// serveGateway gives the endpoint over g, which has a store, and may have a
// shape of it. It answers every question both by a plan and field by field.
func serveGateway(t testing.TB, c *gql.Contract, g *gql.Gateway) http.Handler {
	*g = gql.Gateway{Contract: c, Store: g.Store, Topology: g.Topology, Maxima: gql.DefaultMaxima(), Now: func() time.Time { return today },
		Collate: func(e *graph.Entity) string { return text.PinyinKey(e.Name(graph.ZH)) },
		Reading: text.Pinyin, Valid: dataset.ValidIdentifier, Convert: dataset.Convert, Signer: graph.NewSigner([32]byte{1})}
	options := endpoint.Options{
		Around: func(ctx context.Context, op endpoint.Operation, run func(context.Context)) (map[string]any, error) {
			if op.Writes() {
				return g.AroundMutation(ctx, run)
			}
			return g.Around(ctx, run)
		},
		Field:   g.Field,
		Present: gql.Present,
	}
	planned := endpoint.New(endpoint.Schema(c), options)
	options.Stock = true
	return bothRoads{t, planned, endpoint.New(endpoint.Schema(c), options)}
}

// openBuiltIn serves the built-in dataset from memory.
func openBuiltIn(t testing.TB) http.Handler {
	t.Helper()
	return serve(t, builtInStore(t))
}

func builtInStore(t testing.TB) graph.Store {
	t.Helper()
	o := contract(t).Ontology
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	report, err := dataset.Load(t.Context(), store, o, dataset.YellowRiver(), dataset.Options{At: today, BatchSize: 5000})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Rejected {
		t.Errorf("a statement of the dataset was refused: %v", p)
	}
	return store
}
