package main

import (
	"bytes"
	"testing"
)

func TestTable(t *testing.T) {
	for _, c := range []struct{ name, data, out, err string }{
		{
			"columns are aligned as a terminal shows Han characters",
			`{"entities":{"nodes":[{"key":"a:1","name":"海尔集团","n":1},{"key":"a:22","name":"Haier","n":20}]}}`,
			"key   name      n\na:1   海尔集团  1\na:22  Haier     20\n", "",
		},
		{
			"objects within a row are columns of their own, lists are one cell",
			`{"r":[{"source":{"name":"甲"},"places":[{"name":"青岛"},{"name":"兰州"}],"tags":["x","y"],"via":null,"open":true}]}`,
			"source.name  places      tags  via  open\n甲           青岛; 兰州  x; y       true\n", "",
		},
		{
			"the nodes of edges are shown as if they stood alone",
			`{"c":{"edges":[{"cursor":"q","node":{"key":"k"},"peer":{"key":"p"}}]}}`,
			"cursor  key  peer.key\nq       k    p\n", "",
		},
		{
			"a column that only later rows have stands last",
			`{"c":[{"a":1},null,{"b":2,"a":3}]}`,
			"a  b\n1\n\n3  2\n", "",
		},
		{
			"numbers stay as they were written",
			`{"c":[{"a":10000000000000000000.50}]}`,
			"a\n10000000000000000000.50\n", "",
		},
		{
			"the first list is shown and the others are named",
			`{"subgraph":{"nodes":[{"key":"k"}],"relations":[{"id":"r"}],"rev":3}}`,
			"key\nk\n", "lianzhu: the table shows subgraph.nodes; --output json shows subgraph.relations too\n",
		},
		{
			"an empty list gives way to one with items",
			`{"e":{"places":[],"names":[{"text":"x"}]}}`,
			"text\nx\n", "",
		},
		{
			"nothing is shown of lists that are all empty",
			`{"entities":{"nodes":[]}}`,
			"", "lianzhu: entities.nodes is empty\n",
		},
		{
			"without a list there is a row a field",
			`{"entity":{"key":"k","home":{"name":"青岛"}},"words":["a","b"]}`,
			"field             value\nentity.key        k\nentity.home.name  青岛\nwords             a; b\n", "",
		},
		{
			"what a terminal would obey is made visible, and a cell is one line",
			`{"c":[{"a":"x\u001b[2J\ny\tz\u009b"}]}`,
			"a\nx\uFFFD[2J y z\uFFFD\n", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, said bytes.Buffer
			a := &app{out: &out, err: &said}
			if err := a.showTable([]byte(c.data)); err != nil {
				t.Fatal(err)
			}
			if out.String() != c.out {
				t.Errorf("the table is\n%s\nnot\n%s", out.String(), c.out)
			}
			if said.String() != c.err {
				t.Errorf("it said %q, not %q", said.String(), c.err)
			}
		})
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte(`{"entities":{"edges":[{"node":{"name":"甲"}}]}}`))
	f.Add([]byte(`[[],{"a":[{}]},null]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out, said bytes.Buffer
		a := &app{out: &out, err: &said}
		if a.showTable(data) == nil && bytes.ContainsAny(out.Bytes(), "\x1b\x00\r") {
			t.Errorf("%q lets control characters through: %q", data, out.String())
		}
	})
}
