package graph

// Scratch is the memory of one walk, which the next one uses again: tables and
// lists that would else grow from nothing each time. It is as large as what was
// looked at, two sets of a bit an entity aside, and lets go of what few walks
// need. Whoever has a [Shape] keeps some; it is used by one goroutine at a time.
type Scratch struct {
	expander expander
	source   shapeSource
	order    idOrder
	arcs     []Arc
	near     Near
	hubs     idTable
	through  []EntityID
	shut     []EntityID
	subgraph subgraphMemory
	reach    reachMemory
	shortest shortest
	common   commonMemory
}

// mostKept bounds how many items a list may have room for and be kept.
const mostKept = 1 << 18

// borrow gives the memory for a walk that reads from r, and what is to be done
// when that is over.
func borrow(r Reader) (mem *Scratch, giveBack func()) {
	shape := shapeOf(r)
	if shape == nil {
		return &Scratch{}, func() {}
	}
	mem = shape.Borrow()
	mem.hubs.reset()
	return mem, func() {
		mem.expander, mem.source = expander{}, shapeSource{} // nothing of the question is kept
		mem.order.trim()
		mem.common.trim()
		shape.GiveBack(mem)
	}
}
