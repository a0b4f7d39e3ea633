package gql_test

import (
	"encoding/json"
	"fmt"
	"testing"
)

func TestTheBuiltInDataIsFoundHoweverItIsTyped(t *testing.T) {
	handler := openBuiltIn(t)
	for _, c := range []struct {
		name, typed string
		first       []string
	}{
		{"a short name", "卡奥斯", []string{"platform:cosmoplat"}},
		{"traditional characters", "卡奧斯", []string{"platform:cosmoplat"}},
		{"a brand", "COSMOPlat", []string{"platform:cosmoplat"}},
		{"wide letters in another case", "ｃｏｓｍｏＰＬＡＴ", []string{"platform:cosmoplat"}},
		{"pinyin", "kaaosi", []string{"platform:cosmoplat"}},
		{"initials", "kas", []string{"platform:cosmoplat"}},
		{"a translation", "Kaos", []string{"platform:cosmoplat"}},
		{"one character missing", "卡斯", []string{"platform:cosmoplat"}},
		{"a code", "621200", []string{"region:621200"}},
		{"a name that two places have", "Longnan", []string{"region:360783", "region:621200"}},
		{"an unusual reading", "leqing", []string{"region:330382"}},
		{"the usual reading", "yueqing", []string{"region:330382"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var a struct {
				Data struct {
					Search struct {
						Nodes []struct{ Node struct{ Key string } }
					}
				}
			}
			got := ask(t, handler, fmt.Sprintf(`{ search(q: %q, first: 5) { nodes { matched matchedBy node { key } } } }`, c.typed), nil)
			if err := json.Unmarshal(got, &a); err != nil || len(a.Data.Search.Nodes) < len(c.first) {
				t.Fatalf("%v\n%s", err, got)
			}
			for i, want := range c.first {
				if key := a.Data.Search.Nodes[i].Node.Key; key != want {
					t.Errorf("hit %d is %s, want %s\n%s", i, key, want, got)
				}
			}
		})
	}
}
