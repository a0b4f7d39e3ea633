package endpoint

import (
	"encoding/json"
	"strings"
	"testing"
)

// walks tells whether the walk alone finds b valid.
func walks(b []byte) bool {
	v := jsonWalk{b: b}
	v.space()
	ok := v.value(maxWalk)
	v.space()
	return ok && v.i == len(b)
}

func TestJSONIsWalkedOver(t *testing.T) {
	for _, text := range []string{
		`{"query":"{ entity(ref: {key: \"a\"}) { id } }","variables":{"k":"企业"}}`, ` [ 1 , -0.5e+7 , true,false,null,"", {} , [] ] `,
		`"a text that is longer than eight bytes, with \n and \u00e9 in it"`, `0`, `-1E5`, `{"a":{"b":[{"c":[]}]}}`,
	} {
		if !walks([]byte(text)) || !json.Valid([]byte(text)) {
			t.Errorf("%s is left to the library", text)
		}
	}
}

func TestWhatIsNoJSONIsNotWalkedOver(t *testing.T) {
	for _, text := range []string{
		``, ` `, `{`, `}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `[1,]`, `[1 2]`, `[`, `"`, `"\`, `"\x"`, `"\u12g4"`, "\"a\x01\"", "\"12345678\x1f\"",
		`01`, `-`, `1.`, `.5`, `1e`, `1e+`, `+1`, `tru`, `nul`, `truefalse`, `1 2`, "\"\x00\"", "\x00", strings.Repeat("[", 100),
	} {
		if isJSON([]byte(text)) {
			t.Errorf("%q is taken for JSON", text)
		}
	}
}

func TestWhatIsDeepIsLeftToTheLibrary(t *testing.T) {
	text := []byte(strings.Repeat("[", 500) + strings.Repeat("]", 500))
	if walks(text) || !isJSON(text) {
		t.Errorf("walked %v, valid %v", walks(text), isJSON(text))
	}
}

func FuzzIsJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"\u00e9\n",true,false,null,{}]}`, `"abcdefgh\"ijklmnop"`, "[\"\x7f\xff\"]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if walks(b) && !json.Valid(b) {
			t.Errorf("%q is taken for JSON", b)
		}
	})
}
