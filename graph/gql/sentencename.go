package gql

import (
	"slices"
	"strings"
	"unicode"

	"lianzhu/graph"
)

// shownName is the name of an entity that a sentence uses, and its role: one in
// lang, else one in Chinese, never a reading.
func shownName(e *graph.Entity, lang graph.Lang) (string, graph.NameRole) {
	for _, l := range []graph.Lang{lang, graph.ZH} {
		for _, n := range e.Names {
			if n.Lang == l {
				return n.Text, n.Role
			}
		}
	}
	return e.Name(lang), graph.Official
}

// Programs have titles, many of which are clauses: quotes keep them together.
const kindProgram graph.Kind = "PROGRAM"

// nameZH is the name of an entity as a Chinese sentence has it.
func nameZH(e *graph.Entity) string {
	name, _ := shownName(e, graph.ZH)
	if e.Kind == kindProgram {
		return quote(name)
	}
	return name
}

// nameEN is the name of an entity as an English sentence has it: a program
// between quotes, and "the" before a name that describes rather than names.
func nameEN(e *graph.Entity) string {
	name, role := shownName(e, graph.EN)
	switch {
	case e.Kind == kindProgram:
		return quote(name)
	case takesArticle(e.Kind, name, role):
		return "the " + name
	}
	return name
}

// takesArticle tells whether an English name describes what it names ("Marigold
// growing base in Dingxi"): it has words in lower case, and no owner before it
// ("Haier's plant in Tianjin") that stands for the article. Firms are said
// without one under their own name, and so are products, unless what makes one
// of a sort follows ("Digital system of Lihe Weidao").
func takesArticle(kind graph.Kind, name string, role graph.NameRole) bool {
	name, _, _ = strings.Cut(name, " (")
	switch {
	case kind == "ENTERPRISE" && role != graph.Translation:
		return false
	case kind == "PRODUCT" && (name[0] < 'A' || name[0] > 'Z' || !strings.Contains(name, " of ") && !strings.Contains(name, " for ")):
		return false
	case strings.Contains(name, "'s ") && !strings.HasPrefix(name, "People's "):
		return false
	}
	return slices.ContainsFunc(strings.Fields(name), func(word string) bool { return word[0] >= 'a' && word[0] <= 'z' })
}

// isPlural tells whether an English name takes a plural verb: the head of the
// name of a thing, before what explains it, ends like a plural.
func isPlural(e *graph.Entity) bool {
	if !slices.Contains([]graph.Kind{"PROJECT", "PRODUCT", "PLATFORM"}, e.Kind) {
		return false
	}
	head, _ := shownName(e, graph.EN)
	for _, w := range []string{" in ", " of ", " for ", " at ", " from ", " with ", " on ", " along ", ",", " ("} {
		head, _, _ = strings.Cut(head, w)
	}
	for _, singular := range []string{"ss", "us", "is", "as", "ics"} {
		if strings.HasSuffix(head, singular) {
			return false
		}
	}
	return strings.HasSuffix(head, "s")
}

// capitalise begins an English sentence. A brand that is written small at its
// beginning and has capitals later stays as it is.
func capitalise(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word == "" || word != strings.ToLower(word) {
		return s
	}
	for i, r := range s {
		return s[:i] + string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// quote puts s between quotes; those within it become single ones.
func quote(s string) string { return "“" + within(s) + "”" }

var inner = strings.NewReplacer("“", "‘", "”", "’")

// within is s as it stands between quotes.
func within(s string) string { return inner.Replace(s) }

// half is the half in lang of a text that holds both, as "中文 / English"; a
// text that does not is the same in both. It ends without a full stop.
func half(text string, lang graph.Lang) string {
	zh, en, both := strings.Cut(text, " / ")
	switch {
	case !both || !strings.ContainsFunc(zh, isHan):
	case lang == graph.EN:
		text = en
	default:
		text = zh
	}
	text = strings.TrimRight(strings.TrimSpace(text), "。；;，, ")
	if lang == graph.EN {
		text = strings.ReplaceAll(text, "。", "; ")
	}
	return strings.TrimSuffix(text, ".")
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// listZH and listEN join names.
func listZH(names []string) string { return strings.Join(names, "、") }

func listEN(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// andOthersEN leaves a list of names open.
func andOthersEN(names []string, last *graph.Entity) string {
	return strings.Join(names, ", ") + mark(explained(last), ",") + " and others"
}

// explained tells whether an English name ends in what explains it, after a
// comma ("Institute of Physics, Academy of Sciences"), so that another comma is
// due behind it. "Co., Ltd." and lists do not, nor does what stands in quotes.
func explained(e *graph.Entity) bool {
	name, _ := shownName(e, graph.EN)
	i := strings.LastIndex(name, ", ")
	return i > 0 && e.Kind != kindProgram && !strings.HasSuffix(name, ".") && !strings.Contains(name[i:], " and ")
}
