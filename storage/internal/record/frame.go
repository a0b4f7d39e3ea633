package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// FrameSize is how many bytes the checksum takes at the head of a value.
const FrameSize = 4

// ErrChecksum says that a value is not what was written under its key.
var ErrChecksum = errors.New("its checksum does not match")

// castagnoli is the polynomial that processors compute by themselves.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Bucket frames and opens the values of one bucket.
type Bucket struct {
	Name string
	seed uint32 // the checksum after Name
}

// NewBucket makes the frame of the values in bucket name.
func NewBucket(name string) Bucket {
	return Bucket{name, crc32.Checksum(append([]byte(name), 0), castagnoli)}
}

func (b Bucket) sum(key, payload []byte) uint32 {
	sum := addByte(addByte(b.seed, byte(len(key)>>8)), byte(len(key)))
	sum = crc32.Update(sum, castagnoli, key)
	return crc32.Update(sum, castagnoli, payload)
}

// addByte is crc32.Update for one byte, which need not stand in memory.
func addByte(sum uint32, b byte) uint32 {
	sum = ^sum
	return ^(castagnoli[byte(sum)^b] ^ sum>>8)
}

// Seal writes the checksum into value, whose first FrameSize bytes were left
// for it, and gives value.
func (b Bucket) Seal(key, value []byte) []byte {
	binary.BigEndian.PutUint32(value, b.sum(key, value[FrameSize:]))
	return value
}

// Open gives the payload of a value as it was sealed under key. The payload is
// part of value.
func (b Bucket) Open(key, value []byte) ([]byte, error) {
	if len(value) < FrameSize {
		return nil, fmt.Errorf("it has %d bytes, too few for a checksum", len(value))
	}
	payload := value[FrameSize:]
	if binary.BigEndian.Uint32(value) != b.sum(key, payload) {
		return nil, ErrChecksum
	}
	return payload, nil
}

// version is that of every record written now.
const version = 1

// VersionError says that a record has a version that this program cannot read.
type VersionError struct{ Got byte }

func (e VersionError) Error() string {
	return fmt.Sprintf("the record has version %d, this program reads up to %d", e.Got, version)
}

// checkHead tells whether payload has a head of this size and version.
func checkHead(payload []byte, size int) error {
	if len(payload) == 0 {
		return errors.New("the record is empty")
	}
	if payload[0] != version {
		return VersionError{payload[0]}
	}
	if len(payload) < size {
		return fmt.Errorf("the record has %d bytes, its head alone has %d", len(payload), size)
	}
	return nil
}
