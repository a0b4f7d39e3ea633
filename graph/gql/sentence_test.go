package gql_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lianzhu/dataset"
	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage/mem"
)

// Every relation of the built-in dataset, every path and every roll-up must
// read well in both languages; these files are there to be read. Write them
// anew with
//
//	go test ./graph/gql -run Sentences -update
func TestSentencesOfTheBuiltInDataset(t *testing.T) {
	store := loadBuiltIn(t)
	handler := serve(t, store)
	t.Run("relations", func(t *testing.T) { golden(t, "relations", relationSentences(t, handler, store)) })
	t.Run("a mark for each piece of evidence", func(t *testing.T) { checkMarks(t, handler, store) })
	t.Run("backwards", func(t *testing.T) { golden(t, "backwards", backwardSentences(t, store)) })
	t.Run("paths", func(t *testing.T) { golden(t, "paths", pathSentences(t, handler)) })
	t.Run("rollups", func(t *testing.T) { golden(t, "rollups", rollupSentences(t, handler)) })
	t.Run("contradictions", func(t *testing.T) { golden(t, "contradictions", contradictionSentences(t, handler)) })
}

func golden(t *testing.T, name string, lines []string) {
	t.Helper()
	file := filepath.Join("testdata", "sentences."+name+".golden")
	got := strings.Join(lines, "\n") + "\n"
	for _, line := range lines {
		checkLine(t, line)
	}
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the sentences differ (-told +got); read them, and write them with -update:\n%s", diff)
	}
}

// checkLine looks at the two sentences of a line. All that the dataset says it
// says in both languages, so its English has no Chinese punctuation.
func checkLine(t *testing.T, line string) {
	t.Helper()
	parts := strings.Split(line, "\t")
	if len(parts) != 3 {
		t.Fatalf("the line has not three parts: %s", line)
	}
	for _, problem := range append(problemsOf(parts[1], graph.ZH), problemsOf(parts[2], graph.EN)...) {
		t.Errorf("%s: %s", problem, line)
	}
	if strings.ContainsAny(parts[2], "，；：、（）") {
		t.Errorf("Chinese punctuation in an English sentence: %s", line)
	}
}

// loadBuiltIn is the built-in dataset in memory.
func loadBuiltIn(t *testing.T) graph.Store {
	t.Helper()
	o := contract(t).Ontology
	store := mem.New(o)
	t.Cleanup(func() { store.Close() })
	if _, err := dataset.Load(t.Context(), store, o, dataset.YellowRiver(), dataset.Options{At: today, BatchSize: 5000}); err != nil {
		t.Fatal(err)
	}
	return store
}

// relationSentences are all relations but those by which the national list puts
// regions into regions: key, Chinese, English.
func relationSentences(t *testing.T, handler http.Handler, store graph.Store) []string {
	keys, ids := relationKeys(t, store)
	var lines []string
	for chunk := range slices.Chunk(ids, 100) {
		var answer struct {
			Data struct{ Nodes []struct{ ZH, EN string } }
		}
		variables, err := json.Marshal(map[string]any{"ids": chunk})
		if err != nil {
			t.Fatal(err)
		}
		decode(t, ask(t, handler, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Relation { ZH: sentence EN: sentence(lang: EN) } } }`, variables), &answer)
		for _, n := range answer.Data.Nodes {
			lines = append(lines, keys[len(lines)]+"\t"+n.ZH+"\t"+n.EN)
		}
	}
	return lines
}

func relationKeys(t *testing.T, store graph.Store) (keys, ids []string) {
	t.Helper()
	byKey := map[string]string{}
	err := store.View(t.Context(), func(r graph.Reader) error {
		for id, err := range r.AllRelations(nil, 0) {
			if err != nil {
				return err
			}
			docs, err := r.Relations([]graph.RelationID{id})
			if err != nil {
				return err
			}
			if rel := docs[0]; rel.Type != graph.PartOf || !strings.HasPrefix(string(rel.Source), "region:") || rel.Target == "region:yellow-river-basin" {
				byKey[string(rel.Key())] = rel.UID().String()
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range byKey {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		ids = append(ids, byKey[key])
	}
	return keys, ids
}

// marks are what stands for evidence at the end of a sentence.
var marks = regexp.MustCompile(` ?(\[\d+\])+`)

// checkMarks asks for the marks of every relation: as many as it has pieces of
// evidence, in their order, and nothing else changes by them.
func checkMarks(t *testing.T, handler http.Handler, store graph.Store) {
	t.Helper()
	_, ids := relationKeys(t, store)
	for chunk := range slices.Chunk(ids, 100) {
		var answer struct {
			Data struct {
				Nodes []struct {
					ZH, Cited, CitedEN, EN, Pinyin string
					Evidence                       struct{ TotalCount int }
				}
			}
		}
		variables, err := json.Marshal(map[string]any{"ids": chunk})
		if err != nil {
			t.Fatal(err)
		}
		decode(t, ask(t, handler, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Relation { evidence { totalCount }
			ZH: sentence Cited: sentence(cite: true) EN: sentence(lang: EN) CitedEN: sentence(lang: EN, cite: true) Pinyin: sentence(lang: PINYIN)
		} } }`, variables), &answer)
		for _, n := range answer.Data.Nodes {
			want := ""
			for i := range n.Evidence.TotalCount {
				want += fmt.Sprintf("[%d]", i+1)
			}
			if n.Cited != strings.TrimSuffix(n.ZH, "。")+want+"。" {
				t.Errorf("the marks are not %s: %s", want, n.Cited)
			}
			if strings.TrimSpace(marks.FindString(n.CitedEN)) != want || strings.TrimRight(marks.ReplaceAllString(n.CitedEN, ""), ".") != strings.TrimRight(n.EN, ".") {
				t.Errorf("the marks are not %s: %s", want, n.CitedEN)
			}
			if n.Pinyin != n.ZH {
				t.Errorf("instead of a sentence in pinyin stands %s", n.Pinyin)
			}
		}
	}
}

