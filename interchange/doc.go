// Package interchange exchanges the graph with other programs: Cytoscape and
// NetworkX, Gephi, a spreadsheet, linked data, the standards of ownership, or a
// picture in a document. docs/export.md tells what each format keeps.
//
// # Writing
//
// What a file holds is a [Flow]: sequences of sources, [Node]s and [Edge]s, that
// come from a store as they are needed; a [Graph] is a small one in memory.
// [Write] writes it in one of the [Formats] and holds an item at a time. Every
// writer keeps Chinese as it is, in UTF-8, keeps codes as text, so that no
// leading zero is lost, and writes the same bytes for the same flow.
//
// Formats with columns share one list of properties (property.go), so that a
// figure has the same name in a spreadsheet, in GraphML and in linked data. What
// a format cannot say is left out by that format alone: Mermaid and DOT are
// pictures and carry names only; the two tables of CSV, with commas or tabs, are
// asked for one at a time; BODS and FollowTheMoney speak of ownership.
//
// # Reading
//
// [ReadGraphML], [ReadJSONLD], [ReadNQuads], [ReadBODS] and [ReadFtM] are
// formats of package dataset: they yield changes as they read, in bounded
// memory, and a problem with its place for what cannot be used. What was refused
// can be written into a file of the same format that is read again once it is
// mended (rejects.go). The properties of
// a node or an edge make an entity or a relation again (facts.go). A relation
// whose file gives no evidence cites the file itself, at the element, line or
// statement that says so. Nothing is fetched, no entity of XML is expanded, and
// nothing is followed deeper than a bound.
package interchange
