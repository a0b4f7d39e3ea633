package main

import (
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// gcPercent lets the heap grow further than Go's default before it is
// collected: answers are short-lived, and collections are what they cost most.
const gcPercent = 300

// heapShare is the part of a container's memory beyond which the heap is
// collected more often: the rest is for the pages of files.
const heapShare = 0.7

// The bounds of memory that a control group sets, in its versions 2 and 1.
var cgroupLimits = [...]string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}

// tuneMemory does both, each unless the operator has chosen by GOGC or
// GOMEMLIMIT, which the runtime reads itself.
func tuneMemory(readFile func(string) ([]byte, error)) {
	if _, chosen := os.LookupEnv("GOGC"); !chosen {
		debug.SetGCPercent(gcPercent)
	}
	if _, chosen := os.LookupEnv("GOMEMLIMIT"); chosen {
		return
	}
	if limit := containerMemory(readFile); limit < math.MaxInt64 {
		debug.SetMemoryLimit(int64(float64(limit) * heapShare))
	}
}

// containerMemory is the memory that the process's container may use, or the
// greatest number where there is no bound.
func containerMemory(readFile func(string) ([]byte, error)) int64 {
	for _, path := range cgroupLimits {
		text, err := readFile(path)
		if err != nil {
			continue
		}
		// Version 2 writes "max" where there is no bound, version 1 a number
		// beyond any memory.
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err == nil && n > 0 && n < 1<<50 {
			return n
		}
	}
	return math.MaxInt64
}
