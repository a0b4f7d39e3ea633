package record

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lianzhu/graph"
)

// The codes that the tests use.
var (
	kinds = map[uint16]graph.Kind{1: "ENTERPRISE", 7: "REGION"}
	types = map[uint16]graph.RelationType{1: "INVESTS_IN", 9: "SUPPLIES"}
)

func kindOf(code uint16) (graph.Kind, bool)         { k, ok := kinds[code]; return k, ok }
func typeOf(code uint16) (graph.RelationType, bool) { t, ok := types[code]; return t, ok }

var written = Written{Rev: 1 << 40, Index: 7, Nth: 3}

// documents are things with every field there is, and with none.
func documents() (entities []*graph.Entity, relations []*graph.Relation, sources []*graph.Source) {
	evidence := []graph.Evidence{
		{Source: "source:a", Start: 0, End: 4, SHA256: graph.HashSpan("青岛日报"), AssertedBy: "Li"},
		{Source: "source:b", Start: -1, End: -1, Refutes: true},
	}
	quantity := &graph.Quantity{Raw: "6000余吨", Value: "6000", Min: "6000", Max: "7000.50", Unit: "t", Per: "year", Approx: true}
	attributes := []graph.Attribute{
		{Name: "年产值", NameEN: "output", Text: "很多", Quantity: quantity, Modality: graph.Planned, Collective: true,
			ValidFrom: graph.MustDate("2020~"), ValidTo: graph.MustDate("../2024"), Evidence: evidence},
		{Name: "称号", Text: "链主", Modality: graph.Asserted},
	}
	entities = []*graph.Entity{
		{Key: "enterprise:none", Kind: "ENTERPRISE", Rev: written.Rev},
		{Key: "enterprise:full", Kind: "REGION", Rev: written.Rev, Names: []graph.Name{
			{Text: "Full Ltd", Lang: graph.EN, Role: graph.Translation},
			{Text: "重庆全", Lang: graph.ZH, Role: graph.Official, Reading: "chong qing quan", Sources: []graph.Key{"source:a", "source:b"}},
			{Text: "全", Lang: graph.ZH, Role: graph.Short}},
			Identifiers: []graph.Identifier{{Scheme: "USCC", Value: "0071"}, {Scheme: "LEI", Value: "X", Sources: []graph.Key{"source:a"}}},
			Attributes:  attributes, Evidence: evidence},
	}
	relations = []*graph.Relation{
		{Type: "SUPPLIES", Source: "enterprise:a", Target: "enterprise:b", Modality: graph.Negated, SourceID: 1, TargetID: 1<<32 - 1, Rev: written.Rev},
		{Type: "INVESTS_IN", Source: "enterprise:a", Target: "enterprise:b", Disc: "second", Modality: graph.Reported, Confidence: 0.1,
			ValidFrom: graph.MustDate("2023-11-2X"), ValidTo: graph.MustDate("2024-05/2025"), OpenEnded: true, Places: []graph.Key{"region:x", "region:y"},
			Via: "enterprise:c", Attributes: attributes, Derivation: &graph.Derivation{Rule: "rule", Premises: []graph.Key{"INVESTS_IN|a|b"}},
			Amount: quantity, Share: quantity, Subject: "电池", SubjectEN: "batteries", Product: "product:p", Volume: quantity,
			RecognisedIn: "region:x", RecognisedBy: "region:y", Evidence: evidence, SourceID: 3, TargetID: 4, Rev: written.Rev},
	}
	sources = []*graph.Source{
		{Key: "source:none", Title: "t", Rev: written.Rev},
		{Key: "source:full", Title: "题", TitleEN: "title", Publisher: "报", PublishedOn: graph.MustDate("2023-11-22"), URL: "https://example.org/",
			License: "CC0", SHA256: graph.HashSpan("正文"), Length: 2, Editions: 3, Rev: written.Rev},
	}
	return entities, relations, sources
}

