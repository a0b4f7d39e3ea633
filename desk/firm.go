package desk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lianzhu/graph"
	"lianzhu/text"
)

// The kinds of what is recognised by the end of its name.
const (
	enterprise  graph.Kind = "ENTERPRISE"
	institution graph.Kind = "INSTITUTION"
)

// ending is how names of a kind end.
type ending struct {
	words string
	kind  graph.Kind
}

func endings() []ending {
	return []ending{
		{"股份有限公司", enterprise}, {"有限责任公司", enterprise}, {"有限公司", enterprise}, {"集团公司", enterprise}, {"总公司", enterprise},
		{"公司", enterprise}, {"集团", enterprise}, {"合作社", enterprise}, {"大学", institution}, {"研究院", institution}, {"研究所", institution},
	}
}

// What a name does not go on before, be it one character or a verb, what is no name although it ends like one,
// and how many characters one may have before its ending.
const (
	boundaries  = "的与由将向对了等被把及在，。；：、！？,;“”‘’《》■□+＋\n"
	generic     = "有限 股份 上市 龙头 国有 跨国 大型 相关 本地 当地 企业 多家 这些 一家 两家 该 本 子 分 总 母 我 各 某 高等 知名 科研 产业 投资 重点"
	verbs       = "依托 联合 支持 引进 旗下 包括 投资 入驻 落户 携手 收购 供应"
	longestFirm = 24
)

// firms are the firms and institutes of a sentence that no mention is or covers.
func firms(article []rune, sentence graph.Span, known []Mention, p *text.Companies) []Mention {
	var found []Mention
	for i := sentence.Start; i < sentence.End; i++ {
		for _, e := range endings() {
			end := i + utf8.RuneCountInString(e.words)
			if end > sentence.End || string(article[i:end]) != e.words {
				continue
			}
			at := graph.Span{Start: firmStart(article, sentence.Start, i, known), End: end}
			if isFirm(article, at, i, known, p) {
				words := string(article[at.Start:at.End])
				found = append(found, Mention{At: at, Text: words, New: true,
					Entity: &graph.Entity{Kind: e.kind, Names: []graph.Name{{Text: words, Lang: graph.ZH, Role: graph.Official}}}})
			}
			i = end - 1
			break
		}
	}
	return found
}

// firmStart is where the name begins that has its ending at a place: behind the
// last boundary, or at the first region after that.
func firmStart(article []rune, first, ending int, known []Mention) int {
	start := ending
	for start > max(first, ending-longestFirm) && !isBoundary(article, start-1, known) {
		start--
	}
	for _, m := range known {
		if m.At.Start >= start && m.At.End+2 <= ending && m.Entity != nil && m.Entity.Kind == graph.KindRegion {
			return m.At.Start
		}
	}
	return start
}

// isBoundary tells whether no name goes on before place i: at a mark or a
// particle, and at 和 behind somebody who is known.
func isBoundary(article []rune, i int, known []Mention) bool {
	r := article[i]
	if strings.ContainsRune(boundaries, r) || unicode.IsSpace(r) {
		return true
	}
	if i > 0 && slices.Contains(strings.Fields(verbs), string(article[i-1:i+1])) {
		return true
	}
	return (r == '和' || r == '同') && slices.ContainsFunc(known, func(m Mention) bool { return m.At.End == i })
}

// isFirm tells whether a span whose ending begins at a place names somebody of
// whom no mention speaks already.
func isFirm(article []rune, at graph.Span, ending int, known []Mention, p *text.Companies) bool {
	before := ending - at.Start
	if before < 2 || before >= longestFirm {
		return false
	}
	for _, m := range known {
		if m.At.End >= at.End && m.At.Start < at.End || m.At.Start < at.Start && m.At.End > at.Start {
			return false
		}
	}
	words := string(article[at.Start:at.End])
	parts := p.Parse(words)
	return utf8.RuneCountInString(parts.Brand) >= 2 && !slices.ContainsFunc(strings.Fields(generic), func(g string) bool {
		return strings.HasPrefix(parts.Brand, g)
	})
}

// withFirms puts both in order; a firm takes the place of what its name contains.
func withFirms(known, new []Mention) []Mention {
	known = slices.DeleteFunc(known, func(m Mention) bool {
		return slices.ContainsFunc(new, func(f Mention) bool { return f.At.Start <= m.At.Start && m.At.End <= f.At.End })
	})
	all := append(known, new...)
	slices.SortFunc(all, func(a, b Mention) int { return a.At.Start - b.At.Start })
	return all
}
