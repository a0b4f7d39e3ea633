package plan

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

func marshalled(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

func FuzzTextsAreWrittenAsTheExecutorWritesThem(f *testing.F) {
	for _, s := range []string{"", "青岛海尔", "a\"b", `back\slash`, "tab\tnewline\nreturn\r", "\x00\x1f\x7f\u2028", "bad \xff utf-8 \xe9", "seven77", "eight888\"", "  spaces", "\x80\xa2\xdc\xa0!"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := string(AppendString(nil, s))
		if want := marshalled(graphql.MarshalString(s)); got != want {
			t.Errorf("%q is written %s, not %s", s, got, want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%q is written %s, which is no JSON", s, got)
		}
	})
}

func FuzzNumbersAreWrittenAsTheExecutorWritesThem(f *testing.F) {
	for _, v := range []float64{0, 1, -1, 0.8125, 1e6, 1e20, 1e21, 1e-5, 123456789.125, math.MaxFloat64} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		if got, want := string(AppendFloat(nil, v)), marshalled(graphql.MarshalFloat(v)); got != want {
			t.Errorf("%v is written %s, not %s", v, got, want)
		}
	})
}

func FuzzIDsAreWrittenInBase64(f *testing.F) {
	f.Add([]byte("\x00\x10\x83\x10Q\x87 \x92\x8b0\xd3\x8f"), 3)
	f.Add([]byte("A\x14\x93QU\x97a\x96\x9bq\xd7\x9f"), 0)
	f.Add([]byte("\x82\x18\xa3\x92Y\xa7\xa2\x9a\xab\xb2\xdb\xaf"), 18)
	f.Add([]byte("\xc3\x1c\xb3\xd3]\xb7\xe3\x9e\xbb\xf3\xdf\xbf"), 100)
	f.Fuzz(func(t *testing.T, id []byte, spare int) {
		var u graph.UID
		copy(u[:], id)
		want := `{"` + base64.URLEncoding.EncodeToString(u[:]) + `"`
		if got := string(AppendID(room("{", spare&255), u)); got != want {
			t.Errorf("%x is written %s, not %s", u, got, want)
		}
	})
}
