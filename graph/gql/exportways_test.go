package gql_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

type hopOf struct {
	From, To struct{ Key string }
	Relation struct{ ID string }
}

// waysOf is what the answers of ways have in common.
type waysOf struct {
	Paths []struct{ Hops []hopOf }
	Items []struct {
		Path struct{ Hops []hopOf }
		Ties []struct{ Hops []hopOf }
	}
	Export string
}

// hops are all steps of an answer.
func (w waysOf) hops() (all []hopOf) {
	for _, p := range w.Paths {
		all = append(all, p.Hops...)
	}
	for _, item := range w.Items {
		all = append(all, item.Path.Hops...)
		for _, tie := range item.Ties {
			all = append(all, tie.Hops...)
		}
	}
	return all
}

// A file of ways has every entity and every relation of the answer, each once,
// and no other.
func TestAFileOfWaysHoldsWhatTheAnswerHolds(t *testing.T) {
	handler := openBuiltIn(t)
	const hops = `hops { from { key } to { key } relation { id } }`
	const file = `export(format: NODE_LINK_JSON)`
	names := []string{"海尔集团", "陇南市", "定西市", "卡奥斯", "利和味道", "青岛市"}
	steps := 0
	for i, from := range names {
		for _, to := range names[i+1:] {
			for _, mode := range []string{"SHORTEST", "ALL_SHORTEST", "K_SHORTEST", "ALL_SIMPLE", "STRONGEST"} {
				steps += sameFile(t, handler, fmt.Sprintf(`{ answer: paths(from: {name: %q}, to: {name: %q}, mode: %s, throughHubs: true, bounds: {maxDepth: 4}) { paths { %s } %s } }`, from, to, mode, hops, file))
			}
			steps += sameFile(t, handler, fmt.Sprintf(`{ answer: commonNeighbours(of: [{name: %q}, {name: %q}]) { items { ties { %s } } %s } }`, from, to, hops, file))
		}
		for _, kinds := range []string{"", "targetKinds: [ENTERPRISE]"} {
			steps += sameFile(t, handler, fmt.Sprintf(`{ answer: reachable(from: {name: %q}, direction: BOTH, throughHubs: true, %s bounds: {maxDepth: 3}) { items { path { %s } } %s } }`, from, kinds, hops, file))
		}
	}
	if steps < 1000 {
		t.Errorf("only %d steps were compared", steps)
	}
}

// sameFile compares the steps of an answer with its file, and gives their number.
func sameFile(t *testing.T, handler http.Handler, asked string) int {
	t.Helper()
	var got struct{ Answer waysOf }
	question(t, handler, &got, asked, nil)
	var file struct {
		Nodes []struct{ Key string }
		Edges []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(got.Answer.Export), &file); err != nil {
		t.Fatalf("%s: %v", asked, err)
	}
	if len(got.Answer.hops()) == 0 {
		return 0 // the file has who was asked for, if anybody
	}
	entities, relations := map[string]int{}, map[string]int{}
	for _, hop := range got.Answer.hops() {
		entities[hop.From.Key], entities[hop.To.Key] = 1, 1
		relations[hop.Relation.ID] = 1
	}
	shown, tied := map[string]int{}, map[string]int{}
	for _, n := range file.Nodes {
		shown[n.Key]++
	}
	for _, e := range file.Edges {
		tied[e.ID]++
	}
	if diff := gocmp.Diff(entities, shown); diff != "" {
		t.Errorf("%s: entities of the answer and of the file: %s", asked, diff)
	}
	if diff := gocmp.Diff(relations, tied); diff != "" {
		t.Errorf("%s: relations of the answer and of the file: %s", asked, diff)
	}
	return len(got.Answer.hops())
}
