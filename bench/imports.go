package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"lianzhu/bench/drive"
	"lianzhu/bench/yardstick"
)

// measureImport is W2: the whole graph into a new data directory, with all
// indexes, by the lianzhu command, from CSV files for bulk import. A request is a
// relation here; entities come with them. Beside it the storage library puts all
// keys and values of the file that came of it into another one, in their order.
func (b *bench) measureImport() error {
	files, err := b.bulkFiles()
	if err != nil {
		return err
	}
	dir := filepath.Join(b.work, "import")
	cmd := exec.CommandContext(b.ctx, b.subject.binary, append([]string{"import", "--data", dir, "--strict"}, files...)...)
	began := time.Now()
	said, err := cmd.CombinedOutput()
	took := time.Since(began)
	if err != nil {
		return fmt.Errorf("the files for bulk import cannot be imported: %w: %s", err, said)
	}
	g := b.graph.G
	if err := importedAll(string(said), g.Entities()+g.Relations()); err != nil {
		b.fault(err)
	}
	size, err := sizeOf(dir)
	if err != nil {
		return err
	}
	used := usageOf(cmd.ProcessState)
	m := drive.Measure{Requests: g.Relations(), Elapsed: took, CPU: used.cpu, Bytes: size, Latencies: []time.Duration{took}, Allocs: -1}
	b.note("W2", "lianzhu", 1, m)
	b.remark("W2 took %v and %v of processor time, had at most %d MB in memory, and made files of %d MB",
		took.Round(time.Millisecond), used.cpu.Round(time.Millisecond), used.memory>>20, size>>20)
	if !b.compares("bbolt") {
		return nil
	}
	return b.measurePuts(filepath.Join(dir, "graph.db"), g.Relations())
}

// account is what an import says when it is over.
var account = regexp.MustCompile(`(\d+) read, (\d+) created, .* (\d+) rejected`)

// importedAll tells whether an import says that it has created so many things,
// and perhaps sources beside them, and rejected nothing.
func importedAll(said string, things int) error {
	found := account.FindStringSubmatch(said)
	if found == nil {
		return fmt.Errorf("W2: the import does not tell what it did: %s", said)
	}
	if created, err := strconv.Atoi(found[2]); err != nil || created < things || found[3] != "0" {
		return fmt.Errorf("W2: of files with %d entities and relations the import says: %s", things, said)
	}
	return nil
}

// bulkFiles writes the graph as files for bulk import.
func (b *bench) bulkFiles() (files []string, err error) {
	g := b.graph.G
	for name, write := range map[string]func(io.Writer) error{"1-nodes.csv": g.WriteNodes, "2-relations.csv": g.WriteRelationships} {
		name = filepath.Join(b.work, name)
		f, err := os.Create(name)
		if err != nil {
			return nil, err
		}
		err = write(f)
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return nil, err
		}
		files = append(files, name)
	}
	slices.Sort(files)
	return files, nil
}

func (b *bench) measurePuts(from string, relations int) error {
	var sum yardstick.Sum
	used, err := b.yardstick(&sum, "puts", from, filepath.Join(b.work, "puts.db"))
	if err != nil {
		return err
	}
	m := drive.Measure{Requests: relations, Elapsed: sum.Took, CPU: used.cpu, Bytes: sum.Bytes, Latencies: []time.Duration{sum.Took}, Allocs: -1}
	b.note("W2", "bbolt", 1, m)
	b.remark("W2 for bbolt is %d keys and values of %d MB", sum.Keys, sum.Bytes>>20)
	return nil
}

// sizeOf is the size of all files in a directory.
func sizeOf(dir string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := os.Stat(path)
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("the files that an import made: %w", err)
	}
	return size, err
}
