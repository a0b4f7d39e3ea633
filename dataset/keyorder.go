package dataset

import (
	"cmp"
	"slices"

	"lianzhu/graph"
)

// keyOrder goes through documents in the order of their keys, and holds few of
// them at a time: a sample of the keys tells how to divide them into ranges of
// about half of most each; then all are looked at to learn which is in which
// range; then each range is read again, sorted and given.
type keyOrder[ID ~uint32, T any] struct {
	get   func([]ID) ([]T, error)
	key   func(T) graph.Key
	aside func(ID, T) bool // takes a document out of the order; nil: none
	visit func(T) bool     // tells whether to go on
	most  int              // documents in memory
}

// sampled is how many keys are looked at to find a range.
const sampled = 16

// each visits the documents of ids; it tells whether to go on.
func (o *keyOrder[ID, T]) each(ids []ID) (bool, error) {
	if len(ids) <= o.most {
		return o.few(ids)
	}
	ends, err := o.ends(ids)
	if err != nil {
		return false, err
	}
	ranges := make([][]ID, len(ends)+1)
	if _, err := inChunks(ids, o.get, func(id ID, doc T) bool {
		if !o.isAside(id, doc) {
			at, _ := slices.BinarySearch(ends, o.key(doc))
			ranges[at] = append(ranges[at], id)
		}
		return true
	}); err != nil {
		return false, err
	}
	for i, some := range ranges {
		ranges[i] = nil
		next := o.each
		if len(some) == len(ids) { // a sample that tells nothing
			next = o.few
		}
		if goOn, err := next(some); err != nil || !goOn {
			return false, err
		}
	}
	return true, nil
}

func (o *keyOrder[ID, T]) isAside(id ID, doc T) bool { return o.aside != nil && o.aside(id, doc) }

// ends are the last keys of all ranges but the last one.
func (o *keyOrder[ID, T]) ends(ids []ID) ([]graph.Key, error) {
	count := len(ids)/max(o.most/2, 1) + 1
	step := max(len(ids)/(count*sampled), 1)
	var some []ID
	for i := step / 2; i < len(ids); i += step {
		some = append(some, ids[i])
	}
	keys := make([]graph.Key, 0, len(some))
	if _, err := inChunks(some, o.get, func(_ ID, doc T) bool {
		keys = append(keys, o.key(doc))
		return true
	}); err != nil {
		return nil, err
	}
	slices.Sort(keys)
	ends := make([]graph.Key, 0, count)
	for i := 1; i < count; i++ {
		ends = append(ends, keys[i*len(keys)/count])
	}
	return ends, nil
}

// few visits documents that may all be held.
func (o *keyOrder[ID, T]) few(ids []ID) (bool, error) {
	type keyed struct {
		key graph.Key
		doc T
	}
	docs := make([]keyed, 0, len(ids))
	if _, err := inChunks(ids, o.get, func(id ID, doc T) bool {
		if !o.isAside(id, doc) {
			docs = append(docs, keyed{o.key(doc), doc})
		}
		return true
	}); err != nil {
		return false, err
	}
	slices.SortFunc(docs, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	for _, d := range docs {
		if !o.visit(d.doc) {
			return false, nil
		}
	}
	return true, nil
}
