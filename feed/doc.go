// Package feed hands the change log of a store to many listeners at once, each
// of which gets every change after its place, in order and once.
//
// A listener is a place in the log and nothing else: there is no queue that a
// burst of changes could fill, and a listener that is slow holds up nobody. What
// most of them want is the end of the log, so that is read once for all: the
// first listener that comes to the end reads on ([Feed.Wake] tells when there is
// something to read) and the rest take what it has read from the tail, which
// keeps the most recent changes. Who is further behind reads the log alone.
//
// Nobody waits in a View of the store, and no goroutine is started.
package feed
