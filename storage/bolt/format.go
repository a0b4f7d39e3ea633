package bolt

import (
	"encoding/binary"
	"encoding/hex"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
)

// FormatVersion is that of the files this program writes. It reads older ones
// and refuses newer ones.
const FormatVersion = 1

// pastKey is how long the key of a text is that no source has any more: its
// hash, where the text of a source stands under the source's id.
const pastKey = 32

// magic begins the record that says what a file is.
const magic = "lianzhu store"

// bucket numbers the buckets of a file.
type bucket int

// The buckets; doc.go tells what each holds.
const (
	bMeta bucket = iota
	bSymbols
	bIDs
	bEntities
	bRelations
	bSources
	bSourceKeys
	bTexts
	bEdges
	bDegrees
	bMembers
	bTerms
	bNamed
	bCited
	bLog
	bNext
	bGraves
	bKept
	buckets
)

// frames have the names of the buckets in the file and seal their values.
var frames = [buckets]record.Bucket{
	bMeta:       record.NewBucket("meta"),
	bSymbols:    record.NewBucket("symbols"),
	bIDs:        record.NewBucket("ids"),
	bEntities:   record.NewBucket("entities"),
	bRelations:  record.NewBucket("relations"),
	bSources:    record.NewBucket("sources"),
	bSourceKeys: record.NewBucket("sourcekeys"),
	bTexts:      record.NewBucket("texts"),
	bEdges:      record.NewBucket("edges"),
	bDegrees:    record.NewBucket("degrees"),
	bMembers:    record.NewBucket("members"),
	bTerms:      record.NewBucket("terms"),
	bNamed:      record.NewBucket("named"),
	bCited:      record.NewBucket("cited"),
	bLog:        record.NewBucket("log"),
	bNext:       record.NewBucket("next"),
	bGraves:     record.NewBucket("graves"),
	bKept:       record.NewBucket("kept"),
}

func (b bucket) String() string { return frames[b].Name }

// The keys of the bucket meta.
var (
	keyFormat = []byte("format")
	keyState  = []byte("state")
)

// side tells how a relation lies to the entity at which it is listed.
type side byte

// The sides. A symmetric relation lies along at both its ends.
const (
	outgoing side = 'o'
	incoming side = 'i'
	along    side = 's'
)

// seen tells whether edges of s are seen in direction d.
func (s side) seen(d graph.Direction) bool {
	return d == graph.Both || s == along || d == graph.Out && s == outgoing || d == graph.In && s == incoming
}

// dense names a thing within the file: its tag and its dense id.
type dense struct {
	tag graph.Tag
	id  uint32
}

func (d dense) appendTo(key []byte) []byte {
	return binary.BigEndian.AppendUint32(append(key, byte(d.tag)), d.id)
}

func denseAt(key []byte) dense { return dense{graph.Tag(key[0]), binary.BigEndian.Uint32(key[1:])} }

// bucketOf is where the records of things with this tag stand.
func bucketOf(tag graph.Tag) (bucket, bool) {
	switch tag {
	case graph.TagEntity:
		return bEntities, true
	case graph.TagRelation:
		return bRelations, true
	case graph.TagSource:
		return bSources, true
	}
	return 0, false
}

func key32(id uint32) []byte { return appendKey32(nil, id) }

func appendKey32(key []byte, id uint32) []byte { return binary.BigEndian.AppendUint32(key, id) }

// revKey is where the header of a revision stands in the log, and logKey where
// one of its entries does.
func revKey(rev graph.Rev) []byte { return binary.BigEndian.AppendUint64(nil, uint64(rev)) }

func logKey(rev graph.Rev, index uint32) []byte {
	return binary.BigEndian.AppendUint32(revKey(rev), index)
}

// corrupt is the error of a value that is not what it should be. key says where
// it stands.
func corrupt(b bucket, key []byte, problem string, err error) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: "read", Key: b.String() + "/" + hex.EncodeToString(key), Index: -1,
		Detail: problem + "; the file is damaged: run lianzhu check, and restore a backup", Err: err}
}
