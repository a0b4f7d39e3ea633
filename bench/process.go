package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"
	"time"

	"lianzhu/bench/yardstick"
)

// forever is longer than any run.
const forever = 24 * time.Hour

// self is this program.
func self() (string, error) { return os.Executable() }

// usage is what a process has used.
type usage struct {
	cpu    time.Duration
	memory int64 // at most resident, in bytes; 0: not known
}

func usageOf(state *os.ProcessState) usage {
	return usage{cpu: state.UserTime() + state.SystemTime(), memory: peakMemory(state)}
}

// batchReport is what a process reports that wrote through DB.Batch.
type batchReport struct {
	Latencies []time.Duration
	Elapsed   time.Duration
}

// yardstickCommand runs the storage library by itself:
//
//	batch FILE WRITERS BYTES TIME
//	puts FROM TO
func yardstickCommand(args []string, out io.Writer) error {
	switch {
	case len(args) == 5 && args[0] == "batch":
		writers, err1 := strconv.Atoi(args[2])
		size, err2 := strconv.Atoi(args[3])
		most, err3 := time.ParseDuration(args[4])
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		took, elapsed, err := yardstick.Batch(args[1], writers, size, most)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(batchReport{took, elapsed})
	case len(args) == 3 && args[0] == "puts":
		sum, err := yardstick.Puts(args[1], args[2])
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(sum)
	}
	return errors.New("usage: bench yardstick batch FILE WRITERS BYTES TIME, or puts FROM TO")
}
