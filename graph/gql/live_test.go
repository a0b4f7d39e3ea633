package gql_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianzhu/feed"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/graph/gql/endpoint"
	"lianzhu/storage/mem"
)

// liveServer serves store with subscriptions. The store to write through wakes
// them.
func liveServer(t testing.TB, store graph.Store) (http.Handler, graph.Store) {
	t.Helper()
	c := contract(t)
	changes := feed.New(store)
	g := &gql.Gateway{Contract: c, Store: store, Maxima: gql.DefaultMaxima(), Feed: changes}
	return endpoint.New(endpoint.Schema(c), endpoint.Options{
		Around: func(ctx context.Context, _ endpoint.Operation, run func(context.Context)) (map[string]any, error) {
			return g.Around(ctx, run)
		},
		Subscribe: endpoint.Subscribe(g), Present: gql.Present,
	}), graph.Announce(store, changes.Wake)
}

// told is what a subscription is told until the change of the key given, as
// "KEY OP" and the field shown; or the code of the error that it is refused with.
func told(t testing.TB, handler http.Handler, arguments, until string) (list []string, code string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	body, err := json.Marshal(map[string]any{"query": "subscription { changed" + arguments + " { id rev key op entity { name } relation { sentence modality } source { title } } }"})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	w := &listening{ResponseRecorder: httptest.NewRecorder(), each: func(event string) {
		var result struct {
			Data   struct{ Changed changeNode }
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		if err := json.Unmarshal([]byte(event), &result); err != nil {
			t.Errorf("%v: %s", err, event)
		}
		if len(result.Errors) > 0 {
			if ctx.Err() == nil { // else it only says that it was cancelled
				code = result.Errors[0].Extensions.Code
			}
			return
		}
		c := result.Data.Changed
		list = append(list, c.Key+" "+c.Op)
		if c.Entity != nil {
			list[len(list)-1] += " " + c.Entity.Name
		}
		if c.Key == until {
			cancel()
		}
	}}
	handler.ServeHTTP(w, r)
	return list, code
}

// listening hands on the data of events as they are written.
type listening struct {
	*httptest.ResponseRecorder
	each func(event string)
}

func (l *listening) Write(b []byte) (int, error) {
	if data, ok := strings.CutPrefix(string(b), "event: next\ndata: "); ok {
		l.each(strings.TrimSpace(data))
	}
	return len(b), nil
}

func planned(c graph.Change) graph.Change {
	r := *c.Relation
	r.Modality = graph.Planned
	return graph.Change{Relation: &r}
}

// busyStore is a store in which much was changed; the last is enterprise:end.
func busyStore(t testing.TB) graph.Store {
	t.Helper()
	store := mem.New(contract(t).Ontology)
	t.Cleanup(func() { store.Close() })
	valley := graph.Change{Entity: &graph.Entity{Key: "region:valley", Kind: graph.KindRegion, Names: []graph.Name{{Text: "河谷县", Lang: graph.ZH, Role: graph.Official}}}}
	apply(t, store, graph.Change{Source: &graph.Source{Key: "source:s", Title: "名单"}}, firm("enterprise:a", "甲"), firm("enterprise:b", "乙"), valley)
	apply(t, store, invests("enterprise:a", "enterprise:b"), planned(invests("enterprise:a", "region:valley")))
	apply(t, store, firm("enterprise:a", "新甲"))
	apply(t, store, planned(invests("enterprise:a", "enterprise:b")))
	apply(t, store, retract(invests("enterprise:a", "region:valley")))
	apply(t, store, firm("enterprise:end", "末"), invests("enterprise:a", "enterprise:end"), firm("enterprise:end", "终"))
	return store
}

const (
	ab     = "INVESTS_IN|enterprise:a|enterprise:b"
	valley = "INVESTS_IN|enterprise:a|region:valley"
	toEnd  = "INVESTS_IN|enterprise:a|enterprise:end"
)

// One filter decides what a subscription is told, whether a thing was so before
// the change or is so after it. Entities have the names that they had then.
func TestASubscriptionIsToldWhatItAskedFor(t *testing.T) {
	handler, _ := liveServer(t, busyStore(t))
	for _, c := range []struct {
		name, arguments, until string
		want                   []string
	}{
		{"everything", `(sinceRev: 0)`, "enterprise:end", []string{"source:s CREATE", "enterprise:a CREATE 甲", "enterprise:b CREATE 乙", "region:valley CREATE 河谷县",
			ab + " CREATE", valley + " CREATE", "enterprise:a UPDATE 新甲", ab + " UPDATE", valley + " RETRACT", "enterprise:end CREATE 末"}},
		{"after a revision", `(sinceRev: 4)`, "enterprise:end", []string{valley + " RETRACT", "enterprise:end CREATE 末"}},
		{"entities of a kind", `(sinceRev: 0, kinds: [REGION])`, "region:valley", []string{"region:valley CREATE 河谷县"}},
		{"relations, with what is planned left out", `(sinceRev: 0, where: {})`, toEnd, []string{ab + " CREATE", ab + " UPDATE", toEnd + " CREATE"}},
		{"relations that are planned", `(sinceRev: 0, where: { modality: [PLANNED] })`, valley, []string{valley + " CREATE"}},
		{"what became planned or was retracted", `(sinceRev: 2, where: { modality: [PLANNED] })`, valley, []string{ab + " UPDATE", valley + " RETRACT"}},
		{"relations in a region", `(sinceRev: 0, where: { modality: [PLANNED, ASSERTED], within: { key: "region:valley" } })`, valley, []string{valley + " CREATE"}},
		{"relations with a peer", `(sinceRev: 0, where: { peer: { keys: ["enterprise:end"] } })`, toEnd, []string{toEnd + " CREATE"}},
		{"entities and relations", `(sinceRev: 2, kinds: [ENTERPRISE], where: { types: [INVESTS_IN] })`, "enterprise:end", []string{"enterprise:a UPDATE 新甲", ab + " UPDATE", "enterprise:end CREATE 末"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, code := told(t, handler, c.arguments, c.until)
			if len(got) > len(c.want) {
				got = got[:len(c.want)] // some more may have been on their way
			}
			if diff := cmp.Diff(c.want, got); diff != "" || code != "" {
				t.Errorf("it is told (-want +got), %s:\n%s", code, diff)
			}
		})
	}
}

func TestASubscriptionGoesOnAfterAnyChange(t *testing.T) {
	store := busyStore(t)
	handler, _ := liveServer(t, store)
	all, _ := told(t, handler, `(sinceRev: 0)`, toEnd)
	all = all[:slices.Index(all, toEnd+" CREATE")+1] // some more may have been on their way
	n := 0
	for e, err := range store.Changes(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n >= len(all)-1 {
			break
		}
		got, code := told(t, handler, `(after: "`+e.UID().String()+`")`, toEnd)
		want := all[n:]
		if got = got[:min(len(got), len(want))]; !slices.Equal(got, want) || code != "" {
			t.Errorf("after %v: %q %s, want %q", e.Pos(), got, code, want)
		}
	}
}

func TestASubscriptionBeginsNowUnlessToldOtherwise(t *testing.T) {
	handler, store := liveServer(t, busyStore(t))
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() { // until the subscription, which begins at some time, has heard
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				apply(t, store, firm("enterprise:now", "甲"))
				apply(t, store, firm("enterprise:now", "乙"))
			}
		}
	}()
	got, code := told(t, handler, "", "enterprise:now")
	close(stop)
	<-done
	if code != "" || len(got) == 0 || !strings.HasPrefix(got[0], "enterprise:now ") {
		t.Errorf("it is told %q %s", got, code)
	}
}

