package topology

import (
	"encoding/binary"
	"testing"
	"unsafe"

	"lianzhu/graph"
)

func TestARecordIsHalfALineOfTheCache(t *testing.T) {
	if tie, label := unsafe.Sizeof(tie{}), unsafe.Sizeof(label{}); tie != 32 || label != 32 {
		t.Errorf("records have %d and %d bytes", tie, label)
	}
}

func TestATurnedRecordHasItsNumbersTheOtherWay(t *testing.T) {
	tie := tie{short{1, 2, 3}, 4, 0x05060708, 0x090a0b0c, 0x0d0e0f10, 0x1112, 0x1314, 0x15161718}
	label := label{uid: short{1, 2, 3}, revHigh: 4, revLow: 0x05060708, begin: 0x090a0b0c, cuts: [textCuts]uint16{0x0d0e, 0x0f10, 0x1112, 0x1314}, kind: 5, flags: 6}
	was, wasLabel := tie, label
	tie.turn()
	label.turn()
	if tie.revLow != 0x08070605 || tie.from != 0x0c0b0a09 || tie.to != 0x100f0e0d || tie.tag != 0x1211 || tie.score != 0x1413 || tie.figures != 0x18171615 {
		t.Errorf("it became %+v", tie)
	}
	if label.revLow != 0x08070605 || label.begin != 0x0c0b0a09 || label.cuts != [textCuts]uint16{0x0e0d, 0x100f, 0x1211, 0x1413} {
		t.Errorf("it became %+v", label)
	}
	tie.turn()
	label.turn()
	if tie != was || label != wasLabel {
		t.Errorf("turned back they are %+v and %+v", tie, label)
	}
}

// FuzzWritten holds that bytes which were not proved can be read as figures, and
// that what is read lies within them.
func FuzzWritten(f *testing.F) {
	h := &graph.FigureHeader{Known: true, Given: true, Quantity: graph.Quantity{Raw: "约30吨", Value: "30", Min: "1", Max: "99", Unit: "t"}}
	var w written
	w.push([2]*graph.FigureHeader{h, h}, true, func(unit) uint32 { return 0 })
	f.Add(w.texts, uint32(1))
	f.Add(w.texts[:len(w.texts)-1], uint32(1))
	f.Add(binary.LittleEndian.AppendUint64(nil, 0xffffffffffffffff), uint32(3))
	f.Fuzz(func(t *testing.T, texts []byte, place uint32) {
		w := written{texts}
		for _, share := range []bool{false, true} {
			var h graph.FigureHeader
			w.read(place, share, []unit{{"t", ""}}, &h)
			if n := len(h.Raw); n > len(texts) || len(h.Value) > len(texts) {
				t.Errorf("a figure of %d bytes was read from %d", n, len(texts))
			}
		}
	})
}

func TestBothFiguresOfARelationAreRead(t *testing.T) {
	amount := graph.FigureHeader{Known: true, Given: true, Clean: true, Quantity: graph.Quantity{Raw: "1.50万元", Value: "1.50", Unit: "CNY", Per: "year"}}
	share := graph.FigureHeader{Known: true, Given: true, Quantity: graph.Quantity{Raw: `"三成"`, Value: "30", Unit: "CNY", Per: "year", Approx: true}}
	none := graph.FigureHeader{Known: true}
	for _, c := range []struct {
		name    string
		figures [2]*graph.FigureHeader
	}{
		{"an amount alone", [2]*graph.FigureHeader{&amount, nil}},
		{"a share alone", [2]*graph.FigureHeader{nil, &share}},
		{"an amount and a share", [2]*graph.FigureHeader{&amount, &share}},
		{"neither", [2]*graph.FigureHeader{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := written{texts: []byte("what was there before")}
			place := w.push(c.figures, false, func(unit) uint32 { return 0 })
			for i, want := range c.figures {
				if want == nil {
					want = &none
				}
				got := graph.FigureHeader{Clean: true, Quantity: graph.Quantity{Raw: "left from before"}}
				if w.read(place, i == 1, []unit{{"CNY", "year"}}, &got); got != *want {
					t.Errorf("figure %d is %+v and not %+v", i, got, *want)
				}
			}
		})
	}
}
