package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is the program itself, serving.
type process struct {
	*testing.T
	cmd *exec.Cmd
	url string // with a slash at its end
	err bytes.Buffer
}

// startServer starts the program on the graph in data, which may be empty.
func startServer(t *testing.T, data string) *process {
	t.Helper()
	return startServing(t, nil, "--empty", "--data", data)
}

// startServing starts the program with more of an environment and waits until it
// says where it listens. Nothing of it outlives the test.
func startServing(t *testing.T, env []string, flags ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	s := &process{T: t, cmd: exec.CommandContext(ctx, "lianzhu", append([]string{"serve", "--addr", "127.0.0.1:0"}, flags...)...)}
	s.cmd.Env = append(os.Environ(), env...)
	s.cmd.Stderr = &s.err
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	found := listening.FindStringSubmatch(line)
	if err != nil || found == nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		t.Fatalf("the server printed %q (%v); stderr: %s", line, err, s.err.String())
	}
	s.url = found[1]
	return s
}

// stop tells the server to end and wants it to end in order, which it does not
// where anything had to be cut off.
func (s *process) stop() {
	s.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.Fatalf("the server ended with %v; stderr: %s", err, s.err.String())
	}
}

// kill ends the server as a power cut would end it, but for what the system has
// in its memory.
func (s *process) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// reply is what a question to the server came to.
type reply struct {
	Data   map[string]json.RawMessage
	Errors []struct{ Message string }
}

// ask puts a question to the server. It gives an error where the server has gone.
func (s *process) ask(question string, variables map[string]any) (r reply, err error) {
	body, err := json.Marshal(map[string]any{"query": question, "variables": variables})
	if err != nil {
		return r, err
	}
	response, err := http.Post(s.url+"graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		return r, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("the answer is %q: %w", text, err)
	}
	return r, nil
}

// mustAsk is ask of a server that is there.
func (s *process) mustAsk(question string, variables map[string]any) reply {
	s.Helper()
	r, err := s.ask(question, variables)
	if err != nil || len(r.Errors) > 0 {
		s.Fatalf("%v %v", err, r.Errors)
	}
	return r
}

const writeOnce = `mutation($key: String!, $name: String!) {
	upsertEntity(input: {key: $key, kind: ENTERPRISE, names: [{text: $name, lang: ZH}], acknowledgeDuplicates: true}, meta: {idempotencyKey: $key}) {
		... on UpsertEntitySuccess { created rev entity { id key } } ... on Problem { code message }
	}
}`

// acknowledged are the answers that clients have read, by the keys they wrote.
type acknowledged map[string]string

// writers is how many clients write at once.
const writers = 16

// writeUntilKilled has clients write until the server is killed, which it is when
// it has answered so many of them.
func (s *process) writeUntilKilled(round, most int) acknowledged {
	answered := make(chan [2]string)
	left := make(chan struct{}, writers)
	for client := range writers {
		go func() {
			defer func() { left <- struct{}{} }()
			for i := 0; ; i++ {
				key := fmt.Sprintf("enterprise:%d-%d-%d", round, client, i)
				r, err := s.ask(writeOnce, map[string]any{"key": key, "name": "公司" + key})
				if err != nil {
					return // it was killed
				}
				answered <- [2]string{key, string(r.Data["upsertEntity"])}
			}
		}()
	}
	got := acknowledged{}
	for running := writers; running > 0; {
		select {
		case a := <-answered:
			if got[a[0]] = a[1]; len(got) == most {
				s.kill()
			}
		case <-left:
			running--
		}
	}
	return got
}

// What was answered is there after the server was killed while 16 clients wrote,
// and is answered the same when it is asked again under its key.
func TestNothingAnsweredIsLostWhenTheServerIsKilled(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	all, newest := acknowledged{}, 0
	for round, most := range []int{1, 60, 150} {
		for key, answer := range startServer(t, data).writeUntilKilled(round, most) {
			all[key] = answer
		}
		s := startServer(t, data)
		keys := make([]string, 0, len(all))
		for key, answer := range all {
			keys = append(keys, key)
			if !strings.Contains(answer, `"created":true`) {
				t.Fatalf("%s was answered %s", key, answer)
			}
			again := s.mustAsk(writeOnce, map[string]any{"key": key, "name": "公司" + key})
			if got := string(again.Data["upsertEntity"]); got != answer {
				t.Errorf("%s was answered %s, and after the kill %s", key, answer, got)
			}
		}
		rev := s.everything(keys)
		if rev < newest+most {
			t.Errorf("the revision is %d, although %d writes came behind %d", rev, most, newest)
		}
		newest = rev
		t.Logf("%d writes were answered so far, and revision %d survived", len(all), rev)
		s.stop()
		if out, err := exec.Command("lianzhu", "check", "--data", data).CombinedOutput(); err != nil {
			t.Errorf("the file is not sound: %v\n%s", err, out)
		}
	}
}

// everything wants every key to be there, and nothing in part, and gives the
// revision.
func (s *process) everything(keys []string) int {
	s.Helper()
	slices.Sort(keys)
	for _, key := range keys {
		r := s.mustAsk(`query($key: String!) { entity(ref: {key: $key}) { key name } }`, map[string]any{"key": key})
		if want := fmt.Sprintf(`{"key":%q,"name":"公司%s"}`, key, key); string(r.Data["entity"]) != want {
			s.Errorf("%s was answered and is %s", key, r.Data["entity"])
		}
	}
	var stats struct{ Rev, Entities int }
	if err := json.Unmarshal(s.mustAsk(`{ stats { rev entities } }`, nil).Data["stats"], &stats); err != nil {
		s.Fatal(err)
	}
	if stats.Entities != stats.Rev || stats.Entities < len(keys) {
		s.Errorf("there are %d entities after %d revisions, and %d were answered", stats.Entities, stats.Rev, len(keys))
	}
	return stats.Rev
}
