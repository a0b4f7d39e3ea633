package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"lianzhu": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":  serveCommand,
			"stop":   stopCommand,
			"logged": loggedCommand,
			"status": statusCommand,
			"unhex":  unhexCommand,
			"damage": damageCommand,
			"fetch":  fetchCommand,
		},
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			examples, err := filepath.Abs(filepath.Join("..", "..", "examples"))
			if err != nil {
				return err
			}
			env.Setenv("EXAMPLES", examples)
			env.Values[serverKey{}] = &running{}
			return nil
		},
	})
}

// running is the server that a script has started.
type running struct {
	cmd    *exec.Cmd
	out    *bufio.Reader
	stderr said
}

// said is what the server has written to standard error.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
	came chan struct{}
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.came <- struct{}{}:
	default:
	}
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

type serverKey struct{}

var listening = regexp.MustCompile(`^Lianzhu is listening on (http://\S+/) — open it in a browser\n$`)

// serveCommand starts "lianzhu serve" with its arguments, waits for the line
// that says where it listens, and puts that address into $URL and $HOSTPORT,
// and its process id into $PID.
func serveCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("serve cannot be negated; use exec")
	}
	s := ts.Value(serverKey{}).(*running)
	s.cmd = exec.Command("lianzhu", append([]string{"serve"}, args...)...)
	s.cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "LIANZHU_DATA", "LIANZHU_ADDR", "LIANZHU_CONFIG", "LIANZHU_EMPTY", "PORT", "GOCOVERDIR"} {
		s.cmd.Env = append(s.cmd.Env, name+"="+ts.Getenv(name))
	}
	s.stderr = said{came: make(chan struct{}, 1)}
	s.cmd.Stderr = &s.stderr
	pipe, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { s.cmd.Process.Kill() })
	s.out = bufio.NewReader(pipe)
	line, err := s.out.ReadString('\n')
	found := listening.FindStringSubmatch(line)
	if err != nil || found == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		ts.Fatalf("the server printed %q (%v); stderr: %s", line, err, s.stderr.String())
	}
	ts.Setenv("URL", found[1])
	ts.Setenv("PID", strconv.Itoa(s.cmd.Process.Pid))
	ts.Setenv("HOSTPORT", strings.Trim(strings.TrimPrefix(found[1], "http:"), "/"))
}

// stopCommand sends the server a signal (TERM or INT) and expects it to end
// with status 0, having printed nothing more. Its standard error is left in the
// file serve.err.
func stopCommand(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]os.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT}
	if neg || len(args) != 1 || signals[args[0]] == nil {
		ts.Fatalf("usage: stop TERM|INT")
	}
	s := ts.Value(serverKey{}).(*running)
	ts.Check(s.cmd.Process.Signal(signals[args[0]]))
	rest, err := io.ReadAll(s.out)
	ts.Check(err)
	if err := s.cmd.Wait(); err != nil {
		ts.Fatalf("the server ended with %v; stderr: %s", err, s.stderr.String())
	}
	if len(rest) > 0 {
		ts.Fatalf("the server printed more than one line: %q", rest)
	}
	ts.Check(os.WriteFile(ts.MkAbs("serve.err"), []byte(s.stderr.String()), 0o666))
}

// loggedCommand waits until the server has logged what matches a pattern.
func loggedCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: logged pattern")
	}
	s := ts.Value(serverKey{}).(*running)
	pattern, patience := regexp.MustCompile(args[0]), time.After(time.Minute)
	for !pattern.MatchString(s.stderr.String()) {
		select {
		case <-s.stderr.came:
		case <-patience:
			ts.Fatalf("the server did not log %s in a minute: %s", args[0], s.stderr.String())
		}
	}
}

// unhexCommand writes the bytes that a file spells in hexadecimal into another,
// since a script holds text only.
func unhexCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: unhex from to")
	}
	bytes, err := hex.DecodeString(strings.TrimSpace(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), bytes, 0o666))
}

// damageCommand changes a bit wherever a text stands in a file.
func damageCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: damage file text")
	}
	file := ts.MkAbs(args[0])
	whole, err := os.ReadFile(file)
	ts.Check(err)
	if !bytes.Contains(whole, []byte(args[1])) {
		ts.Fatalf("%s does not hold %s", args[0], args[1])
	}
	damaged := []byte(args[1])
	damaged[0] ^= 1
	ts.Check(os.WriteFile(file, bytes.ReplaceAll(whole, []byte(args[1]), damaged), 0o666))
}

// statusCommand runs a command and expects an exit status: status 2 lianzhu ...
// Its output is left in the files out and err.
func statusCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command...")
	}
	err := ts.Exec(args[1], args[2:]...)
	ts.Check(os.WriteFile(ts.MkAbs("out"), []byte(ts.ReadFile("stdout")), 0o666))
	ts.Check(os.WriteFile(ts.MkAbs("err"), []byte(ts.ReadFile("stderr")), 0o666))
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("%s ended with status %s, not %s\n%s", strings.Join(args[1:], " "), got, args[0], ts.ReadFile("stderr"))
	}
}

// fetchCommand gets a URL into a file: fetch STATUS FILE URL.
func fetchCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: fetch STATUS FILE URL")
	}
	response, err := http.Get(args[2])
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	if strconv.Itoa(response.StatusCode) != args[0] {
		ts.Fatalf("%s answers %s: %s", args[2], response.Status, body)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), body, 0o600))
}
