// Package runs sorts more than memory is to hold. What is added is kept until
// there is much of it; then it is sorted and written to a file, as a run. Reading
// merges the runs with what is still in memory, so that each part of the disk is
// written once and read once, from beginning to end.
//
// [Keys] are a set of short keys; [Lists] are, for each of many terms, a list of
// numbers. In both the later word counts: what was added and then taken away is
// not there.
package runs
