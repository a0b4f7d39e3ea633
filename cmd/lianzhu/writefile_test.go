package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestAFileThatCannotBeWrittenWholeStaysAsItWas(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "out")
	if err := os.WriteFile(name, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	failure := errors.New("no more")
	err := writeFile(name, func(w io.Writer) error {
		io.WriteString(w, "half of it")
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("the error is %v", err)
	}
	if text, _ := os.ReadFile(name); string(text) != "before" {
		t.Errorf("the file holds %q", text)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
}
