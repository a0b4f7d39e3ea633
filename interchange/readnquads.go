package interchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// ReadNQuads is the format of N-Quads and N-Triples, read a line at a time.
func ReadNQuads() dataset.Format {
	return dataset.Format{Name: "n-quads", Endings: []string{".nq", ".nt"}, Says: "N-Quads and N-Triples", Read: reader(readNQuads), Rejects: dataset.Lines(dataset.TellInComment).NewRejects}
}

func readNQuads(r *reading) error {
	w := newWindow(r, r.giveSubject)
	runes := 0
	in := bufio.NewReaderSize(r.in.Reader, 64<<10)
	for number := 1; ; number++ {
		line, size, err := readBounded(in)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		at := place{line: number, start: runes, end: runes + utf8.RuneCount(line)}
		runes += size
		if problem := r.quad(w, at, line, size > len(line)+2); problem != nil {
			return problem
		}
		if err != nil {
			return w.rest()
		}
	}
}

// readBounded reads a line and drops its end; size is how many characters the
// line has with it. Of a line that is too long only the beginning is kept.
func readBounded(in *bufio.Reader) (line []byte, size int, err error) {
	for {
		part, err := in.ReadSlice('\n')
		size += utf8.RuneCount(part)
		if len(line) <= maxElement {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimRight(line, "\r\n"), size, err
		}
	}
}

// cameFrom begins the comment that says in which file what follows was refused.
const cameFrom = "# lianzhu: of "

// quad reads a line into the window. The error ends the file.
func (r *reading) quad(w *window, at place, line []byte, long bool) error {
	if long = long && len(line) > maxElement/2 || len(line) > maxElement; !long && r.in.Records {
		at.record = r.record(bytes.Clone(line), func() []byte { return []byte(cameFrom + strconv.Quote(r.origin())) })
	}
	flaw, column := "", 0
	switch {
	case long:
		return r.refuse(at, "", "the line is longer than %d MiB", maxElement>>20)
	case !utf8.Valid(line):
		valid := strings.ToValidUTF8(string(line), "\x00")
		flaw, column = notUTF8, strings.IndexByte(valid, 0)
	case bytes.IndexByte(line, 0) >= 0:
		flaw, column = "there is a NUL byte; remove it", bytes.IndexByte(line, 0)
	}
	if flaw != "" {
		at.column = utf8.RuneCount(line[:column]) + 1
		return r.unread(w, at, line[:column], errors.New(flaw))
	}
	text := strings.TrimSpace(string(line))
	switch {
	case strings.HasPrefix(text, cameFrom):
		file, _ := strconv.Unquote(text[len(cameFrom):]) // one that somebody wrote by hand names no file
		return r.comeFrom(file)
	case text == "" || text[0] == '#':
		return nil
	}
	subjectIRI, property, object, rest, err := parseQuad(text)
	if err != nil {
		at.column = utf8.RuneCount(bytes.TrimRight(line, " \t\r\n")) - utf8.RuneCountInString(rest) + 1
		return r.unread(w, at, line, err)
	}
	at.hash = graph.HashSpan(string(line))
	at.column = 1 + len(line) - len(bytes.TrimLeft(line, " \t"))
	return w.say(subjectIRI, at, len(text), property, object)
}

// unread refuses a statement of which only the beginning can be relied upon, and
// with it the thing of which it speaks.
func (r *reading) unread(w *window, at place, begun []byte, why error) error {
	thing, _, err := parseTerm(string(begun))
	if err != nil || !thing.iri {
		return r.refuse(at, "", "%s; what it speaks of cannot be told, so the rest of that is read without it", why)
	}
	return w.flaw(thing.value, at, r.problem(at, "", "%s", why))
}

