package storagetest

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianzhu/graph"
)

// crashStore is the variable of the environment by which Crash tells the child
// which file to write.
const crashStore = "LIANZHU_CRASH_STORE"

// crashWriters is how many goroutines write in the child.
const crashWriters = 8

// Crash kills, again and again, a process that writes to a file, and wants every
// batch that was answered with a receipt to be there whole, and no other in
// part. The process is the test binary itself, run for the test that calls
// Crash; open opens the file at path, after is run on it when it was closed.
func Crash(t *testing.T, open func(t *testing.T, path string) graph.Store, after func(t *testing.T, path string)) {
	if path := os.Getenv(crashStore); path != "" {
		writeUntilKilled(open(t, path))
		return
	}
	seed := setting(t, "LIANZHU_SEED", time.Now().UnixNano())
	t.Logf("LIANZHU_SEED=%d", seed)
	r := rand.New(rand.NewPCG(uint64(seed), 2))
	path := filepath.Join(t.TempDir(), "crash.store")
	made := map[graph.Key]bool{}
	for range setting(t, "LIANZHU_ROUNDS", 6) {
		for _, key := range killed(t, path, r.IntN(400)) {
			made[key] = true
		}
		s := open(t, path)
		survived(t, s, made)
		sound(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		after(t, path)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d batches were answered and survived", len(made))
}

// killed runs a child on the file and kills it after it has told of some
// receipts. It gives the keys that the child told of.
func killed(t *testing.T, path string, receipts int) (keys []graph.Key) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), crashStore+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		key, ok := strings.CutPrefix(lines.Text(), "made ")
		if !ok {
			t.Errorf("the child says %s", lines.Text())
			continue
		}
		if keys = append(keys, graph.Key(key)); len(keys) == receipts+1 {
			child.Process.Kill() // what was told before it died is read on
		}
	}
	child.Wait()
	return keys
}

// writeUntilKilled writes small batches from several goroutines and tells of
// each that was answered.
func writeUntilKilled(s graph.Store) {
	ctx := context.Background()
	if _, err := s.Apply(ctx, batch(source("s"), enterprise("hub"))); err != nil {
		fmt.Println(err)
		return
	}
	told := make(chan string)
	for writer := range crashWriters {
		go func() {
			for i := 0; ; i++ {
				key := graph.Key(fmt.Sprintf("enterprise:%d-%d-%d", os.Getpid(), writer, i))
				if _, err := s.Apply(ctx, crashBatch(key)); err != nil {
					told <- err.Error()
					return
				}
				told <- "made " + string(key)
			}
		}()
	}
	for line := range told {
		fmt.Println(line)
	}
}

// crashBatch is a batch that is easily seen to be whole: an entity, a relation,
// a source with a text and a second write of the entity.
func crashBatch(key graph.Key) graph.Batch {
	about := &graph.Source{Key: "source:about-" + key[len("enterprise:"):], Title: "about"}
	named := entity(key, "ENTERPRISE", "甲")
	r := relation("INVESTS_IN", key, "enterprise:hub")
	r.Evidence = []graph.Evidence{{Source: about.Key, Start: -1, End: -1}}
	b := batch(entity(key, "ENTERPRISE"), withText(about, string(key)), r, named)
	b.Key = string(key)
	return b
}

// survived wants every batch of made to be in s, and none in part.
func survived(t *testing.T, s graph.Store, made map[graph.Key]bool) {
	t.Helper()
	defer failed(t)
	err := s.View(context.Background(), func(r graph.Reader) error {
		for key := range made {
			if id(t, r, graph.NewUID(graph.TagEntity, key)) == 0 {
				t.Errorf("%s was answered and is not there", key)
			}
		}
		counts := must(r.Counts())
		n := counts.Entities - 1 // the hub
		if n < len(made) || counts.Relations != n || counts.Sources != n+1 || counts.Evidence != n {
			t.Errorf("there are parts of batches: %+v", counts)
		}
		for _, e := range must(r.Entities(collect(r.AllEntities(nil, 0)))) {
			if _, ok, err := r.Text("source:about-" + e.Key[len("enterprise:"):]); e.Key != "enterprise:hub" && (e.Name(graph.ZH) != "甲" || !ok || err != nil) {
				t.Errorf("%s is there in part", e.Key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range made {
		if receipt, err := s.Apply(context.Background(), crashBatch(key)); err != nil || !receipt.Replayed {
			t.Errorf("%s, sent again, is answered %+v, %v", key, receipt, err)
		}
		return // one will do
	}
}
