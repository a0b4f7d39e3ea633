package topology

import (
	"cmp"
	"fmt"
	"math"
	"unsafe"

	"lianzhu/graph"
	"lianzhu/text"
)

// short is a uid without its tag.
type short [11]byte

func shortOf(uid graph.UID) short { return short(uid[1:]) }

func (s short) full(tag graph.Tag) (uid graph.UID) {
	uid[0] = byte(tag)
	copy(uid[1:], s[:])
	return uid
}

// entity is what is kept of an entity: kind is 0 where there is none. Shown is
// the name that stands for the Chinese one it lacks, where that is neither the
// English name nor the key.
type entity struct {
	kind               uint8
	region             uint32
	uid                short
	rev                graph.Rev
	key, zh, en, shown string
	sketch             string // what searches look at
}

func (v *vocabulary) entity(e *graph.Entity) (entity, error) {
	kind, err := v.kindCode(e.Kind)
	if err != nil {
		return entity{}, err
	}
	h := e.Header()
	n := entity{kind: kind, region: regionOf(e), uid: shortOf(h.UID), rev: e.Rev, key: h.Key, zh: h.ZH, en: h.EN, sketch: text.Sketch(e)}
	if shown := e.Name(graph.ZH); shown != n.name() {
		n.shown = shown
	}
	return n, nil
}

// name is the name by which e is ordered: that of [graph.Entity.Name] in Chinese.
func (e *entity) name() string { return cmp.Or(e.zh, e.shown, e.en, e.key) }

// sortKey is what [text.Collate] gives for the entity.
func (e *entity) sortKey() string { return text.PinyinKey(e.name()) }

// labels are what tells entities apart for people and programs, by their ids:
// uid, revision, and texts one behind the other. The texts of i end at end[i],
// where those of i+1 begin; cuts has for each the lengths of key, Chinese name,
// English name and the name that is shown instead, which the sketch follows.
type labels struct {
	uid     []short
	revLow  []uint32
	revHigh []uint8
	end     []uint32
	cuts    []uint16
	texts   []byte
}

// textCuts is how many cuts an entity has.
const textCuts = 4

func newLabels(entities int) labels {
	return labels{
		uid: make([]short, 1, entities+1), revLow: make([]uint32, 1, entities+1), revHigh: make([]uint8, 1, entities+1),
		end: make([]uint32, 1, entities+1), cuts: make([]uint16, textCuts, textCuts*(entities+1)), texts: make([]byte, 0, 64*entities),
	}
}

func (l *labels) push(e *entity) {
	l.uid = append(l.uid, e.uid)
	l.revLow, l.revHigh = append(l.revLow, uint32(e.rev)), append(l.revHigh, uint8(e.rev>>32))
	for i, s := range []string{e.key, e.zh, e.en, e.shown, e.sketch} {
		if i < textCuts {
			s = s[:min(len(s), math.MaxUint16)]
			l.cuts = append(l.cuts, uint16(len(s)))
		}
		l.texts = append(l.texts, s...)
	}
	l.end = append(l.end, uint32(len(l.texts)))
}

// fits refuses more texts than the columns can hold.
func (l *labels) fits() error {
	if len(l.texts) > math.MaxUint32 {
		return refuse("topology", "", fmt.Sprintf("%d bytes of names are more than a snapshot holds", len(l.texts)))
	}
	return nil
}

func (l *labels) rev(i uint32) graph.Rev { return graph.Rev(l.revHigh[i])<<32 | graph.Rev(l.revLow[i]) }

// entity is the part of the entity i that labels tell. Its texts are lent.
func (l *labels) entity(i uint32) entity {
	e := entity{uid: l.uid[i], rev: l.rev(i)}
	if i == 0 {
		return e
	}
	texts, cuts := l.texts[l.end[i-1]:l.end[i]], l.cuts[textCuts*i:textCuts*i+textCuts]
	e.key, texts = cutText(texts, cuts[0])
	e.zh, texts = cutText(texts, cuts[1])
	e.en, texts = cutText(texts, cuts[2])
	e.shown, texts = cutText(texts, cuts[3])
	e.sketch = lent(texts)
	return e
}

// sketch is the sketch of the entity i alone, which a search wants of many: no
// column is looked at but those that tell where it stands.
func (l *labels) sketch(i uint32) string {
	if i == 0 {
		return ""
	}
	begin := l.end[i-1]
	for _, cut := range l.cuts[textCuts*i : textCuts*i+textCuts] {
		begin += uint32(cut)
	}
	return lent(l.texts[begin:l.end[i]])
}

func cutText(b []byte, n uint16) (string, []byte) { return lent(b[:n]), b[n:] }

// lent is b as a text, not copied.
func lent(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// verify proves that no text reaches beyond its own.
func (l *labels) verify() error {
	n := len(l.uid)
	if len(l.revLow) != n || len(l.revHigh) != n || len(l.end) != n || len(l.cuts) != textCuts*n || l.end[0] != 0 || int(l.end[n-1]) != len(l.texts) {
		return damaged("its labels differ in length")
	}
	for i := 1; i < n; i++ {
		length := 0
		for _, cut := range l.cuts[textCuts*i : textCuts*i+textCuts] {
			length += int(cut)
		}
		if l.end[i] < l.end[i-1] || length > int(l.end[i]-l.end[i-1]) {
			return damaged("the label of entity %d is wrong", i)
		}
	}
	return nil
}

func (l *labels) bytes() int64 {
	return size(l.uid) + size(l.revLow) + size(l.revHigh) + size(l.end) + size(l.cuts) + size(l.texts)
}