func TestASubscriptionThatCannotBeOpenedSaysWhy(t *testing.T) {
	handler, _ := liveServer(t, busyStore(t))
	for _, c := range []struct{ name, arguments, code string }{
		{"a revision to come", `(sinceRev: 99)`, "INVALID"},
		{"a revision below 0", `(sinceRev: -1)`, "INVALID"},
		{"two places at once", `(sinceRev: 1, after: "YwAAAAAAAAEAAAAA")`, "INVALID"},
		{"an id of something else", `(after: "` + retract(firm("enterprise:a", "")).Retract.String() + `")`, "INVALID"},
		{"an id that is none", `(after: "x")`, "INVALID"},
		{"a change that is not in the log", `(after: "YwAAAAAAAGQAAAAA")`, "NOT_FOUND"},
		{"no kinds", `(kinds: [])`, "INVALID"},
		{"no types", `(where: { types: [] })`, "INVALID"},
		{"a region that is none", `(where: { within: { key: "enterprise:a" } })`, "INVALID"},
		{"a region that is not there", `(where: { within: { key: "region:none" } })`, "NOT_FOUND"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, code := told(t, handler, c.arguments, ""); code != c.code || len(got) > 0 {
				t.Errorf("it is told %q and refused with %q, want %s", got, code, c.code)
			}
		})
	}
}
