package main

import (
	"maps"
	"strings"
	"testing"
)

func TestParseConfig(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       map[string]string
		err        string
	}{
		{"an empty file sets nothing", "", map[string]string{}, ""},
		{"comments and blank lines say nothing", "\n  # data = x\n\t\n", map[string]string{}, ""},
		{"blanks around key and value do not count", " data =  my dir \r\naddr=:0", map[string]string{"data": "my dir", "addr": ":0"}, ""},
		{"a value may hold an equals sign and a number sign", "data = a=b#c", map[string]string{"data": "a=b#c"}, ""},
		{"a byte order mark does not count", "\ufeffdata = x", map[string]string{"data": "x"}, ""},
		{"an unknown key is refused with its line", "\ncolour = red", nil, `conf:2: there is no key "colour"; there are addr, data`},
		{"a key in capitals is unknown", "DATA = x", nil, `conf:1: there is no key "DATA"; there are addr, data`},
		{"a line without an equals sign is refused", "data", nil, "conf:1: it does not read key = value"},
		{"a key without a value is refused", "data =", nil, "conf:1: data has no value"},
		{"a key may be set once", "data = x\n\ndata = x", nil, "conf:3: data is set a second time"},
		{"text must be UTF-8", "data = \xff", nil, "conf:1: it is not UTF-8"},
		{"a line has an end", "data = " + strings.Repeat("x", 70_000), nil, "the configuration file conf cannot be read: bufio.Scanner: token too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseConfig(strings.NewReader(c.text), "conf", []string{"addr", "data"})
			if c.err != "" {
				if err == nil || err.Error() != c.err {
					t.Fatalf("the error is %v, not %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			values := map[string]string{}
			for key, s := range got {
				values[key] = s.value
			}
			if !maps.Equal(values, c.want) {
				t.Errorf("got %v, want %v", values, c.want)
			}
		})
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add("data = x\n# y\naddr=:0\n")
	f.Add("data\x00=\xff")
	f.Fuzz(func(t *testing.T, text string) {
		keys := []string{"addr", "data"}
		settings, err := parseConfig(strings.NewReader(text), "conf", keys)
		if err != nil && exitStatus(err) != statusUsage {
			t.Errorf("%v is no usage error", err)
		}
		for key, s := range settings {
			if key != "addr" && key != "data" || s.value == "" || s.value != strings.TrimSpace(s.value) {
				t.Errorf("%q is set to %q", key, s.value)
			}
		}
	})
}
