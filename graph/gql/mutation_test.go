package gql_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/bolt"
)

// onDisk is a store in a file that is closed and opened again.
type onDisk struct {
	*testing.T
	path  string
	store *bolt.Store
}

func openOnDisk(t *testing.T) *onDisk {
	d := &onDisk{T: t, path: filepath.Join(t.TempDir(), "graph.lianzhu")}
	d.open()
	t.Cleanup(func() { d.store.Close() })
	return d
}

func (d *onDisk) open() {
	d.Helper()
	store, err := bolt.Open(d.Context(), d.path, contract(d).Ontology, bolt.Options{})
	if err != nil {
		d.Fatal(err)
	}
	d.store = store
}

func (d *onDisk) restart() {
	d.Helper()
	if err := d.store.Close(); err != nil {
		d.Fatal(err)
	}
	d.open()
}

// ask puts a question to the store as it is now.
func (d *onDisk) ask(question string, variables map[string]any) string {
	d.Helper()
	b, err := json.Marshal(variables)
	if err != nil {
		d.Fatal(err)
	}
	return string(ask(d, serve(d, d.store), question, b))
}

func (d *onDisk) rev() (rev graph.Rev) {
	d.Helper()
	err := d.store.View(d.Context(), func(r graph.Reader) error {
		rev = r.Rev()
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
	return rev
}

const writeFirm = `mutation($name: String!, $meta: Meta) {
  upsertEntity(input: { key: "enterprise:a", kind: ENTERPRISE, names: [{ text: $name, lang: ZH }] }, meta: $meta) {
    __typename ... on UpsertEntitySuccess { created rev dryRun entity { name rev } } ... on Problem { code message message_en: message(lang: EN) path }
  }
}`

func TestTheSameKeyIsAnsweredTheSameAlsoAfterARestart(t *testing.T) {
	d := openOnDisk(t)
	ask := map[string]any{"name": "甲公司", "meta": map[string]any{"idempotencyKey": "once"}}
	first := d.ask(writeFirm, ask)
	if !strings.Contains(first, `"created": true`) {
		t.Fatal(first)
	}
	d.restart()
	if again := d.ask(writeFirm, ask); again != first {
		t.Errorf("it was answered\n%s\nand then\n%s", first, again)
	}
	d.ask(writeFirm, map[string]any{"name": "乙公司"})
	if again := d.ask(writeFirm, ask); again != first {
		t.Errorf("after another write it was answered\n%s\nand then\n%s", first, again)
	}
	if rev := d.rev(); rev != 2 {
		t.Errorf("two writes made revision %d", rev)
	}
	ask["name"] = "丙公司"
	if other := d.ask(writeFirm, ask); !strings.Contains(other, `"__typename": "Conflict"`) || !strings.Contains(other, `"idempotencyKey"`) {
		t.Errorf("another request under the same key is answered %s", other)
	}
}

// The process is killed after the answer: what is on the disk at that moment is
// all there is.
func TestWhatWasAnsweredSurvivesAKillAndIsNotWrittenTwice(t *testing.T) {
	d := openOnDisk(t)
	ask := map[string]any{"name": "甲公司", "meta": map[string]any{"idempotencyKey": "once", "reason": "试"}}
	first := d.ask(writeFirm, ask)
	for name, question := range map[string]string{
		"merge": `mutation { upsertEntity(input: { key: "enterprise:b", kind: ENTERPRISE, names: [{ text: "乙公司", lang: ZH }] }) { __typename }
			merge(keep: { key: "enterprise:a" }, drop: { key: "enterprise:b" }, meta: { idempotencyKey: "merge" }) { __typename ... on MergeSuccess { rev survivor { names { text } } } } }`,
	} {
		if got := d.ask(question, nil); !strings.Contains(got, "MergeSuccess") {
			t.Fatalf("%s: %s", name, got)
		}
	}
	whole, err := os.ReadFile(d.path)
	if err != nil {
		t.Fatal(err)
	}
	killed := &onDisk{T: t, path: filepath.Join(t.TempDir(), "killed.lianzhu")}
	if err := os.WriteFile(killed.path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	killed.open()
	defer killed.store.Close()
	rev := killed.rev()
	if again := killed.ask(writeFirm, ask); again != first {
		t.Errorf("it was answered\n%s\nand after the kill\n%s", first, again)
	}
	again := killed.ask(`mutation { merge(keep: { key: "enterprise:a" }, drop: { key: "enterprise:b" }, meta: { idempotencyKey: "merge" }) {
		__typename ... on MergeSuccess { rev survivor { names { text } } } } }`, nil)
	if !strings.Contains(again, `"rev": 3`) || !strings.Contains(again, "乙公司") {
		t.Errorf("the merge is answered %s", again)
	}
	if killed.rev() != rev {
		t.Errorf("something was written twice: revision %d became %d", rev, killed.rev())
	}
}

// Many editors add a name each to one entity at once. Each write rests on what
// it has read, so none may be lost.
func TestNoWriteIsLostBetweenReadingAndWriting(t *testing.T) {
	store := openFacts(t, []byte(world))
	handler := serve(t, store)
	const editors = 8
	done := make(chan string, editors)
	for i := range editors {
		go func() {
			done <- string(ask(t, handler, fmt.Sprintf(`mutation { upsertRelation(input: { type: SUPPLIES, source: { key: "enterprise:a" }, target: { key: "enterprise:b" },
				evidence: [{ source: "source:a", start: %d, end: %d, quoteSha256: "%064d" }] }) { __typename ... on Problem { message } } }`, i, i+1, i), nil))
		}()
	}
	for range editors {
		if answer := <-done; !strings.Contains(answer, "UpsertRelationSuccess") {
			t.Error(answer)
		}
	}
	got := string(ask(t, handler, `{ relations(where: { types: [SUPPLIES] }) { nodes { evidence { totalCount } } } }`, nil))
	if !strings.Contains(got, fmt.Sprintf(`"totalCount": %d`, editors+1)) {
		t.Errorf("not every write is there: %s", got)
	}
}

func TestADryRunWritesNothing(t *testing.T) {
	d := openOnDisk(t)
	for _, question := range []string{
		`mutation { upsertEntity(input: { key: "enterprise:a", kind: ENTERPRISE, names: [{ text: "甲公司", lang: ZH }] }, meta: { dryRun: true, idempotencyKey: "k" }) { ... on UpsertEntitySuccess { created rev dryRun entity { name relations { totalCount } degree } } } }`,
		`mutation { addSource(input: { key: "source:a", title: "甲报", text: "甲" }, meta: { dryRun: true }) { ... on AddSourceSuccess { created rev dryRun source { length text } } } }`,
	} {
		got := d.ask(question, nil)
		if !strings.Contains(got, `"created": true`) || !strings.Contains(got, `"dryRun": true`) || !strings.Contains(got, `"rev": 1`) {
			t.Errorf("%s", got)
		}
	}
	if d.rev() != 0 {
		t.Errorf("a dry run made revision %d", d.rev())
	}
}
