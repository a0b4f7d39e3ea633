package text

import (
	"cmp"
	"slices"
	"unicode"

	"lianzhu/graph"
)

// Bounds on how many suspects there are, and how much is looked at for them.
const (
	maxSuspects  = 10
	maxLooked    = 8  // names of an entity
	maxSearched  = 20 // hits of a search
	shortestSlip = 5  // characters of names that may differ in one
)

// How likely two entities are the same of which one name differs so much.
const (
	otherForm   = 0.85 // in the legal form only
	otherRegion = 0.75 // one of them does not name its region
	otherTrade  = 0.65 // one of them does not name its trade
	sameReading = 0.6  // read the same
	oneSlip     = 0.5  // in one character
)

// firms are the kinds whose names are taken apart.
var firms = [...]graph.Kind{"ENTERPRISE", "INSTITUTION"}

// Suspects finds entities that e may be the same as: to what [graph.Suspects]
// finds it adds, for enterprises and institutions, those whose names differ in
// legal form, in that one of them leaves its region or its trade out, or in one
// character. Two that name different regions, trades or branches are two. What
// is kept apart from e, and e itself, is left out. The likest come first.
func (p *Companies) Suspects(r graph.Reader, e *graph.Entity) ([]graph.Suspect, error) {
	found, err := graph.Suspects(r, e)
	if err != nil || !slices.Contains(firms[:], e.Kind) {
		return found, err
	}
	apart, err := graph.KeptApart(r, e.Key)
	if err != nil {
		return nil, err
	}
	s := likeness{p: p, r: r, of: e, apart: apart, found: found}
	for _, name := range e.Names[:min(len(e.Names), maxLooked)] {
		if name.Lang == graph.Pinyin {
			continue
		}
		if err := s.look(name.Text); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(s.found, func(a, b graph.Suspect) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Entity.Key, b.Entity.Key))
	})
	return s.found[:min(len(s.found), maxSuspects)], nil
}

// likeness gathers suspects.
type likeness struct {
	p     *Companies
	r     graph.Reader
	of    *graph.Entity
	apart map[graph.Key]bool
	found []graph.Suspect
}

// look searches for what is named like name.
func (s *likeness) look(name string) error {
	parts := s.p.Parse(name)
	seen := map[graph.EntityID]bool{}
	asked := []string{name, parts.Core(), parts.Brand + parts.Trade, parts.Brand}
	for i, words := range asked {
		if len([]rune(words)) < 2 || slices.Contains(asked[:i], words) {
			continue
		}
		hits, err := s.r.Search(graph.SearchQuery{Text: words, Kinds: firms[:], First: maxSearched})
		if err != nil {
			return err
		}
		for _, hit := range hits.Hits {
			if !seen[hit.Entity.ID] {
				seen[hit.Entity.ID] = true
				s.compare(name, parts, hit.Entity)
			}
		}
	}
	return nil
}

// compare holds name against the names of an entity.
func (s *likeness) compare(name string, parts CompanyName, with *graph.Entity) {
	if with.Key == s.of.Key || s.apart[with.Key] || with.Kind != s.of.Kind {
		return
	}
	for _, n := range with.Names {
		if n.Lang == graph.Pinyin || Fold(n.Text) == Fold(name) {
			continue // that is for graph.Suspects
		}
		if score, by, why := s.p.resemblance(name, parts, n.Text); score > 0 {
			s.add(with, graph.Suspect{Entity: with, Score: score, By: by, Matched: n.Text, Reasons: []graph.Phrase{why}})
		}
	}
}

// add notes a suspect; of several likenesses the best counts, and all are told.
func (s *likeness) add(doc *graph.Entity, more graph.Suspect) {
	i := slices.IndexFunc(s.found, func(f graph.Suspect) bool { return f.Entity.Key == doc.Key })
	if i < 0 {
		s.found = append(s.found, more)
		return
	}
	at := &s.found[i]
	if more.Score > at.Score {
		at.Score, at.By, at.Matched = more.Score, more.By, more.Matched
	}
	if !slices.Contains(at.Reasons, more.Reasons[0]) {
		at.Reasons = append(at.Reasons, more.Reasons[0])
	}
}

// resemblance tells how likely two names that are not the same are those of one
// firm, and why; 0 where they are not.
func (p *Companies) resemblance(name string, a CompanyName, other string) (float64, graph.MatchKind, graph.Phrase) {
	b := p.Parse(other)
	if Fold(a.Branch) != Fold(b.Branch) || !agree(p.short(a.Region), p.short(b.Region)) {
		return 0, "", graph.Phrase{}
	}
	sameRegion, sameTrade := p.short(a.Region) == p.short(b.Region), Fold(a.Trade) == Fold(b.Trade)
	sameBrand := Fold(a.Brand) == Fold(b.Brand) && a.Brand != ""
	switch {
	case Fold(a.Brand+a.Trade) == Fold(b.Brand+b.Trade) && sameRegion:
		return otherForm, graph.MatchAlias, graph.Phrasef("去掉组织形式，与“%s”相同", "it is “%s” but for the legal form", other)
	case Fold(a.Brand+a.Trade) == Fold(b.Brand+b.Trade):
		return otherRegion, graph.MatchAlias, graph.Phrasef("字号与行业同“%s”，只有一个写了地区", "brand and trade are those of “%s”; only one of them names a region", other)
	case sameBrand && !sameTrade && (a.Trade == "" || b.Trade == ""):
		return otherTrade, graph.MatchPrefix, graph.Phrasef("字号同“%s”，只有一个写了行业", "the brand is that of “%s”; only one of them names a trade", other)
	case agree(Fold(a.Trade), Fold(b.Trade)) && sameRegion && hasHan(a.Brand) && hasHan(b.Brand) && Fold(Pinyin(a.Brand)) == Fold(Pinyin(b.Brand)):
		return sameReading, graph.MatchPinyin, graph.Phrasef("字号与“%s”读音相同", "its brand is read like that of “%s”", other)
	case sameTrade && sameRegion && mistyped(Fold(name), Fold(other)):
		return oneSlip, graph.MatchFuzzy, graph.Phrasef("与“%s”只差一个字", "it differs from “%s” in one character", other)
	}
	return 0, "", graph.Phrase{}
}

// agree tells whether two parts do not contradict each other.
func agree(a, b string) bool { return a == "" || b == "" || a == b }

// short is a region without the word for its level, where that is a region too.
func (p *Companies) short(region string) string {
	runes := []rune(region)
	if n := len(runes) - 1; n >= 2 && p.regions[string(runes[:n])] {
		return string(runes[:n])
	}
	return region
}

func hasHan(s string) bool {
	return slices.ContainsFunc([]rune(s), func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// telling are characters that make two names of one: a numeral, a side.
const telling = "一二三四五六七八九十甲乙丙丁东南西北上下左右内外大小新老"

// mistyped tells whether two names differ in one character that is wrong, missing
// or too many, and that is none of those by which names are told apart.
func mistyped(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < shortestSlip || len(y)-len(x) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	skip := i
	if len(x) == len(y) {
		skip++
	}
	differ := append([]rune{y[i]}, x[i:min(skip, len(x))]...)
	return slices.Equal(x[skip:], y[i+1:]) && !slices.ContainsFunc(differ, func(r rune) bool {
		return unicode.IsDigit(r) || slices.Contains([]rune(telling), r)
	})
}
