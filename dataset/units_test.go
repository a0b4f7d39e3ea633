package dataset

import (
	"strings"
	"testing"

	"lianzhu/graph"
)

func TestAFigureConvertsExactly(t *testing.T) {
	cases := []struct {
		name     string
		d        graph.Decimal
		from, to string
		want     string
		err      string
	}{
		{"mu are thirds of square metres", "70000", "mu", "m2", "140000000/3", ""},
		{"fifteen mu are a hectare", "15", "mu", "ha", "1/1", ""},
		{"hectares and square metres", "51.7", "ha", "m2", "517000/1", ""},
		{"a tonne into kilograms", "1.7", "t", "kg", "1700/1", ""},
		{"money keeps its currency", "1", "CNY", "USD", "", "CNY cannot be counted in USD"},
		{"an area is no mass", "1", "mu", "t", "", "cannot be counted"},
		{"an unknown unit", "1", "t", "stone", "", `no unit "stone"`},
		{"no number", "", "t", "kg", "", "no number"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Convert(c.d, c.from, c.to)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil || got.String() != c.want {
				t.Errorf("got %v, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestEveryUnitHasOneCodeTwoNamesAndAFactor(t *testing.T) {
	seen := map[string]bool{}
	for _, u := range Units() {
		if seen[u.Code] || u.ZH == "" || u.EN == "" || u.Dimension == "" || u.factor() == nil || u.factor().Sign() <= 0 {
			t.Errorf("unit %+v", u)
		}
		seen[u.Code] = true
	}
}
