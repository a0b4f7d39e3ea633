package endpoint

import (
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// byteCache keeps what was used last, bounded by the bytes it is said to weigh
// rather than by the number of entries.
type byteCache[V any] struct {
	mu      sync.Mutex
	entries *simplelru.LRU[string, weighed[V]]
	weight  int
	most    int
}

type weighed[V any] struct {
	value V
	bytes int
}

func newByteCache[V any](most int) *byteCache[V] {
	c := &byteCache[V]{most: most}
	// The entries are bounded by weight alone; a positive size cannot fail.
	c.entries, _ = simplelru.NewLRU(math.MaxInt, func(_ string, gone weighed[V]) { c.weight -= gone.bytes })
	return c
}

// get gives the value of a key and marks it as used.
func (c *byteCache[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.entries.Get(key)
	return entry.value, ok
}

// add keeps a value, at the cost of those used longest ago. What weighs more
// than the whole cache is not kept. Where the key is there already, the old
// value stays and is returned: two requests that prepared the same query go on
// with one document.
func (c *byteCache[V]) add(key string, value V, bytes int) V {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry, ok := c.entries.Get(key); ok {
		return entry.value
	}
	if bytes > c.most {
		return value
	}
	for c.weight+bytes > c.most {
		c.entries.RemoveOldest()
	}
	c.entries.Add(key, weighed[V]{value, bytes})
	c.weight += bytes
	return value
}