// encoded are records of all sorts by name.
func encoded(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	add := func(name string, b []byte, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = b
	}
	entities, relations, sources := documents()
	for i, e := range entities {
		b, err := AppendEntity(nil, e, codeOfKind(e.Kind), written)
		add(fmt.Sprintf("entity%d", i), b, err)
	}
	for i, r := range relations {
		b, err := AppendRelation(nil, r, codeOfType(r.Type), written)
		add(fmt.Sprintf("relation%d", i), b, err)
	}
	for i, s := range sources {
		b, err := AppendSource(nil, s, written)
		add(fmt.Sprintf("source%d", i), b, err)
	}
	b, err := AppendHeader(nil, header)
	add("header", b, err)
	for i, e := range entries {
		add(fmt.Sprintf("entry%d", i), AppendEntry(nil, e), nil)
	}
	add("kept", AppendKept(nil, [32]byte{1, 2}, receipt), nil)
	add("written", AppendWritten(nil, written), nil)
	return out
}

func codeOfKind(k graph.Kind) uint16 {
	for code, kind := range kinds {
		if kind == k {
			return code
		}
	}
	return 0
}

func codeOfType(t graph.RelationType) uint16 {
	for code, typ := range types {
		if typ == t {
			return code
		}
	}
	return 0
}

var (
	header  = Header{At: time.UnixMilli(1700000000123).UTC(), Entries: 5, Actor: "li", Reason: "因为"}
	entries = []Entry{
		{Op: graph.OpCreate, Subject: graph.NewUID('e', "enterprise:a"), Nth: 1},
		{Op: graph.OpUpdate, Subject: graph.NewUID('r', "r"), Previous: Written{Rev: 3, Index: 4, Nth: 5}, Nth: 6, Before: []byte("before")},
	}
	receipt = graph.Receipt{Rev: 9, Results: []graph.Result{
		{UID: graph.NewUID('e', "a"), Created: true}, {UID: graph.NewUID('r', "b"), Changed: true}, {UID: graph.NewUID('s', "c")}}}
)

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n got: %+v\nwant: %+v", what, got, want)
	}
}

func TestWhatIsWrittenReadsBack(t *testing.T) {
	records := encoded(t)
	entities, relations, sources := documents()
	for i, want := range entities {
		got, err := DecodeEntity(records[fmt.Sprintf("entity%d", i)], kindOf)
		equal(t, "error", err, nil)
		equal(t, "entity", got, want)
	}
	for i, want := range relations {
		got, err := DecodeRelation(records[fmt.Sprintf("relation%d", i)], typeOf)
		equal(t, "error", err, nil)
		equal(t, "relation", got, want)
	}
	for i, want := range sources {
		got, err := DecodeSource(records[fmt.Sprintf("source%d", i)])
		equal(t, "error", err, nil)
		equal(t, "source", got, want)
	}
	gotHeader, err := DecodeHeader(records["header"])
	equal(t, "header", []any{gotHeader, err}, []any{header, nil})
	for i, want := range entries {
		got, err := DecodeEntry(records[fmt.Sprintf("entry%d", i)])
		equal(t, "entry", []any{got, err}, []any{want, nil})
	}
	digest, gotReceipt, err := DecodeKept(records["kept"])
	equal(t, "kept", []any{digest, gotReceipt, err}, []any{[32]byte{1, 2}, receipt, nil})
	gotWritten, err := DecodeWritten(records["written"])
	equal(t, "written", []any{gotWritten, err}, []any{written, nil})
}

func TestAHeadIsReadWithoutDecoding(t *testing.T) {
	records := encoded(t)
	entities, relations, _ := documents()
	e, err := HeadOfEntity(records["entity1"])
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "entity", []any{e.Kind(), e.UID(), e.Written(), string(e.Key()), string(e.ZH()), string(e.EN())},
		[]any{uint16(7), entities[1].UID(), written, "enterprise:full", "重庆全", "Full Ltd"})
	e, _ = HeadOfEntity(records["entity0"])
	equal(t, "names that are not there", []any{string(e.Key()), len(e.ZH()), len(e.EN())}, []any{"enterprise:none", 0, 0})
	r, err := HeadOfRelation(records["relation1"])
	if err != nil {
		t.Fatal(err)
	}
	want := relations[1]
	equal(t, "relation", []any{r.Type(), r.Source(), r.Target(), r.UID(), r.Written(), r.Modality(), r.Confidence(), r.OpenEnded(), r.Derived(), r.HasPlaces(), r.HasAmount()},
		[]any{uint16(1), want.SourceID, want.TargetID, want.UID(), written, want.Modality, want.Confidence, true, true, true, true})
	equal(t, "days", r.Days(), [4]int32{want.ValidFrom.Earliest(), want.ValidFrom.Latest(), want.ValidTo.Earliest(), want.ValidTo.Latest()})
	r, _ = HeadOfRelation(records["relation0"])
	equal(t, "what is not there", []any{r.Confidence(), r.OpenEnded(), r.Derived(), r.HasPlaces(), r.HasAmount(), r.Days()},
		[]any{0.0, false, false, false, false, [4]int32{graph.DayMin, graph.DayMax, graph.DayMin, graph.DayMax}})
}

