// Package formats is the table of the ways in which files hold facts. The
// command line and the server read what stands here, and nothing else.
package formats

import (
	"path"
	"slices"
	"strings"

	"lianzhu/dataset"
	"lianzhu/dataset/tables"
	"lianzhu/interchange"
)

// All are the formats, the lossless one first.
func All() []dataset.Format {
	return []dataset.Format{
		dataset.JSONLines(),
		dataset.Statements(),
		tables.CSV(),
		tables.TSV(),
		tables.Excel(),
		interchange.ReadGraphML(),
		interchange.ReadJSONLD(),
		interchange.ReadNQuads(),
		interchange.ReadBODS(),
		interchange.ReadFtM(),
	}
}

// Names are the names of all formats.
func Names() []string {
	var names []string
	for _, f := range All() {
		names = append(names, f.Name)
	}
	return names
}

// Named is the format of a name, or ok is false.
func Named(name string) (f dataset.Format, ok bool) {
	return find(func(f dataset.Format) bool { return f.Name == strings.ToLower(name) })
}

// OfFile is the format that the ending of a file's name tells, the longest that
// fits, or ok is false.
func OfFile(name string) (f dataset.Format, ok bool) {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	longest := 0
	for _, format := range All() {
		for _, ending := range format.Endings {
			if len(ending) > longest && strings.HasSuffix(base, ending) {
				f, ok, longest = format, true, len(ending)
			}
		}
	}
	return f, ok
}

func find(is func(dataset.Format) bool) (f dataset.Format, ok bool) {
	all := All()
	i := slices.IndexFunc(all, is)
	if i < 0 {
		return f, false
	}
	return all[i], true
}
