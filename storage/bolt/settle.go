package bolt

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

// settle writes the indexes that were gathered, each bucket in the order of its
// keys, and with them the rest of the file, which is then opened.
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
	if err := b.open(); err != nil {
		return err
	}
	b.gather = nil
	return nil
}

// open opens the file, whose buckets are written, and puts what does not come in
// the order of keys.
func (b *bulk) open() (err error) {
	g := b.gather
	own := opener{path: b.path, base: b.base, o: b.store.ontology, opts: b.store.opts}
	own.opts.NoSync = true
	f := b.file
	if b.db, err = own.bbolt(f, bbolt.Options{NoFreelistSync: true, NoGrowSync: true, InitialMmapSize: initialMap}); err != nil {
		return err
	}
	b.handle, b.file = f, nil // bbolt closes it
	return b.db.Update(func(tx *bbolt.Tx) error {
		t := &tables{tx: tx}
		for in, pairs := range g.late() {
			if err := t.putAll(in, pairs); err != nil {
				return err
			}
		}
		return nil
	})
}

// late is what is put when all else is in the file: what the empty store had,
// the state, what is kept of batches, and records that were written again.
func (g *gather) late() map[bucket][]pairKV {
	late := map[bucket][]pairKV{bNext: g.fill.links}
	for _, p := range g.empty {
		late[p.in] = append(late[p.in], pairKV{key: p.key, value: p.value})
	}
	now := g.fill.state.encode(make([]byte, record.FrameSize))
	late[bMeta] = append(late[bMeta], pairKV{key: keyState, value: now, turn: 1})
	for key, kept := range g.kept {
		late[bKept] = append(late[bKept], pairKV{key: []byte(key), value: record.AppendKept(make([]byte, record.FrameSize), kept.Digest, kept.Receipt)})
	}
	for at, p := range g.fill.changed {
		late[at.in] = append(late[at.in], p)
	}
	return late
}

// settler makes the entries of the indexes and writes them.
type settler struct {
	*gather
	fill *filler
	ctx  context.Context
	done atomic.Int64
	of   int
	told func(done, of int)
}

// all writes every index, several at once: that of search terms, and that of what
// is named and cited, take about as long as the others together.
func (s *settler) all() error {
	beside := []func() error{s.terms, s.references}
	failed := make(chan error, len(beside))
	for _, index := range beside {
		go func() { failed <- guarded(index) }()
	}
	err := s.others()
	for range beside {
		err = errors.Join(err, <-failed)
		s.tell()
	}
	if err != nil {
		return err
	}
	s.stop()
	s.done.Store(int64(s.of))
	s.tell()
	return s.fill.to.end()
}

// others writes the indexes that are not written beside them, and tells how far
// all of them are.
func (s *settler) others() error {
	for _, index := range []func() error{s.sourceKeys, s.uids, s.edges, s.memberBlocks} {
		if err := guarded(index); err != nil {
			return err
		}
		s.tell()
	}
	return nil
}

// step notes that n more entries are made, and now and then looks whether to go
// on.
func (s *settler) step(n int) error {
	if now := s.done.Add(int64(n)); now>>14 == (now-int64(n))>>14 {
		return nil
	}
	return s.ctx.Err()
}

// tell tells how far it has come.
func (s *settler) tell() {
	if s.told != nil {
		s.told(min(int(s.done.Load()), s.of), s.of)
	}
}

func (s *settler) sourceKeys() error {
	keys := s.fill.sources
	slices.SortFunc(keys, func(x, y sourceKey) int { return cmp.Compare(x.key, y.key) })
	for _, k := range keys {
		if err := s.fill.put(bSourceKeys, []byte(k.key), appendKey32(make([]byte, record.FrameSize, 8), k.id)); err != nil {
			return err
		}
	}
	s.fill.sources = nil
	return nil
}

// uids lists all things by their identity: entities, relations, sources.
func (s *settler) uids() error {
	for i := range s.ids {
		value := make([]byte, record.FrameSize, 8)
		if err := s.ids[i].inOrder(func(uid *graph.UID, id uint32) error {
			if err := s.fill.put(bIDs, uid[:], appendKey32(value, id)); err != nil {
				return err
			}
			return s.step(1)
		}); err != nil {
			return err
		}
		s.ids[i] = idTable{}
		s.tell()
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
					if err := s.fill.put(bMembers, memberKey(name, code, block), value); err != nil {
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
	var nothing [record.FrameSize]byte
	if err := s.fill.named.Each(func(key []byte) error {
		if err := s.fill.put(bNamed, key, nothing[:]); err != nil {
			return err
		}
		return s.step(1)
	}); err != nil {
		return err
	}
	return s.fill.cited.Each(func(key []byte) error {
		if err := s.fill.put(bCited, key, nothing[:]); err != nil {
			return err
		}
		return s.step(1)
	})
}
