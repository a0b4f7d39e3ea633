package text

import "unicode/utf8"

// maxOthers is how many characters of a name may be read otherwise than usual
// in one match. It bounds the terms of a name whose characters all have several
// readings: their product would have no end.
const maxOthers = 1

// unreached says that no reading leads there.
const unreached = maxOthers + 1

// spelt tells how a name answers what was typed: the fewest of its characters
// that are then not in their usual reading, for the whole name and for any
// beginning of it; unreached where there is no way.
type spelt struct{ whole, begin int8 }

// spells tells whether typed is the pinyin of the name or of its beginning,
// each character as itself or in one of its readings, the last syllable perhaps
// unfinished.
func spells(name []unit, typed []rune) spelt {
	return walk(name, typed, false)
}

// abbreviates does the same for initials: one letter a character.
func abbreviates(name []unit, typed []rune) spelt {
	return walk(name, typed, true)
}

// spelling is how a character is typed in one of its readings: its syllable, or
// the first letter of that.
func (u *unit) spelling(i int, initials bool) string {
	s := u.spellings[i]
	if initials {
		_, size := utf8.DecodeRuneInString(s)
		return s[:size]
	}
	return s
}

// walk follows the characters of a name through what was typed. reached has for
// each place in typed the fewest characters, so far, in other than their usual
// reading.
func walk(name []unit, typed []rune, initials bool) spelt {
	found := spelt{unreached, unreached}
	var room [2][64]int8
	reached, next := room[0][:], room[1][:]
	if len(typed) >= len(reached) {
		reached, next = make([]int8, len(typed)+1), make([]int8, len(typed)+1)
	}
	reached, next = reached[:len(typed)+1], next[:len(typed)+1]
	fill(reached, unreached)
	reached[0] = 0
	for i := range name {
		fill(next, unreached)
		unfinished := step(&name[i], typed, reached, next, initials)
		if i == len(name)-1 {
			found.whole = next[len(typed)]
		}
		found.begin = min(found.begin, unfinished, next[len(typed)])
		reached, next = next, reached
		if dead(reached[:len(typed)]) {
			break
		}
	}
	return found
}

// step extends every place reached by one character. What it returns is the
// fewest other readings with which typed ends within the character.
func step(u *unit, typed []rune, reached, next []int8, initials bool) int8 {
	unfinished := int8(unreached)
	for at, others := range reached[:len(typed)] {
		if others == unreached {
			continue
		}
		if typed[at] == u.r {
			next[at+1] = min(next[at+1], others)
		}
		for i := range u.spellings {
			cost := others
			if i >= u.usual {
				cost++
			}
			n, ended := along(u.spelling(i, initials), typed[at:])
			if ended {
				unfinished = min(unfinished, cost)
			} else if n > 0 {
				next[at+n] = min(next[at+n], cost)
			}
		}
	}
	return unfinished
}

// along tells how many characters of typed the spelling covers (0: it differs),
// or that typed ended before the spelling did.
func along(spelling string, typed []rune) (n int, ended bool) {
	for _, r := range spelling {
		if n == len(typed) {
			return n, true
		}
		if typed[n] != r {
			return 0, false
		}
		n++
	}
	return n, false
}

func fill(list []int8, with int8) {
	for i := range list {
		list[i] = with
	}
}

func dead(reached []int8) bool {
	for _, others := range reached {
		if others < unreached {
			return false
		}
	}
	return true
}

// beginnings yields every text of 2 to most characters that spells the name or
// a beginning of it, with how it answers. A text may come several times. Those
// without a reading in them do not come, since they are found as letters, but
// for the longest, by which longer ones are sought. typed is lent.
func beginnings(name []unit, most int, initials bool, yield func(typed []rune, s spelt)) {
	w := beginner{name: name, most: most, initials: initials, yield: yield, typed: make([]rune, 0, most)}
	w.from(0, 0, false)
}

type beginner struct {
	name     []unit
	most     int
	initials bool
	yield    func(typed []rune, s spelt)
	typed    []rune
}

// from goes on at a character of the name. read says that a reading was taken.
func (w *beginner) from(at int, others int8, read bool) {
	if at == len(w.name) || len(w.typed) >= w.most {
		return
	}
	u := &w.name[at]
	if !wide(u.r) {
		w.typed = append(w.typed, u.r)
		w.tell(at, others, read, true)
		w.from(at+1, others, read)
		w.typed = w.typed[:len(w.typed)-1]
	}
	for i := range u.spellings {
		cost := others
		if i >= u.usual {
			cost++
		}
		if cost < unreached && !w.repeats(u, i) {
			w.along(at, cost, u.spelling(i, w.initials))
		}
	}
}

// repeats tells whether spelling i adds nothing to those before it, which are
// more usual: readings often share their initial.
func (w *beginner) repeats(u *unit, i int) bool {
	if !w.initials {
		return false
	}
	for k := range i {
		if u.spellings[k][0] == u.spellings[i][0] {
			return true
		}
	}
	return false
}

// along takes one spelling of a character.
func (w *beginner) along(at int, others int8, spelling string) {
	before := len(w.typed)
	for i, r := range spelling {
		if len(w.typed) == w.most {
			break
		}
		w.typed = append(w.typed, r)
		if last := i+utf8.RuneLen(r) == len(spelling); last {
			w.tell(at, others, true, true)
			w.from(at+1, others, true)
		} else {
			w.tell(at, others, true, false)
		}
	}
	w.typed = w.typed[:before]
}

func (w *beginner) tell(at int, others int8, read, finished bool) {
	if len(w.typed) < leastBeginning || !read && len(w.typed) < w.most {
		return
	}
	s := spelt{whole: unreached, begin: others}
	if finished && at == len(w.name)-1 {
		s.whole = others
	}
	w.yield(w.typed, s)
}
