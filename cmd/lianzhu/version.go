package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// build tells which build of the program this is.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"` // of the revision
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func newVersion(a *app) *cobra.Command {
	var output *choice
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Show which build of the program this is",
		Example: "  lianzhu version\n  lianzhu version --output json",
		Args:    takes(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			if output.value == "json" {
				return printJSON(a.out, readBuild())
			}
			_, err := fmt.Fprintln(a.out, readBuild())
			return err
		},
	}
	output = choiceFlag(cmd, "output", "how to show it", "table", "json")
	return cmd
}

// readBuild is the build that the linker wrote into the program.
func readBuild() build {
	b := build{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// String is b in one line.
func (b build) String() string {
	line := "lianzhu " + b.Version
	if b.Revision != "" {
		line += " " + b.Revision[:min(12, len(b.Revision))]
		if b.Modified {
			line += " (modified)"
		}
	}
	return line + " " + b.Go + " " + b.Platform
}

// printJSON writes v as indented JSON.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
