package bolt

import (
	"bytes"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

// tables are the buckets of one transaction. A bucket is looked up when it is
// first used, and one cursor a bucket serves every look-up.
type tables struct {
	tx      *bbolt.Tx
	buckets [buckets]*bbolt.Bucket
	cursors [buckets]*bbolt.Cursor

	redo *redo // takes what is put; nil: nothing does

	number [4]byte // the key that was looked up last by a dense id

	// within tells of which buckets something was written that does not go to
	// their end.
	within [buckets]bool

	// lastHeader spares whoever reads a revision entry by entry to read its
	// header as often.
	lastHeader revHeader
}

type revHeader struct {
	rev graph.Rev // 0: none
	record.Header
}

func (t *tables) bucket(b bucket) (*bbolt.Bucket, error) {
	if t.buckets[b] == nil {
		if t.buckets[b] = t.tx.Bucket([]byte(frames[b].Name)); t.buckets[b] == nil {
			return nil, corrupt(b, nil, "the bucket is missing", nil)
		}
	}
	return t.buckets[b], nil
}

// cursor is b's own, for look-ups that are over before the next one.
func (t *tables) cursor(b bucket) (*bbolt.Cursor, error) {
	if t.cursors[b] == nil {
		bucket, err := t.bucket(b)
		if err != nil {
			return nil, err
		}
		t.cursors[b] = bucket.Cursor()
	}
	return t.cursors[b], nil
}

// fresh is a cursor that goes on while others are used.
func (t *tables) fresh(b bucket) (*bbolt.Cursor, error) {
	bucket, err := t.bucket(b)
	if err != nil {
		return nil, err
	}
	return bucket.Cursor(), nil
}

// get gives the payload under key, nil where there is none. It is part of the
// file: to be read before the transaction ends, and never written to.
func (t *tables) get(b bucket, key []byte) ([]byte, error) {
	c, err := t.cursor(b)
	if err != nil {
		return nil, err
	}
	k, v := c.Seek(key)
	if bytes.Equal(k, key) {
		return open(b, k, v)
	}
	return nil, absent(b, c, k, v)
}

// smallValue is the size up to which a value is checked that was not asked for.
const smallValue = 4096

// absent looks twice before it is said that a key is not there: one that was
// damaged is not found any more, and stands at the place where the search ended
// (k and v, under the cursor) or before it.
func absent(b bucket, c *bbolt.Cursor, k, v []byte) error {
	if k != nil && len(v) <= smallValue {
		if _, err := open(b, k, v); err != nil {
			return err
		}
	}
	if k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	if k == nil || len(v) > smallValue {
		return nil
	}
	_, err := open(b, k, v)
	return err
}

// open checks the frame of a value. A payload is never nil.
func open(b bucket, key, value []byte) ([]byte, error) {
	payload, err := frames[b].Open(key, value)
	if err != nil {
		return nil, corrupt(b, key, err.Error(), err)
	}
	return payload, nil
}

// floor gives the last entry of a bucket whose key is not above key, or nil. c
// stands there.
func floor(c *bbolt.Cursor, key []byte) (k, v []byte) {
	switch k, v = c.Seek(key); {
	case k == nil:
		return c.Last()
	case bytes.Equal(k, key):
		return k, v
	}
	return c.Prev()
}
