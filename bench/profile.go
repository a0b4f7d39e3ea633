package main

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"lianzhu/bench/ask"
	"lianzhu/bench/drive"
)

// takeProfile asks a question once more while the server takes a CPU profile.
func (b *bench) takeProfile(t *target, q *ask.Question) error {
	return b.profileOf(t, q.Name, drive.Load{Requests: t.requests(q)})
}

// profileOf has 16 clients ask while the server takes a CPU profile, and then
// has it tell what it has allocated so far.
func (b *bench) profileOf(t *target, name string, load drive.Load) error {
	if t.server.Debug() == "" {
		return nil
	}
	if err := os.MkdirAll(b.profile, 0o777); err != nil {
		return err
	}
	seconds := max(1, int(math.Ceil(b.each.Seconds())))
	taken := make(chan error, 1)
	go func() {
		taken <- fetchProfile(t.server, fmt.Sprintf("profile?seconds=%d", seconds), filepath.Join(b.profile, name+".cpu.pprof"))
	}()
	load.Clients, load.For = 16, time.Duration(seconds)*time.Second
	_, err := t.server.Drive(b.ctx, load)
	if failed := <-taken; err == nil {
		err = failed
	}
	if err != nil {
		return err
	}
	return fetchProfile(t.server, "allocs", filepath.Join(b.profile, name+".allocs.pprof"))
}

// fetchProfile saves a profile of the server.
func fetchProfile(s *drive.Server, what, file string) error {
	answer, err := http.Get("http://" + s.Debug() + "/debug/pprof/" + what)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server gives no profile: %s", answer.Status)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, answer.Body)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
