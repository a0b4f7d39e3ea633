package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// setting is a value in a configuration file, and where it stands.
type setting struct {
	value  string
	origin string // file:line: key
}

// readConfig reads the configuration file, if there is one. A file that was
// named must be there.
func (a *app) readConfig(keys []string) (map[string]setting, error) {
	name, shown := a.config, a.config
	if name == "" {
		name, shown = a.defaultConfig()
	}
	file, err := os.Open(name)
	if a.config == "" && (name == "" || errors.Is(err, fs.ErrNotExist)) {
		return nil, nil
	}
	if err != nil {
		return nil, usage("the configuration file %s cannot be opened: %s", shown, reason(err))
	}
	defer file.Close()
	return parseConfig(file, shown, keys)
}

// defaultConfig is where the configuration file stands when nobody says, and
// how to call it; "" where that is not known.
func (a *app) defaultConfig() (name, shown string) {
	dir, shown := a.baseDir("XDG_CONFIG_HOME", ".config")
	if dir == "" {
		return "", ""
	}
	return filepath.Join(dir, "lianzhu", "config"), shown + "/lianzhu/config"
}

// parseConfig reads lines of the form "key = value". Blank lines and lines that
// begin with # say nothing. Name is what the file is called in errors, and keys
// are those that it may set.
func parseConfig(r io.Reader, name string, keys []string) (map[string]setting, error) {
	settings := map[string]setting{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, problem := parseSetting(line, keys)
		if _, twice := settings[key]; twice && problem == "" {
			problem = fmt.Sprintf("%s is set a second time", key)
		}
		if problem != "" {
			return nil, usage("%s:%d: %s", name, n, problem)
		}
		settings[key] = setting{value, fmt.Sprintf("%s:%d: %s", name, n, key)}
	}
	if err := lines.Err(); err != nil {
		return nil, usage("the configuration file %s cannot be read: %s", name, reason(err))
	}
	return settings, nil
}

// parseSetting reads one line, or tells what is wrong with it.
func parseSetting(line string, keys []string) (key, value, problem string) {
	key, value, ok := strings.Cut(line, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	switch {
	case !utf8.ValidString(line):
		problem = "it is not UTF-8"
	case !ok:
		problem = "it does not read key = value"
	case !slices.Contains(keys, key):
		problem = fmt.Sprintf("there is no key %q; there are %s", key, strings.Join(keys, ", "))
	case value == "":
		problem = fmt.Sprintf("%s has no value", key)
	}
	return key, value, problem
}
