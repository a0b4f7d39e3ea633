package bolt

import (
	"encoding/binary"
	"errors"

	bbolt "go.etcd.io/bbolt"
)

// redo is what a transaction puts and deletes, in the order in which it does, so
// that it can be done again: the number of a bucket, the length of a key and the
// key, the length of a value and one, and the value as it stands in the file; for
// a key that is deleted 0 and no value.
type redo struct {
	text []byte
	long bool // there was more than a journal takes, and text is not all
}

// mostRedo bounds what of one transaction a journal takes. What writes more is
// synced by itself.
const mostRedo = 1 << 20

func (r *redo) put(b bucket, key, sealed []byte) {
	if r == nil || r.long {
		return
	}
	if r.long = len(r.text)+len(key)+len(sealed) > mostRedo; r.long {
		return
	}
	r.text = append(r.text, byte(b))
	r.text = append(binary.AppendUvarint(r.text, uint64(len(key))), key...)
	r.text = append(binary.AppendUvarint(r.text, uint64(len(sealed)+1)), sealed...)
}

func (r *redo) delete(b bucket, key []byte) {
	if r == nil || r.long {
		return
	}
	r.text = append(r.text, byte(b))
	r.text = append(binary.AppendUvarint(r.text, uint64(len(key))), key...)
	r.text = append(r.text, 0)
}

// errRedo says that a record of a journal is none.
var errRedo = errors.New("a record of it does not say what was written")

// again does in tx what text tells.
func again(tx *bbolt.Tx, text []byte) error {
	t := tables{tx: tx}
	for len(text) > 0 {
		b := bucket(text[0])
		key, rest, ok := sized(text[1:], 0)
		if !ok || b >= buckets {
			return errRedo
		}
		bucket, err := t.bucket(b)
		if err != nil {
			return err
		}
		if len(rest) > 0 && rest[0] == 0 {
			text, err = rest[1:], bucket.Delete(key)
		} else {
			var value []byte
			if value, text, ok = sized(rest, 1); !ok {
				return errRedo
			}
			err = bucket.Put(key, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sized reads a length, which is so much more than it says, and as many bytes.
func sized(text []byte, more uint64) (item, rest []byte, ok bool) {
	n, width := binary.Uvarint(text)
	if width <= 0 || n < more || n-more > uint64(len(text)-width) {
		return nil, nil, false
	}
	text = text[width:]
	return text[:n-more], text[n-more:], true
}
