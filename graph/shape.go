package graph

// Shaped is a Reader that has the shape of the graph in memory. Walks find it by
// assertion and follow relations there, without documents and without memory for
// each of them; where there is none they ask Neighbours, and answer the same.
type Shaped interface {
	Reader
	Shape() Shape // nil: there is none after all
}

// Budget is a Reader that bounds how many records are read through it, found by
// assertion. What walks look at in a [Shape] it does not see, so they tell it.
type Budget interface {
	// Spend counts n records, and refuses when that is more than there may be.
	Spend(n int) error
}

// Shape is who is related to whom at one revision, and what filters ask of that.
// It is used as its Reader is.
type Shape interface {
	// KindOf is the kind of an entity, "" where there is none.
	KindOf(id EntityID) Kind

	// PlacesOf are the places that a relation names. They are lent.
	PlacesOf(id RelationID) []EntityID

	// Follow makes ready to follow the relations that pass f.
	Follow(f ColumnFilter) Follower

	// Load is how many edges there are at all of ids in a direction, of the types
	// given (nil: all), an entity counting with at most most (0: with all). Seen in
	// both directions a symmetric relation is two, as it is in memory.
	Load(ids []EntityID, types []RelationType, dir Direction, most int) int

	// Borrow lends memory for one walk, which GiveBack takes back.
	Borrow() *Scratch
	GiveBack(*Scratch)
}

// ColumnFilter is the part of a [RelationFilter] that a Shape decides: all of it
// must hold.
type ColumnFilter struct {
	Types    []RelationType // nil: all
	Modality []Modality     // these alone, nil none
	Derived  bool           // what is derived, too
	MinScore float32
	// What passes begins not after To and ends not before From, in days.
	From, To int32
	Peers    []Kind // kinds at the other end; nil: all
	Scored   bool   // arcs need their Score
}

// Follower goes through the edges of one entity at a time that pass a filter.
type Follower interface {
	// Begin goes to the edges of id in the order of [Adjacency], behind after
	// where that is not zero. Towards says that the walk comes from the far end,
	// so that the filter's peers are id itself.
	Begin(id EntityID, dir Direction, towards bool, after EdgeCursor)

	// Next appends the next arcs to into, at most take of them, having looked at
	// no more than look edges; more tells whether any edge is left.
	Next(into []Arc, look, take int) (arcs []Arc, looked int, more bool)

	// Last is the place of the edge looked at last.
	Last() EdgeCursor

	// Type is the relation type that an arc's code stands for.
	Type(code uint8) RelationType

	// Ties appends the other ends and the relations of all edges of id that pass,
	// in whatever order. Towards is that of Begin.
	Ties(into Ties, id EntityID, dir Direction, towards bool) Ties

	// Near gives the edges of id that pass, in whatever order, but of more than
	// most no more than the first so many. It is false where that is not told so
	// simply, or where more than look edges would be looked at.
	Near(into *Near, id EntityID, dir Direction, most, look int) (ok bool)
}

// Near are the edges of an entity that pass, lent: some in each part. Looked is
// how many were looked at; More, that there are more which pass, and then Degree
// is how many relations of all types there are. Memory is for what cannot be lent
// as it stands.
type Near struct {
	Parts  [2]Ties
	Looked int
	More   bool
	Degree int
	Memory Ties
}

// Ties are edges as those ask for them who want neither their order nor their
// type: the i-th leads along Relations[i] to Peers[i].
type Ties struct {
	Peers     []EntityID
	Relations []RelationID
}

// Arc is an edge as walks see it. Seen counts the edges looked at by one call of
// Next, up to this one. Score is there where the filter was asked for it.
type Arc struct {
	Relation RelationID
	Peer     EntityID
	Seen     uint32
	Score    float32
	Type     uint8
	Forward  bool
}

// shapeOf is the shape that r has, or nil.
func shapeOf(r Reader) Shape {
	if s, ok := r.(Shaped); ok {
		return s.Shape()
	}
	return nil
}

// columns is a [RelationFilter] parted into what columns decide, what is to be
// asked of the peers, and the regions in which a relation takes place.
type columns struct {
	ColumnFilter
	peers  []*EntityFilter
	within []EntityID
}

// columnsOf parts f; ok is false where that is not all of it.
func columnsOf(f *RelationFilter) (c columns, ok bool) {
	c.From, c.To, c.Derived = DayMin, DayMax, f.asksDerived()
	if f == nil || !f.asksModality() {
		c.Modality = []Modality{Asserted, Reported}
	}
	if f == nil {
		return c, true
	}
	return c, c.narrow(f)
}

// narrow takes in a filter that must hold as well.
func (c *columns) narrow(f *RelationFilter) bool {
	if f.Or != nil || f.Not != nil {
		return false
	}
	c.Types = common(c.Types, f.Types)
	c.Modality = common(c.Modality, f.Modality)
	if f.MinConfidence != nil {
		c.MinScore = max(c.MinScore, float32(*f.MinConfidence))
	}
	if !f.ValidAt.IsZero() {
		c.From, c.To = max(c.From, f.ValidAt.Earliest()), min(c.To, f.ValidAt.Latest())
	}
	if f.Within != 0 {
		c.within = append(c.within, f.Within)
	}
	switch {
	case f.Peer == nil:
	case f.Peer.onlyKinds():
		c.Peers = common(c.Peers, f.Peer.Kinds)
	default:
		c.peers = append(c.peers, f.Peer)
	}
	for _, g := range f.And {
		if !c.narrow(g) {
			return false
		}
	}
	return true
}

// onlyKinds tells whether f asks for kinds and nothing else.
func (f *EntityFilter) onlyKinds() bool {
	return f.And == nil && f.Or == nil && f.Not == nil && f.Name == nil && f.Keys == nil && f.Within == 0 && f.RelatedTo == nil
}
