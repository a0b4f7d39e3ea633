package gql

import "lianzhu/graph"

// documents are the entities that an operation has read, by their ids; nil where
// there is none. Many operations read one, which needs no map.
type documents struct {
	first *graph.Entity
	more  map[graph.EntityID]*graph.Entity
}

// get is what was read of id, and whether that was.
func (d *documents) get(id graph.EntityID) (doc *graph.Entity, read bool) {
	if d.first != nil && d.first.ID == id {
		return d.first, true
	}
	doc, read = d.more[id]
	return doc, read
}

// put notes what was read of id.
func (d *documents) put(id graph.EntityID, doc *graph.Entity) {
	if doc != nil && doc.ID == id && (d.first == nil || d.first.ID == id) {
		d.first = doc
		return
	}
	if d.more == nil {
		d.more = map[graph.EntityID]*graph.Entity{}
	}
	d.more[id] = doc
}

// size is how many there are.
func (d *documents) size() int { return len(d.more) + 1 }

// forget empties d.
func (d *documents) forget() { *d = documents{} }
