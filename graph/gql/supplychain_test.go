package gql_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lianzhu/graph"
)

// supplyChainDir holds the supply-chain sample of OpenSPG KAG. Its SOURCE.md
// tells the origin, the counts and the answers that are asked for here.
const supplyChainDir = "../../../shared/data/kag-supplychain"

// The supply-chain sample, in each engine. Its answers were computed from the
// files, by others than this program.
func TestTheSupplyChainSampleIsAnsweredAsItsSourceSays(t *testing.T) {
	if _, err := os.Stat(supplyChainDir); err != nil {
		t.Skip("the supply-chain sample is not here: ", err)
	}
	sample := readSupplyChain(t)
	for engine, url := range map[string]string{"mem": "mem:", "bolt": "bolt:" + filepath.Join(t.TempDir(), "graph")} {
		t.Run(engine, func(t *testing.T) {
			handler := serve(t, sample.load(t, url))
			t.Run("counts", func(t *testing.T) { countSupplyChain(t, handler) })
			t.Run("references", func(t *testing.T) { countReferences(t, handler) })
			t.Run("main suppliers", func(t *testing.T) { findMainSuppliers(t, handler) })
			t.Run("what a price rise reaches", func(t *testing.T) { followPriceRise(t, handler, sample.event) })
		})
	}
}

func countSupplyChain(t *testing.T, handler http.Handler) {
	var got struct {
		Companies, Products, Created, Industries, People, Transfers struct{ TotalCount int }
	}
	question(t, handler, &got, `{
		companies: entities(where: { kinds: [ENTERPRISE] }) { totalCount }
		products: entities(where: { kinds: [PRODUCT], relatedTo: { some: { types: [OCCUPIES_SEGMENT] } } }) { totalCount }
		created: entities(where: { kinds: [PRODUCT], relatedTo: { none: { types: [OCCUPIES_SEGMENT] } } }) { totalCount }
		industries: entities(where: { kinds: [INDUSTRY_CHAIN] }) { totalCount }
		people: entities(where: { kinds: [GROUP] }) { totalCount }
		transfers: relations(where: { types: [INVESTS_IN] }) { totalCount }
	}`, nil)
	counts := []int{got.Companies.TotalCount, got.Products.TotalCount, got.Created.TotalCount, got.Industries.TotalCount, got.People.TotalCount, got.Transfers.TotalCount}
	if want := []int{103, 44, 315, 10, 20, 19}; !slices.Equal(counts, want) {
		t.Errorf("companies, products, products without a row, industries, people and transfers are %v, want %v", counts, want)
	}
}

// Rows and references are repeated, so that the 78 rows of products tell of 44:
// the same fact then has several places that say so, and each of them counts.
func countReferences(t *testing.T, handler http.Handler) {
	const created = `peer: { kinds: [PRODUCT], relatedTo: { none: { types: [OCCUPIES_SEGMENT] } } }`
	for name, c := range map[string]struct {
		where             string
		facts, references int
	}{
		"products belong to industries":  {`types: [OCCUPIES_SEGMENT]`, 44, 78},
		"companies make products":        {`types: [SUPPLIES], peer: { kinds: [ENTERPRISE] }`, 300, 311},
		"companies pay companies":        {`types: [INVESTS_IN]`, 19, 19},
		"products feed products":         {`types: [SUPPLIES], not: { peer: { kinds: [ENTERPRISE] } }`, 536, 1125},
		"companies make what has no row": {`types: [SUPPLIES], peer: { kinds: [ENTERPRISE] }, and: [{ ` + created + ` }]`, 40, 40},
		"products feed what has no row":  {`types: [SUPPLIES], not: { peer: { kinds: [ENTERPRISE] } }, ` + created, 484, 993},
		"people represent companies":     {`types: [MEMBER_OF]`, 67, 69},
	} {
		facts, references := citations(t, handler, c.where)
		if facts != c.facts || references != c.references {
			t.Errorf("%s: %d facts of %d references, want %d of %d", name, facts, references, c.facts, c.references)
		}
	}
}

// citations pages through relations and counts them and what speaks for them.
func citations(t *testing.T, handler http.Handler, where string) (facts, references int) {
	t.Helper()
	for after, more := any(nil), true; more; {
		var got struct {
			Relations struct {
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
				Nodes []struct {
					Evidence struct {
						TotalCount int
						Nodes      []struct{ Status graph.EvidenceStatus }
					}
				}
			}
		}
		question(t, handler, &got, `query($after: String) { relations(first: 100, after: $after, where: { `+where+` }) {
			pageInfo { hasNextPage endCursor } nodes { evidence { totalCount nodes { status } } }
		} }`, map[string]any{"after": after})
		for _, n := range got.Relations.Nodes {
			facts++
			references += n.Evidence.TotalCount
			for _, e := range n.Evidence.Nodes {
				if e.Status != graph.Verified {
					t.Errorf("a reference is %s in its file", e.Status)
				}
			}
		}
		after, more = got.Relations.PageInfo.EndCursor, got.Relations.PageInfo.HasNextPage
	}
	return facts, references
}

