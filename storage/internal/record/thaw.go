package record

import (
	"encoding/hex"
	"math"
	"unicode/utf8"

	"lianzhu/graph"
)

// The functions below read what those of cold.go write, and nothing else: where
// a cold part is anything but that (keys out of order, a length written longer
// than need be, a list without items, bytes that are damaged), they give up and
// the library says what it is. A document's texts share one copy of its record.

// thaw reads a cold part from its beginning to its end. After fail nothing that
// it gives means anything.
type thaw struct {
	text string // what is left to read
	bad  bool
}

// newThaw is a thaw of a copy of cold.
func newThaw(cold []byte) *thaw { return &thaw{text: string(cold)} }

// done tells that all was read and nothing of it was strange.
func (t *thaw) done() bool { return !t.bad && t.text == "" }

// fail ends the reading.
func (t *thaw) fail() {
	t.text, t.bad = "", true
}

// head reads a major type, which must be this one, with its number.
func (t *thaw) head(major byte) uint64 {
	if t.text == "" || t.text[0]&0xe0 != major {
		t.fail()
		return 0
	}
	n := uint64(t.text[0] & 0x1f)
	t.text = t.text[1:]
	if n < 24 {
		return n
	}
	return t.longHead(n)
}

// longHead reads the number of a head that says how long the number is.
func (t *thaw) longHead(kind uint64) uint64 {
	if kind > 27 || len(t.text) < 1<<(kind-24) {
		t.fail()
		return 0
	}
	size := 1 << (kind - 24)
	n := uint64(0)
	for i := range size {
		n = n<<8 | uint64(t.text[i])
	}
	t.text = t.text[size:]
	if least := [...]uint64{24, 1 << 8, 1 << 16, 1 << 32}[kind-24]; n < least {
		t.fail() // it has a shorter form
		return 0
	}
	return n
}

// bytes reads a byte or text string.
func (t *thaw) bytes(major byte) string {
	n := t.head(major)
	if n > uint64(len(t.text)) {
		t.fail()
		return ""
	}
	s := t.text[:n]
	t.text = t.text[n:]
	return s
}

// string reads a text.
func (t *thaw) string() string {
	s := t.bytes(cborText)
	if !utf8.ValidString(s) {
		t.fail()
		return ""
	}
	return s
}

// int reads a whole number.
func (t *thaw) int() int {
	negative := t.text != "" && t.text[0]&0xe0 == cborNegat
	major := byte(cborUint)
	if negative {
		major = cborNegat
	}
	n := t.head(major)
	if n > math.MaxInt {
		t.fail()
		return 0
	}
	if negative {
		return -1 - int(n)
	}
	return int(n)
}

// yes reads the only flag that is written.
func (t *thaw) yes() bool {
	if t.text == "" || t.text[0] != cborTrue {
		t.fail()
		return false
	}
	t.text = t.text[1:]
	return true
}

// hash reads a hash, as its digits.
func (t *thaw) hash() string {
	b := t.bytes(cborBytes)
	if len(b) != 32 {
		t.fail()
		return ""
	}
	var digits [64]byte
	var sum [32]byte
	copy(sum[:], b)
	hex.Encode(digits[:], sum[:])
	return string(digits[:])
}

func (t *thaw) date() graph.Date {
	s := t.string()
	d, err := graph.ParseDate(s)
	if err != nil {
		t.fail()
	}
	return d
}

// size reads how many items a list has. The library takes no more than so many,
// and every item takes a byte at least.
func (t *thaw) size() int {
	n := t.head(cborArray)
	if n == 0 || n > 1<<17 || n > uint64(len(t.text)) {
		t.fail()
		return 0
	}
	return int(n)
}

// members reads a map whose keys ascend; each reads the value of a key, and
// fails where it knows none.
func (t *thaw) members(each func(key byte)) {
	last := byte(0)
	for n := t.head(cborMap); n > 0 && !t.bad; n-- {
		key := t.head(cborUint)
		if key > 23 || byte(key) <= last {
			t.fail()
			return
		}
		last = byte(key)
		each(last)
	}
}

func (t *thaw) keys() []graph.Key {
	keys := make([]graph.Key, t.size())
	for i := range keys {
		keys[i] = graph.Key(t.string())
	}
	return keys
}

// list reads a list of what one reads.
func list[T any](t *thaw, one func(*thaw, *T)) []T {
	items := make([]T, t.size())
	for i := range items {
		if t.bad {
			return nil
		}
		one(t, &items[i])
	}
	return items
}

func (t *thaw) quantity() *graph.Quantity {
	q := new(graph.Quantity)
	t.members(func(key byte) {
		switch key {
		case 1:
			q.Raw = t.string()
		case 2:
			q.Value = graph.Decimal(t.string())
		case 3:
			q.Min = graph.Decimal(t.string())
		case 4:
			q.Max = graph.Decimal(t.string())
		case 5:
			q.Unit = t.string()
		case 6:
			q.Per = t.string()
		case 7:
			q.Approx = t.yes()
		default:
			t.fail()
		}
	})
	return q
}

func thawEvidence(t *thaw, e *graph.Evidence) {
	t.members(func(key byte) {
		switch key {
		case 1:
			e.Source = graph.Key(t.string())
		case 2:
			e.Start = t.int()
		case 3:
			e.End = t.int()
		case 4:
			e.SHA256 = t.hash()
		case 5:
			e.Refutes = t.yes()
		case 6:
			e.AssertedBy = t.string()
		default:
			t.fail()
		}
	})
}

func thawAttribute(t *thaw, a *graph.Attribute) {
	t.members(func(key byte) {
		switch key {
		case 1:
			a.Name = t.string()
		case 2:
			a.NameEN = t.string()
		case 3:
			a.Text = t.string()
		case 4:
			a.Quantity = t.quantity()
		case 5:
			a.Modality = graph.Modality(t.string())
		case 6:
			a.Collective = t.yes()
		case 7:
			a.ValidFrom = t.date()
		case 8:
			a.ValidTo = t.date()
		case 9:
			a.Evidence = list(t, thawEvidence)
		default:
			t.fail()
		}
	})
}

func thawName(t *thaw, n *graph.Name) {
	t.members(func(key byte) {
		switch key {
		case 1:
			n.Text = t.string()
		case 2:
			n.Lang = graph.Lang(t.string())
		case 3:
			n.Role = graph.NameRole(t.string())
		case 4:
			n.Reading = t.string()
		case 5:
			n.Sources = t.keys()
		default:
			t.fail()
		}
	})
}

func thawIdentifier(t *thaw, id *graph.Identifier) {
	t.members(func(key byte) {
		switch key {
		case 1:
			id.Scheme = t.string()
		case 2:
			id.Value = t.string()
		case 3:
			id.Sources = t.keys()
		default:
			t.fail()
		}
	})
}

func thawDerivation(t *thaw) *graph.Derivation {
	d := new(graph.Derivation)
	t.members(func(key byte) {
		switch key {
		case 1:
			d.Rule = t.string()
		case 2:
			d.Premises = t.keys()
		default:
			t.fail()
		}
	})
	return d
}