// parseQuad reads a statement; the graph it may name is passed over. After an
// error rest is the text from the place of the error on.
func parseQuad(text string) (subject, property string, object term, rest string, err error) {
	fail := func(rest string, err error) (string, string, term, string, error) { return "", "", term{}, rest, err }
	s, rest, err := parseTerm(text)
	if err != nil {
		return fail(text, err)
	}
	begun := strings.TrimLeft(rest, " \t")
	p, rest, err := parseTerm(rest)
	if err != nil {
		return fail(begun, err)
	}
	if !s.iri || !p.iri || strings.HasPrefix(p.value, "_:") {
		return fail(begun, errors.New("a statement begins with a thing and a property, each an IRI in angle brackets"))
	}
	begun = strings.TrimLeft(rest, " \t")
	object, rest, err = parseTerm(rest)
	if err != nil {
		return fail(begun, err)
	}
	if rest = strings.TrimSpace(rest); rest != "" && rest[0] != '.' {
		g, after, err := parseTerm(rest)
		if err != nil || !g.iri {
			return fail(rest, errors.New("the name of the graph is neither an IRI nor a blank node"))
		}
		rest = strings.TrimSpace(after)
	}
	if rest != "." && !strings.HasPrefix(strings.TrimSpace(strings.TrimPrefix(rest, ".")), "#") || !strings.HasPrefix(rest, ".") {
		return fail(rest, errors.New("the statement does not end with a point"))
	}
	return s.value, p.value, object, rest, nil
}

// parseTerm reads an IRI, a blank node or a literal.
func parseTerm(text string) (t term, rest string, err error) {
	text = strings.TrimLeft(text, " \t")
	switch {
	case strings.HasPrefix(text, "<"):
		end := strings.IndexByte(text, '>')
		if end < 0 {
			return t, "", errors.New("an IRI does not end with >")
		}
		iri, err := unescaped(text[1:end])
		if err == nil && strings.ContainsAny(iri, " <>\"{}|^`") || iri == "" {
			err = fmt.Errorf("%.60q is no IRI", iri)
		}
		return term{value: iri, iri: true}, text[end+1:], err
	case strings.HasPrefix(text, "_:"):
		end := strings.IndexAny(text, " \t")
		if end < 0 {
			end = len(text)
		}
		return term{value: strings.TrimSuffix(text[:end], "."), iri: true}, text[end:], nil
	case strings.HasPrefix(text, `"`):
		return parseLiteral(text)
	}
	return t, "", fmt.Errorf("%.40q begins neither an IRI, nor a blank node, nor a literal", text)
}

// parseLiteral reads a text with its language or type.
func parseLiteral(text string) (t term, rest string, err error) {
	end := 1
	for ; end < len(text) && text[end] != '"'; end++ {
		if text[end] == '\\' {
			end++
		}
	}
	if end >= len(text) {
		return t, "", errors.New("a text does not end with a quotation mark")
	}
	if t.value, err = unescaped(text[1:end]); err != nil {
		return t, "", err
	}
	rest = text[end+1:]
	if lang, ok := strings.CutPrefix(rest, "@"); ok {
		n := strings.IndexAny(lang, " \t.")
		if n < 0 {
			n = len(lang)
		}
		t.lang = strings.ToLower(lang[:n])
		return t, lang[n:], nil
	}
	if typ, ok := strings.CutPrefix(rest, "^^"); ok {
		iri, after, err := parseTerm(typ)
		t.typ = iri.value
		return t, after, err
	}
	return t, rest, nil
}

// unescaped resolves the escapes of N-Quads.
func unescaped(s string) (string, error) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		c, size, err := escape(s[i:])
		if err != nil {
			return "", err
		}
		b.WriteRune(c)
		i += size - 1
	}
	return b.String(), nil
}

// escape reads the escape with which s begins.
func escape(s string) (c rune, size int, err error) {
	if len(s) > 1 {
		if i := strings.IndexByte(`tbnrf"'\`, s[1]); i >= 0 {
			return rune("\t\b\n\r\f\"'\\"[i]), 2, nil
		}
		if size = map[byte]int{'u': 6, 'U': 10}[s[1]]; size > 0 && len(s) >= size {
			n, err := strconv.ParseUint(s[2:size], 16, 32)
			if err == nil && n != 0 && utf8.ValidRune(rune(n)) {
				return rune(n), size, nil
			}
		}
	}
	return 0, 0, fmt.Errorf("%.10q is no escape", s)
}
