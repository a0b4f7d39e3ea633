package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"lianzhu/bench/drive"
	"lianzhu/bench/gen"
	"lianzhu/dataset"
)

// build is a lianzhu command, the checkout it is built from, and a data
// directory that it has filled, which is not to be written to.
type build struct {
	name         string
	root, binary string
	data         string
}

// prepare builds the lianzhu command of a checkout, unless there is one, and has
// it load the graph.
func (b *bench) prepare(v *build, g *gen.Graph) error {
	if v.binary == "" {
		v.binary = filepath.Join(b.work, "command-"+v.name)
		b.tell("building %s", v.name)
		cmd := exec.CommandContext(b.ctx, "go", "build", "-o", v.binary, "./cmd/lianzhu")
		cmd.Dir = v.root
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("lianzhu cannot be built: %w\n%s", err, out)
		}
	}
	return b.load(v, g)
}

// load sees to it that there is a data directory with the graph.
func (b *bench) load(v *build, g *gen.Graph) error {
	digest, err := formatDigest(v.root)
	if err != nil {
		return err
	}
	v.data = filepath.Join(b.dir, fmt.Sprintf("%v-%d-v%d-%s", g.Scale, g.Seed, gen.Version, digest))
	if _, err := os.Stat(filepath.Join(v.data, "loaded")); err == nil && !b.fresh {
		return b.settle(v)
	}
	if err := os.RemoveAll(v.data); err != nil {
		return err
	}
	b.tell("loading the graph (%s); it is kept in %s", size(g), b.dir)
	began := time.Now()
	if _, err := b.importInto(v, v.data, g); err != nil {
		return err
	}
	b.tell("loaded in %v", time.Since(began).Round(time.Millisecond))
	if err := b.settle(v); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(v.data, "loaded"), nil, 0o666)
}

// importInto fills a data directory with the lianzhu command.
func (b *bench) importInto(v *build, dir string, g *gen.Graph) (usage, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return usage{}, err
	}
	cmd := exec.CommandContext(b.ctx, v.binary, "import", "--data", dir, "--strict", "-")
	in, out := io.Pipe()
	cmd.Stdin = in
	go func() { out.CloseWithError(dataset.Encode(out, g.Changes())) }()
	said, err := cmd.CombinedOutput()
	in.Close()
	if err != nil {
		return usage{}, fmt.Errorf("the graph cannot be loaded: %w\n%s", err, said)
	}
	return usageOf(cmd.ProcessState), nil
}

// settle starts a server and lets it do what it does once with a graph that is
// new, or whose shape another program saved: read the shape and save it for later
// starts. Without that, questions would be measured while it does.
func (b *bench) settle(v *build) error {
	s, err := v.start(v.data, "info")
	if err != nil {
		return err
	}
	defer s.Stop()
	if !s.WaitFor("shape", 2*time.Second) {
		return nil // it saves nothing
	}
	if !s.WaitFor("is in memory", 2*time.Second) {
		b.tell("the server reads the shape of the graph")
	}
	switch {
	case !s.WaitFor("is in memory", drive.StartWithin):
	case !s.WaitFor("from the store", 0), s.WaitFor("is saved", drive.StartWithin), s.WaitFor("cannot be saved", 0):
		return nil
	}
	return errors.New("the server has no shape of the graph, or did not save it")
}

// formatDigest tells apart versions of what a stored graph looks like, so that a
// kept graph is made anew when that changes.
func formatDigest(root string) (string, error) {
	sum := sha256.New()
	for _, name := range []string{"docs/format.md", "storage/bolt/format.go", "text/terms.go"} {
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(content))
		sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6]), nil
}

// copyData copies the data directory, so that a server can have one of its own.
func (b *bench) copyData(v *build, name string) (string, error) {
	to := filepath.Join(b.work, name)
	return to, os.CopyFS(to, os.DirFS(v.data))
}
