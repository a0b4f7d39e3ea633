package text

import (
	"bytes"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"sync"

	"lianzhu/graph"
)

// Firms parses names of companies with the regions that a graph knows beside a
// list of others. It follows the graph: a region that was written counts from the
// next question on. It may be used by several goroutines.
type Firms struct {
	known []string // beside those of the graph

	mu     sync.Mutex
	rev    graph.Rev
	parser *Companies // of revision rev; nil: none was asked for
}

// NewFirms makes one that knows these names of regions, full and short, wherever
// it looks.
func NewFirms(known iter.Seq[string]) *Firms { return &Firms{known: slices.Collect(known)} }

// Suspects is [Companies.Suspects] with the regions of the graph that r reads.
func (f *Firms) Suspects(r graph.Reader, e *graph.Entity) ([]graph.Suspect, error) {
	p, err := f.Companies(r)
	if err != nil {
		return nil, err
	}
	return p.Suspects(r, e)
}

// Companies is a parser that knows the regions of the graph that r reads, or of
// the latest revision that was asked about. It is kept, and follows the log from one revision to the next; only where regions
// have lost a name, or where much was written since, all regions are read.
func (f *Firms) Companies(r graph.Reader) (*Companies, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.parser != nil && f.rev >= r.Rev() {
		return f.parser, nil
	}
	more, whole, err := f.since(r)
	if err != nil {
		return nil, err
	}
	if !whole {
		if more, err = regionNames(r); err != nil {
			return nil, err
		}
		f.parser = NewCompanies(slices.Values(slices.Concat(f.known, more)))
	} else if len(more) > 0 {
		f.parser = f.parser.with(more)
	}
	f.rev = r.Rev()
	return f.parser, nil
}

// mostRead is how many entries of the log are looked at before all regions are
// rather read.
const mostRead = 512

// since is what names regions have got since the parser was made; whole is false
// where that is not all that has happened to them.
func (f *Firms) since(r graph.Reader) (names []string, whole bool, err error) {
	if f.parser == nil {
		return nil, false, nil
	}
	entries, err := r.Log(graph.LogPos{Rev: f.rev + 1}, mostRead)
	if err != nil || len(entries) == mostRead {
		return nil, false, err
	}
	for i := range entries {
		before, after := regionOf(entries[i].Before), regionOf(entries[i].After)
		if slices.ContainsFunc(before, func(name string) bool { return !slices.Contains(after, name) }) {
			return nil, false, nil
		}
		names = append(names, after...)
	}
	return names, true, nil
}

// regionOf is the Chinese names of the region that is a document of the log, none
// where it is something else.
func regionOf(document []byte) []string {
	var e graph.Entity
	if !bytes.Contains(document, []byte(`"`+graph.KindRegion+`"`)) || json.Unmarshal(document, &e) != nil || e.Kind != graph.KindRegion {
		return nil
	}
	return chineseNames(&e)
}

func chineseNames(e *graph.Entity) (names []string) {
	for i := range e.Names {
		if e.Names[i].Lang == graph.ZH {
			names = append(names, e.Names[i].Text)
		}
	}
	return names
}

// regionNames is the Chinese names of all regions.
func regionNames(r graph.Reader) (names []string, err error) {
	var ids []graph.EntityID
	for id, err := range r.AllEntities([]graph.Kind{graph.KindRegion}, 0) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	for some := range slices.Chunk(ids, lookAt) {
		docs, err := r.Entities(some)
		if err != nil {
			return nil, err
		}
		for _, e := range docs {
			if e != nil {
				names = append(names, chineseNames(e)...)
			}
		}
	}
	return names, nil
}

// with is p with more names of regions.
func (p *Companies) with(regions []string) *Companies {
	next := *p
	next.regions = maps.Clone(p.regions)
	next.addRegions(slices.Values(regions))
	return &next
}
