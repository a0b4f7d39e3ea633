package main

import "testing"

func TestAnAddress(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"without a host is this computer", ":8080", "127.0.0.1:8080"},
		{"may have port 0", ":0", "127.0.0.1:0"},
		{"may be IPv6", "[::1]:9000", "[::1]:9000"},
		{"may be a name", "localhost:9000", "localhost:9000"},
		{"is kept as it is for the server to refuse", "0.0.0.0:8080", "0.0.0.0:8080"},
		{"is refused without a port", "127.0.0.1", ""},
		{"is refused with a port that is no number", "127.0.0.1:http", ""},
		{"is refused with a port that is too high", "127.0.0.1:65536", ""},
		{"is refused with a negative port", "127.0.0.1:-1", ""},
		{"is refused when it is a bare port", "8080", ""},
		{"is refused when it is empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := address{"127.0.0.1", "1"}
			got := before
			err := got.Set(c.in)
			switch {
			case c.want == "" && err == nil:
				t.Errorf("Set(%q) took it as %s", c.in, &got)
			case c.want == "" && got != before:
				t.Errorf("Set(%q) refused it and changed the address to %s", c.in, &got)
			case c.want != "" && (err != nil || got.String() != c.want):
				t.Errorf("Set(%q) = %s, %v; want %s", c.in, &got, err, c.want)
			}
		})
	}
}
