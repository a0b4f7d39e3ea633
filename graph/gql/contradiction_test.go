package gql_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

// contradictionPage asks for a page behind a cursor, and gives what its items
// say and where it stands.
func contradictionPage(t *testing.T, ask func(question string) []byte, first int, after string) (says []string, next bool, end string) {
	t.Helper()
	behind := ""
	if after != "" {
		behind = fmt.Sprintf(", after: %q", after)
	}
	var a struct {
		Data struct {
			Contradictions struct {
				Nodes    []struct{ Reason string }
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
	}
	question := fmt.Sprintf(`{ contradictions(first: %d%s) { nodes { reason } pageInfo { hasNextPage endCursor } } }`, first, behind)
	if err := json.Unmarshal(ask(question), &a); err != nil {
		t.Fatal(err)
	}
	for _, n := range a.Data.Contradictions.Nodes {
		says = append(says, n.Reason)
	}
	return says, a.Data.Contradictions.PageInfo.HasNextPage, a.Data.Contradictions.PageInfo.EndCursor
}

func TestPagesOfContradictionsMakeUpTheList(t *testing.T) {
	store := builtInStore(t)
	for name, handler := range map[string]func(string) []byte{
		"documents": func(q string) []byte { return ask(t, serve(t, store), q, nil) },
		"a shape":   func(q string) []byte { return ask(t, serveShaped(t, store), q, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			want, more, _ := contradictionPage(t, handler, 500, "")
			if more || len(want) < 3 {
				t.Fatalf("%d in all, more %v", len(want), more)
			}
			for _, first := range []int{1, 3, len(want) - 1, len(want)} {
				var got []string
				for after, next := "", true; next; {
					var says []string
					says, next, after = contradictionPage(t, handler, first, after)
					got = append(got, says...)
					if len(says) != first && next || len(got) > len(want) {
						t.Fatalf("a page of %d has %d; %d so far", first, len(says), len(got))
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("pages of %d have\n%q and not\n%q", first, got, want)
				}
			}
		})
	}
}
