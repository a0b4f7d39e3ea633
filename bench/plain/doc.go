// Package plain answers the questions of the benchmark from arrays, with loops
// and nothing else: no store, no filter language, no executor. It is two things:
// what a server's answers are checked against, byte for byte, and the measure
// of how fast a question can be answered in memory at all.
//
// [New] lays a made graph out as compressed rows: the relations at each entity,
// those of one type together, each type by index. The answers are written by
// hand, as the server writes them.
package plain
