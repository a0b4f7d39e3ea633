// Command bench measures a Lianzhu server from outside.
//
// It makes a graph (package gen), loads it with the lianzhu command, starts the
// real server, asks it over HTTP (packages ask and drive), and prints how many
// requests a second it answers, how long they take, and what they cost the
// server: processor time, bytes and allocations. Answers are compared with what
// plain loops over the made graph give (package plain); a wrong one fails the
// run, a slow one never does. Beside the server stand, in the same run, others
// that show what its figures mean:
//
//	constant  a server that answers the very bytes and does nothing else
//	stock     the same server without its own execution of queries
//	loop      plain loops over arrays that write the same JSON by hand
//	bbolt     what the storage library itself does with the same bytes
//
// "make bench" runs it; "go run ./bench -h" tells its flags, and
// docs/performance.md what to expect.
package main