// backwardSentences say one relation of each type and kinds of ends from its
// target, as a path does that goes against it.
func backwardSentences(t *testing.T, store graph.Store) []string {
	t.Helper()
	sentences := contract(t).Sentences
	lines := map[string]string{}
	err := store.View(t.Context(), func(r graph.Reader) error {
		for id, err := range r.AllRelations(nil, 0) {
			if err != nil {
				return err
			}
			docs, err := r.Relations([]graph.RelationID{id})
			if err != nil {
				return err
			}
			f, err := backwards(r, docs[0])
			if err != nil {
				return err
			}
			like := strings.Join([]string{string(docs[0].Type), string(f.Source.Kind), string(f.Target.Kind), string(docs[0].Modality)}, " ")
			if lines[like] == "" || len(docs[0].Places) > 0 && docs[0].Via != "" {
				lines[like] = like + "\t" + sentences.Say(f, graph.ZH) + "\t" + sentences.Say(f, graph.EN)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Values(lines))
}

// backwards is a relation as it is said from its target.
func backwards(r graph.Reader, rel *graph.Relation) (gql.Fact, error) {
	f := gql.Fact{Relation: rel, Named: map[graph.Key]*graph.Entity{}, Backwards: true, Today: day}
	for _, key := range append([]graph.Key{rel.Source, rel.Target, rel.Via, rel.Product, rel.RecognisedIn, rel.RecognisedBy}, rel.Places...) {
		ids, err := r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, key)})
		if err != nil {
			return f, err
		}
		docs, err := r.Entities([]graph.EntityID{graph.EntityID(ids[0])})
		if err != nil {
			return f, err
		}
		f.Named[key] = docs[0]
	}
	f.Source, f.Target = f.Named[rel.Source], f.Named[rel.Target]
	return f, nil
}

func decode(t *testing.T, answer []byte, into any) {
	t.Helper()
	var refused struct{ Errors []any }
	if err := json.Unmarshal(answer, &refused); err != nil || refused.Errors != nil {
		t.Fatalf("%v\n%.2000s", err, answer)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		t.Fatal(err)
	}
}

// ways are pairs of entities, between which the shortest path is told.
var ways = [][2]string{
	{"enterprise:haier-group", "region:510600"},
	{"region:510600", "enterprise:haier-group"},
	{"enterprise:lihe-weidao", "chain:gansu-sichuan-pepper"},
	{"region:621200", "chain:gansu-sichuan-pepper"},
	{"enterprise:tbea", "enterprise:jonhon"},
	{"enterprise:yutong-bus", "platform:cosmoplat"},
	{"product:carbon-black", "enterprise:doublestar-group"},
	{"enterprise:kumho-tire", "product:primary-oil"},
	{"institution:xjtu", "enterprise:haier-smart-home"},
	{"enterprise:crrc-sifang", "project:haixi-power-station"},
	{"project:dingxi-marigold-base", "product:lutein"},
	{"program:lighthouse-factories", "product:water-heaters"},
	{"enterprise:haier-group", "enterprise:haier-group"},
}

