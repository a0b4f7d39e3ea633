package drive

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Server is a process that answers HTTP.
type Server struct {
	Addr    string        // host:port
	Started time.Duration // from the start of the process to the line with its address
	cmd     *exec.Cmd
	stderr  *tail
}

var (
	address   = regexp.MustCompile(`http://([^/\s]+)/`)
	debugging = regexp.MustCompile(`http://([^/\s]+)/debug/`)
)

// StartWithin bounds how long a server may take to tell its address.
const StartWithin = 5 * time.Minute

// Start starts a server and waits for the line on standard output that has its
// address in it. Where a line on standard error has an address of /debug/, that
// is where its counters are.
func Start(cmd *exec.Cmd) (*Server, error) {
	s := &Server{cmd: cmd, stderr: &tail{}}
	cmd.Stderr = s.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := firstLine(out)
	if found := address.FindStringSubmatch(line); err == nil && found != nil {
		s.Started = time.Since(began)
		s.Addr = found[1]
		return s, nil
	}
	s.Stop()
	return nil, fmt.Errorf("%s did not say where it listens; it said %q and %q", cmd.Path, line, s.stderr.String())
}

// firstLine reads a line, and goes on reading, so that the process never waits.
func firstLine(out io.Reader) (string, error) {
	in := bufio.NewReader(out)
	type result struct {
		line string
		err  error
	}
	got := make(chan result, 1)
	go func() {
		line, err := in.ReadString('\n')
		got <- result{line, err}
		io.Copy(io.Discard, in) // ends with the process
	}()
	select {
	case r := <-got:
		return r.line, r.err
	case <-time.After(StartWithin):
		return "", errors.New("it took too long")
	}
}

// Stop ends the process and waits for it.
func (s *Server) Stop() error {
	if s.cmd.Process == nil {
		return nil
	}
	s.cmd.Process.Signal(syscall.SIGTERM) // where it has ended, Wait tells
	killer := time.AfterFunc(20*time.Second, func() { s.cmd.Process.Kill() })
	defer killer.Stop()
	return s.cmd.Wait()
}

// WaitFor waits until the server has said text on standard error, or for so
// long, and tells whether it has.
func (s *Server) WaitFor(text string, most time.Duration) bool {
	for end := time.Now().Add(most); ; time.Sleep(5 * time.Millisecond) {
		if strings.Contains(s.stderr.String(), text) {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// PID is the process's id.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Debug is the address of counters and profiles, or "". What the server says on
// standard error may arrive after it has begun to answer.
func (s *Server) Debug() string {
	if at := debugging.FindStringSubmatch(s.stderr.String()); at != nil {
		return at[1]
	}
	return ""
}

// Counters are the server's own figures, by the names of runtime/metrics; none
// where it has no debugging address.
func (s *Server) Counters() (map[string]float64, error) {
	debug := s.Debug()
	if debug == "" {
		return nil, nil
	}
	answer, err := http.Get("http://" + debug + "/debug/metrics")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var figures map[string]float64
	return figures, json.NewDecoder(answer.Body).Decode(&figures)
}

// allocs is how many objects the server has allocated, or -1.
func (s *Server) allocs() float64 {
	figures, err := s.Counters()
	n, ok := figures["/gc/heap/allocs:objects"]
	if err != nil || !ok {
		return -1
	}
	return n
}

// Drive asks the server and reads what it used for that.
func (s *Server) Drive(ctx context.Context, load Load) (Measure, error) {
	load.Addr, load.CPU = s.Addr, s.CPU
	allocs, used := s.allocs(), s.CPU()
	m, err := Drive(ctx, load)
	m.CPU = s.CPU() - used
	if now := s.allocs(); allocs >= 0 && now >= 0 {
		m.Allocs = now - allocs
	}
	return m, err
}

// tail keeps the last of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if over := len(t.text) - 64<<10; over > 0 {
		t.text = bytes.Clone(t.text[over:])
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
