package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lianzhu/graph"
)

// errLocked says that another process has the file.
var errLocked = errors.New("the file is locked")

// lockInfo is the small file beside a store that says who has it open. The lock
// itself is the system's; the file only lets others tell a person whom to ask.
type lockInfo struct{ path string }

func lockInfoPath(store string) string { return store + ".lock-info" }

// leaveLockInfo writes who this is. Failing to is no failure of the store.
func leaveLockInfo(store string) *lockInfo {
	l := &lockInfo{lockInfoPath(store)}
	text := fmt.Sprintf("%d\n%s\n%s\n", os.Getpid(), time.Now().UTC().Format(time.RFC3339), filepath.Base(os.Args[0]))
	if err := os.WriteFile(l.path, []byte(text), 0o644); err != nil {
		return nil
	}
	return l
}

func (l *lockInfo) remove() {
	if l != nil {
		os.Remove(l.path)
	}
}

// holder says in words who has the store open, as far as it is known.
func holder(store string) string {
	f, err := os.Open(lockInfoPath(store))
	if err != nil {
		return "another process"
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, 1024))
	lines := strings.Split(string(text), "\n")
	if len(lines) < 3 {
		return "another process"
	}
	pid, err := strconv.Atoi(lines[0])
	since, notTime := time.Parse(time.RFC3339, lines[1])
	if err != nil || notTime != nil {
		return "another process"
	}
	return fmt.Sprintf("%s, process %d, since %s,", filepath.Base(strings.ToValidUTF8(lines[2], "?")), pid, since.Format("2006-01-02 15:04:05 MST"))
}

func (op *opener) lockError(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return op.refuse(graph.CodeBusy, holder(op.path)+" has it open; stop that first, or ask its server", err)
}
