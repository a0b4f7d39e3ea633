package text

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lianzhu/graph"
)

// drawnSets are ids of one chunk: some anywhere in it, some close together.
var drawnSets = rapid.Custom(func(t *rapid.T) map[graph.EntityID]bool {
	set := map[graph.EntityID]bool{}
	for _, id := range rapid.SliceOf(rapid.OneOf(rapid.Uint32Range(0, 200), rapid.Uint32Range(0, chunkIDs-1))).Draw(t, "ids") {
		set[chunkIDs+graph.EntityID(id)] = true
	}
	return set
})

func chunkOf(set map[graph.EntityID]bool) *chunk {
	c := new(chunk)
	for id := range set {
		c.set(id)
	}
	return c
}

// TestChunksAreSets: what a chunk does is what a set does, also after it was
// emptied and used again.
func TestChunksAreSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y, z := drawnSets.Draw(t, "x"), drawnSets.Draw(t, "y"), drawnSets.Draw(t, "z")
		is := func(what string, c *chunk, has func(graph.EntityID) bool) {
			t.Helper()
			var want, got []graph.EntityID
			all := maps.Clone(x)
			maps.Copy(all, y)
			maps.Copy(all, z)
			for _, id := range slices.Sorted(maps.Keys(all)) {
				if has(id) {
					want = append(want, id)
				}
			}
			c.each(chunkIDs, func(id graph.EntityID) bool { got = append(got, id); return true })
			if !slices.Equal(got, want) || c.count() != len(want) || c.empty() != (len(want) == 0) {
				t.Fatalf("%s has %v, count %d; want %v", what, got, c.count(), want)
			}
		}
		c, yc, zc := chunkOf(x), chunkOf(y), chunkOf(z)
		c.without(zc)
		is("x without z", c, func(id graph.EntityID) bool { return x[id] && !z[id] })
		c.or(yc)
		is("that or y", c, func(id graph.EntityID) bool { return x[id] && !z[id] || y[id] })
		c.and(zc)
		is("that and z", c, func(id graph.EntityID) bool { return y[id] && z[id] })
		c.reset()
		is("an emptied one", c, func(graph.EntityID) bool { return false })
		c.orBoth(chunkOf(x), yc)
		is("x and y", c, func(id graph.EntityID) bool { return x[id] && y[id] })
		c.reset()
		SliceList(slices.Sorted(maps.Keys(x))).(filler).fillWithin(chunkIDs, yc, c)
		is("a list within y", c, func(id graph.EntityID) bool { return x[id] && y[id] })
		c.reset()
		(&bitList{bits: append(make([]uint64, chunkWords), chunkOf(x).words[:]...)}).fillWithin(chunkIDs, zc, c)
		is("a bitmap within z", c, func(id graph.EntityID) bool { return x[id] && z[id] })
	})
}
