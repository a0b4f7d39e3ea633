package dataset_test

import (
	"fmt"
	"strings"
	"testing"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// figured writes a quantity on one line.
func figured(q *graph.Quantity) string {
	s := string(q.Value)
	if q.Min != "" || q.Max != "" {
		s += string(q.Min) + ".." + string(q.Max)
	}
	s += " " + q.Unit
	if q.Per != "" {
		s += " per " + q.Per
	}
	if q.Approx {
		s += " approx"
	}
	return s
}

func TestFiguresAreReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct{ text, unit, want string }{
		{"7730万元", "", "77300000 CNY"},
		{"6000余吨", "", "6000.. t"},
		{"约3亿", "CNY", "300000000 CNY approx"},
		{"约3亿元", "", "300000000 CNY approx"},
		{"近3亿元", "", "..300000000 CNY approx"},
		{"12.5%", "", "12.5 %"},
		{"１２．５％", "", "12.5 %"},
		{"1,234,567.89元", "", "1234567.89 CNY"},
		{"102191", "CNY", "102191 CNY"},
		{"10.5", "万元", "105000 CNY"},
		{"3亿多美元", "", "300000000.. USD"},
		{"10余万亩", "", "100000.. mu"},
		{"2万套以上", "", "20000.. set"},
		{"超过1.2万亿元", "", "1200000000000.. CNY"},
		{"不超过50人", "", "..50 person"},
		{"500万-800万元", "", "5000000..8000000 CNY"},
		{"3~5万亩", "", "30000..50000 mu"},
		{"3至5亿元人民币", "", "300000000..500000000 CNY"},
		{"年产6000余吨", "", "6000.. t per year"},
		{"2万套/年", "", "20000 set per year"},
		{"三千二百万元", "", "32000000 CNY"},
		{"十二台", "", "12 unit"},
		{"叁佰万元", "", "3000000 CNY"},
		{"人民币500万", "", "5000000 CNY"},
		{"¥1200", "", "1200 CNY"},
		{"US$3.5", "", "3.5 USD"},
		{"-3.5%", "", "-3.5 %"},
		{"占地约 300 亩", "mu", "error"},
		{"7730", "", "error"},
		{"约3亿", "", "error"},
		{"", "CNY", "error"},
		{"许多", "CNY", "error"},
		{"3石", "", "error"},
		{"5-3万元", "", "error"},
		{"12百万千亿万亿元", "", "error"},
	} {
		q, err := dataset.ParseQuantity(c.text, c.unit)
		got := "error"
		if err == nil {
			got = figured(q)
			if q.Raw != c.text {
				t.Errorf("%s: raw is %s", c.text, q.Raw)
			}
		}
		if got != c.want {
			t.Errorf("%s counted in %q is %s, %v; want %s", c.text, c.unit, got, err, c.want)
		}
	}
}

func TestAFigureWithoutAUnitSaysWhatToDo(t *testing.T) {
	_, err := dataset.ParseQuantity("约3亿", "")
	if err == nil || !strings.Contains(err.Error(), "a number without a unit; write one behind it, such as 万元 or 吨") {
		t.Error(err)
	}
}

func TestDatesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"2019-11-05": "2019-11-05", "2019-11": "2019-11", "2019": "2019", "2019~": "2019~", "../2024": "../2024", "XXXX-11-21": "XXXX-11-21",
		"2019年11月": "2019-11", "2019年11月5日": "2019-11-05", "2019年11月5号": "2019-11-05", "2019年": "2019", "2019年3月份": "2019-03",
		"2019/11/5": "2019-11-05", "2019/11": "2019-11", "2019.11.5": "2019-11-05", "2019-1-5": "2019-01-05", "20191105": "2019-11-05", "201911": "2019-11",
		"2019-11-05 13:30:00": "2019-11-05", "2019-11-05T13:30:00Z": "2019-11-05", "2019/11/5 0:00": "2019-11-05",
		"二〇一九年十一月五日": "2019-11-05", "二零一九年十二月": "2019-12", "２０１９年１１月": "2019-11",
		"2019年至2021年": "2019/2021", "2019年3月至今": "2019-03/..", "2019年以来": "2019/..", "2019年以前": "../2019", "约2019年": "2019~", "2019年前后": "2019~",
		"2020-02-29": "2020-02-29", "2024年2月29日": "2024-02-29",
		"2019-02-29": "error", "2019年2月30日": "error", "2019年13月": "error", "20191301": "error", "去年": "error", "11月5日": "error", "5/11/2019": "error", "2021年至2019年": "error",
	} {
		d, err := dataset.ParseDate(text)
		got := d.String()
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s is %s, %v; want %s", text, got, err, want)
		}
	}
	if d, err := dataset.ParseDate(""); err != nil || !d.IsZero() {
		t.Errorf("no date is %v, %v", d, err)
	}
}

func FuzzAFigureIsReadOrToldWhyNot(f *testing.F) {
	for _, seed := range []string{"7730万元", "6000余吨", "约3亿", "三千二百万元", "1-2", "年产", "+", "亿亿亿元", "1,1", "-0.0%", "0/年"} {
		f.Add(seed, "")
		f.Add(seed, "万元")
	}
	f.Fuzz(func(t *testing.T, text, unit string) {
		q, err := dataset.ParseQuantity(text, unit)
		if err != nil {
			return
		}
		for _, d := range []graph.Decimal{q.Value, q.Min, q.Max} {
			if d == "" {
				continue
			}
			if canonical, err := graph.ParseDecimal(string(d)); len(d) < 60 && (err != nil || canonical != d) {
				t.Errorf("%q gives the number %s", text, d)
			}
		}
		if q.Unit == "" || q.Value == "" && q.Min == "" && q.Max == "" {
			t.Errorf("%q gives %s", text, fmt.Sprint(*q))
		}
	})
}

func FuzzADateIsReadOrToldWhyNot(f *testing.F) {
	for _, seed := range []string{"2019年11月5日", "20191105", "二〇一九年", "约2019年", "2019/11/5", "至", "2019年至今", "年"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := dataset.ParseDate(text)
		if err != nil {
			return
		}
		if again, err := graph.ParseDate(d.String()); err != nil || again != d {
			t.Errorf("%q gives %s, which is %v", text, d, err)
		}
	})
}
