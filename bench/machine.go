package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// machine tells where and of what a run is.
func machine(root string) string {
	return fmt.Sprintf("%s, %d cores, %s memory, %s/%s, %s, commit %s, %s", cpuModel(), runtime.NumCPU(), memory(),
		runtime.GOOS, runtime.GOARCH, runtime.Version(), commit(root), time.Now().UTC().Format(time.DateOnly))
}

// cpuModel is what the processor calls itself.
func cpuModel() string { return procValue("/proc/cpuinfo", "model name", "unknown processor") }

// memory is how much there is.
func memory() string {
	text := procValue("/proc/meminfo", "MemTotal", "unknown")
	var kb int
	if _, err := fmt.Sscanf(text, "%d kB", &kb); err != nil {
		return text
	}
	return fmt.Sprintf("%.1f GB", float64(kb)/(1<<20))
}

// procValue is the value of the first line of a file that begins with name.
func procValue(file, name, otherwise string) string {
	content, err := os.ReadFile(file)
	if err != nil {
		return otherwise
	}
	for line := range bytes.Lines(content) {
		key, value, found := strings.Cut(string(line), ":")
		if found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return otherwise
}

// commit is the revision of the checkout, marked where files differ from it.
func commit(root string) string {
	cmd := exec.Command("git", "describe", "--always", "--dirty", "--abbrev=12")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
