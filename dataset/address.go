package dataset

import (
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"lianzhu/graph"
)

// Gazetteer finds the region in which an address lies. It does not change and
// may be used by several goroutines.
type Gazetteer struct {
	regions map[graph.Key]*gazRegion
	named   map[string][]*gazRegion // by full and by short name
	longest int                     // name, in characters
}

type gazRegion struct {
	key    graph.Key
	full   string
	parent *gazRegion
}

// BuiltInGazetteer knows the administrative divisions of China that are built
// in, under their keys (see [RegionKey]).
func BuiltInGazetteer() (*Gazetteer, error) {
	lines, err := builtInRegions()
	if err != nil {
		return nil, err
	}
	g := &Gazetteer{regions: map[graph.Key]*gazRegion{}, named: map[string][]*gazRegion{}}
	for _, line := range lines {
		if e := line.Change.Entity; e != nil {
			g.add(e)
		}
	}
	for _, line := range lines {
		if r := line.Change.Relation; r != nil && r.Type == graph.PartOf {
			g.regions[r.Source].parent = g.regions[r.Target]
		}
	}
	return g, nil
}

func builtInRegions() ([]Line, error) {
	var files fs.FS = builtIn
	return readRegions(files)
}

func (g *Gazetteer) add(e *graph.Entity) {
	r := &gazRegion{key: e.Key, full: e.Name(graph.ZH)}
	g.regions[r.key] = r
	for _, n := range e.Names {
		if n.Lang == graph.ZH && utf8.RuneCountInString(n.Text) > 1 && !slices.Contains(g.named[n.Text], r) {
			g.named[n.Text] = append(g.named[n.Text], r)
			g.longest = max(g.longest, utf8.RuneCountInString(n.Text))
		}
	}
}

// Find gives the smallest region that the beginning of an address names:
// 山东省青岛市崂山区海尔路1号 lies in 崂山区 of 青岛. At each place the longest name
// counts that is below what was named before; levels may be left out, and so may
// 省, 市 and 县 where no street or the like is named so. A name that several
// regions have, with nothing before it that tells which, is an error of
// CodeAmbiguous with the candidates; an address that begins with no region is one
// of CodeNotFound.
func (g *Gazetteer) Find(address string) (graph.Key, error) {
	found := g.read([]rune(width.Fold.String(address)), nil).found
	switch len(found) {
	case 0:
		return "", &graph.Error{Code: graph.CodeNotFound, Op: "address", Key: address, Index: -1,
			Detail: "it begins with no region that is known; write province, city and county first"}
	case 1:
		return found[0].key, nil
	}
	return "", ambiguousRegion(address, found)
}

func ambiguousRegion(address string, found []*gazRegion) error {
	var keys []graph.Key
	var names []string
	for _, r := range found {
		keys = append(keys, r.key)
		names = append(names, r.path())
	}
	const most = 5
	list := strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		list += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return &graph.Error{Code: graph.CodeAmbiguous, Op: "address", Key: address, Index: -1, Candidates: keys,
		Detail: "several regions are called so: " + list + "; write the region above before it"}
}

// path is the full name of a region after those of the regions above.
func (r *gazRegion) path() string {
	if r.parent == nil {
		return r.full
	}
	return r.parent.path() + r.full
}

func (r *gazRegion) below(other *gazRegion) bool {
	for p := r.parent; p != nil; p = p.parent {
		if p == other {
			return true
		}
	}
	return false
}

// reading is what the beginning of an address may name. Sure is how many
// characters of it are names in full or followed by one below, size how many
// were read.
type reading struct {
	found      []*gazRegion
	sure, size int
}

// read finds the regions that rest names below those found, or anywhere where
// none is found yet. Of several readings that counts of which most is sure:
// 青岛市南区 is 青岛 and 市南区, but 青岛市南京路 begins with 青岛市.
func (g *Gazetteer) read(rest []rune, found []*gazRegion) reading {
	begun := withoutPrelude(rest)
	best := reading{found: found}
	for size := min(g.longest, len(begun)); size > 1; size-- {
		next := g.called(begun, size, found)
		if next == nil {
			continue
		}
		deeper := g.read(begun[size:], next)
		if string(begun[:size]) == next[0].full || deeper.size > 0 || size == len(begun) {
			deeper.sure += size
		}
		deeper.size += size
		if deeper.sure > best.sure || deeper.sure == best.sure && deeper.size > best.size {
			best = deeper
		}
	}
	return best
}

// called are the regions below those found whose name is the first size
// characters of rest.
func (g *Gazetteer) called(rest []rune, size int, found []*gazRegion) (next []*gazRegion) {
	name := string(rest[:size])
	for _, r := range g.named[name] {
		fits := found == nil || slices.ContainsFunc(found, r.below)
		if fits && (name == r.full || g.ends(r, rest[size:])) {
			next = append(next, r)
		}
	}
	return next
}

// ends tells whether the name of r without its 省, 市 or 县 can end before rest:
// not where a street, a town or the like is called so, unless what follows is
// the name of a region below.
func (g *Gazetteer) ends(r *gazRegion, rest []rune) bool {
	const further = "路街道巷弄镇乡村屯大东西南北中新老山河湖桥园港站广"
	if len(rest) == 0 || !strings.ContainsRune(further, rest[0]) {
		return true
	}
	for size := min(g.longest, len(rest)); size > 1; size-- {
		if slices.ContainsFunc(g.named[string(rest[:size])], func(other *gazRegion) bool { return other.below(r) }) {
			return true
		}
	}
	return false
}

// withoutPrelude drops what may stand before the name of a region.
func withoutPrelude(rest []rune) []rune {
	for {
		s := strings.TrimLeft(string(rest), " \t,.;:·-/()、。")
		s = strings.TrimPrefix(strings.TrimPrefix(s, "中华人民共和国"), "中国")
		left := []rune(s)
		if len(left) >= len(rest) {
			return rest
		}
		rest = left
	}
}

// Names yields every name of a region that g knows, full and short, in no order.
func (g *Gazetteer) Names() iter.Seq[string] { return maps.Keys(g.named) }
