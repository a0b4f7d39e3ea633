package dataset

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"lianzhu/graph"
)

func sortedNames(t table) []string { return slices.Sorted(maps.Keys(t)) }

// reader reads one line; words[0] is its keyword.
type reader = func(*parser, []word) *Problem

// only reads exactly n words after the keyword; like shows how to write it.
func only(n int, like string, read reader) reader {
	return func(p *parser, words []word) *Problem {
		if len(words) != n+1 {
			return p.problem(words[0], "write it as: %s; a text with blanks stands in quotation marks", like)
		}
		return read(p, words)
	}
}

// set reads one word into s.
func set[T ~string](s *T, like string) reader {
	return only(1, like, func(_ *parser, words []word) *Problem {
		*s = T(words[1].text)
		return nil
	})
}

// flag reads a keyword that stands alone.
func flag(like string, on func()) reader {
	return only(0, like, func(*parser, []word) *Problem {
		on()
		return nil
	})
}

func date(d *graph.Date, like string) reader {
	return only(1, like, func(p *parser, words []word) (problem *Problem) {
		v, err := graph.ParseDate(words[1].text)
		if err != nil {
			return p.problem(words[1], "%s", err)
		}
		*d = v
		return nil
	})
}

func count(n *int, like string) reader {
	return only(1, like, func(p *parser, words []word) *Problem {
		v, err := strconv.Atoi(words[1].text)
		if err != nil || v < 0 || v > 1<<31 {
			return p.problem(words[1], "%q is no number; write it as: %s", words[1].text, like)
		}
		*n = v
		return nil
	})
}

// inLang reads "title zh TEXT" and the like.
func inLang(zh, en *string, like string) reader {
	return only(2, like, func(p *parser, words []word) *Problem {
		s := map[string]*string{"zh": zh, "en": en}[words[1].text]
		switch {
		case s == nil:
			return p.problem(words[1], "the language is zh or en")
		case *s != "":
			return p.problem(words[0], "%s %s is given twice; keep one", words[0].text, words[1].text)
		}
		*s = words[2].text
		return nil
	})
}

func sourceFields(s *graph.Source) table {
	return table{
		"title":     inLang(&s.Title, &s.TitleEN, "title zh TEXT"),
		"publisher": set(&s.Publisher, "publisher TEXT"),
		"published": date(&s.PublishedOn, "published 2023-11-21"),
		"url":       set(&s.URL, "url https://..."),
		"license":   set(&s.License, "license TEXT"),
		"sha256":    set(&s.SHA256, "sha256 HEX"),
		"length":    count(&s.Length, "length 3896"),
		"editions":  count(&s.Editions, "editions 1"),
	}
}

func entityFields(e *graph.Entity) table {
	return table{
		"name": func(p *parser, words []word) *Problem {
			n, problem := p.name(words)
			e.Names = append(e.Names, n)
			return problem
		},
		"id": func(p *parser, words []word) *Problem {
			words, sources, problem := p.cutSources(words)
			if problem == nil && len(words) != 3 {
				problem = p.problem(words[0], "write it as: id USCC 91650000299201121Q <- source:...")
			}
			if problem == nil {
				e.Identifiers = append(e.Identifiers, graph.Identifier{Scheme: words[1].text, Value: words[2].text, Sources: sources})
			}
			return problem
		},
		"attribute": attribute(&e.Attributes),
		"@":         evidence(&e.Evidence),
	}
}

// name reads: name LANG ROLE TEXT [reading TEXT] [<- SOURCE...]
func (p *parser) name(words []word) (n graph.Name, problem *Problem) {
	words, n.Sources, problem = p.cutSources(words)
	reading := len(words) == 6 && words[4].is("reading")
	switch {
	case problem != nil:
		return n, problem
	case len(words) != 4 && !reading:
		return n, p.problem(words[0], "write it as: name zh official TEXT <- source:...; reading and the spaced pinyin may follow the text")
	case !slices.Contains([]string{"zh", "en", "pinyin"}, words[1].text):
		return n, p.problem(words[1], "the language %q is none of zh, en and pinyin", words[1].text)
	case !slices.Contains(roles, words[2].text):
		return n, p.problem(words[2], "the role %q is none of %s", words[2].text, strings.Join(roles, ", "))
	}
	n.Lang, n.Role = graph.Lang(strings.ToUpper(words[1].text)), graph.NameRole(strings.ToUpper(words[2].text))
	n.Text = words[3].text
	if reading {
		n.Reading = words[5].text
	}
	return n, nil
}

var roles = []string{"official", "short", "former", "brand", "translation", "transliteration"}

// cutSources cuts "<- SOURCE..." off the end of a line.
func (p *parser) cutSources(words []word) ([]word, []graph.Key, *Problem) {
	i := slices.IndexFunc(words, func(w word) bool { return w.is("<-") })
	if i < 0 {
		return words, nil, nil
	}
	var sources []graph.Key
	for _, w := range words[i+1:] {
		k, problem := p.source(w)
		if problem != nil {
			return nil, nil, problem
		}
		sources = append(sources, k)
	}
	if sources == nil {
		return nil, nil, p.problem(words[i], "after <- stand the keys of the sources that say so")
	}
	return words[:i], sources, nil
}

// source reads the key of a source, or "." for the one that was cited.
func (p *parser) source(w word) (graph.Key, *Problem) {
	if !w.is(".") {
		return graph.Key(w.text), nil
	}
	if p.cited == "" {
		return "", p.problem(w, "the point stands for a source that a line such as \"cite source:qingdao-daily\" names before; there is none")
	}
	return p.cited, nil
}

