package topology

import (
	"fmt"
	"maps"

	"lianzhu/graph"
	"lianzhu/text"
)

// delta is what some revisions changed, with all ids known: what is gone, and
// then what is new or different.
type delta struct {
	rev           graph.Rev
	origin        origin
	goneRelations []graph.RelationID
	goneEntities  []graph.EntityID
	entities      map[graph.EntityID]entity
	relations     []relationPut // ascending by id
	said          []text.Change // what is found by other words
}

type relationPut struct {
	id graph.RelationID
	row
}

// with is s after d. It shares with s all that d leaves alone. An error says
// that d does not fit s.
func (s *Snapshot) with(d *delta) (*Snapshot, error) {
	p := patcher{next: *s, nodes: edit(s.nodes), rows: edit(s.rows), own: map[graph.EntityID]*node{}}
	p.next.rev, p.next.origin = d.rev, d.origin
	for _, id := range d.goneRelations {
		p.dropRelation(id)
	}
	for _, id := range d.goneEntities {
		p.dropEntity(id)
	}
	for id := range maps.Keys(d.entities) {
		p.putEntity(id, d.entities[id])
	}
	for i := range d.relations {
		p.putRelation(&d.relations[i])
	}
	if p.err != nil {
		return nil, p.err
	}
	p.next.nodes, p.next.rows, p.next.moved = p.nodes.paged, p.rows.paged, p.next.moved.with(p.first)
	p.next.shifted = p.next.shifted.with(p.shifted)
	p.next.said = p.next.said.With(d.said)
	return &p.next, nil
}

// patcher makes the snapshot next. The first thing that does not fit is err.
type patcher struct {
	next  Snapshot
	nodes editor[node]
	rows  editor[row]
	own   map[graph.EntityID]*node // made here, so they may be changed
	first []graph.EntityID         // those of own that were not patched before
	err   error

	shifted []graph.EntityID // those of own that were not shifted before
}

func (p *patcher) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &graph.Error{Code: graph.CodeCorrupt, Op: "topology", Index: -1,
			Detail: "the change log does not fit the snapshot: " + fmt.Sprintf(format, args...)}
	}
}

// node is the patch of id, to be changed.
func (p *patcher) node(id graph.EntityID) *node {
	if n := p.own[id]; n != nil {
		return n
	}
	n := &node{}
	if old := p.nodes.get(uint32(id)); old != nil {
		*n = *old
	} else {
		n.entity = p.next.entity(id)
		p.first = append(p.first, id)
		n.out, n.in = chunked(p.next.out.run(id)), chunked(p.next.in.run(id))
	}
	p.own[id] = n
	p.nodes.set(uint32(id), n)
	p.next.patches++
	return n
}

// shift is node for a change of the entity itself, or of where it is.
func (p *patcher) shift(id graph.EntityID) *node {
	n := p.node(id)
	if !n.shifted {
		n.shifted = true
		p.shifted = append(p.shifted, id)
	}
	return n
}

// row is the relation id as it stands now.
func (p *patcher) row(id graph.RelationID) row {
	if w := p.rows.get(uint32(id)); w != nil {
		return *w
	}
	return p.next.row(id)
}

func (p *patcher) setRow(id graph.RelationID, w row) {
	for _, v := range [2]row{p.row(id), w} {
		if p.isPart(&v) {
			p.next.moulded = true
		}
		if v.source != 0 && p.next.vocab.located != nil && v.tag.typ() == p.next.vocab.locatedIn {
			p.shift(v.source)
		}
	}
	p.rows.set(uint32(id), &w)
	p.next.patches++
}

// isPart tells whether w may be a line of the hierarchy of regions.
func (p *patcher) isPart(w *row) bool {
	v := p.next.vocab
	return w.source != 0 && v.below != nil && w.tag.typ() == v.partOf
}

func (p *patcher) putEntity(id graph.EntityID, e entity) {
	n := p.shift(id)
	if n.kind == 0 {
		p.next.entities++
	}
	p.mould(n.kind, e.kind)
	if was := p.next.base.kindOf(id); was != 0 && was != e.kind {
		p.next.recast = true
	}
	n.entity = e
	p.next.lastEntity = max(p.next.lastEntity, id)
}

func (p *patcher) dropEntity(id graph.EntityID) {
	n := p.shift(id)
	switch {
	case n.kind == 0:
		p.fail("entity %d is retracted and was not there", id)
	case len(n.out) > 0 || len(n.in) > 0:
		p.fail("entity %d is retracted and has relations", id)
	}
	p.mould(n.kind, 0)
	if p.next.vocab.kinds[n.kind] == graph.KindRegion && p.next.base.kindOf(id) != 0 {
		p.next.recast = true
	}
	n.entity = entity{}
	p.next.entities--
}

func (p *patcher) dropRelation(id graph.RelationID) {
	w := p.row(id)
	if w.source == 0 {
		p.fail("relation %d is retracted and was not there", id)
		return
	}
	key := edgeKey(w.tag, id)
	p.eachEnd(&w, func(list *[]run, _ graph.EntityID) {
		next, ok := removed(*list, key)
		if !ok {
			p.fail("relation %d is not at its ends", id)
		}
		*list = next
	})
	p.setRow(id, row{})
	p.next.relations--
}

func (p *patcher) putRelation(put *relationPut) {
	old := p.row(put.id)
	if old.source == 0 {
		p.addRelation(put)
		return
	}
	if old.source != put.source || old.target != put.target || old.tag.typ() != put.tag.typ() {
		p.fail("relation %d has other ends", put.id)
		return
	}
	p.setRow(put.id, put.row)
	if old.tag == put.tag {
		return
	}
	p.eachEnd(&put.row, func(list *[]run, _ graph.EntityID) {
		next, ok := retagged(*list, put.id, put.tag)
		if !ok {
			p.fail("relation %d is not at its ends", put.id)
		}
		*list = next
	})
}

func (p *patcher) addRelation(put *relationPut) {
	if p.node(put.source).kind == 0 || p.node(put.target).kind == 0 {
		p.fail("relation %d joins what is not there", put.id)
		return
	}
	p.eachEnd(&put.row, func(list *[]run, peer graph.EntityID) {
		*list = inserted(*list, slot{peer, put.id, put.tag})
	})
	p.setRow(put.id, put.row)
	p.next.relations++
	p.next.lastRelation = max(p.next.lastRelation, put.id)
}

// mould notes that something becomes a region, or is one no more.
func (p *patcher) mould(before, after uint8) {
	kinds := p.next.vocab.kinds
	if (kinds[before] == graph.KindRegion) != (kinds[after] == graph.KindRegion) {
		p.next.moulded = true
	}
}

// eachEnd calls do for every list in which the relation w stands, and the peer
// that it has there.
func (p *patcher) eachEnd(w *row, do func(list *[]run, peer graph.EntityID)) {
	do(&p.node(w.source).out, w.target)
	do(&p.node(w.target).in, w.source)
	if p.next.vocab.symmetric[w.tag.typ()] {
		do(&p.node(w.target).out, w.source)
		do(&p.node(w.source).in, w.target)
	}
}
