package yardstick

import (
	"fmt"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// Sum is what was put, and how long that took: the puts, the commits and one
// sync at the end, without reading what is put.
type Sum struct {
	Keys  int
	Bytes int64 // of keys and values
	Took  time.Duration
}

// How puts are made: pages as full as sequential keys allow, transactions of so
// many bytes.
const (
	fill        = 0.95
	transaction = 40 << 20
)

// Puts puts every key and value of one file into a new one, in their order.
func Puts(from, to string) (Sum, error) {
	old, err := bbolt.Open(from, 0o400, &bbolt.Options{ReadOnly: true})
	if err != nil {
		return Sum{}, err
	}
	defer old.Close()
	db, err := bbolt.Open(to, 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return Sum{}, err
	}
	p := putter{db: db}
	err = old.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error { return p.bucket(name, b) })
	})
	began := time.Now()
	if err == nil {
		err = db.Sync()
	}
	p.sum.Took += time.Since(began)
	if closed := db.Close(); err == nil {
		err = closed
	}
	return p.sum, err
}

type pair struct{ key, value []byte }

// putter gathers copies of pairs, so that reading the old file is not counted,
// and puts them, a transaction at a time.
type putter struct {
	db    *bbolt.DB
	pairs []pair
	bytes []byte // of the pairs
	sum   Sum
}

func (p *putter) bucket(name []byte, b *bbolt.Bucket) error {
	err := b.ForEach(func(key, value []byte) error {
		if value == nil {
			return fmt.Errorf("the bucket %s has another in it", name)
		}
		if len(p.bytes)+len(key)+len(value) > cap(p.bytes) {
			if err := p.flush(name); err != nil {
				return err
			}
			p.bytes = make([]byte, 0, max(transaction, len(key)+len(value)))
		}
		p.pairs = append(p.pairs, pair{p.copied(key), p.copied(value)})
		return nil
	})
	if err != nil {
		return err
	}
	return p.flush(name)
}

func (p *putter) copied(b []byte) []byte {
	at := len(p.bytes)
	p.bytes = append(p.bytes, b...)
	return p.bytes[at:len(p.bytes):len(p.bytes)]
}

// flush puts what was gathered.
func (p *putter) flush(name []byte) error {
	began := time.Now()
	err := p.db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(name)
		if err != nil {
			return err
		}
		b.FillPercent = fill
		for _, kv := range p.pairs {
			if err := b.Put(kv.key, kv.value); err != nil {
				return err
			}
		}
		return nil
	})
	p.sum.Took += time.Since(began)
	p.sum.Keys += len(p.pairs)
	p.sum.Bytes += int64(len(p.bytes))
	p.pairs, p.bytes = p.pairs[:0], p.bytes[:0]
	return err
}
