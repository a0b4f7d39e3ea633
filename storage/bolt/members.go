package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"lianzhu/storage/internal/record"
)

// The members of a kind or a type are bitmaps of 4096 ids each. The key is the
// class of the symbol (1), its code (2) and the number of the block (4); the
// value has a bit for each id of the block, the lowest bit of the first byte
// first, without zero bytes at its end. A block without members is not there.
const (
	blockShift = 12
	blockSize  = 1 << blockShift / 8
)

func memberKey(class byte, code uint16, block uint32) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16([]byte{class}, code), block)
}

// bitmap is one block of members.
type bitmap [blockSize]byte

func (m *bitmap) set(id uint32, is bool) {
	i, bit := id%(1<<blockShift)/8, byte(1)<<(id%8)
	if is {
		m[i] |= bit
	} else {
		m[i] &^= bit
	}
}

// after gives the first id of block above at, or 0.
func (m *bitmap) after(block, at uint32) uint32 {
	first := uint32(0)
	if at>>blockShift == block {
		first = at%(1<<blockShift) + 1
	} else if at>>blockShift > block {
		return 0
	}
	for i := first / 8; i < blockSize; i++ {
		b := m[i]
		if i == first/8 {
			b &= 0xff << (first % 8)
		}
		if b != 0 {
			return block<<blockShift + i*8 + uint32(bits.TrailingZeros8(b))
		}
	}
	return 0
}

// value is m framed, or nil where it is empty.
func (m *bitmap) value() []byte {
	used := bytes.TrimRight(m[:], "\x00")
	if len(used) == 0 {
		return nil
	}
	return append(make([]byte, record.FrameSize, record.FrameSize+len(used)), used...)
}

// block reads one block of members; ok is false where there are none.
func (t *tables) block(class byte, code uint16, block uint32) (m bitmap, ok bool, err error) {
	key := memberKey(class, code, block)
	payload, err := t.get(bMembers, key)
	if payload == nil || err != nil {
		return m, false, err
	}
	if len(payload) > blockSize {
		return m, false, corrupt(bMembers, key, "it is no bitmap", nil)
	}
	copy(m[:], payload)
	return m, true, nil
}

// members goes through the ids of some symbols, or of all, ascending.
type members struct {
	t       *tables
	class   byte
	codes   []uint16
	all     bool
	records bucket
	at      uint32 // the id that was given last
	union   bitmap // of the codes' blocks, where at stands
	loaded  bool

	// counted, where it is set, says how many ids there should be; given
	// counts them.
	counted func() (uint64, error)
	given   uint64
}

// next gives the next id, 0 at the end.
func (m *members) next() (id uint32, err error) {
	if m.all {
		id, err = m.nextRecord()
	} else {
		id, err = m.nextMember()
	}
	if m.given++; id != 0 || err != nil || m.counted == nil {
		return id, err
	}
	if want, err := m.counted(); err != nil || want != m.given-1 {
		return 0, errors.Join(err, corrupt(m.records, nil, fmt.Sprintf("%d should be listed, and %d are", want, m.given-1), nil))
	}
	return 0, nil
}

func (m *members) nextMember() (uint32, error) {
	if !m.loaded {
		if err := m.load(m.at >> blockShift); err != nil {
			return 0, err
		}
		m.loaded = true
	}
	for {
		if id := m.union.after(m.at>>blockShift, m.at); id != 0 {
			m.at = id
			return id, nil
		}
		block, err := m.nextBlock(m.at>>blockShift + 1)
		if block == 0 || err != nil {
			return 0, err
		}
		if err := m.load(block); err != nil {
			return 0, err
		}
		// Stand on the last id before the block, but count as being in it.
		if id := m.union.after(block, block<<blockShift-1); id != 0 {
			m.at = id
			return id, nil
		}
		m.at = block << blockShift
	}
}

// nextRecord goes by the records themselves.
func (m *members) nextRecord() (uint32, error) {
	if m.at == 1<<32-1 {
		return 0, nil
	}
	c, err := m.t.cursor(m.records)
	if err != nil {
		return 0, err
	}
	k, v := c.Seek(key32(m.at + 1))
	if k == nil {
		return 0, nil
	}
	if _, err := open(m.records, k, v); err != nil {
		return 0, err
	}
	m.at = be32(k)
	return m.at, nil
}

// load makes union that of a block.
func (m *members) load(block uint32) error {
	m.union = bitmap{}
	for _, code := range m.codes {
		b, _, err := m.t.block(m.class, code, block)
		if err != nil {
			return err
		}
		for i := range b {
			m.union[i] |= b[i]
		}
	}
	return nil
}

// nextBlock gives the first block from block on that one of the codes has, or
// 0.
func (m *members) nextBlock(block uint32) (uint32, error) {
	least := uint32(0)
	c, err := m.t.cursor(bMembers)
	if err != nil {
		return 0, err
	}
	for _, code := range m.codes {
		prefix := memberKey(m.class, code, block)
		k, _ := c.Seek(prefix)
		if len(k) != len(prefix) || !bytes.Equal(k[:3], prefix[:3]) {
			continue
		}
		if b := be32(k[3:]); least == 0 || b < least {
			least = b
		}
	}
	return least, nil
}

func be32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

func be64(b []byte) uint64 { return binary.BigEndian.Uint64(b) }

func be16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }
