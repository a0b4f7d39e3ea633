package interchange

import (
	"errors"
	"fmt"
	"iter"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// reading is a file that is being read. What it yields are lines that add to
// the graph. Facts for which the file gives no evidence of its own cite the
// file, as a source that is yielded before the first of them.
type reading struct {
	in      dataset.Input
	mapping mapping
	yield   func(dataset.Line, error) bool

	of      string  // the file from which this one has what was refused, or ""
	head    []byte  // of the records, which share it; nil before it is made
	window  *window // nil where the format needs none
	cited   bool    // the file's source was yielded
	stopped bool    // nothing more is wanted
	passed  map[string]bool
}

// errStopped ends a reading of which nothing more is wanted.
var errStopped = errors.New("nothing more is wanted")

// reader makes the reader of a format. An error of run that is a Problem is
// yielded as one, since nothing can be read after it.
func reader(run func(*reading) error) func(dataset.Input) iter.Seq2[dataset.Line, error] {
	return func(in dataset.Input) iter.Seq2[dataset.Line, error] {
		return func(yield func(dataset.Line, error) bool) {
			r := &reading{in: in, yield: yield, passed: map[string]bool{}}
			mapping, err := readMapping(in)
			if err == nil {
				r.mapping = mapping
				err = run(r)
			}
			if err == nil || r.stopped {
				return
			}
			var p *dataset.Problem
			if !errors.As(err, &p) {
				err = fmt.Errorf("%s: %w", in.Name, err)
			}
			yield(dataset.Line{File: in.Name}, err)
		}
	}
}

// place is where something stands in a file: its first line and the column in
// it, and its span in characters with the hash of what stands there. A place
// without a hash is a line only.
type place struct {
	line, column, start, end int
	hash                     string
	record                   *dataset.Record // what stands there, where that is wanted
}

// evidence cites a place of the file. What was mended stands nowhere in the file
// from which it comes, so that file is cited as a whole.
func (r *reading) evidence(at place) []graph.Evidence {
	e := graph.Evidence{Source: r.fileKey(), Start: -1, End: -1}
	if at.hash != "" && r.of == "" {
		e.Start, e.End, e.SHA256 = at.start, at.end, at.hash
	}
	return []graph.Evidence{e}
}

// origin is the name of the file in which the things stood first, without its
// folders.
func (r *reading) origin() string {
	name := r.in.Name
	if r.of != "" {
		name = r.of
	}
	return path.Base(strings.ReplaceAll(name, `\`, "/"))
}

// comeFrom says that what follows was refused in another file.
func (r *reading) comeFrom(file string) error {
	if file == "" || file == r.of {
		return nil
	}
	if r.window != nil {
		if err := r.window.rest(); err != nil {
			return err
		}
	}
	r.of, r.head, r.cited = file, nil, false
	return nil
}

// record keeps what stands somewhere, where that is wanted. head makes what must
// stand before it in a file, once for all.
func (r *reading) record(text []byte, head func() []byte) *dataset.Record {
	if !r.in.Records {
		return nil
	}
	if r.head == nil {
		r.head = head()
	}
	return &dataset.Record{Head: r.head, Text: text}
}

// fileKey is the key of the file as a source. It is made of its name, so that a
// file that is read again is the same source.
func (r *reading) fileKey() graph.Key { return graph.Key("source:" + r.fileName()) }

// fileName is the name of the file as it can stand in a key.
func (r *reading) fileName() string {
	base := r.origin()
	name := strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("._-", c) {
			return c
		}
		return '-'
	}, base)
	if len(name) > 200 {
		name = strings.ToValidUTF8(name[:200], "")
	}
	if strings.Trim(name, "-.") == "" {
		return "file"
	}
	return name
}

// give yields a change. cites says that it cites the file.
func (r *reading) give(at place, c graph.Change, mode dataset.Mode, cites bool) error {
	if cites && !r.cited {
		r.cited = true
		source := graph.Change{Source: &graph.Source{Key: r.fileKey(), Title: r.origin()}}
		if err := r.send(dataset.Line{File: r.in.Name, Number: at.line, Change: source}, nil); err != nil {
			return err
		}
	}
	return r.send(dataset.Line{File: r.in.Name, Number: at.line, Column: at.column, Change: c, Mode: mode, Record: at.record, Size: at.end - at.start}, nil)
}

func (r *reading) send(line dataset.Line, err error) error {
	if !r.yield(line, err) {
		r.stopped = true
		return errStopped
	}
	return nil
}

// problem is what makes something unfit to be used.
func (r *reading) problem(at place, field, format string, args ...any) *dataset.Problem {
	return &dataset.Problem{File: r.in.Name, Line: at.line, Column: at.column, Field: field, Reason: fmt.Sprintf(format, args...), Record: at.record}
}

// refuse yields a problem, and reading goes on.
func (r *reading) refuse(at place, field, format string, args ...any) error {
	return r.tell(r.problem(at, field, format, args...))
}

// tell yields a problem.
func (r *reading) tell(p *dataset.Problem) error {
	return r.send(dataset.Line{File: r.in.Name, Number: p.Line}, p)
}

// refuseOnce is refuse for what would be said of many things in a file. No record
// of it is kept, since those of the others would be missing.
func (r *reading) refuseOnce(at place, field, format string, args ...any) error {
	if r.passed[field] || len(r.passed) > maxPassed {
		return nil
	}
	r.passed[field] = true
	at.record = nil
	return r.refuse(at, field, format, args...)
}

// maxPassed bounds how many different properties a file can be told not to be
// understood in.
const maxPassed = 256

// maxElement bounds what is read of a file as one thing, in bytes.
const maxElement = 16 << 20

// notUTF8 is why what holds broken characters is refused: whoever read them as
// they are mended would write a name that stands nowhere.
const notUTF8 = "it is not UTF-8; save the file as UTF-8"

// maxNesting bounds how deep things nest in a file.
const maxNesting = 64

// hasHan tells whether s has a Chinese character, which makes it Chinese.
func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return unicode.Is(unicode.Han, c) })
}

// langOf is the language that s looks like.
func langOf(s string) graph.Lang {
	if hasHan(s) {
		return graph.ZH
	}
	return graph.EN
}

// textOf is s as it can be stored: without blanks at its ends, in one line.
func textOf(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.Join(strings.Fields(s), " ")
}

// keyIn is the key of what the file calls id: id where it can be a key, else one
// in which the name of the file tells it from the things of other files.
func (r *reading) keyIn(id string) graph.Key {
	if i := strings.IndexByte(id, ':'); i > 0 && i < len(id)-1 && !strings.ContainsFunc(id, unfitInKey) {
		return graph.Key(id)
	}
	return graph.Key("file:" + r.fileName() + "/" + strings.Map(func(c rune) rune {
		if unfitInKey(c) {
			return '-'
		}
		return c
	}, id))
}

// unfitInKey tells whether c may not stand in a key.
func unfitInKey(c rune) bool {
	return c == '|' || c == utf8.RuneError || unicode.IsSpace(c) || unicode.In(c, unicode.Cc, unicode.Cf)
}
