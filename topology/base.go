package topology

import (
	"fmt"
	"sync"

	"lianzhu/graph"
	"lianzhu/text"
)

// base is the shape of a graph in arrays. It is never changed once it stands,
// so snapshots share it; what came later lies over it as patches.
type base struct {
	vocab *vocabulary

	// By entity id. Id 0 and the ids of what was retracted are holes.
	kind   []uint8
	region []uint32
	labels labels
	orders orders
	places places
	words  *text.Index // no block of keys: there is none
	lender *base       // whose memory words are

	placed  sync.Once
	placeAt map[graph.EntityID]uint32 // of the regions

	out, in csr
	columns
	ledger ledger

	entities, relations int    // without holes
	mapped              int    // bytes that lie in a file
	mapping             []byte // the file, where its arrays lie in one
}

// csr is the edges of all entities on one side: those of entity i are the items
// first[i] to first[i+1], ordered by edgeKey. A symmetric relation stands on
// both sides of both its ends.
type csr struct {
	first []uint32
	edges
}

// run is the edges of id; nothing, where id is beyond the end.
func (c *csr) run(id graph.EntityID) run {
	if int(id)+1 < len(c.first) {
		return run{&c.edges, c.first[id], c.first[id+1]}
	}
	return run{&c.edges, 0, 0}
}

// columns are what is known of relations, by their ids: records, and columns of
// what is gone through. Columns that few relations have a value in are sparse.
type columns struct {
	source, target []graph.EntityID
	tag            []tag
	ties           []tie // what lists show

	timed       sparse
	first, last []int32 // of ValidFrom, and of ValidTo
	worded      sparse
	by, since   []int32 // the last day of ValidFrom, and the first of ValidTo, where records do not tell

	graded sparse
	score  []float64
	scores []float64 // those to which records point

	sited    sparse
	placeEnd []uint32 // of each relation that names places: where these end in placeID
	placeID  []graph.EntityID

	figured         sparse
	value, min, max []int64
	figureBits      []uint8
	unit            []uint32
	units           []unit
	written         written
}

// unit is what a figure is counted in, such as t a year.
type unit struct{ unit, per string }

// maxRev is the greatest revision that fits the columns.
const maxRev = 1<<40 - 1

// there tells whether the relation id exists.
func (c *columns) there(id graph.RelationID) bool {
	return int(id) < len(c.source) && c.source[id] != 0
}

// row is the relation id, which must exist.
func (c *columns) row(id graph.RelationID) row {
	i := uint32(id)
	w := row{
		source: c.source[i], target: c.target[i], tag: c.tag[i],
		rev: c.ties[i].rev(), uid: c.ties[i].uid,
	}
	if w.tag.has(tagTimed) {
		at := c.timed.at(i)
		w.first, w.last = c.first[at], c.last[at]
		w.by, w.since = c.ties[i].from.Latest(), c.ties[i].to.Earliest()
	}
	if w.tag.has(tagWorded) {
		at := c.worded.at(i)
		w.by, w.since = c.by[at], c.since[at]
	}
	if w.tag.has(tagGraded) {
		w.score = c.score[c.graded.at(i)]
	}
	return w
}

// placesOf are the places that the relation id, which must exist, names.
func (c *columns) placesOf(id graph.RelationID) []graph.EntityID {
	if !c.tag[id].has(tagPlaced) {
		return nil
	}
	at, from := c.sited.at(uint32(id)), uint32(0)
	if at > 0 {
		from = c.placeEnd[at-1]
	}
	return c.placeID[from:c.placeEnd[at]:c.placeEnd[at]]
}

// figure is the figure of the relation id, which must exist; ok is false where
// it has none.
func (c *columns) figure(id graph.RelationID) (f Figure, ok bool) {
	if !c.figured.has(uint32(id)) {
		return Figure{}, false
	}
	at := c.figured.at(uint32(id))
	f = Figure{Value: c.value[at], Min: c.min[at], Max: c.max[at]}
	f.setBits(c.figureBits[at])
	u := c.units[c.unit[at]]
	f.Unit, f.Per = u.unit, u.per
	return f, true
}

// draft is a base in the making. Entities and relations are added in ascending
// order of their ids.
type draft struct {
	*base
	figures []graph.RelationID // those that have a figure
	unitOf  map[unit]uint32
	scoreOf map[float64]uint16
}

func newDraft(v *vocabulary, entities, relations int) *draft {
	d := &draft{base: &base{vocab: v, words: &text.Index{}}, unitOf: map[unit]uint32{}, scoreOf: map[float64]uint16{}}
	d.kind = make([]uint8, 1, entities+1)
	d.region = make([]uint32, 1, entities+1)
	d.labels = newLabels(entities)
	d.source = make([]graph.EntityID, 1, relations+1)
	d.target = make([]graph.EntityID, 1, relations+1)
	d.tag = make([]tag, 1, relations+1)
	d.ties = make([]tie, 1, relations+1)
	return d
}