func TestRandomDocumentsReadBack(t *testing.T) {
	seed := time.Now().UnixNano()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(uint64(seed), 0))
	for range 500 {
		e := randomEntity(r)
		b, err := AppendEntity([]byte("prefix"), e, 7, Written{Rev: e.Rev, Nth: 1})
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeEntity(b[len("prefix"):], kindOf)
		equal(t, "error", err, nil)
		equal(t, "entity", got, e)
		h, _ := HeadOfEntity(b[len("prefix"):])
		equal(t, "names", []string{string(h.Key()), string(h.ZH()), string(h.EN())}, []string{string(e.Key), firstName(e, graph.ZH), firstName(e, graph.EN)})
		again, _ := AppendEntity(nil, got, 7, Written{Rev: e.Rev, Nth: 1})
		equal(t, "equal documents are equal bytes", bytes.Equal(again, b[len("prefix"):]), true)
	}
}

func randomEntity(r *rand.Rand) *graph.Entity {
	text := func() string { return strings.Repeat("青", r.IntN(3)) + fmt.Sprint(r.IntN(1000)) }
	e := &graph.Entity{Key: graph.Key("region:" + text()), Kind: "REGION", Rev: graph.Rev(r.Uint64())}
	for range r.IntN(4) {
		e.Names = append(e.Names, graph.Name{Text: text(), Lang: []graph.Lang{graph.ZH, graph.EN, graph.Pinyin}[r.IntN(3)], Role: graph.Official})
	}
	for range r.IntN(3) {
		e.Evidence = append(e.Evidence, graph.Evidence{Source: graph.Key("source:" + text()), Start: r.IntN(9), End: 10 + r.IntN(1<<30), SHA256: graph.HashSpan(text()), Refutes: r.IntN(2) == 0})
	}
	for range r.IntN(3) {
		e.Attributes = append(e.Attributes, graph.Attribute{Name: text(), Text: text(), Modality: graph.Asserted, Evidence: e.Evidence})
	}
	return e
}

