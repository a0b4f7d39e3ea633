package main

import (
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"time"

	"lianzhu/graph"
	"lianzhu/topology"
)

// shapeFile is the name of the file, beside that of the graph, that keeps its
// shape for the next start. It can be removed at any time.
const shapeFile = "graph.shape"

// followShape begins to follow the shape of the graph in store, which is there
// some time after. Until then the store answers alone.
func (a *app) followShape(store graph.Store, o *graph.Ontology, log *slog.Logger) (*topology.Live, error) {
	dir, _, err := a.dataDir()
	if err != nil {
		return nil, err
	}
	file := ""
	if dir != inMemory {
		file = filepath.Join(dir, shapeFile)
	}
	t := shapeTeller{log: log, trim: func() error { return nil }}
	if trimmer, ok := store.(trimmer); ok {
		t.trim = trimmer.Trim
	}
	return topology.Begin(store, o, topology.Options{File: file, Told: t.told, Progress: t.progress}), nil
}

// trimmer has mapped a file, and gives back what of it is in memory.
type trimmer interface{ Trim() error }

// keepMappedSmall watches what of the files of the store and of its shape is in
// memory, until end is called.
func keepMappedSmall(store graph.Store, live *topology.Live, log *slog.Logger) (end func()) {
	p := pages{log: log, mapped: mappedMemory, trims: []func() error{live.Trim}}
	if trimmer, ok := store.(trimmer); ok {
		p.trims = append(p.trims, trimmer.Trim)
	}
	tick, stop, done := time.NewTicker(lookAtMapped), make(chan struct{}), make(chan struct{})
	go func() { defer close(done); p.watch(tick.C, stop) }()
	return func() { tick.Stop(); close(stop); <-done }
}

// shapeTeller logs what becomes of the shape.
type shapeTeller struct {
	log     *slog.Logger
	trim    func() error // gives back what reading the whole store has taken
	tenths  int          // of the graph that were read when it was last told
	parts   int          // of the graph that were read when pages were last given back
	percent int          // that of the collector before building
}

// buildPercent is how far the heap may grow while the shape is read: what that
// leaves behind is garbage at once, and much of it.
const buildPercent = 50

func (t *shapeTeller) told(e topology.Event) {
	size := []any{"file", shapeFile, "rev", e.Rev, "entities", e.Entities, "relations", e.Relations}
	switch e.What {
	case topology.Refused:
		t.log.Warn("the shape of the graph is read anew from the store", "file", shapeFile, "reason", e.Err)
	case topology.Building:
		t.tenths, t.parts, t.percent = 0, 0, debug.SetGCPercent(buildPercent)
		t.log.Info("reading the shape of the graph from the store; questions are answered meanwhile, some more slowly")
	case topology.Built:
		debug.SetGCPercent(t.percent)
		debug.FreeOSMemory()
		t.giveBack()
	case topology.Ready:
		t.log.Info("the shape of the graph is in memory", size[2:]...)
	case topology.Saved:
		t.log.Info("the shape of the graph is saved", size...)
		debug.FreeOSMemory() // the file is used from now on
	case topology.Unsaved:
		t.log.Error("the shape of the graph cannot be saved, so that the next start will read it from the store", "file", shapeFile, "reason", e.Err)
	case topology.Failed:
		t.log.Error("there is no shape of the graph, so that questions are answered more slowly; run lianzhu check", "reason", e.Err)
	}
}

// giveBack gives back the pages of the store that were read. They stay in the
// system's cache, which is not the server's memory.
func (t *shapeTeller) giveBack() {
	if err := t.trim(); err != nil {
		t.log.Debug("the memory that reading the store took stays", "reason", err)
	}
}

// givenBack is after how many things read pages are given back: some 32 MB.
const givenBack = 50_000

// progress tells every tenth of a large graph.
func (t *shapeTeller) progress(done, total int) {
	const large = 1_000_000
	if parts := done / givenBack; parts != t.parts {
		t.parts = parts
		t.giveBack()
	}
	if tenths := done * 10 / max(1, total); total >= large && tenths > t.tenths {
		t.tenths = tenths
		t.log.Info("reading the shape of the graph", "done", done, "of", total)
	}
}
