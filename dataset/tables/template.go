package tables

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"lianzhu/dataset"
)

// item is the column of a template that stands for an item of a cell.
const item = -1

// template is a text with cells in it.
type template []piece

// piece is a text or, where column is set, a cell and what is done with it.
type piece struct {
	text   string
	cell   bool
	column int // its index, or item
	name   string
	steps  []step
}

// step makes one text of another.
type step func(string) (string, error)

// compiler knows what templates may name.
type compiler struct {
	columns   []string
	vocabs    map[string]map[string]string
	gazetteer func() (*dataset.Gazetteer, error)
	each      bool // {item} means something
}

// template reads a template. These functions may follow a column, each
// after a bar:
//
//	lower, upper       in small or capital letters
//	pad:6              zeros before it, up to so many characters
//	first:1            its first so many characters
//	before:-, after:-  what stands before or after the first such text, or all
//	parent:-           what stands before the last such text, or nothing
//	last:-             what stands after the last such text, or all
//	in:NAME            what a vocabulary of the mapping says; a value it lacks is refused
//	key                fit for a key: blanks become hyphens, bars are gone
//	or:TEXT            TEXT where there is nothing
//	region             the key of the region in which an address lies
//
// Two opening braces stand for one.
func (c *compiler) template(text string) (template, error) {
	var t template
	for rest := text; rest != ""; {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			return append(t, piece{text: rest}), nil
		}
		if open > 0 {
			t = append(t, piece{text: rest[:open]})
		}
		rest = rest[open+1:]
		if strings.HasPrefix(rest, "{") {
			t, rest = append(t, piece{text: "{"}), rest[1:]
			continue
		}
		inner, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("the brace in %q is not closed", text)
		}
		p, err := c.piece(inner)
		if err != nil {
			return nil, fmt.Errorf("in %q: %w", text, err)
		}
		t, rest = append(t, p), after
	}
	return t, nil
}

func (c *compiler) piece(inner string) (piece, error) {
	name, functions, _ := strings.Cut(inner, "|")
	p := piece{cell: true, name: strings.TrimSpace(name)}
	if p.name == "item" && c.each {
		p.column = item
	} else if p.column = slices.Index(c.columns, p.name); p.column < 0 {
		return p, fmt.Errorf("there is no column %q; the table has %s", p.name, strings.Join(c.columns, ", "))
	}
	if functions == "" {
		return p, nil
	}
	for function := range strings.SplitSeq(functions, "|") {
		name, arg, _ := strings.Cut(function, ":")
		s, err := c.step(strings.TrimSpace(name), arg)
		if err != nil {
			return p, err
		}
		p.steps = append(p.steps, s)
	}
	return p, nil
}

// pure makes a step of what cannot fail.
func pure(f func(string) string) step {
	return func(s string) (string, error) { return f(s), nil }
}

func (c *compiler) step(name, arg string) (step, error) {
	switch name {
	case "lower":
		return pure(strings.ToLower), nil
	case "upper":
		return pure(strings.ToUpper), nil
	case "key":
		return pure(fitForKey), nil
	case "or":
		return pure(func(s string) string {
			if s == "" {
				return arg
			}
			return s
		}), nil
	case "pad", "first":
		return counting(name, arg)
	case "in":
		return c.vocabulary(arg)
	case "region":
		return c.region()
	case "before", "after", "parent", "last":
		return cutting(name, arg)
	}
	return nil, fmt.Errorf("there is no function %q; there are lower, upper, pad, first, before, after, parent, last, in, key, or and region", name)
}

func counting(name, arg string) (step, error) {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 1 || n > 100 {
		return nil, fmt.Errorf("%s needs a number of characters, such as %s:6", name, name)
	}
	return pure(func(s string) string {
		runes := []rune(s)
		switch {
		case name == "first":
			return string(runes[:min(n, len(runes))])
		case s == "":
			return ""
		}
		return strings.Repeat("0", max(0, n-len(runes))) + s
	}), nil
}

func cutting(name, sep string) (step, error) {
	if sep == "" {
		return nil, fmt.Errorf("%s needs the text at which to cut, such as %s:-", name, name)
	}
	return pure(func(s string) string {
		at := strings.Index(s, sep)
		if name == "parent" || name == "last" {
			at = strings.LastIndex(s, sep)
		}
		switch {
		case at < 0 && name == "parent":
			return ""
		case at < 0:
			return s
		case name == "before" || name == "parent":
			return s[:at]
		}
		return s[at+len(sep):]
	}), nil
}

func (c *compiler) vocabulary(name string) (step, error) {
	words, ok := c.vocabs[name]
	if !ok {
		return nil, fmt.Errorf("the mapping has no vocabulary %q", name)
	}
	return func(s string) (string, error) {
		if s == "" {
			return "", nil
		}
		meant, ok := words[s]
		if !ok {
			return "", fmt.Errorf("%q is not in the vocabulary %s", s, name)
		}
		return meant, nil
	}, nil
}

func (c *compiler) region() (step, error) {
	g, err := c.gazetteer()
	if err != nil {
		return nil, err
	}
	return func(s string) (string, error) {
		if s == "" {
			return "", nil
		}
		key, err := g.Find(s)
		return string(key), err
	}, nil
}

func fitForKey(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return '-'
		case r == '|' || unicode.In(r, unicode.Cc, unicode.Cf):
			return -1
		}
		return r
	}, s)
}
