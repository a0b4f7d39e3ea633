package bolt

import (
	"context"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

// settle writes the indexes that were gathered, each bucket in the order of its
// keys, and with them the state.
func (b *bulk) settle(ctx context.Context) error {
	g := b.gather
	g.halt()
	if err := b.failed(); err != nil {
		return err
	}
	s := settler{gather: g, fill: g.fill, ctx: ctx, told: b.told}
	s.of = g.ids[0].uids.n + 3*g.ids[1].uids.n + g.ids[2].uids.n + g.fill.named.Added() + g.fill.cited.Added() + g.index.lists.Added()
	if err := s.all(); err != nil {
		return err
	}
	g.stop()
	b.gather = nil
	return nil
}

// settler makes the entries of the indexes; another goroutine puts them, a pile
// at a time.
type settler struct {
	*gather
	fill *filler
	ctx  context.Context
	pile pile
	to   chan pile
	done int
	of   int
	told func(done, of int)
}

// pile is entries of one bucket, ascending: their keys and sealed values one
// behind the other.
type pile struct {
	in    bucket
	bytes []byte
	ends  []int32 // of keys and values, alternating
}

const pileSize = 256 << 10

// all makes every index.
func (s *settler) all() error {
	s.to = make(chan pile, 8)
	ended := make(chan error, 1)
	go func() { ended <- s.put() }()
	err := s.make()
	close(s.to)
	if putErr := <-ended; putErr != nil {
		return putErr
	}
	if err != nil {
		return err
	}
	f := s.fill
	if err := f.put(bMeta, keyState, f.state.encode(make([]byte, record.FrameSize))); err != nil {
		return err
	}
	return f.commit()
}

// put puts piles until there are no more. After an error it takes them without
// doing so.
func (s *settler) put() (err error) {
	for p := range s.to {
		if err == nil {
			err = guarded(func() error { return s.putPile(&p) })
		}
	}
	return err
}

func (s *settler) putPile(p *pile) error {
	at := int32(0)
	for i := 0; i < len(p.ends); i += 2 {
		key, value := p.bytes[at:p.ends[i]], p.bytes[p.ends[i]:p.ends[i+1]:p.ends[i+1]]
		if err := s.fill.putSealed(p.in, key, value); err != nil {
			return err
		}
		at = p.ends[i+1]
	}
	if s.fill.waiting > atOnce {
		return s.fill.turn()
	}
	return nil
}

// add adds an entry; value has room for its checksum.
func (s *settler) add(in bucket, key, value []byte) error {
	p := &s.pile
	if p.in != in || len(p.bytes) > pileSize {
		if err := s.send(); err != nil {
			return err
		}
		p.in = in
	}
	p.bytes = append(p.bytes, key...)
	p.ends = append(p.ends, int32(len(p.bytes)))
	begin := len(p.bytes)
	p.bytes = append(p.bytes, value...)
	frames[in].Seal(key, p.bytes[begin:])
	p.ends = append(p.ends, int32(len(p.bytes)))
	return nil
}

// send hands the pile over and begins another.
func (s *settler) send() error {
	if len(s.pile.ends) > 0 {
		s.to <- s.pile
	}
	s.pile = pile{in: s.pile.in, bytes: make([]byte, 0, pileSize+8<<10), ends: make([]int32, 0, len(s.pile.ends)+64)}
	if s.told != nil {
		s.told(min(s.done, s.of), s.of)
	}
	return s.ctx.Err()
}

// make makes the entries of every index, one index after the other.
func (s *settler) make() error {
	for _, index := range []func() error{s.uids, s.edges, s.memberBlocks, s.references, s.terms} {
		if err := index(); err != nil {
			return err
		}
	}
	s.done = s.of
	return s.send()
}

// uids lists all things by their identity: entities, relations, sources.
func (s *settler) uids() error {
	for i := range s.ids {
		if err := s.ids[i].inOrder(func(uid *graph.UID, id uint32) error {
			s.done++
			return s.add(bIDs, uid[:], appendKey32(make([]byte, record.FrameSize, 8), id))
		}); err != nil {
			return err
		}
		s.ids[i].uids = paged[graph.UID]{}
	}
	s.ways, s.near, s.steps = nil, nil, paged[step]{}
	return nil
}

// memberBlocks writes the members of kinds and types.
func (s *settler) memberBlocks() error {
	for class, name := range []byte{symbolKind, symbolType} {
		for _, code := range sortedCodes(s.fill.members[class]) {
			set := *s.fill.members[class][code]
			for block := uint32(0); int(block)*blockSize < len(set); block++ {
				var m bitmap
				copy(m[:], set[block*blockSize:])
				if value := m.value(); value != nil {
					if err := s.add(bMembers, memberKey(name, code, block), value); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// references writes which facts name and cite what.
func (s *settler) references() error {
	nothing := make([]byte, record.FrameSize)
	if err := s.fill.named.Each(func(key []byte) error {
		s.done++
		return s.add(bNamed, key, nothing)
	}); err != nil {
		return err
	}
	return s.fill.cited.Each(func(key []byte) error {
		s.done++
		return s.add(bCited, key, nothing)
	})
}

// terms writes the lists of the search terms.
func (s *settler) terms() error {
	var key, value []byte
	return s.index.lists.Each(func(term []byte, numbers []uint32) error {
		s.done += len(numbers)
		key = append(append(key[:0], byte(len(term))), term...)
		prefix, total := len(key), len(numbers)
		for from := uint32(0); len(numbers) > 0; {
			n := fitting(numbers)
			key = appendKey32(key[:prefix], from)
			value = appendTerms(append(value[:0], 0, 0, 0, 0), numbers[:n], from == 0, total)
			if err := s.add(bTerms, key, value); err != nil {
				return err
			}
			if numbers = numbers[n:]; len(numbers) > 0 {
				from = numbers[0]
			}
		}
		return nil
	})
}
