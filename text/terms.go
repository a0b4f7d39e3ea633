package text

import (
	"crypto/sha256"
	"slices"
	"unicode/utf8"

	"lianzhu/graph"
)

// Version is that of the terms. A store that keeps terms keeps it beside them,
// and indexes anew where it differs.
const Version = 1

// The classes of terms: the first byte of each. Where "ranked" stands, the last
// byte is the rank of the match, and an entity has a key under one rank only.
const (
	classGram      = 'g' // ranked: one or two wide characters, two or three narrow ones
	classAmbiguous = 'm' // a wide character or two narrow ones with several neighbourhoods
	classPinyin    = 'y' // ranked: the first 2..12 letters of the pinyin
	classInitials  = 'i' // ranked: the first 2..4 initials
	classExact     = 'e' // a whole first or official name
	classAlias     = 'a' // another whole name
	classReading   = 'r' // a whole name in pinyin
	classCode      = 'd' // a whole identifier
	classCodeStart = 'p' // the beginning of an identifier
	classSlipHead  = '<' // the length of a text and its first half
	classSlipTail  = '>' // the length of a text and its second half
	classKind      = 'k' // the kind of the entity
)

// Bounds of beginnings, in characters.
const (
	leastBeginning = 2
	mostPinyin     = 12
	mostInitials   = 4
)

// codeStarts are the lengths of the beginnings of identifiers that are terms.
var codeStarts = [...]int{3, 5, 8, 12, 16}

// termOf is the term of a key without a rank.
func termOf(class byte, key string) string { return string(rune(class)) + key }

// rankedTerm is the term of a key with a rank.
func rankedTerm(class byte, key string, r rank) string {
	return string(append(append([]byte{class}, key...), byte(r)))
}

// maxWhole bounds the bytes of a whole text in a term; a longer one ends in a
// digest instead.
const maxWhole = 48

// Terms gives the terms under which a store lists e, ascending and each once.
// They are bytes, not text: a class, a key and, in some classes, a rank.
//
// Their number is bounded by the length of the names: about four for each Han
// character, three for each Latin letter, and for the first twelve letters of
// the pinyin of a name what its readings allow, of which at most two may be
// other than usual. An ordinary enterprise has fifty. No term is longer than
// 64 bytes.
func Terms(e *graph.Entity) []string {
	b := builder{ranks: map[string]rank{}, plain: map[string]bool{}, around: map[string][2]rune{}}
	for i := range e.Names {
		b.name(&e.Names[i], i == 0)
	}
	for i := range e.Identifiers {
		b.identifier(fold(e.Identifiers[i].Value))
	}
	b.add(classKind, string(e.Kind))
	return b.terms()
}

// builder collects terms.
type builder struct {
	ranks  map[string]rank    // class and key
	plain  map[string]bool    // class and key
	around map[string][2]rune // the neighbours of a wide character or two narrow ones
}

func (b *builder) add(class byte, key string) { b.plain[termOf(class, key)] = true }

func (b *builder) rank(class byte, key string, r rank) {
	term := termOf(class, key)
	if have, ok := b.ranks[term]; !ok || r < have {
		b.ranks[term] = r
	}
}

func (b *builder) terms() []string {
	out := make([]string, 0, len(b.ranks)+len(b.plain))
	for term, r := range b.ranks {
		out = append(out, term+string([]byte{byte(r)}))
	}
	for term := range b.plain {
		if term[0] == classAlias && b.plain[termOf(classExact, term[1:])] {
			continue
		}
		out = append(out, term)
	}
	slices.Sort(out)
	return out
}

