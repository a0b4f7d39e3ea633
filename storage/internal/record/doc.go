// Package record turns the things of a graph into bytes and back: entities,
// relations, sources, entries of the change log and answers to idempotent
// batches. It knows no file; storage/bolt tells where the bytes stand.
//
// Every stored value is framed ([Bucket]): four bytes of CRC-32C over the name
// of its bucket, its key and itself come first, so that a damaged value is
// noticed, and also a sound one that stands where another belongs.
//
// A record begins with its version (all are version 1 so far) and a head of
// fixed layout whose fields are read where they stand, without decoding: what
// lists show, filter and sort by most. [EntityHead] and [RelationHead] give
// them. The rest is deterministic CBOR with small integers for field names, so
// that equal documents are equal bytes. Kinds and relation types are codes here;
// the store that keeps the records keeps their names.
//
// Numbers in heads and keys are big-endian. testdata holds records of every
// version that was ever written; a change that cannot read them, or writes
// other bytes under the same version, fails the tests.
package record
