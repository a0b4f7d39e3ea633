// Package drive runs servers and asks them, over HTTP, as fast as they answer.
//
// A [Server] is a process with the address that it printed, what it has used of
// the processors to the nanosecond ([Server.CPU]), and, where it has a debugging
// address, its own counters ([Server.Counters]). [Drive] asks it from so many
// clients at once, each with a connection that stays open and one request under
// way, and gives a [Measure].
//
// The client is written by hand: it sends bytes that were made before and reads
// no more of an answer than its length, because on a machine that both share,
// what the client uses the server lacks.
package drive
