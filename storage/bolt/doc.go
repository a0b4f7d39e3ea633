// Package bolt keeps a graph in one file. It is the only package that knows
// bbolt: a B+tree with one writer, many readers that each see one revision, and
// a file that is sound after a crash at any moment.
//
// # A guided tour
//
// [Open] looks at the file before bbolt does (pages.go), because bbolt has no
// checksums on its pages and trusts them. A [Store] reads through short
// transactions (reader.go, neighbours.go, history.go, search.go) and writes
// through one goroutine, the committer (commit.go): it takes whatever batches
// wait, lets package rules plan each, carries the plans out (writer.go,
// batch.go, flush.go) and commits them together, so that many writers share
// one sync of the disk. Where many write, what they put is synced in a journal
// beside the file (journal.go, redo.go), and the pages follow at checkpoints
// (checkpoint.go); a file that was not closed is mended from there (mend.go).
// [Verify] proves a whole file (verify.go).
//
// An empty store is filled at once by [Store.Bulk] (bulk.go): the same plans, but
// records go into a new file in the order in which they come (filler.go,
// builder.go), and what is ordered otherwise is gathered (gather.go) and written
// when all is known (settle.go, settleedges.go).
//
// # Buckets and keys
//
// Numbers are big-endian, so that the order of keys is the order of numbers.
// Every value begins with a CRC-32C over the name of its bucket, its key and
// the rest of it; "nothing" below is a value of the checksum alone. An id is a
// dense id of 4 bytes, a uid has 12 bytes, a place in the log is a revision (8)
// and an index (4).
//
//	meta        "format": the magic, the version of the format, the date of birth;
//	            "state": the newest revision, the ids given out, all counters
//	symbols     'k' or 't', code (2): the name of a kind or a relation type; codes
//	            never change, so the schema may grow anywhere
//	ids         uid: id, of entities, relations and sources
//	entities    id: the record (see storage/internal/record)
//	relations   id: the record, once
//	sources     id: the record
//	sourcekeys  key of a source: id
//	texts       id of a source: its text
//	edges       entity (4), type code (2), side (1), least relation (4): a chunk of
//	            up to 32 edges, 8 bytes each: relation, other end; ascending
//	degrees     entity: how many edges it has of each type on each side
//	members     'k' or 't', code (2), block (4): a bitmap of the ids of a kind or
//	            a type among the 4096 of the block
//	terms       length (1), search term, least entity (4): a chunk of the entities
//	            that have the term
//	named       tag and id of a thing, tag and id of a fact that names it (not as
//	            an end): nothing
//	cited       uid of a piece of evidence, uid of a fact that cites it: nothing
//	log         revision: who wrote it, when and why;
//	            revision, index: one write, and the record that it replaced
//	next        place in the log: the place of the next write of the same thing
//	graves      uid of a thing that was retracted: where in the log
//	kept        idempotency key: a digest of the batch and its receipt
//
// A side is 'o' (the entity is the source), 'i' (it is the target) or 's' (the
// type is symmetric; listed so at both ends).
//
// The log does not hold what a write left, only what it replaced: what a write
// left is what the next write of the same thing replaced, or the record as it
// is. So a bulk load is not stored twice. Each entry names the one before it,
// and each record the newest, so that a history is a walk from there.
//
// # What is promised
//
// A batch that was answered with a receipt is there after a crash, whole: in the
// file, or in the journal beside it, which the next to open the file works in.
// A value that is not what was written is an error of CodeCorrupt that names
// bucket and key, never a wrong document and never a panic. A full disk refuses
// writes with CodeFull and goes on reading. A file that is not a store is never
// written to.
package bolt
