// Package ask holds the questions of the benchmark: their GraphQL, what they are
// asked about, and how their answers are checked.
//
//	Q1  one entity with 8 fields
//	Q2  the first 50 relations of a type, with fields and neighbours' names
//	Q3  the subgraph within two relations, up to 500 entities
//	Q4  a shortest path between two entities
//	Q5  names found by 1, 2, 4 and 6 characters and by pinyin; Q5-1 and so on alone
//	Q6  the enterprises of a region's subtree: how many, and the first 20 by pinyin
//	Q7  what is supplied, directly or not, in four steps, with paths
//	Q8  amounts and counts of investments by province
//	Q9  a page of 500 relations of a hub
//
// What they are asked about is chosen at random from the made graph, the same
// for a seed. Answers are compared with package plain byte by byte, save those of
// Q4, where any shortest path is right and the path itself is looked at, and of
// Q5, which are compared with what every name in the graph says.
package ask
