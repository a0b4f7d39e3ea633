package gql_test

import (
	"encoding/json"
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