func TestWhatNoRecordCanHoldIsRefused(t *testing.T) {
	for name, r := range map[string]*graph.Relation{
		"an unknown modality": {Modality: "MAYBE"},
		"a short hash":        {Modality: graph.Asserted, Evidence: []graph.Evidence{{SHA256: "abcd"}}},
		"capital digits":      {Modality: graph.Asserted, Evidence: []graph.Evidence{{SHA256: strings.ToUpper(graph.HashSpan("x"))}}},
	} {
		if _, err := AppendRelation(nil, r, 1, written); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestAFrameNoticesEveryChange(t *testing.T) {
	b := NewBucket("entities")
	key := []byte{0, 0, 0, 1}
	value := b.Seal(key, append(make([]byte, FrameSize), "payload"...))
	payload, err := b.Open(key, value)
	equal(t, "payload", []any{string(payload), err}, []any{"payload", nil})
	for i := range value {
		for bit := range 8 {
			value[i] ^= 1 << bit
			if _, err := b.Open(key, value); !errors.Is(err, ErrChecksum) {
				t.Fatalf("bit %d of byte %d: %v", bit, i, err)
			}
			value[i] ^= 1 << bit
		}
	}
	_, elsewhere := b.Open([]byte{0, 0, 0, 2}, value)
	_, other := NewBucket("relations").Open(key, value)
	_, short := b.Open(key, value[:3])
	_, shifted := b.Open(append(key, 'p'), append(value[:4:4], "ayload"...))
	for name, err := range map[string]error{"another key": elsewhere, "another bucket": other, "too short": short, "a boundary moved": shifted} {
		if err == nil {
			t.Errorf("%s was not noticed", name)
		}
	}
}

func TestANewerVersionIsRefusedByName(t *testing.T) {
	for name, b := range encoded(t) {
		if name == "written" {
			continue // it has no version of its own
		}
		b = bytes.Clone(b)
		b[0] = 9
		for _, err := range decodeAll(b) {
			if (err != VersionError{9}) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	equal(t, "message", VersionError{9}.Error(), "the record has version 9, this program reads up to 1")
}

// decodeAll reads b as every sort of versioned record.
func decodeAll(b []byte) (errs [6]error) {
	_, errs[0] = DecodeEntity(b, kindOf)
	_, errs[1] = DecodeRelation(b, typeOf)
	_, errs[2] = DecodeSource(b)
	_, errs[3] = DecodeHeader(b)
	_, errs[4] = DecodeEntry(b)
	_, _, errs[5] = DecodeKept(b)
	return errs
}

func TestTornRecordsAreErrors(t *testing.T) {
	for name, whole := range encoded(t) {
		for n := range len(whole) {
			decodeAll(whole[:n]) // must not panic
			DecodeWritten(whole[:n])
			if strings.HasPrefix(name, "entity") {
				if _, err := DecodeEntity(whole[:n], kindOf); err == nil {
					t.Errorf("%s: the first %d of %d bytes are accepted", name, n, len(whole))
				}
			}
		}
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// The golden files are the format: what version 1 wrote once must be read, and
// written the same, as long as it is version 1.
func TestVersion1StaysAsItIs(t *testing.T) {
	for name, got := range encoded(t) {
		path := filepath.Join("testdata", "v1", name+".hex")
		if *update {
			if err := os.WriteFile(path, []byte(lines(hex.EncodeToString(got))), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := hex.DecodeString(strings.ReplaceAll(string(text), "\n", ""))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is written as\n%x\nand version 1 is\n%x", name, got, want)
		}
	}
}

// lines breaks a long line.
func lines(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := min(64, len(s))
		b.WriteString(s[:n] + "\n")
		s = s[n:]
	}
	return b.String()
}

func FuzzDecode(f *testing.F) {
	for _, b := range encoded(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		decodeAll(b)
		DecodeWritten(b)
		if e, err := DecodeEntity(b, kindOf); err == nil {
			h, _ := HeadOfEntity(b)
			if again, err := AppendEntity(nil, e, h.Kind(), h.Written()); err == nil {
				if twice, err := DecodeEntity(again, kindOf); err != nil || !reflect.DeepEqual(twice, e) {
					t.Errorf("an entity does not read back: %v", err)
				}
			}
		}
		if r, err := DecodeRelation(b, typeOf); err == nil {
			h, _ := HeadOfRelation(b)
			if again, err := AppendRelation(nil, r, h.Type(), h.Written()); err == nil && r.Confidence == r.Confidence {
				if twice, err := DecodeRelation(again, typeOf); err != nil || !reflect.DeepEqual(twice, r) {
					t.Errorf("a relation does not read back: %v", err)
				}
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("key"), []byte("value"))
	f.Fuzz(func(t *testing.T, key, value []byte) {
		b := NewBucket("fuzz")
		b.Open(key, value)
		if payload, err := b.Open(key, b.Seal(key, append(make([]byte, FrameSize), value...))); err != nil || !bytes.Equal(payload, value) {
			t.Errorf("a sealed value opens as %x, %v", payload, err)
		}
	})
}

func BenchmarkDecodeRelation(b *testing.B) {
	_, relations, _ := documents()
	r := relations[0]
	r.Evidence = []graph.Evidence{{Source: "source:a", Start: 0, End: 4, SHA256: graph.HashSpan("青岛日报")}}
	record, err := AppendRelation(nil, r, 9, written)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(record)))
	for b.Loop() {
		if _, err := DecodeRelation(record, typeOf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendRelation(b *testing.B) {
	_, relations, _ := documents()
	r := relations[0]
	r.Evidence = []graph.Evidence{{Source: "source:a", Start: 0, End: 4, SHA256: graph.HashSpan("青岛日报")}}
	buf := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := AppendRelation(buf, r, 9, written); err != nil {
			b.Fatal(err)
		}
	}
}
