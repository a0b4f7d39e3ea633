package drive

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestAStatusIsRead(t *testing.T) {
	got := readStatus([]byte("Name:\tlianzhu\nVmRSS:\t 3000 kB\nRssAnon:\t    1000 kB\nRssFile:\t    2000 kB\nThreads:\t7\n"))
	if want := (Resident{1000 << 10, 2000 << 10}); got != want || got.All() != 3000<<10 {
		t.Errorf("it tells %+v", got)
	}
}

func TestAProcessIsWatched(t *testing.T) {
	self := &Server{cmd: &exec.Cmd{Process: &os.Process{Pid: os.Getpid()}}}
	own, all, end := self.Watch(time.Millisecond)()
	if own.Own <= 0 || all.All() < own.All() || end.All() <= 0 {
		t.Errorf("own %+v, all %+v, end %+v", own, all, end)
	}
}
