package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"lianzhu/bench/gen"
	"lianzhu/dataset"
)

// build builds the lianzhu command, unless there is one.
func (b *bench) build() error {
	if b.binary != "" {
		return nil
	}
	b.binary = filepath.Join(b.work, "command")
	b.tell("building lianzhu")
	cmd := exec.CommandContext(b.ctx, "go", "build", "-o", b.binary, "./cmd/lianzhu")
	cmd.Dir = b.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("lianzhu cannot be built: %w\n%s", err, out)
	}
	return nil
}

// load sees to it that there is a data directory with the graph.
func (b *bench) load(g *gen.Graph) error {
	digest, err := b.storageDigest()
	if err != nil {
		return err
	}
	b.data = filepath.Join(b.dir, fmt.Sprintf("%v-%d-v%d-%s", g.Scale, g.Seed, gen.Version, digest))
	if _, err := os.Stat(filepath.Join(b.data, "loaded")); err == nil {
		return nil
	}
	if err := os.RemoveAll(b.data); err != nil {
		return err
	}
	b.tell("loading the graph (%s); it is kept in %s", size(g), b.dir)
	began := time.Now()
	if err := b.importInto(b.data, g); err != nil {
		return err
	}
	b.tell("loaded in %v", time.Since(began).Round(time.Millisecond))
	return os.WriteFile(filepath.Join(b.data, "loaded"), nil, 0o666)
}

// importInto fills a data directory with the lianzhu command.
func (b *bench) importInto(dir string, g *gen.Graph) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	cmd := exec.CommandContext(b.ctx, b.binary, "import", "--data", dir, "--strict", "-")
	in, out := io.Pipe()
	cmd.Stdin = in
	go func() { out.CloseWithError(dataset.Encode(out, g.Changes())) }()
	said, err := cmd.CombinedOutput()
	in.Close()
	if err != nil {
		return fmt.Errorf("the graph cannot be loaded: %w\n%s", err, said)
	}
	return nil
}

// storageDigest tells apart versions of the code that decides what a stored
// graph looks like, so that a kept graph is made anew when that changes.
func (b *bench) storageDigest() (string, error) {
	sum := sha256.New()
	for _, room := range []string{"storage", "text", "topology", "dataset", "schema.graphqls"} {
		err := filepath.WalkDir(filepath.Join(b.root, room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			content, err := os.ReadFile(path)
			fmt.Fprintf(sum, "%s %d\n", path, len(content))
			sum.Write(content)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:6]), nil
}

// copyData copies the data directory, so that a server can have one of its own.
func (b *bench) copyData(name string) (string, error) {
	to := filepath.Join(b.work, name)
	return to, os.CopyFS(to, os.DirFS(b.data))
}
