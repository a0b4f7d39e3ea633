// Package tables reads tables as facts: CSV and TSV files, the bulk files of
// graph databases, and Excel workbooks.
//
// # What says what a column means
//
// A file whose header is that of a bulk import (":ID(Group)", ":LABEL",
// ":START_ID(Group)", ":END_ID", ":TYPE", "name:string") says it itself; see
// [readBulk]. For any other a mapping does, a small file in YAML that a person
// writes; see [Mapping]. One row may make several entities and relations.
//
// # Where a fact stands
//
// The file is the source of what it states, under a key made of its name and the
// beginning of its hash, or under one that the mapping gives. A fact cites the
// row, or the cell, as a span of the file's text, in characters, with the hash of
// the span. A text of up to 16 MiB is kept, so that the citation can be verified;
// of a larger one the places stand alone, until somebody adds the text. The text
// of a sheet of a workbook is its rows as comma-separated values.
//
// # What is refused
//
// A row that cannot be used is refused as a whole, with file, line, column, the
// name of the column and the reason, and reading goes on with the next row. A
// file of rejects has the rows as they stand, with three columns more; these are
// passed over when it is imported after it was mended.
package tables