// evidence reads: @ SOURCE [START-END SHA256] [refutes] [by TEXT]
func evidence(list *[]graph.Evidence) reader {
	const like = "@ source:... 700-745 SHA256; refutes and by TEXT may follow, and the place may be left out"
	return func(p *parser, words []word) (problem *Problem) {
		e := graph.Evidence{Start: -1, End: -1}
		if len(words) < 2 {
			return p.problem(words[0], "write it as: %s", like)
		}
		if e.Source, problem = p.source(words[1]); problem != nil {
			return problem
		}
		rest := words[2:]
		if len(rest) >= 2 && !rest[0].is("refutes") && !rest[0].is("by") {
			if problem = p.span(rest[0], &e); problem != nil {
				return problem
			}
			e.SHA256, rest = rest[1].text, rest[2:]
		}
		if len(rest) > 0 && rest[0].is("refutes") {
			e.Refutes, rest = true, rest[1:]
		}
		if len(rest) == 2 && rest[0].is("by") {
			e.AssertedBy, rest = rest[1].text, nil
		}
		if len(rest) > 0 {
			return p.problem(rest[0], "write it as: %s", like)
		}
		*list = append(*list, e)
		return nil
	}
}

func (p *parser) span(w word, e *graph.Evidence) *Problem {
	from, to, ok := strings.Cut(w.text, "-")
	start, err1 := strconv.ParseUint(from, 10, 31)
	end, err2 := strconv.ParseUint(to, 10, 31)
	if !ok || err1 != nil || err2 != nil {
		return p.problem(w, "%q is no place; it is written 700-745, in characters from the start of the text, the end not included", w.text)
	}
	e.Start, e.End = int(start), int(end)
	return nil
}

// attribute reads: attribute NAME [/ ENGLISH-NAME], and opens its lines.
func attribute(list *[]graph.Attribute) reader {
	return func(p *parser, words []word) *Problem {
		english := len(words) == 4 && words[2].is("/")
		if len(words) != 2 && !english {
			return p.problem(words[0], "write it as: attribute 年产值 / \"annual output value\"")
		}
		*list = append(*list, graph.Attribute{Name: words[1].text, Modality: graph.Asserted})
		a := &(*list)[len(*list)-1]
		if english {
			a.NameEN = words[3].text
		}
		p.nested = table{
			"text":       set(&a.Text, "text TEXT"),
			"figure":     quantity(&a.Quantity),
			"collective": flag("collective", func() { a.Collective = true }),
			"from":       date(&a.ValidFrom, "from 2022-09"),
			"to":         date(&a.ValidTo, "to 2023"),
			"@":          evidence(&a.Evidence),
		}
		modality(p.nested, &a.Modality)
		return nil
	}
}

// modality adds the keywords that say it; asserted needs none.
func modality(t table, m *graph.Modality) {
	for _, v := range []graph.Modality{graph.Planned, graph.Reported, graph.Negated} {
		name := strings.ToLower(string(v))
		t[name] = only(0, name, func(p *parser, words []word) *Problem {
			if *m != graph.Asserted {
				return p.problem(words[0], "it is %s already; keep one of planned, reported and negated", strings.ToLower(string(*m)))
			}
			*m = v
			return nil
		})
	}
}

// quantity reads: figure RAW = [VALUE] [MIN..MAX] UNIT [per PER] [approx]
func quantity(to **graph.Quantity) reader {
	return func(p *parser, words []word) *Problem {
		const like = "write it as: figure 6000余吨 = 6000.. t per year"
		if len(words) < 4 || !words[2].is("=") {
			return p.problem(words[0], like)
		}
		q := &graph.Quantity{Raw: words[1].text}
		rest, problem := p.numbers(words[3:], q)
		if problem != nil {
			return problem
		}
		if len(rest) == 0 {
			return p.problem(words[0], "the unit is missing; %s", like)
		}
		q.Unit, rest = rest[0].text, rest[1:]
		if len(rest) >= 2 && rest[0].is("per") {
			q.Per, rest = rest[1].text, rest[2:]
		}
		if len(rest) > 0 && rest[0].is("approx") {
			q.Approx, rest = true, rest[1:]
		}
		if len(rest) > 0 {
			return p.problem(rest[0], like)
		}
		*to = q
		return nil
	}
}

// numbers reads the value and the bounds of a figure, as far as they are there.
func (p *parser) numbers(words []word, q *graph.Quantity) ([]word, *Problem) {
	if len(words) > 0 && isNumber(words[0]) {
		if problem := p.decimal(words[0], words[0].text, &q.Value); problem != nil {
			return nil, problem
		}
		words = words[1:]
	}
	if len(words) == 0 || !isRange(words[0]) {
		return words, nil
	}
	lo, hi, _ := strings.Cut(words[0].text, "..")
	if problem := p.decimal(words[0], lo, &q.Min); problem != nil {
		return nil, problem
	}
	return words[1:], p.decimal(words[0], hi, &q.Max)
}

func isRange(w word) bool { return !w.quoted && strings.Contains(w.text, "..") }

func isNumber(w word) bool {
	return !w.quoted && !isRange(w) && strings.IndexByte("+-0123456789", w.text[0]) >= 0
}

func (p *parser) decimal(w word, s string, d *graph.Decimal) *Problem {
	if s == "" {
		return nil
	}
	v, err := graph.ParseDecimal(s)
	if err != nil {
		return p.problem(w, "%s", err)
	}
	*d = v
	return nil
}
