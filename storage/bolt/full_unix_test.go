//go:build unix

package bolt_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"lianzhu/graph"
	"lianzhu/storage/storagetest"
)

// fullStore is the variable by which the test tells its child which file to
// fill.
const fullStore = "LIANZHU_FULL_STORE"

// A process that may not write larger files meets the errors of the system that
// a full disk gives: the file does not grow.
func TestAFullDiskRefusesWritesAndRecoversWithoutARestart(t *testing.T) {
	if path := os.Getenv(fullStore); path != "" {
		fillDisk(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "graph.lianzhu")
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), fullStore+"="+path)
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "it was full and recovered") {
		t.Fatalf("%v\n%s", err, out)
	}
	verify(t, path)
}

func fillDisk(t *testing.T, path string) {
	signal.Ignore(syscall.SIGXFSZ) // writing answers an error instead
	s := open(t, path)
	ctx := context.Background()
	if err := storagetest.Fill(ctx, s, 1, 20); err != nil {
		t.Fatal(err)
	}
	var unlimited unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &unlimited); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	limited := unlimited
	limited.Cur = uint64(info.Size())
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	made := 0
	for err = nil; err == nil && made < 200; made++ {
		err = add(s, made)
	}
	if graph.CodeOf(err) != graph.CodeFull || strings.Contains(err.Error(), filepath.Dir(path)) {
		t.Fatalf("a write to a full disk answers %v", err)
	}
	if findings, err := graph.Check(ctx, s, storagetest.Ontology()); err != nil || len(findings) > 0 {
		t.Fatalf("reading beside a full disk: %v, %v", findings, err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unlimited); err != nil {
		t.Fatal(err)
	}
	if err := add(s, made); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fmt.Println("it was full and recovered")
}

// add adds a source with a long text.
func add(s graph.Store, i int) error {
	text := strings.Repeat("长", 50000)
	_, err := s.Apply(context.Background(), graph.Batch{Changes: []graph.Change{
		{Source: &graph.Source{Key: graph.Key(fmt.Sprintf("source:long-%d", i)), Title: "long"}, Text: &text}}})
	return err
}
