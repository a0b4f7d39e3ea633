package text

import "lianzhu/graph"

// A rank is how well an entity matches, 0 best. It is all of a hit's score, and
// the last byte of the terms that carry one, so that the list of a term and a
// rank is a run of the answer, already in order.
type rank byte

// The ranks. Those with room behind them have one for each bucket of the length
// of the name that matched. Whole names come first however they were typed: who
// types kas means 卡奥斯 before he means 喀什, whose pinyin only begins so.
const (
	rankExact      rank = 0
	rankIdentifier rank = 1
	rankAlias      rank = 2
	rankPinyin     rank = 3 // the whole name in its usual reading
	rankInitials   rank = 4 // the initials of the whole name, three or more

	rankPrefix           rank = 5
	rankIdentifierPrefix rank = rankPrefix + buckets
	rankPinyinPrefix     rank = rankIdentifierPrefix + 1
	rankPinyinOther      rank = rankPinyinPrefix + buckets // a reading that is not the usual one
	rankInitialsPrefix   rank = rankPinyinOther + 1
	rankInitialsOther    rank = rankInitialsPrefix + buckets
	rankPart             rank = rankInitialsOther + 1
	rankWords            rank = rankPart + buckets
	rankFuzzy            rank = rankWords + buckets
	rankFuzzyPart        rank = rankFuzzy + 1
	rankNone             rank = rankFuzzyPart + buckets
)

// buckets is how many lengths of names are told apart.
const buckets = 8

// bucket sorts lengths as [length] gives them: up to 2, 3, 4, 6, 8, 12, 20, longer.
func bucket(length int) rank {
	for i, most := range [buckets - 1]int{2, 3, 4, 6, 8, 12, 20} {
		if length <= most {
			return rank(i)
		}
	}
	return buckets - 1
}

// score is 1 at rank 0 and falls by 1/64 a rank: exact in binary, so that it
// survives being written down and read again.
func (r rank) score() float64 { return 1 - float64(r)/64 }

// kind sorts ranks for the reader.
func (r rank) kind() graph.MatchKind {
	switch {
	case r == rankExact:
		return graph.MatchExact
	case r == rankIdentifier:
		return graph.MatchIdentifier
	case r == rankAlias:
		return graph.MatchAlias
	case r == rankPinyin, r >= rankPinyinPrefix && r <= rankPinyinOther:
		return graph.MatchPinyin
	case r == rankInitials, r >= rankInitialsPrefix && r <= rankInitialsOther:
		return graph.MatchInitials
	case r < rankPinyinPrefix:
		return graph.MatchPrefix
	case r < rankFuzzy:
		return graph.MatchFullText
	}
	return graph.MatchFuzzy
}
