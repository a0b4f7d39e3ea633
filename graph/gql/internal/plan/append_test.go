package plan

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/99designs/gqlgen/graphql"
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
