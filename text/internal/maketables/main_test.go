package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/mozillazg/go-pinyin"
)

func TestTheEmbeddedFileIsWhatItsSourcesGive(t *testing.T) {
	source, err := os.ReadFile("../../data/TSCharacters.txt")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../data/han.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, build(string(source), pinyin.PinyinDict)) {
		t.Error("data/han.bin is out of date: run go generate ./text")
	}
}

func TestSyllables(t *testing.T) {
	for _, c := range []struct{ name, entry, want string }{
		{"tones go and readings that then are equal are one", "huì,kuài,huí", "[hui kuai]"},
		{"the order stays", "zhòng,chóng,tóng", "[zhong chong tong]"},
		{"the dots of ü stay", "lǜ,lù", "[lü lu]"},
		{"a bare consonant is no reading", "ń,ńg,en", "[en]"},
		{"an ê is an e", "ê̄,xiè", "[e xie]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := syllables(c.entry); sprint(got) != c.want {
				t.Errorf("syllables(%q) = %v, want %s", c.entry, got, c.want)
			}
		})
	}
}

func TestAChainOfSimplificationsIsOneStep(t *testing.T) {
	m := closed(pairs("# a comment\n薴\t苧 苎\n苧\t苎\n乾\t干 乾\n㑮\t㑮 𫝈\n"))
	if len(m) != 3 || m['薴'] != '苎' || m['苧'] != '苎' || m['乾'] != '干' {
		t.Errorf("got %q", m)
	}
}

func sprint(list []string) string {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, s := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s)
	}
	b.WriteByte(']')
	return b.String()
}
