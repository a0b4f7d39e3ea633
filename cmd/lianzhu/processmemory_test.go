package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// The memory that the server below is given, how much it may have beyond that,
// for what the runtime does not count, and how much it answers in all.
const (
	memoryGiven  = 48 << 20
	memoryBeyond = 16 << 20
	answered     = 128 << 20
)

// muchOf are questions whose answers are long and are read from documents, from
// the shape and by walks.
var muchOf = []string{
	`{ relations(first: 500) { totalCount nodes { id type en: sentence(lang: EN) zh: sentence(lang: ZH) source { key names { text lang } } target { key name } evidence { nodes { quoteSha256 source { key title } } } } } }`,
	`{ subgraph(roots: [{name: "青岛市"}], depth: 3, bounds: {maxNodes: 500}) { completeness { complete } nodes { depth node { id key name kind names { text } } } relations { id type source { key } target { key } } } }`,
	`{ search(q: "市", first: 200) { totalCount nodes { matched node { key name names { text lang } relations(first: 20) { nodes { sentence } } } } } }`,
}

// The collector of the server is off but for the bound, so that whatever is kept
// or let lie shows: a server that did not obey would end up with several times
// the memory.
func TestMemoryStaysWithinItsBoundHoweverMuchIsAsked(t *testing.T) {
	if raced {
		t.Skip("the race detector has several times the memory of the program")
	}
	if _, ok := ownMemory(os.Getpid()); !ok {
		t.Skip("this system does not tell what memory a process has of its own")
	}
	s := startServing(t, []string{"GOGC=off", fmt.Sprint("GOMEMLIMIT=", memoryGiven)}, "--data", filepath.Join(t.TempDir(), "data"))
	most, told := 0, 0
	for round := 0; told < answered; round++ {
		r := s.mustAsk(muchOf[round%len(muchOf)], nil)
		n := size(r)
		if n < 1000 {
			t.Fatalf("question %d was answered with %d bytes only", round%len(muchOf), n)
		}
		told += n
		own, _ := ownMemory(s.cmd.Process.Pid)
		most = max(most, own)
	}
	t.Logf("%d MB were answered with at most %d MB of memory", told>>20, most>>20)
	if most > memoryGiven+memoryBeyond {
		t.Errorf("the server had %d bytes of its own, and was given %d", most, memoryGiven)
	}
	s.stop()
}

func size(r reply) (n int) {
	for _, field := range r.Data {
		n += len(field)
	}
	return n
}

// ownMemory is how many bytes of memory a process has that are not pages of
// files, as proc(5) says; not ok where there is no such table.
func ownMemory(pid int) (int, bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	for line := range bytes.Lines(status) {
		var kilobytes int
		if _, err := fmt.Sscanf(string(line), "RssAnon: %d kB", &kilobytes); err == nil {
			return kilobytes << 10, true
		}
	}
	return 0, false
}
