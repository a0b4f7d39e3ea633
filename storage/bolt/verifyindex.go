package bolt

import (
	"bytes"
	"math/bits"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

// checkEdges proves the order of the lists of edges, and the degrees by
// counting them.
func (v *verifier) checkEdges() error {
	counted := map[degreeKey]uint32{} // of the entity at hand
	var at listKey
	var last graph.RelationID
	rows := 0
	settle := func() error {
		if len(counted) == 0 {
			return nil
		}
		rows++
		row, err := v.degrees(nil, at.entity)
		if err != nil {
			return err
		}
		same := len(row) == len(counted)
		for _, d := range row {
			same = same && counted[degreeKey{d.typ, d.side}] == d.n
		}
		clear(counted)
		return v.expect(same, bDegrees, key32(uint32(at.entity)), "they are not what is listed")
	}
	err := v.each(bEdges, 2*v.state.relations, func(key, payload []byte) error {
		if len(key) != chunkKey {
			return v.find(bEdges, key, "it is no list of edges")
		}
		here := listKeyAt(key)
		if here.entity != at.entity {
			if err := settle(); err != nil {
				return err
			}
		}
		if here != at {
			at, last = here, 0
		}
		for len(payload) > 0 {
			e, rest, ok := cutEdge(payload)
			first := graph.RelationID(be32(key[listPrefix:]))
			if !ok || e.relation <= last || e.relation < first {
				return v.find(bEdges, key, "it is no ascending list of edges")
			}
			v.got.edges++
			counted[degreeKey{here.typ, here.side}]++
			last, payload = e.relation, rest
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := settle(); err != nil {
		return err
	}
	have := 0
	if err := v.each(bDegrees, v.state.entities, func([]byte, []byte) error { have++; return nil }); err != nil {
		return err
	}
	return v.expect(have == rows, bDegrees, nil, "there are %d rows, and %d entities have edges", have, rows)
}

type degreeKey struct {
	typ  uint16
	side side
}

func listKeyAt(key []byte) listKey {
	return listKey{graph.EntityID(be32(key)), be16(key[4:]), side(key[6])}
}

// checkMembers counts the members of kinds and types and compares the counters.
func (v *verifier) checkMembers() error {
	counts := map[byte]map[uint16]uint64{symbolKind: {}, symbolType: {}}
	err := v.each(bMembers, 0, func(key, payload []byte) error {
		if len(key) != 7 || counts[key[0]] == nil || len(payload) == 0 || len(payload) > blockSize {
			return v.find(bMembers, key, "it is no bitmap of members")
		}
		for _, b := range payload {
			n := bits.OnesCount8(b)
			v.got.members += n
			counts[key[0]][be16(key[1:])] += uint64(n)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for class, want := range map[byte]map[uint16]uint64{symbolKind: v.state.kinds, symbolType: v.state.types} {
		for _, pair := range []struct{ x, y map[uint16]uint64 }{{want, counts[class]}, {counts[class], want}} {
			for code := range pair.x {
				if err := v.expect(pair.x[code] == pair.y[code], bMembers, []byte{class, byte(code >> 8), byte(code)},
					"the counter says %d, and there are %d members", want[code], counts[class][code]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// checkTerms proves the order and the totals of the lists of search terms, and
// counts the other entries that lead from an index to a record.
func (v *verifier) checkTerms() error {
	var prefix []byte
	var last graph.EntityID
	total, seen := 0, 0
	settle := func() error {
		return v.expect(total == seen, bTerms, prefix, "it should list %d entities, and lists %d", total, seen)
	}
	err := v.each(bTerms, 0, func(key, payload []byte) error {
		value := append(make([]byte, record.FrameSize), payload...)
		ids, n, err := termIDs(key, frames[bTerms].Seal(key, value))
		if err != nil || int(key[0])+5 != len(key) {
			return v.find(bTerms, key, "it is no list of entities")
		}
		first := graph.EntityID(be32(key[len(key)-4:]))
		if first == 0 {
			if err := settle(); err != nil {
				return err
			}
			prefix, total, seen, last = append(prefix[:0], key[:len(key)-4]...), n, 0, 0
		}
		if !bytes.Equal(prefix, key[:len(key)-4]) || len(ids) > 0 && (ids[0] <= last || ids[0] < first) {
			return v.find(bTerms, key, "it is not in its place")
		}
		if len(ids) > 0 {
			last = ids[len(ids)-1]
		}
		seen += len(ids)
		v.got.terms += len(ids)
		return nil
	})
	if err != nil {
		return err
	}
	if err := settle(); err != nil {
		return err
	}
	if v.state.terms != termsVersion {
		v.got.terms = 0
	}
	if err := v.each(bNamed, 0, func([]byte, []byte) error { v.got.named++; return nil }); err != nil {
		return err
	}
	return v.each(bCited, v.state.evid, func([]byte, []byte) error { v.got.cited++; return nil })
}

// checkLog proves the chains of the log: that each entry names the one before it
// of the same thing and is named by it, that revisions and their entries leave
// no gap, and that graves lead to retractions.
func (v *verifier) checkLog() error {
	var left int          // entries that the header has announced
	var at record.Written // the entry before
	err := v.each(bLog, 0, func(key, payload []byte) error {
		if len(key) == 8 {
			h, err := record.DecodeHeader(payload)
			if err != nil {
				return v.find(bLog, key, "%v", err)
			}
			next := graph.Rev(be64(key))
			ok := next == at.Rev+1 && left == 0 && h.Entries > 0
			at, left = record.Written{Rev: next}, h.Entries
			return v.expect(ok, bLog, key, "the revision before it is not whole")
		}
		pos, err := posOf(key)
		if err != nil {
			return err
		}
		v.got.entries++
		left--
		if err := v.expect(pos.Rev == at.Rev && pos.Index == at.Index, bLog, key, "an entry is missing before it"); err != nil {
			return err
		}
		at.Index++
		return v.checkEntry(key, payload)
	})
	if err != nil {
		return err
	}
	if err := v.expect(at.Rev == v.state.rev && left == 0, bLog, nil, "it ends at revision %d, and the newest is %d", at.Rev, v.state.rev); err != nil {
		return err
	}
	if err := v.each(bNext, 0, func([]byte, []byte) error { v.got.links++; return nil }); err != nil {
		return err
	}
	if err := v.each(bGraves, 0, v.checkGrave); err != nil {
		return err
	}
	return v.each(bKept, 0, func(key, payload []byte) error {
		_, receipt, err := record.DecodeKept(payload)
		return v.expect(err == nil && receipt.Rev <= v.state.rev, bKept, key, "it is no receipt")
	})
}

func (v *verifier) checkEntry(key, payload []byte) error {
	e, err := record.DecodeEntry(payload)
	if err != nil {
		return v.find(bLog, key, "%v", err)
	}
	if in, ok := bucketOf(e.Subject.Tag()); !ok {
		return v.find(bLog, key, "its subject has the tag %q", e.Subject.Tag())
	} else if e.Before != nil {
		uid, err := v.uidIn(in, e.Before)
		if err := v.expect(err == nil && uid == e.Subject, bLog, key, "what it replaced is not its subject"); err != nil {
			return err
		}
	}
	if err := v.expect((e.Op == graph.OpCreate) == (e.Before == nil), bLog, key, "a %s cannot have replaced what it says", e.Op); err != nil {
		return err
	}
	if e.Nth == 1 {
		return nil
	}
	before, err := v.logEntry(e.Previous)
	if err != nil {
		return err
	}
	next, err := v.get(bNext, logKey(e.Previous.Rev, e.Previous.Index))
	if err != nil {
		return err
	}
	ok := before.Subject == e.Subject && (before.Op == graph.OpRetract) == (e.Op == graph.OpCreate) && bytes.Equal(next, key)
	return v.expect(ok, bLog, key, "it does not follow the entry that it names")
}

func (v *verifier) checkGrave(key, payload []byte) error {
	at, err := record.DecodeWritten(payload)
	if err != nil || len(key) != 12 {
		return v.find(bGraves, key, "it is no place in the log")
	}
	v.want.entries += int(at.Nth)
	v.want.links += int(at.Nth) - 1
	e, err := v.logEntry(at)
	if err != nil {
		return err
	}
	id, err := v.idOf(graph.UID(key))
	if err != nil {
		return err
	}
	return v.expect(id == 0 && e.Op == graph.OpRetract && e.Subject == graph.UID(key), bGraves, key, "the thing was not retracted there")
}
