// Package interchange writes a graph as a file that another program reads:
// Cytoscape and NetworkX, Gephi, a spreadsheet, a linked-data tool, or a
// picture in a document.
//
// A [Graph] is flat: [Node]s and [Edge]s with their properties as text, numbers
// as numbers and codes as text, so that no leading zero is lost. [Write] streams
// it in one of the [Formats]. Every writer keeps Chinese as it is, in UTF-8, and
// writes the same bytes for the same graph.
//
// What a format cannot say is left out by that format alone: Mermaid and DOT are
// pictures and carry names only; the two tables of CSV are asked for one at a
// time.
package interchange
