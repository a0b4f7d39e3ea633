package dataset_test

import (
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"

	"lianzhu/dataset"
)

// letters is a text that does not end.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// A line of 100 MB is refused in the memory of the longest that is taken, and
// reading goes on behind it.
func TestMemoryStaysFlatOverALineOf100MB(t *testing.T) {
	for _, c := range []struct {
		name, before, begin, after string
		read                       func(io.Reader, string) iter.Seq2[dataset.Line, error]
	}{
		{"JSON Lines", firstLine, `{"entity":{"key":"`, `{"source":{"key":"source:b"}}` + "\n", dataset.Read},
		{"statements", "source source:a\n  title zh 甲\n", "source source:", "source source:b\n  title zh 乙\n", dataset.ReadStatements},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := io.MultiReader(strings.NewReader(c.before+c.begin), io.LimitReader(letters{}, 100<<20), strings.NewReader("\n"+c.after))
			var problems []string
			last := ""
			most := uint64(0)
			for line, err := range c.read(file, "f") {
				if err != nil {
					problems = append(problems, err.Error())
				} else {
					last = line.Change.Name()
				}
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
			if len(problems) != 1 || !strings.Contains(problems[0], "longer than 16 MiB") || last != "source:b" {
				t.Errorf("it says %.300q, and the last is %s", problems, last)
			}
			if most > 100<<20 {
				t.Errorf("%d MiB are held", most>>20)
			}
		})
	}
}
