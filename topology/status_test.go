package topology_test

import (
	"errors"
	"path/filepath"
	"testing"

	"lianzhu/topology"
)

func TestTheStatusTellsWhatBecomesOfTheSnapshot(t *testing.T) {
	w := newWorld(t, 8)
	w.populate(20, 40)
	file := filepath.Join(t.TempDir(), "graph.shape")
	var l *topology.Live
	seen, known := topology.Status{}, make(chan struct{})
	l = topology.Begin(w.store, w.ontology, topology.Options{File: file, Progress: func(done, total int) {
		<-known
		if done > 0 {
			seen = l.Status()
		}
	}})
	close(known)
	if _, err := l.At(patience(t), w.rev()); err != nil {
		t.Fatal(err)
	}
	if seen.State != topology.Reading || seen.Rev != 0 || seen.Read == 0 || seen.ToRead < seen.Read {
		t.Errorf("while the graph is read: %+v", seen)
	}
	if got := l.Status(); got.State != topology.Following || got.Rev != w.rev() {
		t.Errorf("with a snapshot: %+v", got)
	}
	if err := errors.Join(l.Close()); err != nil {
		t.Fatal(err)
	}
	if got := l.Status(); got.State != topology.Ended {
		t.Errorf("closed: %+v", got)
	}
	l, heard := w.begun(file, topology.Options{})
	heard.until(t, topology.Ready, 1)
	if got := l.Status(); got.MappedBytes == 0 || got.Changes != 0 {
		t.Errorf("from a file: %+v", got)
	}
}
