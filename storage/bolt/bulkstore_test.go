package bolt

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/storagetest"
)

// loadFirms fills a store by Bulk.
func loadFirms(t testing.TB, s *Store, firms, relations int) {
	t.Helper()
	ok, err := s.Bulk(context.Background(), func(lent graph.Filling) error {
		return storagetest.Load(lent, firms, relations, 500)
	}, nil)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
}

// everything is every value of a store's file but the day it was made.
func everything(t *testing.T, s *Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := s.db().View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				if !bytes.Equal(k, keyFormat) {
					all[string(name)+"/"+hex.EncodeToString(k)] = hex.EncodeToString(v)
				}
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestALoadLeavesTheBytesThatApplyWouldLeave(t *testing.T) {
	loaded, applied := openAt(t, newPath(t), Options{}), openAt(t, newPath(t), Options{NoSync: true})
	defer loaded.Close()
	defer applied.Close()
	loadFirms(t, loaded, 700, 9000)
	if err := storagetest.Load(applied, 700, 9000, 500); err != nil {
		t.Fatal(err)
	}
	got, want := everything(t, loaded), everything(t, applied)
	for key, value := range want {
		if got[key] != value {
			t.Fatalf("%s is %s, and by Apply %s", key, got[key], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("there are %d values, and by Apply %d", len(got), len(want))
	}
}

// onlyStore wants nothing in the folder of a store but its file and its lock.
func onlyStore(t *testing.T, path string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := filepath.Join(filepath.Dir(path), f.Name()); name != path && name != lockInfoPath(path) {
			t.Errorf("%s is left", f.Name())
		}
	}
}

func countsOf(t *testing.T, s *Store) (c graph.Counts) {
	t.Helper()
	err := s.View(context.Background(), func(r graph.Reader) (err error) {
		c, err = r.Counts()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestALoadThatFailsLeavesTheStoreEmptyAndUsable(t *testing.T) {
	broken := errors.New("broken")
	ctx, cancel := context.WithCancel(context.Background())
	for _, c := range []struct {
		name string
		ctx  context.Context
		load func(graph.Filling) error
		want error
	}{
		{"where the caller gives up", context.Background(), func(s graph.Filling) error {
			return errors.Join(storagetest.Load(s, 300, 3000, 500), broken)
		}, broken},
		{"where it gives up after the indexes were written", context.Background(), func(s graph.Filling) error {
			if err := storagetest.Load(s, 300, 3000, 500); err != nil {
				return err
			}
			return errors.Join(s.View(context.Background(), func(r graph.Reader) error { _, err := r.Counts(); return err }), broken)
		}, broken},
		{"where it is called off", ctx, func(s graph.Filling) error {
			err := storagetest.Load(s, 300, 3000, 500)
			cancel()
			return err
		}, context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := newPath(t)
			s := openAt(t, path, Options{})
			ok, err := s.Bulk(c.ctx, c.load, nil)
			if !ok || !errors.Is(err, c.want) {
				t.Errorf("it answers %v, %v", ok, err)
			}
			onlyStore(t, path)
			if n := countsOf(t, s).Entities; n != 0 {
				t.Errorf("there are %d entities", n)
			}
			loadFirms(t, s, 300, 3000)
			s.Close()
			sound(t, path)
		})
	}
}

func TestALoadIntoAFileThatMayNotGrowSaysSo(t *testing.T) {
	path := newPath(t)
	s := openAt(t, path, Options{MaxSize: 4 << 20})
	ok, err := s.Bulk(context.Background(), func(lent graph.Filling) error { return storagetest.Load(lent, 3000, 30000, 500) }, nil)
	if !ok || graph.CodeOf(err) != graph.CodeFull {
		t.Errorf("it answers %v, %v", ok, err)
	}
	onlyStore(t, path)
	loadFirms(t, s, 10, 100)
	s.Close()
	sound(t, path)
}

func TestAStoreThatHasARevisionIsNotFilledAtOnce(t *testing.T) {
	s := openAt(t, newPath(t), Options{})
	defer s.Close()
	if _, err := s.Apply(context.Background(), batchOf(addSource("s"))); err != nil {
		t.Fatal(err)
	}
	ok, err := s.Bulk(context.Background(), func(graph.Filling) error { t.Error("it was lent"); return nil }, nil)
	if ok || err != nil {
		t.Errorf("it answers %v, %v", ok, err)
	}
}

func TestALoadOfNothingLeavesTheFileAlone(t *testing.T) {
	s := openAt(t, newPath(t), Options{})
	defer s.Close()
	before := s.db()
	if ok, err := s.Bulk(context.Background(), func(graph.Filling) error { return nil }, nil); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if s.db() != before {
		t.Error("the file was replaced")
	}
}

func TestOthersSeeNothingOfALoadBeforeItsEnd(t *testing.T) {
	path := newPath(t)
	s := openAt(t, path, Options{})
	defer s.Close()
	answered := make(chan error, 1)
	told := 0
	ok, err := s.Bulk(context.Background(), func(lent graph.Filling) error {
		if err := storagetest.Load(lent, 300, 3000, 500); err != nil {
			return err
		}
		if n := countsOf(t, s).Entities; n != 0 {
			t.Errorf("others see %d entities", n)
		}
		go func() { // which waits until the load has ended
			_, err := s.Apply(context.Background(), batchOf(addEntity("after")))
			answered <- err
		}()
		return nil
	}, func(done, of int) {
		if done < told || done > of {
			t.Errorf("after %d it tells %d of %d", told, done, of)
		}
		told = done
	})
	if !ok || err != nil || told == 0 {
		t.Fatal(ok, err, told)
	}
	if err := <-answered; err != nil {
		t.Fatal(err)
	}
	if n := countsOf(t, s).Entities; n != 301 {
		t.Errorf("there are %d entities", n)
	}
	for i := range 50 { // the file is written on as any other
		if _, err := s.Apply(context.Background(), batchOf(addEntity(fmt.Sprint(i)))); err != nil {
			t.Fatal(err)
		}
	}
	if findings, err := s.Verify(context.Background(), nil); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}

// loadToKill tells the test binary to load into this file and to die amid it.
const loadToKill = "LIANZHU_KILLED_LOAD"

func TestALoadThatWasKilledIsRunAgain(t *testing.T) {
	if path := os.Getenv(loadToKill); path != "" {
		s := openAt(t, path, Options{})
		s.Bulk(context.Background(), func(lent graph.Filling) error {
			when := os.Getenv(loadToKill + "_WHEN")
			if when != "before anything is in the file" {
				if err := storagetest.Load(lent, 300, 20000, 500); err != nil {
					t.Fatal(err)
				}
			}
			if when == "after the indexes were written" {
				lent.View(context.Background(), func(r graph.Reader) error { _, err := r.Counts(); return err })
			}
			p, _ := os.FindProcess(os.Getpid())
			p.Kill()
			select {}
		}, nil)
	}
	for _, when := range []string{"before anything is in the file", "amid", "after the indexes were written"} {
		path := newPath(t)
		openAt(t, path, Options{}).Close()
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), loadToKill+"="+path, loadToKill+"_WHEN="+when)
		if err := child.Run(); err == nil {
			t.Fatal("it was not killed")
		}
		s := openAt(t, path, Options{})
		if n := countsOf(t, s).Entities; n != 0 {
			t.Errorf("there are %d entities", n)
		}
		loadFirms(t, s, 300, 3000)
		s.Close()
		onlyStore(t, path)
		sound(t, path)
	}
}

func TestWhatIsWrittenAheadIsUsedLater(t *testing.T) {
	s := openAt(t, newPath(t), Options{})
	defer s.Close()
	write := func() int64 {
		if _, err := s.Apply(context.Background(), batchOf(addEntity(fmt.Sprint(txid(s))))); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(s.path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	size := write()
	for range 10 {
		if now := write(); now != size {
			t.Errorf("the file has grown from %d to %d bytes", size, now)
		}
	}
	if size < leastAhead {
		t.Errorf("the file has %d bytes", size)
	}
}
