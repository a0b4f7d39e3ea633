package gql_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// endCursor is the cursor at the end of the page that a question asks for.
func endCursor(t *testing.T, handler http.Handler, question string) string {
	t.Helper()
	_, rest, found := strings.Cut(string(ask(t, handler, question, nil)), `"endCursor": "`)
	cursor, _, closed := strings.Cut(rest, `"`)
	if !found || !closed {
		t.Fatalf("there is no cursor at the end of %s", question)
	}
	return cursor
}

// pageOf is what a page of names tells.
type pageOf struct {
	Nodes    []struct{ Key string }
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
	TotalCount int
}

func keys(p pageOf) []string {
	var list []string
	for _, n := range p.Nodes {
		list = append(list, n.Key)
	}
	return list
}

// turn asks for a page of all regions.
func turn(t *testing.T, handler http.Handler, arguments string) pageOf {
	t.Helper()
	var a struct{ Data struct{ Entities pageOf } }
	got := ask(t, handler, `{ entities(`+arguments+`) { nodes { key } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`, nil)
	if err := json.Unmarshal(got, &a); err != nil || strings.Contains(string(got), `"errors"`) {
		t.Fatalf("%v %s", err, got)
	}
	return a.Data.Entities
}

func TestPagesForwardAndBackwardAreTheWholeList(t *testing.T) {
	var facts strings.Builder
	facts.WriteString("source source:test\n  title zh 测试\n\n")
	for i := range 23 { // names repeat, so that ties have to be broken
		fmt.Fprintf(&facts, "entity enterprise:%02d ENTERPRISE\n  name zh official 公司%d\n\n", i, i%4)
	}
	handler := serve(t, openFacts(t, []byte(facts.String())))
	const order = `orderBy: [{ field: NAME_PINYIN, direction: DESC }]`
	whole := keys(turn(t, handler, `first: 100, `+order))
	if len(whole) != 23 {
		t.Fatalf("the list has %d items", len(whole))
	}
	for _, size := range []int{1, 4, 22, 23} {
		t.Run(fmt.Sprintf("%d at a time", size), func(t *testing.T) {
			var forward []string
			page := turn(t, handler, fmt.Sprintf(`first: %d, %s`, size, order))
			for forward = keys(page); page.PageInfo.HasNextPage; forward = append(forward, keys(page)...) {
				page = turn(t, handler, fmt.Sprintf(`first: %d, after: %q, %s`, size, *page.PageInfo.EndCursor, order))
			}
			if !slices.Equal(forward, whole) || page.TotalCount != 23 {
				t.Errorf("forward: %v, total %d", forward, page.TotalCount)
			}
			page = turn(t, handler, fmt.Sprintf(`last: %d, %s`, size, order))
			backward := keys(page)
			for page.PageInfo.HasPreviousPage {
				page = turn(t, handler, fmt.Sprintf(`last: %d, before: %q, %s`, size, *page.PageInfo.StartCursor, order))
				backward = append(keys(page), backward...)
			}
			if !slices.Equal(backward, whole) {
				t.Errorf("backward: %v", backward)
			}
		})
	}
}

func TestAnExplicitNullIsTheSameAsLeavingItOut(t *testing.T) {
	handler := serve(t, openFacts(t, []byte(smallFacts)))
	left := turn(t, handler, `where: null`)
	null := turn(t, handler, `first: null, after: null, last: null, before: null, where: null, orderBy: null`)
	if !slices.Equal(keys(left), keys(null)) || len(keys(left)) != 4 {
		t.Errorf("%v and %v", keys(left), keys(null))
	}
}
