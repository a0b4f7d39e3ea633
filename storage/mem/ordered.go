package mem

import "iter"

// ordered is an immutable map in the order of its keys: with and without give
// a new map that shares all but the changed path with the old one. It is a
// treap whose priorities come from a counter, so that equal work makes equal
// maps. The zero ordered is empty.
type ordered[K, V any] struct {
	root *node[K, V]
	made uint64 // counts the keys ever added
}

type node[K, V any] struct {
	key         K
	value       V
	priority    uint64
	left, right *node[K, V]
}

// compare is negative, zero or positive as its first argument stands before,
// at or after the second.
type compare[K any] func(a, b K) int

func (m ordered[K, V]) get(cmp compare[K], key K) (v V, ok bool) {
	for n := m.root; n != nil; {
		switch c := cmp(key, n.key); {
		case c < 0:
			n = n.left
		case c > 0:
			n = n.right
		default:
			return n.value, true
		}
	}
	return v, false
}

// with is m with value under key.
func (m ordered[K, V]) with(cmp compare[K], key K, value V) ordered[K, V] {
	m.made++
	m.root = insert(cmp, m.root, &node[K, V]{key: key, value: value, priority: mix(m.made)})
	return m
}

// without is m without key.
func (m ordered[K, V]) without(cmp compare[K], key K) ordered[K, V] {
	m.root = remove(cmp, m.root, key)
	return m
}

// from yields the keys from key on, in order.
func (m ordered[K, V]) from(cmp compare[K], key K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { walk(cmp, m.root, key, yield) }
}

// after yields the keys after key, in order.
func (m ordered[K, V]) after(cmp compare[K], key K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for k, v := range m.from(cmp, key) {
			if cmp(k, key) != 0 && !yield(k, v) {
				return
			}
		}
	}
}

func walk[K, V any](cmp compare[K], n *node[K, V], key K, yield func(K, V) bool) bool {
	if n == nil {
		return true
	}
	if cmp(n.key, key) < 0 {
		return walk(cmp, n.right, key, yield)
	}
	return walk(cmp, n.left, key, yield) && yield(n.key, n.value) && walk(cmp, n.right, key, yield)
}

func insert[K, V any](cmp compare[K], n, add *node[K, V]) *node[K, V] {
	if n == nil {
		return add
	}
	c := cmp(add.key, n.key)
	own := *n
	switch {
	case c == 0:
		own.value = add.value
	case c < 0:
		if own.left = insert(cmp, n.left, add); own.left.priority > own.priority {
			return rotateRight(&own)
		}
	default:
		if own.right = insert(cmp, n.right, add); own.right.priority > own.priority {
			return rotateLeft(&own)
		}
	}
	return &own
}

// rotateRight lifts the left child of n, which insert has just copied or made.
func rotateRight[K, V any](n *node[K, V]) *node[K, V] {
	up := n.left
	n.left, up.right = up.right, n
	return up
}

func rotateLeft[K, V any](n *node[K, V]) *node[K, V] {
	up := n.right
	n.right, up.left = up.left, n
	return up
}

func remove[K, V any](cmp compare[K], n *node[K, V], key K) *node[K, V] {
	if n == nil {
		return nil
	}
	c := cmp(key, n.key)
	if c == 0 {
		return join(n.left, n.right)
	}
	own := *n
	if c < 0 {
		own.left = remove(cmp, n.left, key)
	} else {
		own.right = remove(cmp, n.right, key)
	}
	return &own
}

// join makes one tree of two, every key of a standing before those of b.
func join[K, V any](a, b *node[K, V]) *node[K, V] {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.priority > b.priority:
		own := *a
		own.right = join(a.right, b)
		return &own
	}
	own := *b
	own.left = join(a, b.left)
	return &own
}

// mix spreads a counter over 64 bits (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x *= 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
