package dataset

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"iter"
	"slices"

	"lianzhu/graph"
)

//go:embed yellowriver/*.facts regions/*.csv
var builtIn embed.FS

// YellowRiver yields the built-in dataset: the administrative regions of China,
// the Yellow River basin, and what the Qingdao Daily article on Qingdao and the
// provinces along the river states, with other sources on the same enterprises
// beside it. The order is that of [All], so [Load] can write it as it comes.
// Every call yields values of its own. An error is one of the program: the
// dataset is tested.
func YellowRiver() iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		lines, err := readBuiltIn(builtIn)
		if err != nil {
			yield(Line{}, err)
			return
		}
		for _, line := range lines {
			if !yield(line, nil) {
				return
			}
		}
	}
}

// YellowRiverVersion changes whenever the built-in dataset does; it is made for
// [Options.KeyPrefix].
func YellowRiverVersion() string {
	sum := sha256.New()
	for _, name := range builtInFiles(builtIn) {
		text, _ := fs.ReadFile(builtIn, name) // what is embedded can be read
		sum.Write([]byte(name))
		sum.Write(text)
	}
	return "yellow-river-" + hex.EncodeToString(sum.Sum(nil)[:8])
}

// builtInFiles are all files of the dataset, in the order of their names.
func builtInFiles(files fs.FS) []string {
	facts, _ := fs.Glob(files, "yellowriver/*.facts")
	lists, _ := fs.Glob(files, "regions/*.csv")
	return slices.Concat(facts, lists)
}

func readBuiltIn(files fs.FS) ([]Line, error) {
	lines, err := readRegions(files)
	if err != nil {
		return nil, err
	}
	s := statedOnce{at: map[string]int{}, regions: len(lines)}
	for _, line := range lines {
		if err := s.add(line); err != nil {
			return nil, err
		}
	}
	facts, _ := fs.Glob(files, "yellowriver/*.facts")
	for _, name := range facts {
		if err := s.addFile(files, name); err != nil {
			return nil, err
		}
	}
	byKey(s.lines)
	return s.lines, nil
}

// statedOnce gathers lines. What a file says of a region adds to what the list
// says of it; anything else may be stated only once.
type statedOnce struct {
	lines   []Line
	at      map[string]int
	regions int // so many lines are those of the list
}

func (s *statedOnce) addFile(files fs.FS, name string) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for line, err := range ReadStatements(f, name) {
		if err != nil {
			return err
		}
		if err := s.add(line); err != nil {
			return err
		}
	}
	return nil
}

func (s *statedOnce) add(line Line) error {
	name := line.Change.Name()
	i, known := s.at[name]
	switch {
	case !known:
		s.at[name] = len(s.lines)
		s.lines = append(s.lines, line)
	case i < s.regions && line.Change.Entity != nil:
		addTo(s.lines[i].Change.Entity, line.Change.Entity)
	default:
		return &Problem{File: line.File, Line: line.Number, Reason: name + " is stated twice; keep one statement and put the evidence there"}
	}
	return nil
}

// addTo adds what more says to e.
func addTo(e, more *graph.Entity) {
	e.Names = append(e.Names, more.Names...)
	e.Identifiers = append(e.Identifiers, more.Identifiers...)
	e.Attributes = append(e.Attributes, more.Attributes...)
	e.Evidence = append(e.Evidence, more.Evidence...)
}