func (d *draft) addEntity(id graph.EntityID, e entity) error {
	if err := revFits(e.rev); err != nil {
		return err
	}
	for len(d.kind) < int(id) {
		d.pushEntity(&entity{})
	}
	d.pushEntity(&e)
	d.entities++
	return d.labels.fits()
}

func (d *draft) pushEntity(e *entity) {
	d.kind = append(d.kind, e.kind)
	d.region = append(d.region, e.region)
	d.labels.push(e)
}

// revFits refuses a revision that the columns cannot hold.
func revFits(rev graph.Rev) error {
	if rev > maxRev {
		return refuse("topology", "", fmt.Sprintf("revision %d is beyond 2^40", rev))
	}
	return nil
}

func (d *draft) addRelation(id graph.RelationID, w *row) error {
	for _, end := range []graph.EntityID{w.source, w.target} {
		if int(end) >= len(d.kind) || d.kind[end] == 0 {
			return &graph.Error{Code: graph.CodeCorrupt, Op: "topology", Index: -1,
				Detail: fmt.Sprintf("relation %d joins entity %d, which is not there; run check", id, end)}
		}
	}
	if err := revFits(w.rev); err != nil {
		return err
	}
	for len(d.source) < int(id) {
		d.pushRelation(&row{})
	}
	d.pushRelation(w)
	d.pushSparse(id, w)
	d.relations++
	return d.written.fits()
}

func (d *draft) pushRelation(w *row) {
	d.source = append(d.source, w.source)
	d.target = append(d.target, w.target)
	d.tag = append(d.tag, w.tag)
	t := tie{uid: w.uid, revHigh: uint8(w.rev >> 32), revLow: uint32(w.rev), tag: w.tag}
	if w.tag.has(tagTimed) && !w.tag.has(tagWorded) {
		t.from, _ = graph.PlainDateOf(w.first, w.by)
		t.to, _ = graph.PlainDateOf(w.since, w.last)
	}
	if w.tag.has(tagGraded) {
		t.score = d.scoreCode(w.score)
	}
	t.figures = d.written.push(w.written, w.figure != nil && w.figure.Volume, d.unitCode)
	d.ties = append(d.ties, t)
}

// scoreCode is the place of a score among those to which records point.
func (d *draft) scoreCode(score float64) uint16 {
	code, known := d.scoreOf[score]
	if !known {
		if len(d.scores) == askScore {
			return askScore
		}
		code = uint16(len(d.scores))
		d.scores = append(d.scores, score)
		d.scoreOf[score] = code
	}
	return code
}

func (d *draft) pushSparse(id graph.RelationID, w *row) {
	if w.tag.has(tagTimed) {
		d.first, d.last = append(d.first, w.first), append(d.last, w.last)
	}
	if w.tag.has(tagWorded) {
		d.by, d.since = append(d.by, w.by), append(d.since, w.since)
	}
	if w.tag.has(tagGraded) {
		d.score = append(d.score, w.score)
	}
	if w.tag.has(tagPlaced) {
		d.placeID = append(d.placeID, w.places...)
		d.placeEnd = append(d.placeEnd, uint32(len(d.placeID)))
	}
	if w.figure != nil {
		d.figures = append(d.figures, id)
		d.pushFigure(w.figure)
	}
}

func (d *draft) pushFigure(f *Figure) {
	d.value, d.min, d.max = append(d.value, f.Value), append(d.min, f.Min), append(d.max, f.Max)
	d.figureBits = append(d.figureBits, f.bits())
	d.unit = append(d.unit, d.unitCode(unit{f.Unit, f.Per}))
}

// unitCode is the code of a unit, which is made where there is none yet.
func (d *draft) unitCode(u unit) uint32 {
	code, known := d.unitOf[u]
	if !known {
		code = uint32(len(d.units))
		d.units = append(d.units, u)
		d.unitOf[u] = code
	}
	return code
}

// finish arranges what was added.
func (d *draft) finish() (*base, error) {
	b := d.base
	has := func(bit tag) func(int) bool { return func(i int) bool { return b.tag[i].has(bit) } }
	b.timed = newSparse(len(b.tag), has(tagTimed))
	b.worded = newSparse(len(b.tag), has(tagWorded))
	b.graded = newSparse(len(b.tag), has(tagGraded))
	b.sited = newSparse(len(b.tag), has(tagPlaced))
	b.figured = newSparse(len(b.tag), among(d.figures))
	order := b.byType()
	if err := b.arrange(order); err != nil {
		return nil, err
	}
	b.arrangePlaces()
	b.arrangeLedger(order)
	b.arrangeOrders()
	b.arrangeMembers()
	return b, nil
}
