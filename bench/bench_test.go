package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The servers that a run starts to compare with are this program: so is the test.
func TestMain(m *testing.M) {
	if os.Getenv("BENCH_AS_COMMAND") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestARunFromEndToEnd makes a small graph, starts all servers, asks everything
// and checks every kind of answer.
func TestARunFromEndToEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the lianzhu command and starts servers; run without -short")
	}
	t.Setenv("BENCH_AS_COMMAND", "yes")
	lines := filepath.Join(t.TempDir(), "lines.jsonl")
	var out, errs bytes.Buffer
	err := command(t.Context(), []string{"-scale", "0.001", "-seconds", "0.01", "-root", "..", "-dir", t.TempDir(), "-out", lines}, &out, &errs)
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	text, err := os.ReadFile(lines)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		var r result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		seen[r.Q+" "+r.Target] = true
	}
	for _, want := range []string{"Q1 lianzhu", "Q2 constant", "Q3 loop", "Q4 stock", "Q5 lianzhu", "Q5-1 lianzhu", "Q6 lianzhu", "Q7 loop", "Q8 constant", "Q9 lianzhu", "Q9 stock",
		"W1 lianzhu", "W1 bbolt", "Q1+W lianzhu", "S1 lianzhu", "W2 lianzhu", "W2 bbolt"} {
		if !seen[want] {
			t.Errorf("there is no line for %s", want)
		}
	}
	if !strings.Contains(out.String(), "scale 0.001, seed 1: 1000 entities, 5000 relations") {
		t.Errorf("it does not tell what was measured:\n%s", out.String())
	}
}

func TestLinesHaveTheNamesThatReadersExpect(t *testing.T) {
	text, err := json.Marshal(result{Q: "Q9", Target: "constant", Clients: 16, PerSecond: 1, P50: 2, P99: 3, CPU: 4, Bytes: 5, Allocs: 6})
	want := `{"q":"Q9","target":"constant","clients":16,"rps":1,"p50_ms":2,"p99_ms":3,"cpu_ms":4,"bytes":5,"allocs":6}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
}

func TestAQuestionIsChosenByItsNameOrItsFamily(t *testing.T) {
	o := options{only: []string{"Q1", "Q5", "W1-batch"}}
	for name, want := range map[string]bool{"Q1": true, "Q5": true, "Q5-2": true, "Q2": false, "W1": false, "W1-batch": true} {
		if o.asks(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	if all := (&options{}); !all.asks("Q7") || !all.compares("loop") {
		t.Error("without a choice not everything is asked")
	}
}

func TestUnknownCommandsAreRefused(t *testing.T) {
	var out bytes.Buffer
	for _, args := range [][]string{{"nonsense"}, {"-nonsense"}, {"constant"}, {"-scale", "77"}} {
		if err := command(t.Context(), args, &out, &out); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}

func TestTheMachineIsDescribed(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	parts := strings.Split(machine(".."), ", ")
	if len(parts) < 7 || slices.Contains(parts, "") {
		t.Errorf("%q", parts)
	}
}
