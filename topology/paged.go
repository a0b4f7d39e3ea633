package topology

// pageBits sets the size of a page: 2^pageBits items.
const pageBits = 10

type page[T any] [1 << pageBits]*T

// paged is a sparse array that snapshots share: a change copies the page it
// falls on and the list of pages. Its zero value is empty.
type paged[T any] struct {
	pages []*page[T]
}

// get is the item at i, or nil.
func (p *paged[T]) get(i uint32) *T {
	if k := int(i >> pageBits); k < len(p.pages) {
		if pg := p.pages[k]; pg != nil {
			return pg[i&(1<<pageBits-1)]
		}
	}
	return nil
}

// touched tells whether the page of i holds anything.
func (p *paged[T]) touched(i uint32) bool {
	k := int(i >> pageBits)
	return k < len(p.pages) && p.pages[k] != nil
}

// editor makes a new paged of an old one; pages that it made itself it does not
// copy again.
type editor[T any] struct {
	paged[T]
	own map[int]bool
}

func edit[T any](p paged[T]) editor[T] {
	pages := make([]*page[T], len(p.pages), len(p.pages)+8)
	copy(pages, p.pages)
	return editor[T]{paged[T]{pages}, map[int]bool{}}
}

func (e *editor[T]) set(i uint32, v *T) {
	k := int(i >> pageBits)
	for k >= len(e.pages) {
		e.pages = append(e.pages, nil)
	}
	if !e.own[k] {
		own := new(page[T])
		if e.pages[k] != nil {
			*own = *e.pages[k]
		}
		e.pages[k], e.own[k] = own, true
	}
	e.pages[k][i&(1<<pageBits-1)] = v
}
