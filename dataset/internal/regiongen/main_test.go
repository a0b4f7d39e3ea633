package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestTheOriginBecomesTheList(t *testing.T) {
	const header = "\xef\xbb\xbfid,pid,deep,name,pinyin_prefix,pinyin,ext_id,ext_name\n"
	cases := []struct {
		name, rows, want, err string
	}{
		{"a prefecture keeps its reading and gets that of its suffix", `6212,62,1,"陇南","l","long nan","621200000000","陇南市"`, "621200,陇南市,陇南,long nan shi\n", ""},
		{"a container is left out", `1101,11,1,"北京","b","bei jing","110100000000","北京市"`, "", ""},
		{"a row that fills a level yields to the place itself", "820000,8200,2,\"澳门\",a,\"ao men\",820000000000,填充\n82,0,0,\"澳门\",a,\"ao men\",820000000000,\"澳门特别行政区\"", "820000,澳门特别行政区,澳门,ao men te bie xing zheng qu\n", ""},
		{"other countries are left out", `91,0,0,"国外","~4","guo wai","0","国外"`, "", ""},
		{"rows come in the order of their codes", "3,1,2,乙,y,yi,110102000000,乙县\n2,1,2,甲,j,jia,110101000000,甲县", "110101,甲县,甲,jia xian\n110102,乙县,乙,yi xian\n", ""},
		{"an unknown suffix is refused", `1,0,2,甲,j,jia,110101000000,甲国`, "", "the reading of 国"},
		{"a short name from elsewhere is refused", `1,0,2,乙,y,yi,110101000000,甲县`, "", "does not begin"},
		{"a reading that lacks a syllable is refused", `1,0,2,甲乙,j,jia,110101000000,甲乙县`, "", "has 3 characters"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			err := run(strings.NewReader(header+c.rows), &out)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				return
			}
			if want := "code,full,short,reading\n" + c.want; err != nil || out.String() != want {
				t.Errorf("got %q, %v; want %q", out.String(), err, want)
			}
		})
	}
}

func TestTheCommittedListIsMadeFromTheOrigin(t *testing.T) {
	origin, err := os.Open("../../../../shared/data/regions/areacity_level3.csv")
	if err != nil {
		t.Skip("the origin file is not at hand:", err)
	}
	defer origin.Close()
	var made bytes.Buffer
	if err := run(origin, &made); err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile("../../regions/regions.csv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made.Bytes(), committed) {
		t.Error("regions.csv differs from what the command makes; run it again")
	}
}
