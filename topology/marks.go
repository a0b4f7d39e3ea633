package topology

import "lianzhu/graph"

// Marks is a set of entities that is emptied in no time: a mark counts only
// while it bears the number of the current round. The zero Marks must be Reset
// before use. Not safe for use by several goroutines.
type Marks struct {
	at    []uint32
	epoch uint32
	step  uint32 // how many values the last round could give
}

// Reset empties m and makes it hold ids up to last.
func (m *Marks) Reset(last graph.EntityID) { m.reset(last, 1) }

// reset begins a round in which an entity can be marked by one of several
// values: epoch, epoch+1, ...
func (m *Marks) reset(last graph.EntityID, values uint32) {
	if len(m.at) <= int(last) {
		m.at = make([]uint32, int(last)+1+int(last)/16)
		m.epoch, m.step = 0, 1
	}
	if m.epoch > 1<<32-1-m.step-values {
		clear(m.at)
		m.epoch, m.step = 0, 1
	}
	m.epoch, m.step = m.epoch+m.step, values
}

// Add puts id into m and tells whether it is new there.
func (m *Marks) Add(id graph.EntityID) bool {
	if m.at[id] == m.epoch {
		return false
	}
	m.at[id] = m.epoch
	return true
}

// Has tells whether id is in m.
func (m *Marks) Has(id graph.EntityID) bool { return int(id) < len(m.at) && m.at[id] == m.epoch }

// relationSet is a set of relations, as large as what is put in. It is emptied
// by its round, like Marks.
type relationSet struct {
	slots []uint64 // round and relation
	round uint32
	count int
}

func (s *relationSet) reset() {
	s.count = 0
	if s.round++; s.round == 0 || len(s.slots) == 0 {
		s.slots, s.round = make([]uint64, 1<<10), 1
	}
}

// add puts id into s and tells whether it is new there.
func (s *relationSet) add(id graph.RelationID) bool {
	if s.count*2 >= len(s.slots) {
		s.grow()
	}
	return s.put(id)
}

// find is where id stands, or where it would, and whether it is there.
func (s *relationSet) find(id graph.RelationID) (at uint32, is bool) {
	mine := uint64(s.round)<<32 | uint64(id)
	mask := uint32(len(s.slots) - 1)
	for at = uint32(id) * 0x9e3779b1 >> 7 & mask; ; at = (at + 1) & mask {
		if s.slots[at] == mine {
			return at, true
		}
		if s.slots[at]>>32 != uint64(s.round) {
			return at, false
		}
	}
}

func (s *relationSet) has(id graph.RelationID) bool { _, is := s.find(id); return is }

func (s *relationSet) put(id graph.RelationID) bool {
	at, is := s.find(id)
	if !is {
		s.slots[at] = uint64(s.round)<<32 | uint64(id)
		s.count++
	}
	return !is
}

func (s *relationSet) grow() {
	old := s.slots
	s.slots, s.count = make([]uint64, 2*len(old)), 0
	for _, slot := range old {
		if slot>>32 == uint64(s.round) {
			s.put(graph.RelationID(slot))
		}
	}
}
