package text

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"

	"lianzhu/graph"
)

// Version is that of the terms and of how they are searched. A store that keeps
// terms keeps it beside them, and indexes anew where it differs.
const Version = 3

// The classes of terms: the first byte of each. Where "ranked" stands, the last
// byte is the rank of the match, and an entity has a key under one rank only.
const (
	classGram      = 'g' // ranked: one or two wide characters, two or three narrow ones
	classAmbiguous = 'm' // a wide character or two narrow ones with several neighbourhoods
	classTangled   = 'x' // the same, in those names that are no part of another one
	classPinyin    = 'y' // ranked: the first 2..12 letters of a name in pinyin, or the first 4..12 as written
	classInitials  = 'i' // ranked: the first 2..4 initials
	classExact     = 'e' // a whole first or official name
	classAlias     = 'a' // another whole name
	classRomanised = 'n' // a whole stored name in pinyin
	classReading   = 'r' // the usual reading of a whole name
	classCode      = 'd' // a whole identifier
	classCodeStart = 'p' // the beginning of an identifier
	classSlipHead  = '<' // the length of a text and its first half, or a name of three without its middle
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

// rankedTerm is the term of a key with a rank. Its last byte is none that a
// character begins with, so that in byte order the terms of a key stand
// together, best rank first, and apart from those of longer keys.
func rankedTerm(class byte, key string, r rank) string {
	return string(append(append([]byte{class}, key...), rankByte(r)))
}

func rankByte(r rank) byte { return 0x80 | byte(r) }

// maxWhole bounds the bytes of a whole text in a term; a longer one ends in a
// digest instead.
const maxWhole = 48

// Terms gives the terms under which a store lists e, ascending and each once.
// They are bytes, not text: a class, a key and, in some classes, a rank. They
// share one piece of memory, which lives as long as one of them is kept.
//
// Their number is bounded by the length of the names: at most three for each
// character, and for the first twelve letters of a name in pinyin what its
// readings allow, of which at most one is not the usual one. An ordinary
// enterprise has some seventy. No term is longer than 64 bytes.
func Terms(e *graph.Entity) []string {
	b := builder{bytes: make([]byte, 0, 1024), spans: make([]span, 0, 128), around: make([]joint, 0, 32)}
	var room [4]folded
	names := room[:0]
	for i := range e.Names {
		names = append(names, fold(e.Names[i].Text))
	}
	for i := range names {
		b.nested = isNested(names, i)
		b.name(&e.Names[i], names[i], i == 0)
	}
	b.nested = false
	for i := range e.Identifiers {
		b.identifier(fold(e.Identifiers[i].Value))
	}
	b.joints()
	b.add(classKind, string(e.Kind))
	return b.terms()
}

// builder collects terms, one behind the other.
type builder struct {
	bytes  []byte
	spans  []span
	around []joint
	nested bool // the name at hand is a part of another one
}

// isNested tells whether a name is a part of another one, or the same as one
// before it.
func isNested(names []folded, i int) bool {
	for j := range names {
		if strings.Contains(names[j].text, names[i].text) && (j < i || names[j].text != names[i].text) {
			return true
		}
	}
	return false
}

// A span is a term among the bytes of a builder. Its first eight bytes, 0 where
// it has fewer, sort most terms; and it holds no pointers, which makes sorting
// cheap for the collector.
type span struct {
	head       uint64
	begin, end uint32
}

// A joint is an occurrence of what two neighbouring grams share, and the
// characters around it.
type joint struct {
	gram   [2]rune
	around [2]rune
	nested bool // in a name that is a part of another one
}

// add adds a term without a rank.
func (b *builder) add(class byte, key string) {
	begin := len(b.bytes)
	b.bytes = append(append(b.bytes, class), key...)
	b.end(begin)
}

// addRunes adds a term with a rank.
func (b *builder) addRunes(class byte, key []rune, r rank) {
	begin := len(b.bytes)
	b.bytes = append(b.bytes, class)
	for _, c := range key {
		b.bytes = utf8.AppendRune(b.bytes, c)
	}
	b.bytes = append(b.bytes, rankByte(r))
	b.end(begin)
}

// end notes the term that was written from begin on.
func (b *builder) end(begin int) {
	var head [8]byte
	copy(head[:], b.bytes[begin:])
	b.spans = append(b.spans, span{binary.BigEndian.Uint64(head[:]), uint32(begin), uint32(len(b.bytes))})
}

func (b *builder) term(s span) []byte { return b.bytes[s.begin:s.end] }

func (b *builder) compare(x, y span) int {
	if c := cmp.Compare(x.head, y.head); c != 0 {
		return c
	}
	return bytes.Compare(b.term(x), b.term(y))
}

// terms sorts what was collected. Of a key only its best rank stays.
func (b *builder) terms() []string {
	slices.SortFunc(b.spans, b.compare)
	kept := b.spans[:0]
	for _, s := range b.spans {
		if len(kept) == 0 || !sameKey(b.term(kept[len(kept)-1]), b.term(s)) {
			kept = append(kept, s)
		}
	}
	all := string(b.bytes)
	out := make([]string, 0, len(kept))
	for _, s := range kept {
		out = append(out, all[s.begin:s.end])
	}
	return out
}

// sameKey tells whether two terms differ in rank at most.
func sameKey(a, b []byte) bool {
	if len(a) != len(b) || a[0] != b[0] {
		return false
	}
	switch a[0] {
	case classGram, classPinyin, classInitials:
		return bytes.Equal(a[:len(a)-1], b[:len(b)-1])
	}
	return bytes.Equal(a, b)
}

func (b *builder) name(n *graph.Name, name folded, first bool) {
	if name.text == "" {
		return
	}
	at := bucket(length(name.runes))
	whole := wholeRank(n, name, first)
	begin := prefixRank(n, name) + at
	b.grams(name.runes, whole, begin, rankPart+at)
	b.letters(name.runes, begin)
	switch whole {
	case rankExact:
		b.add(classExact, wholeKey(name.text))
	case rankAlias:
		b.add(classAlias, wholeKey(name.text))
	default:
		b.add(classRomanised, wholeKey(name.text))
	}
	list, ok := units(name, n.Reading)
	if ok {
		b.readings(list, at)
	}
	for _, s := range slips(name, list) {
		b.slip(s.runes)
	}
	b.slipOfPair(name.runes)
}

// letters adds the narrow characters with which a name begins, where grams do
// not, so that a beginning is known from a part without a look.
func (b *builder) letters(name []rune, begin rank) {
	for i, r := range name[:min(len(name)-1, mostPinyin)] {
		if wide(r) {
			return
		}
		if i >= narrowGram {
			b.addRunes(classPinyin, name[:i+1], begin)
		}
	}
}

// readings adds the pinyin of a name and its initials.
func (b *builder) readings(list []unit, at rank) {
	for _, reading := range readingsOf(list) {
		b.add(classReading, wholeKey(reading))
	}
	beginnings(list, mostPinyin, false, func(typed []rune, s spelt) {
		b.addRunes(classPinyin, typed, pinyinRank(s, at))
	})
	beginnings(list, mostInitials, true, func(typed []rune, s spelt) {
		b.addRunes(classInitials, typed, initialsRank(s, len(typed), at))
	})
}

// grams adds what a part of the name is found by.
func (b *builder) grams(name []rune, whole, begin, part rank) {
	for i := range name {
		for size := 1; size <= narrowGram && i+size <= len(name); size++ {
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
			b.addRunes(classGram, gram, r)
			if isJoint(gram) {
				j := jointOf(name, i, size)
				j.nested = b.nested
				b.around = append(b.around, j)
			}
		}
	}
}

// isGram tells whether a few neighbouring characters are a term.
func isGram(gram []rune) bool {
	return len(gram) <= wideGram && allWide(gram) || len(gram) >= 2 && allNarrow(gram)
}

// isJoint tells whether a gram is what two neighbouring grams share.
func isJoint(gram []rune) bool {
	return len(gram) == 1 && wide(gram[0]) || len(gram) == 2 && allNarrow(gram)
}

// jointOf notes an occurrence; 0 stands where there is no character.
func jointOf(name []rune, begin, size int) joint {
	var j joint
	copy(j.gram[:], name[begin:begin+size])
	if begin > 0 {
		j.around[0] = name[begin-1]
	}
	if end := begin + size; end < len(name) {
		j.around[1] = name[end]
	}
	return j
}

// joints adds those that occur in several neighbourhoods. Where a joint always
// has the same, whoever finds both grams that share it has found them joined. A
// name that is a part of another one has nothing that that one has not, so of
// joined grams only the others tell; but it may have them under another rank.
func (b *builder) joints() {
	slices.SortFunc(b.around, func(x, y joint) int { return slices.Compare(x.gram[:], y.gram[:]) })
	for len(b.around) > 0 {
		n := 1
		for n < len(b.around) && b.around[n].gram == b.around[0].gram {
			n++
		}
		b.joint(b.around[:n])
		b.around = b.around[n:]
	}
}

// joint adds one that occurs at places.
func (b *builder) joint(places []joint) {
	gram := places[0].gram[:]
	if gram[1] == 0 {
		gram = gram[:1]
	}
	if slices.ContainsFunc(places[1:], func(j joint) bool { return j.around != places[0].around }) {
		b.add(classAmbiguous, string(gram))
	}
	at := slices.IndexFunc(places, func(j joint) bool { return !j.nested })
	if at >= 0 && slices.ContainsFunc(places[at+1:], func(j joint) bool { return !j.nested && j.around != places[at].around }) {
		b.add(classTangled, string(gram))
	}
}

func (b *builder) identifier(id folded) {
	if id.text == "" {
		return
	}
	b.add(classCode, wholeKey(id.text))
	if len(id.runes) <= 2 && allWide(id.runes) {
		b.addRunes(classGram, id.runes, rankIdentifier)
		for i := range id.runes {
			b.around = append(b.around, jointOf(id.runes, i, 1))
		}
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

// slipOfPair adds what finds a name by two wide characters with a slip in them:
// either character of a name of two, the outer ones of a name of three.
func (b *builder) slipOfPair(name []rune) {
	switch {
	case !allWide(name):
	case len(name) == 2:
		b.slip(name)
	case len(name) == 3:
		b.add(classSlipHead, outerKey(name[0], name[2]))
	}
}

// outerKey is the key of names of three characters by their first and last.
func outerKey(first, last rune) string { return "\x03" + string([]rune{first, last}) }

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
