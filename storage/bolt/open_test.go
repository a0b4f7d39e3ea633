package bolt_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/bolt"
	"lianzhu/storage/storagetest"
)

func openErr(path string, o *graph.Ontology, opts bolt.Options) error {
	s, err := bolt.Open(context.Background(), path, o, opts)
	if err == nil {
		s.Close()
	}
	return err
}

// wants fails unless err has the code, tells what, and names no folder.
func wants(t *testing.T, err error, code graph.Code, what string) {
	t.Helper()
	var e *graph.Error
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(err.Error(), what) {
		t.Errorf("the answer is %v, want %s telling of %q", err, code, what)
	}
	if err != nil && strings.ContainsRune(err.Error(), filepath.Separator) && strings.Contains(err.Error(), os.TempDir()) {
		t.Errorf("the answer names a folder: %v", err)
	}
}

func TestWhatIsNoStoreIsRefusedAndLeftAlone(t *testing.T) {
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bbolt.Open(foreign, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("meta")); return err })
	db.Close()
	bytes, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"empty": {}, "text": []byte("hello"), "long text": []byte(strings.Repeat("hello ", 10000)), "another bbolt file": bytes, "zeros": make([]byte, 1<<16),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "some.file")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			wants(t, openErr(path, storagetest.Ontology(), bolt.Options{}), graph.CodeInvalid, "some.file: it is not a Lianzhu store")
			_, err := bolt.Verify(context.Background(), path, nil)
			wants(t, err, graph.CodeInvalid, "it is not a Lianzhu store")
			after, err := os.ReadFile(path)
			if err != nil || string(after) != string(content) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

func TestOpenRefusesWhatCannotBe(t *testing.T) {
	folder := t.TempDir()
	wants(t, openErr(folder, storagetest.Ontology(), bolt.Options{}), graph.CodeInvalid, "it is no file")
	wants(t, openErr(filepath.Join(folder, "none", "graph"), storagetest.Ontology(), bolt.Options{}), graph.CodeNotFound, "there is no such file or folder")
	wants(t, openErr(filepath.Join(folder, "graph"), storagetest.Ontology(), bolt.Options{MustExist: true}), graph.CodeNotFound, "there is no such file")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := bolt.Open(ctx, filepath.Join(folder, "graph"), storagetest.Ontology(), bolt.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 {
		t.Errorf("what was refused left files behind: %v, %v", left, err)
	}
}

func TestANewStoreLeavesNothingBesideIt(t *testing.T) {
	folder := t.TempDir()
	s := open(t, filepath.Join(folder, "graph.lianzhu"))
	if names := ls(t, folder); names != "graph.lianzhu graph.lianzhu.lock-info" {
		t.Errorf("while it is open there are %s", names)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if names := ls(t, folder); names != "graph.lianzhu" {
		t.Errorf("after it was closed there are %s", names)
	}
}

func ls(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestAStoreReadsTheSameAfterItWasReopened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.lianzhu")
	s := open(t, path)
	ctx := context.Background()
	if err := storagetest.Fill(ctx, s, 1, 80); err != nil {
		t.Fatal(err)
	}
	once := graph.Batch{Key: "once", Changes: []graph.Change{{Source: &graph.Source{Key: "source:once", Title: "once"}}}}
	first, err := s.Apply(ctx, once)
	if err != nil {
		t.Fatal(err)
	}
	want, err := storagetest.Export(ctx, s, 1)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	for range 3 {
		s = open(t, path)
		got, err := storagetest.Export(ctx, s, 1)
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("it reads differently: %v", err)
		}
		again, err := s.Apply(ctx, once)
		if err != nil || !again.Replayed || again.Rev != first.Rev {
			t.Errorf("a repeated batch is answered %+v, %v", again, err)
		}
		s.Close()
		verify(t, path)
	}
}

// holdStore is the variable by which a test tells a child which file to hold.
const holdStore = "LIANZHU_HOLD_STORE"

func TestASecondProcessIsToldWhoHasTheFile(t *testing.T) {
	if path := os.Getenv(holdStore); path != "" {
		open(t, path)
		fmt.Println("open")
		bufio.NewReader(os.Stdin).ReadByte() // until the parent closes it
		return
	}
	path := filepath.Join(t.TempDir(), "graph.lianzhu")
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), holdStore+"="+path)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	bufio.NewReader(out).ReadString('\n')
	short := bolt.Options{LockTimeout: 50 * time.Millisecond}
	err = openErr(path, storagetest.Ontology(), short)
	wants(t, err, graph.CodeBusy, fmt.Sprintf("%s, process %d, since ", filepath.Base(os.Args[0]), child.Process.Pid))
	_, err = bolt.Verify(context.Background(), path, nil)
	wants(t, err, graph.CodeBusy, "has it open")
	child.Process.Kill()
	in.Close()
	child.Wait()
	if err := openErr(path, storagetest.Ontology(), short); err != nil {
		t.Errorf("after the other was killed: %v", err)
	}
}

func TestASecondStoreInOneProcessIsBusyToo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.lianzhu")
	s := open(t, path)
	defer s.Close()
	wants(t, openErr(path, storagetest.Ontology(), bolt.Options{LockTimeout: time.Millisecond}), graph.CodeBusy, fmt.Sprintf("process %d", os.Getpid()))
}

func TestTheSchemaMayGrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.lianzhu")
	s := open(t, path)
	if err := storagetest.Fill(context.Background(), s, 1, 40); err != nil {
		t.Fatal(err)
	}
	s.Close()
	base := storagetest.Ontology()
	kinds := append([]graph.KindDef{{Kind: "ARTICLE"}}, base.Kinds()...)
	relations := append([]graph.RelationDef{{Type: "ANNOUNCES", From: []graph.Kind{"ARTICLE"}, To: []graph.Kind{"ENTERPRISE"}}}, base.Relations()...)
	grown, err := bolt.Open(context.Background(), path, graph.NewOntology(kinds, relations), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = grown.Apply(context.Background(), graph.Batch{Changes: []graph.Change{
		{Source: &graph.Source{Key: "source:new", Title: "new"}},
		{Entity: &graph.Entity{Key: "article:a", Kind: "ARTICLE", Names: []graph.Name{{Text: "文", Lang: graph.ZH, Role: graph.Official}}}},
		{Entity: &graph.Entity{Key: "enterprise:new", Kind: "ENTERPRISE", Names: []graph.Name{{Text: "新", Lang: graph.ZH, Role: graph.Official}}}},
		{Relation: &graph.Relation{Type: "ANNOUNCES", Source: "article:a", Target: "enterprise:new", Modality: graph.Asserted, Evidence: []graph.Evidence{{Source: "source:new", Start: -1, End: -1}}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	grown.Close()
	verify(t, path)
	s = open(t, path) // with the old schema again: what it does not list is read all the same
	defer s.Close()
	lines, err := storagetest.Export(context.Background(), s, 1)
	if err != nil || !strings.Contains(strings.Join(lines, "\n"), "ANNOUNCES|article:a|enterprise:new") {
		t.Errorf("with the old schema what the new one wrote is not read, %v", err)
	}
}

func TestASchemaThatTurnsATypeAroundIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.lianzhu")
	open(t, path).Close()
	base := storagetest.Ontology()
	relations := append([]graph.RelationDef{}, base.Relations()...)
	relations[0].Symmetric = true
	err := openErr(path, graph.NewOntology(base.Kinds(), relations), bolt.Options{})
	wants(t, err, graph.CodeInvalid, string(relations[0].Type))
}
