package text

import (
	"cmp"
	"slices"

	"lianzhu/graph"
)

// slips opens a stream that holds every hit with a slip.
func (f *finder) slips() ([]stream, error) {
	b := planner{p: f.at, q: &f.q}
	switch {
	case f.q.narrow:
		b.halves()
	case f.q.isPair():
		b.pair()
	default:
		return f.allButOne(&b)
	}
	return b.streams, b.err
}

// halves finds texts of about the length of the query of which one half was
// typed as it is. Only two characters swapped across the middle leave neither,
// so they are swapped back as well.
func (b *planner) halves() {
	u := &union{}
	typed := b.q.runes
	for size := max(len(typed)-1, leastSlip); size <= min(len(typed)+1, mostSlip); size++ {
		head, tail := halves(size, typed)
		b.open(u, termOf(classSlipHead, head), 0)
		b.open(u, termOf(classSlipTail, tail), 0)
	}
	if len(typed) <= mostSlip {
		back := slices.Clone(typed)
		middle := len(back) / 2
		back[middle-1], back[middle] = back[middle], back[middle-1]
		head, _ := halves(len(back), back)
		b.open(u, termOf(classSlipHead, head), 0)
	}
	b.streams = append(b.streams, doubtful(rankFuzzy, u))
}

// pair finds names by two wide characters with a slip in them. Since nobody is
// found without a slip, the lists are the answer.
func (b *planner) pair() {
	u := &union{}
	typed := b.q.runes
	head, tail := halves(2, typed)
	b.open(u, termOf(classSlipHead, outerKey(typed[0], typed[1])), rankFuzzy)
	b.open(u, termOf(classSlipHead, head), rankFuzzyPart+bucket(2))
	b.open(u, termOf(classSlipTail, tail), rankFuzzyPart+bucket(2))
	b.streams = append(b.streams, ranked(u))
}

// allButOne finds the entities that have all characters of the query, or all
// but one: a slip touches no more. Whoever lacks one has one of any two, so the
// two rarest lead.
func (f *finder) allButOne(b *planner) ([]stream, error) {
	if s := f.sieve(); s != nil {
		w := b.remnants()
		return nil, cmp.Or(b.err, w.look(s))
	}
	ranks := wideRanks
	if n := len(f.q.runes); n < leastSlipInner {
		ranks = ranksOfNames(n + 1)
	}
	var chars []*union
	for _, r := range slices.Compact(slices.Sorted(slices.Values(f.q.runes))) {
		chars = append(chars, b.ranked(classGram, string(r), ranks))
	}
	if b.err != nil {
		return nil, b.err
	}
	intersection(chars).rarestFirst()
	lead := chars[:min(2, len(chars))]
	need := max(1, len(chars)-1)
	for from := graph.EntityID(1); ; {
		id := ended
		for _, u := range lead {
			id = min(id, u.seek(from))
		}
		if id == ended {
			return nil, nil
		}
		from = id + 1
		if err := f.tick(); err != nil {
			return nil, err
		}
		if err := f.doubtIf(has(chars, id) >= need, id); err != nil {
			return nil, err
		}
	}
}

// has counts the unions that have id.
func has(unions []*union, id graph.EntityID) int {
	n := 0
	for _, u := range unions {
		if u.has(id) {
			n++
		}
	}
	return n
}

// doubtIf puts an entity among those to be looked at.
func (f *finder) doubtIf(yes bool, id graph.EntityID) error {
	if !yes || f.kinds != nil && !f.kinds.has(id) || slices.Contains(f.few, id) {
		return nil
	}
	f.doubt = append(f.doubt, id)
	if len(f.doubt) < lookAt {
		return nil
	}
	return f.look()
}

// ranksOfBeginnings are the ranks of what begins a name of at most so many
// characters, or is all of it.
func ranksOfBeginnings(length int) []rank {
	return slices.DeleteFunc(slices.Clone(wideRanks), func(r rank) bool { return r > rankPrefix+bucket(length) })
}

// ranksOfNames leaves out the ranks of what stands within longer names only.
func ranksOfNames(length int) []rank {
	return slices.DeleteFunc(slices.Clone(wideRanks), func(r rank) bool { return r > rankPart+bucket(length) })
}
