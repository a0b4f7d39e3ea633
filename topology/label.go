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

// labels are the records of entities, by their ids, and their texts one behind
// the other.
type labels struct {
	of    []label
	texts []byte
}

// textCuts is how many texts of an entity are cut off before the sketch.
const textCuts = 4

func newLabels(entities int) labels {
	return labels{of: make([]label, 1, entities+1), texts: make([]byte, 0, 64*entities)}
}

func (l *labels) push(e *entity) {
	at := label{uid: e.uid, revHigh: uint8(e.rev >> 32), revLow: uint32(e.rev), begin: uint32(len(l.texts)), kind: e.kind}
	for i, s := range []string{e.key, e.zh, e.en, e.shown, e.sketch} {
		if i < textCuts {
			s = s[:min(len(s), math.MaxUint16)]
			at.cuts[i] = uint16(len(s))
		}
		l.texts = append(l.texts, s...)
	}
	if isClean(e.key, e.zh, e.en) {
		at.flags = labelClean
	}
	l.of = append(l.of, at)
}

// fits refuses more texts than the records can tell of.
func (l *labels) fits() error {
	if len(l.texts) > math.MaxUint32 {
		return refuse("topology", "", fmt.Sprintf("%d bytes of names are more than a snapshot holds", len(l.texts)))
	}
	return nil
}

// end is where the texts of the entity i end.
func (l *labels) end(i uint32) uint32 {
	if int(i)+1 < len(l.of) {
		return l.of[i+1].begin
	}
	return uint32(len(l.texts))
}

// entity is the part of the entity i that labels tell. Its texts are lent.
func (l *labels) entity(i uint32) entity {
	at := &l.of[i]
	e := entity{uid: at.uid, rev: at.rev()}
	texts := l.texts[at.begin:l.end(i)]
	e.key, texts = cutText(texts, at.cuts[0])
	e.zh, texts = cutText(texts, at.cuts[1])
	e.en, texts = cutText(texts, at.cuts[2])
	e.shown, texts = cutText(texts, at.cuts[3])
	e.sketch = lent(texts)
	return e
}

// header lays out what the record of the entity i, which is there, tells lists.
func (l *labels) header(i uint32, kinds *[maxKinds]graph.Kind, h *graph.EntityHeader) {
	at := &l.of[i]
	h.ID, h.Clean, h.Kind, h.Rev = graph.EntityID(i), at.flags&labelClean != 0, kinds[at.kind%maxKinds], at.rev()
	h.UID[0] = byte(graph.TagEntity)
	copy(h.UID[1:], at.uid[:])
	key := at.begin
	zh := key + uint32(at.cuts[0])
	en := zh + uint32(at.cuts[1])
	h.Key, h.ZH, h.EN = lent(l.texts[key:zh]), lent(l.texts[zh:en]), lent(l.texts[en:en+uint32(at.cuts[2])])
}

// sketch is the sketch of the entity i alone, which a search wants of many.
func (l *labels) sketch(i uint32) string {
	at := &l.of[i]
	return lent(l.texts[at.begin+at.long() : l.end(i)])
}

func cutText(b []byte, n uint16) (string, []byte) { return lent(b[:n]), b[n:] }

// lent is b as a text, not copied.
func lent(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// verify proves that no text reaches beyond its own, and that the records are of
// the entities that there are.
func (l *labels) verify(kinds []uint8) error {
	if len(l.of) != len(kinds) || uint64(len(l.texts)) > math.MaxUint32 {
		return damaged("its labels differ in length")
	}
	for i := range l.of {
		at, end := &l.of[i], l.end(uint32(i))
		if at.begin > end || int(end) > len(l.texts) || at.long() > end-at.begin || at.kind != kinds[i] {
			return damaged("the label of entity %d is wrong", i)
		}
	}
	return nil
}

func (l *labels) bytes() int64 { return size(l.of) + size(l.texts) }
