package topology

import (
	"sort"

	"lianzhu/graph"
)

// Near gives the edges of id that pass as they stand in memory, or copied where
// some do not. What lies in patches, and what needs more than a look at tags, is
// left to Begin and Next.
func (w *follower) Near(into *graph.Near, id graph.EntityID, dir graph.Direction, most, look int) (ok bool) {
	way := wayOf(dir)
	if way == 0 || w.f.picky || w.scored {
		return false
	}
	var out, in run
	var more []run
	if way&outward != 0 {
		if out, more = w.s.outAt(id); len(more) > 0 {
			return false
		}
	}
	if way&inward != 0 {
		if in, more = w.s.inAt(id); len(more) > 0 {
			return false
		}
	}
	into.Parts, into.Looked, into.More = [2]graph.Ties{}, 0, false
	into.Memory.Peers, into.Memory.Relations = into.Memory.Peers[:0], into.Memory.Relations[:0]
	second, pass := w.f.types, w.f.pass
	if way == both {
		second, pass = w.s.seenIn(way, w.f.types), w.f.once
	}
	if n := out.len() + in.len(); n > look {
		if most >= look {
			return false
		}
	} else if n <= most {
		return w.all(into, 0, out, w.f.pass, &w.f.types) && w.all(into, 1, in, pass, &second)
	}
	ok = w.first(into, out, in, &second, most, look)
	if into.More {
		into.Degree = out.len() + in.len()
		if way == both {
			into.Degree -= w.s.vocab.twiceIn(in)
		}
	}
	return ok
}

// all gives what passes of a list.
func (w *follower) all(into *graph.Near, part int, r run, pass *verdicts, types *TypeSet) bool {
	if r.len() == 0 {
		return true
	}
	tags, peers, relations := r.tag[r.lo:r.hi], r.peer[r.lo:r.hi], r.relation[r.lo:r.hi]
	every := passed
	for _, t := range tags {
		every &= pass.of(t)
	}
	if every == passed {
		into.Parts[part] = graph.Ties{Peers: peers, Relations: relations}
		into.Looked += len(tags)
		return true
	}
	memory := &into.Memory
	begin := len(memory.Peers)
	for i, t := range tags {
		if !types.has(t.typ()) {
			continue
		}
		into.Looked++
		switch v := pass.of(t); {
		case v == refused, v == unsure && !w.f.sure(w.s, relations[i]):
		default:
			memory.Peers, memory.Relations = append(memory.Peers, peers[i]), append(memory.Relations, relations[i])
		}
	}
	into.Parts[part] = graph.Ties{Peers: memory.Peers[begin:], Relations: memory.Relations[begin:]}
	return true
}

// first gives the first edges of a hub that pass, by type and relation: what a
// walk may follow of it, though not in this order.
func (w *follower) first(into *graph.Near, out, in run, second *TypeSet, most, look int) bool {
	memory := &into.Memory
	for out.len() > 0 || in.len() > 0 {
		code := ^uint8(0)
		if out.len() > 0 {
			code = out.tag[out.lo].typ()
		}
		if in.len() > 0 {
			code = min(code, in.tag[in.lo].typ())
		}
		var x, y run
		x, out = out.cut(code, &w.f.types)
		y, in = in.cut(code, second)
		for x.len()+y.len() > 0 {
			want := most + 1 - len(memory.Peers)
			if want = min(want, x.len()+y.len()); into.Looked+want > look {
				return false
			}
			n, begin := x.among(y, want), len(memory.Peers)
			into.Looked += want
			w.copy(memory, x, n)
			middle := len(memory.Peers)
			w.copy(memory, y, want-n)
			if len(memory.Peers) > most {
				dropLast(memory, begin, middle)
				into.Parts[0], into.More = *memory, true
				return true
			}
			x.lo, y.lo = x.lo+uint32(n), y.lo+uint32(want-n)
		}
	}
	into.Parts[0] = *memory
	return true
}

// cut is the edges of one type at the beginning of r, none where the type is not
// wanted, and what is behind them.
func (r run) cut(code uint8, types *TypeSet) (same, rest run) {
	if r.len() == 0 || r.tag[r.lo].typ() != code {
		return run{}, r
	}
	_, same, rest = r.typeRun()
	if !types.has(code) {
		same = run{}
	}
	return same, rest
}

// among tells how many of the first n of two lists of one type, by relation, are
// of r.
func (r run) among(other run, n int) int {
	lo, hi := max(0, n-other.len()), min(n, r.len())
	return lo + sort.Search(hi-lo, func(i int) bool {
		i += lo // r gives more than i where its i-th is before the other's last
		return r.relation[r.lo+uint32(i)] > other.relation[other.lo+uint32(n-i-1)]
	})
}

// copy copies what passes of the first n of r, which are of one type.
func (w *follower) copy(into *graph.Ties, r run, n int) {
	if n > 0 {
		*into = w.tiesOf(*into, run{r.edges, r.lo, r.lo + uint32(n)}, false)
	}
}

// dropLast drops of the edges from begin on that of the greatest relation; those
// before middle and those behind it stand in order.
func dropLast(t *graph.Ties, begin, middle int) {
	last := len(t.Peers) - 1
	if middle > begin && (middle > last || t.Relations[middle-1] > t.Relations[last]) {
		t.Peers[middle-1], t.Relations[middle-1] = t.Peers[last], t.Relations[last]
	}
	t.Peers, t.Relations = t.Peers[:last], t.Relations[:last]
}
