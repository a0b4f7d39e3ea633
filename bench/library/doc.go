// Package library has the benchmarks of walks, counts and measures as a Go
// program calls them: without queries, HTTP or documents, over the shape of a
// made graph in memory, each beside a plain loop over arrays in the same run.
//
//	go test -run XXX -bench . ./bench/library
//	LIANZHU_BENCH_SCALE=1 go test -run XXX -bench . -timeout 1h ./bench/library
//
// Without the variable the graph has 100,000 entities and 500,000 relations; a
// scale of 1 is ten times that. cpu-ns/op is the processor time of the thread
// that ran the benchmark, which tells more than the time on the clock where
// others use the machine, too; measures that take several threads have the time
// on the clock only.
package library