func pathSentences(t *testing.T, handler http.Handler) []string {
	var lines []string
	for _, way := range ways {
		var answer struct {
			Data struct {
				Paths struct{ Paths []struct{ ZH, EN string } }
			}
		}
		variables := fmt.Sprintf(`{"from": %q, "to": %q}`, way[0], way[1])
		decode(t, ask(t, handler, `query($from: String!, $to: String!) {
			paths(from: { key: $from }, to: { key: $to }, where: { includeDerived: true, modality: [ASSERTED, REPORTED, PLANNED] }, bounds: { maxDepth: 6 }) {
				paths { ZH: sentence(cite: true) EN: sentence(lang: EN, cite: true) }
			}
		}`, []byte(variables)), &answer)
		if len(answer.Data.Paths.Paths) == 0 {
			t.Errorf("there is no path from %s to %s", way[0], way[1])
		}
		for _, p := range answer.Data.Paths.Paths {
			lines = append(lines, way[0]+" "+way[1]+"\t"+p.ZH+"\t"+p.EN)
		}
	}
	return lines
}

// counts are questions for counts, each a field of the root.
var counts = []string{
	`entity(ref: { key: "region:yellow-river-basin" }) { ... on Region { rollup(where: { types: [INVESTS_IN] }) { ...up } } }`,
	`entity(ref: { key: "region:620000" }) { ... on Region { rollup { ...up } } }`,
	`entity(ref: { key: "region:620000" }) { ... on Region { rollup(where: { types: [INVESTS_IN], includeDerived: true }) { ...up } } }`,
	`groupBy(keys: [TYPE]) { ...row }`,
	`groupBy(keys: [PROVINCE, TYPE], where: { types: [INVESTS_IN, SUPPLIES, CO_DEVELOPS_WITH] }) { ...row }`,
	`groupBy(keys: [PREFECTURE, MODALITY], where: { types: [INVESTS_IN], modality: [ASSERTED, PLANNED, REPORTED] }) { ...row }`,
	`groupBy(keys: [SOURCE_KIND, TARGET_KIND], where: { types: [SUPPLIES] }) { ...row }`,
	`groupBy(keys: [CHAIN], where: { types: [CHAIN_LEADER_OF, OCCUPIES_SEGMENT, INVESTS_IN] }) { ...row }`,
	`groupBy(keys: [YEAR], where: { types: [INVESTS_IN, PARTICIPATES_IN, SUPPLIES] }) { ...row }`,
	`groupBy(keys: [CONFIDENCE_GRADE], where: { types: [LOCATED_IN], includeDerived: true }) { ...row }`,
	`groupBy(keys: [SOURCE_DOCUMENT], where: { types: [INVESTS_IN, OPERATES] }) { ...row }`,
	`stats { byKind { ...row } byType { ...row } }`,
}

func rollupSentences(t *testing.T, handler http.Handler) []string {
	const fragments = ` fragment row on GroupRow { key ZH: sentence EN: sentence(lang: EN) }
		fragment up on RegionRollup { ZH: sentence EN: sentence(lang: EN) byChild { ...row } }`
	var lines []string
	for i, question := range counts {
		used := fragments
		if !strings.Contains(question, "...up") {
			used = fragments[:strings.Index(fragments, "fragment up")]
		}
		var answer map[string]any
		decode(t, ask(t, handler, "{ "+question+" }"+used, nil), &answer)
		eachSentence(answer, func(key, zh, en string) { lines = append(lines, fmt.Sprintf("%d %s\t%s\t%s", i+1, key, zh, en)) })
	}
	return lines
}

// eachSentence calls visit for every object with a sentence, that of the object
// before those below it.
func eachSentence(v any, visit func(key, zh, en string)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			eachSentence(item, visit)
		}
	case map[string]any:
		if zh, ok := v["ZH"].(string); ok {
			keys, _ := v["key"].([]any)
			visit(strings.Trim(fmt.Sprint(keys), "[]"), zh, v["EN"].(string))
		}
		for _, name := range slices.Sorted(func(yield func(string) bool) {
			for name := range v {
				if !yield(name) {
					return
				}
			}
		}) {
			eachSentence(v[name], visit)
		}
	}
}

func contradictionSentences(t *testing.T, handler http.Handler) []string {
	var answer struct {
		Data struct {
			Contradictions struct {
				Nodes []struct{ About, ZH, EN string }
			}
		}
	}
	decode(t, ask(t, handler, `{ contradictions(first: 500) { nodes { about ZH: reason EN: reason(lang: EN) } } }`, nil), &answer)
	var lines []string
	for _, c := range answer.Data.Contradictions.Nodes {
		lines = append(lines, c.About+"\t"+c.ZH+"\t"+c.EN)
	}
	return lines
}
