package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// runLianzhu runs the program to its end and gives what it printed.
func runLianzhu(t *testing.T, in io.Reader, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "lianzhu", args...)
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("lianzhu %s: %v: %s", args[0], err, said.String())
	}
	return out.Bytes()
}

// killImport begins an import, kills the program when it has taken a part of what
// it is to read.
func killImport(t *testing.T, part string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "lianzhu", args...)
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	// What was written but for the last 64 KiB has been read then.
	if _, err := io.WriteString(in, part); err != nil {
		t.Errorf("the import ended before it was killed: %v", err)
	}
	cmd.Process.Kill()
	cmd.Wait()
}

// killed is an import that is killed: a file on standard input and what else the
// command line says.
type killed struct {
	format string
	args   []string
	text   string
}

// killedImports are imports whose files are long enough that much of them is
// written before all is read. A table is read ahead by 16 MiB.
func killedImports(t *testing.T, folder string) map[string]killed {
	const things = 2500
	save := func(name, text string) string {
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	var lines, nodes, bulk, table strings.Builder
	lines.WriteString(`{"lianzhu":{"format":1}}` + "\n" + `{"source":{"key":"source:many","title":"many"}}` + "\n")
	nodes.WriteString("code:ID(Firm),name,:LABEL\n")
	bulk.WriteString(":START_ID(Firm),:END_ID(Firm),:TYPE,note:IGNORE\n")
	table.WriteString("id,name,to,note\n")
	long := strings.Repeat("产业链知识图谱", 400)
	for i := range things {
		fmt.Fprintf(&lines, `{"entity":{"key":"firm:%d","kind":"ENTERPRISE","names":[{"text":"企业%d","lang":"ZH","role":"OFFICIAL","sources":["source:many"]}],"evidence":[{"source":"source:many","start":0,"end":1,"sha256":"%064d"}]}}`+"\n", i, i, 0)
		fmt.Fprintf(&nodes, "%d,企业%d,企业\n", i, i)
		fmt.Fprintf(&bulk, "%d,%d,SUPPLIES,%s\n", i, (i+1)%things, long)
		fmt.Fprintf(&table, "%d,企业%d,%d,%s\n", i, i, max(i-1, 0), long)
	}
	for i := range 3 * things {
		fmt.Fprintf(&lines, `{"relation":{"source":"firm:%d","type":"SUPPLIES","target":"firm:%d","modality":"ASSERTED","disc":"d%d","evidence":[{"source":"source:many","start":%d,"end":%d,"sha256":"%064d"}]}}`+"\n", i%things, (i+1)%things, i, i, i+1, 0)
	}
	mapping := save("m.yaml", `lianzhu-mapping: 1
tables:
  - entities: [{as: firm, key: "firm:{id}", kind: 企业, name: "{name}"}]
    relations: [{type: SUPPLIES, from: {key: "firm:0"}, to: {as: firm}, when: [{column: id, not: ["0"]}]}]
`)
	from := filepath.Join(folder, "linked")
	runLianzhu(t, strings.NewReader(lines.String()), "import", "--data", from, "-")
	written := func(format string) string {
		return string(runLianzhu(t, nil, "export", "--data", from, "--format", format))
	}
	return map[string]killed{
		"JSON Lines":           {"jsonl", nil, lines.String()},
		"a bulk file":          {"csv", []string{save("nodes.csv", nodes.String())}, bulk.String()},
		"a table by a mapping": {"csv", []string{"--mapping", mapping}, table.String()},
		"GraphML":              {"graphml", nil, written("graphml")},
		"N-Quads":              {"n-quads", nil, written("n-quads")},
		"JSON-LD":              {"json-ld", nil, written("json-ld")},
		"BODS":                 {"bods", nil, written("bods")},
		"FollowTheMoney":       {"ftm", nil, written("ftm")},
	}
}

// An import that was killed is run again and ends in the graph, to the byte of its
// export, that one ends in that was never killed: where the graph was empty, so
// that it is filled at once, and where it was not.
func TestAKilledImportIsRunAgainAndEndsInTheSameGraph(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts the program some thirty times")
	}
	for name, k := range killedImports(t, t.TempDir()) {
		for _, there := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, where a graph is there: %v", name, there), func(t *testing.T) {
				data := func() string {
					dir := t.TempDir()
					if there {
						runLianzhu(t, strings.NewReader(`{"lianzhu":{"format":1}}`+"\n"+`{"source":{"key":"source:before","title":"before"}}`+"\n"), "import", "--data", dir, "-")
					}
					return dir
				}
				args := func(dir string) []string {
					return append(append([]string{"import", "--data", dir, "--format", k.format}, k.args...), "-")
				}
				export := func(dir string) []byte { return runLianzhu(t, nil, "export", "--data", dir) }
				whole, again := data(), data()
				runLianzhu(t, strings.NewReader(k.text), args(whole)...)
				before := 0
				if there {
					before = len(export(again))
				}
				want := export(whole)
				for _, tenths := range []int{9, 5} {
					killImport(t, k.text[:len(k.text)/10*tenths], args(again)...)
					if there && len(export(again)) >= len(want) {
						t.Error("it was killed when all was written")
					}
				}
				if there && k.format != "n-quads" && len(export(again)) <= before {
					t.Error("it was killed when nothing was written")
				}
				runLianzhu(t, strings.NewReader(k.text), args(again)...)
				if got := export(again); !bytes.Equal(got, want) {
					t.Errorf("it ends in another graph: %d bytes, not %d", len(got), len(want))
				}
				runLianzhu(t, nil, "check", "--data", again)
			})
		}
	}
}