// a is a main supplier of b where a product of a feeds a product of b, and b
// pays more than half of the money that a receives.
func findMainSuppliers(t *testing.T, handler http.Handler) {
	var got struct {
		Relations struct {
			Nodes []struct {
				Source, Target struct{ Key string }
				Amount         struct{ Value string }
			}
		}
	}
	question(t, handler, &got, `{ relations(first: 500, where: { types: [INVESTS_IN] }) { nodes { source { key } target { key } ... on InvestsIn { amount { value } } } } }`, nil)
	received := map[string]int{}
	for _, pay := range got.Relations.Nodes {
		received[pay.Target.Key] += number(t, pay.Amount.Value)
	}
	var found []string
	for _, pay := range got.Relations.Nodes {
		a, b, amount := pay.Target.Key, pay.Source.Key, number(t, pay.Amount.Value)
		if 2*amount > received[a] && feeds(t, handler, a, b) {
			found = append(found, fmt.Sprintf("%s -> %s: %d of %d", a, b, amount, received[a]))
		}
	}
	want := []string{"enterprise:CSF0000001579 -> enterprise:CSF0000002238: 666666 of 1000000"}
	if diff := gocmp.Diff(want, found); diff != "" {
		t.Errorf("the main suppliers differ (-want +got):\n%s", diff)
	}
}

// feeds tells whether a product of a feeds a product of b, asked of a filter
// and of a walk: from a to its product, on to the other, and back to b.
func feeds(t *testing.T, handler http.Handler, a, b string) bool {
	t.Helper()
	var got struct {
		Entities struct{ TotalCount int }
		Paths    struct {
			Paths        []struct{ Hops []struct{ Forward bool } }
			Completeness struct{ Complete bool }
		}
	}
	question(t, handler, &got, `query($a: String!, $b: String!) {
		entities(where: { keys: [$b], relatedTo: { direction: OUT, some: { types: [SUPPLIES], peer: {
			relatedTo: { direction: IN, some: { types: [SUPPLIES], peer: { kinds: [PRODUCT],
				relatedTo: { direction: IN, some: { types: [SUPPLIES], peer: { keys: [$a] } } } } } } } } } }) { totalCount }
		paths(from: { key: $a }, to: { key: $b }, mode: ALL_SIMPLE, where: { types: [SUPPLIES] }, bounds: { maxDepth: 3, maxPaths: 1000, maxNodes: 5000, maxEdges: 20000, budgetMs: 5000 }) {
			paths { hops { forward } } completeness { complete }
		}
	}`, map[string]any{"a": a, "b": b})
	walked := false
	for _, p := range got.Paths.Paths {
		walked = walked || len(p.Hops) == 3 && p.Hops[0].Forward && p.Hops[1].Forward && !p.Hops[2].Forward
	}
	if filtered := got.Entities.TotalCount == 1; filtered != walked || !got.Paths.Completeness.Complete {
		t.Errorf("%s feeds %s: the filter says %v, the walk %v (complete: %v)", a, b, filtered, walked, got.Paths.Completeness.Complete)
	}
	return walked
}

// A price rise of a product reaches the products that it feeds and the
// companies that make them, again asked of a walk and of a filter.
func followPriceRise(t *testing.T, handler http.Handler, product string) {
	var down struct {
		Reachable struct {
			Items        []struct{ Node struct{ Key string } }
			Completeness struct{ Complete bool }
		}
		Entities struct{ TotalCount int }
	}
	question(t, handler, &down, `query($p: String!) {
		reachable(from: { name: $p }, targetKinds: [PRODUCT], where: { types: [SUPPLIES] }, bounds: { maxDepth: 1 }) { items { node { key } } completeness { complete } }
		entities(where: { kinds: [ENTERPRISE], relatedTo: { direction: OUT, some: { types: [SUPPLIES], peer: {
			relatedTo: { direction: IN, some: { types: [SUPPLIES], peer: { kinds: [PRODUCT], name: { eq: $p } } } } } } } }) { totalCount }
	}`, map[string]any{"p": product})
	if n := len(down.Reachable.Items); n != 7 || !down.Reachable.Completeness.Complete {
		t.Errorf("it reaches %d products, want 7: %+v", n, down.Reachable)
	}
	makers := map[string]bool{}
	for _, item := range down.Reachable.Items {
		var up struct {
			Reachable struct {
				Items []struct{ Node struct{ Key string } }
			}
		}
		question(t, handler, &up, `query($p: String!) {
			reachable(from: { key: $p }, direction: IN, targetKinds: [ENTERPRISE], where: { types: [SUPPLIES] }, bounds: { maxDepth: 1 }) { items { node { key } } }
		}`, map[string]any{"p": item.Node.Key})
		for _, maker := range up.Reachable.Items {
			makers[maker.Node.Key] = true
		}
	}
	if len(makers) != 40 || down.Entities.TotalCount != 40 {
		t.Errorf("it reaches %d companies by walks and %d by a filter, want 40", len(makers), down.Entities.TotalCount)
	}
}

// question reads the data of an answer into to; an answer with errors fails.
func question(t *testing.T, handler http.Handler, to any, text string, variables map[string]any) {
	t.Helper()
	v, err := json.Marshal(variables)
	if err != nil {
		t.Fatal(err)
	}
	got := ask(t, handler, text, v)
	answer := struct {
		Data   any
		Errors []any
	}{Data: to}
	if err := json.Unmarshal(got, &answer); err != nil || answer.Errors != nil {
		t.Fatalf("%v\n%s", err, got)
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
