package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lianzhu/graph"
	"lianzhu/graph/gql"
	"lianzhu/storage"
)

// graphFile is the name of the file that keeps the graph, in the data
// directory.
const graphFile = "graph.db"

// inMemory stands in the place of a data directory for a graph that is kept in
// memory only.
const inMemory = "mem:"

// dataDir is where the graph is kept, and how to call that place in messages:
// as the user did, or by the home directory.
func (a *app) dataDir() (dir, shown string, err error) {
	if a.data != "" {
		return a.data, a.data, nil
	}
	base, shown := a.baseDir("XDG_DATA_HOME", ".local/share")
	if base == "" {
		return "", "", usage("there is no home directory to keep the graph in; say where with --data DIR or LIANZHU_DATA")
	}
	return filepath.Join(base, "lianzhu"), shown + "/lianzhu", nil
}

// baseDir is a base directory of the XDG specification: that of the variable,
// which counts only where it is absolute, or the one below the home directory.
// It is "" where there is no home directory.
func (a *app) baseDir(variable, belowHome string) (dir, shown string) {
	if dir := a.getenv(variable); filepath.IsAbs(dir) {
		return dir, "$" + variable
	}
	home, err := a.home()
	if err != nil || home == "" {
		return "", ""
	}
	return filepath.Join(home, filepath.FromSlash(belowHome)), "~/" + belowHome
}

// noGraph says that there is no graph in the data directory.
type noGraph struct{ dir string }

func (e *noGraph) Error() string {
	return fmt.Sprintf("there is no graph in %s; make one with lianzhu serve or lianzhu import, or say with --data where it is", e.dir)
}

// withGraph opens the graph of the data directory, lends it to use and closes
// it. Where there is none it is made, or the error is a [noGraph]. What need not be
// made need not be written either: then a graph that can only be read will do.
func (a *app) withGraph(ctx context.Context, makeIt bool, use func(*gql.Contract, graph.Store) error) error {
	contract, err := readContract()
	if err != nil {
		return err
	}
	store, err := a.openGraph(ctx, contract.Ontology, makeIt)
	if err != nil {
		return err
	}
	return errors.Join(use(contract, store), store.Close())
}

func (a *app) openGraph(ctx context.Context, o *graph.Ontology, makeIt bool) (graph.Store, error) {
	file, err := a.findGraph(makeIt)
	if err != nil {
		return nil, err
	}
	if file == inMemory {
		return storage.Open(ctx, inMemory, o, storage.Options{})
	}
	return storage.Open(ctx, "bolt:"+file, o, storage.Options{MustExist: !makeIt, ReadOnlyToo: !makeIt})
}

// findGraph is the file that keeps the graph, or [inMemory]. Where it is to be
// made its directory is there afterwards; otherwise it must exist.
func (a *app) findGraph(makeIt bool) (string, error) {
	dir, shown, err := a.dataDir()
	if err != nil || dir == inMemory {
		return dir, err
	}
	file := filepath.Join(dir, graphFile)
	switch _, err := os.Stat(file); {
	case err == nil:
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("the data directory %s cannot be used: %s", shown, reason(err))
	case !makeIt:
		return "", &noGraph{shown}
	default:
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return "", fmt.Errorf("the data directory %s cannot be made: %s", shown, reason(err))
		}
	}
	return file, nil
}