func (b *builder) name(n *graph.Name, first bool) {
	name := fold(n.Text)
	if name.text == "" {
		return
	}
	at := bucket(length(name.runes))
	whole := wholeRank(n, name, first)
	b.grams(name.runes, whole, prefixRank(n, name)+at, rankPart+at)
	switch whole {
	case rankExact:
		b.add(classExact, wholeKey(name.text))
	case rankAlias:
		b.add(classAlias, wholeKey(name.text))
	default:
		b.add(classReading, wholeKey(name.text))
	}
	if list, ok := units(name, n.Reading); ok {
		for _, reading := range readingsOf(list) {
			b.add(classReading, wholeKey(reading))
		}
		b.pinyin(list, at)
		b.initials(list, at)
	}
	for _, s := range slips(n, name) {
		b.slip(s.runes)
	}
}

// grams adds what a part of the name is found by.
func (b *builder) grams(name []rune, whole, begin, part rank) {
	for i := range name {
		for size := 1; size <= 3 && i+size <= len(name); size++ {
			gram := name[i : i+size]
			if !isGram(gram) {
				continue
			}
			r := part
			if i == 0 {
				r = begin
			}
			if size == len(name) {
				r = whole
			}
			b.rank(classGram, string(gram), r)
			if isJoint(gram) {
				b.joint(string(gram), neighbours(name, i, i+size))
			}
		}
	}
}

// isGram tells whether a few neighbouring characters are a term.
func isGram(gram []rune) bool {
	return len(gram) <= 2 && allWide(gram) || len(gram) >= 2 && allNarrow(gram)
}

// isJoint tells whether a gram is what two neighbouring grams share.
func isJoint(gram []rune) bool {
	return len(gram) == 1 && wide(gram[0]) || len(gram) == 2 && allNarrow(gram)
}

// neighbours are the characters before and after name[begin:end], 0 for none.
func neighbours(name []rune, begin, end int) [2]rune {
	var out [2]rune
	if begin > 0 {
		out[0] = name[begin-1]
	}
	if end < len(name) {
		out[1] = name[end]
	}
	return out
}

// joint notes between which neighbours a gram stands. Where it always has the
// same, whoever finds both grams that share it has found them joined.
func (b *builder) joint(gram string, around [2]rune) {
	if have, ok := b.around[gram]; !ok {
		b.around[gram] = around
	} else if have != around {
		b.add(classAmbiguous, gram)
	}
}

// pinyin adds the beginnings of the pinyin of a name.
func (b *builder) pinyin(list []unit, at rank) {
	spelling := func(u unit, i int) string { return u.spellings[i] }
	beginnings(list, mostPinyin, spelling, func(typed string, s spelt) {
		b.rank(classPinyin, typed, pinyinRank(s, at))
	})
}

// initials adds the beginnings of the initials of a name.
func (b *builder) initials(list []unit, at rank) {
	spelling := func(u unit, i int) string { return initial(u.spellings[i]) }
	beginnings(list, mostInitials, spelling, func(typed string, s spelt) {
		b.rank(classInitials, typed, initialsRank(s, utf8.RuneCountInString(typed), at))
	})
}

func (b *builder) identifier(id folded) {
	if id.text == "" {
		return
	}
	b.add(classCode, wholeKey(id.text))
	if len(id.runes) <= 2 && allWide(id.runes) {
		b.rank(classGram, id.text, rankIdentifier)
	}
	for _, n := range codeStarts {
		if n < len(id.runes) {
			b.add(classCodeStart, string(id.runes[:n]))
		}
	}
}

// slip adds both halves of a text that may be mistyped: one slip leaves one of
// them as it is.
func (b *builder) slip(s []rune) {
	head, tail := halves(len(s), s)
	b.add(classSlipHead, head)
	b.add(classSlipTail, tail)
}

// halves gives the keys of the halves of a text of the given length of which s
// are the first and the last characters.
func halves(length int, s []rune) (head, tail string) {
	cut := length / 2
	size := string([]byte{byte(length)})
	return size + string(s[:cut]), size + string(s[len(s)-(length-cut):])
}

// wholeKey bounds the bytes of a key: a long one is its beginning and a digest.
func wholeKey(s string) string {
	if len(s) <= maxWhole {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return s[:maxWhole-16] + string(sum[:16])
}
