package record

import (
	"encoding/binary"
	"encoding/hex"
	"errors"

	"lianzhu/graph"
)

// The functions below write the cold parts of documents as the library would
// write the types of cbor.go, byte by byte: a map whose keys ascend, without
// what is empty, and every length in its shortest form. They exist because a
// library that looks at types while it runs takes most of the time of a write;
// a test and a fuzzer hold them to what it writes.

// The major types of CBOR.
const (
	cborUint  = 0 << 5
	cborNegat = 1 << 5
	cborBytes = 2 << 5
	cborText  = 3 << 5
	cborArray = 4 << 5
	cborMap   = 5 << 5
	cborTrue  = 0xf5
)

var errHash = errors.New("a hash is not the 64 hex digits of a SHA-256")

// appendHead appends a major type with its number.
func appendHead(dst []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(dst, major|byte(n))
	case n < 1<<8:
		return append(dst, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(dst, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, major|27), n)
}

func appendInt(dst []byte, n int) []byte {
	if n < 0 {
		return appendHead(dst, cborNegat, uint64(-1-n))
	}
	return appendHead(dst, cborUint, uint64(n))
}

func appendText[T ~string](dst []byte, s T) []byte {
	return append(appendHead(dst, cborText, uint64(len(s))), s...)
}

// A mapping is a map while it is written. Its size is below 24, so that it can be
// put right at the end.
type mapping struct {
	dst []byte
	at  int // where its head stands
}

func beginMap(dst []byte) mapping { return mapping{append(dst, cborMap), len(dst)} }

// key begins a member.
func (m *mapping) key(n byte) {
	m.dst[m.at]++
	m.dst = append(m.dst, n)
}

// text writes a member that is left out where it is empty, needed one that is
// not.
func text[T ~string](m *mapping, key byte, s T) {
	if s != "" {
		needed(m, key, s)
	}
}

func needed[T ~string](m *mapping, key byte, s T) {
	m.key(key)
	m.dst = appendText(m.dst, s)
}

func (m *mapping) flag(key byte, is bool) {
	if is {
		m.key(key)
		m.dst = append(m.dst, cborTrue)
	}
}

func (m *mapping) number(key byte, n int) {
	if n != 0 {
		m.key(key)
		m.dst = appendInt(m.dst, n)
	}
}

// hash writes a hash, of which a document has the digits and a record the bytes.
func (m *mapping) hash(key byte, digits string) error {
	if digits == "" {
		return nil
	}
	m.key(key)
	dst := appendHead(m.dst, cborBytes, 32)
	begin := len(dst)
	dst = append(dst, make([]byte, 32)...)
	if len(digits) != 64 {
		return errHash
	}
	if _, err := hex.Decode(dst[begin:], []byte(digits)); err != nil {
		return errHash
	}
	for i := range digits {
		if digits[i]-'A' < 6 { // one comparison, which is never true as a rule
			return errHash
		}
	}
	m.dst = dst
	return nil
}

// list begins a member that is a list, unless it is empty.
func (m *mapping) list(key byte, n int) {
	if n > 0 {
		m.key(key)
		m.dst = appendHead(m.dst, cborArray, uint64(n))
	}
}

func (m *mapping) keys(key byte, keys []graph.Key) {
	m.list(key, len(keys))
	for _, k := range keys {
		m.dst = appendText(m.dst, k)
	}
}

func (m *mapping) quantity(key byte, q *graph.Quantity) {
	if q == nil {
		return
	}
	m.key(key)
	of := beginMap(m.dst)
	needed(&of, 1, q.Raw)
	text(&of, 2, q.Value)
	text(&of, 3, q.Min)
	text(&of, 4, q.Max)
	needed(&of, 5, q.Unit)
	text(&of, 6, q.Per)
	of.flag(7, q.Approx)
	m.dst = of.dst
}

func (m *mapping) evidence(key byte, list []graph.Evidence) error {
	m.list(key, len(list))
	for i := range list {
		e := &list[i]
		of := beginMap(m.dst)
		needed(&of, 1, e.Source)
		of.key(2)
		of.dst = appendInt(of.dst, e.Start)
		of.key(3)
		of.dst = appendInt(of.dst, e.End)
		if err := of.hash(4, e.SHA256); err != nil {
			return err
		}
		of.flag(5, e.Refutes)
		text(&of, 6, e.AssertedBy)
		m.dst = of.dst
	}
	return nil
}

func (m *mapping) attributes(key byte, list []graph.Attribute) error {
	m.list(key, len(list))
	for i := range list {
		a := &list[i]
		of := beginMap(m.dst)
		needed(&of, 1, a.Name)
		text(&of, 2, a.NameEN)
		text(&of, 3, a.Text)
		of.quantity(4, a.Quantity)
		needed(&of, 5, a.Modality)
		of.flag(6, a.Collective)
		text(&of, 7, a.ValidFrom.String())
		text(&of, 8, a.ValidTo.String())
		if err := of.evidence(9, a.Evidence); err != nil {
			return err
		}
		m.dst = of.dst
	}
	return nil
}

func (m *mapping) names(key byte, list []graph.Name) {
	m.list(key, len(list))
	for i := range list {
		n := &list[i]
		of := beginMap(m.dst)
		needed(&of, 1, n.Text)
		needed(&of, 2, n.Lang)
		needed(&of, 3, n.Role)
		text(&of, 4, n.Reading)
		of.keys(5, n.Sources)
		m.dst = of.dst
	}
}

func (m *mapping) identifiers(key byte, list []graph.Identifier) {
	m.list(key, len(list))
	for i := range list {
		id := &list[i]
		of := beginMap(m.dst)
		needed(&of, 1, id.Scheme)
		needed(&of, 2, id.Value)
		of.keys(3, id.Sources)
		m.dst = of.dst
	}
}

// appendEntityCold appends the cold part of an entity.
func appendEntityCold(dst []byte, e *graph.Entity) ([]byte, error) {
	m := beginMap(dst)
	needed(&m, 1, e.Key)
	m.names(2, e.Names)
	m.identifiers(3, e.Identifiers)
	if err := m.attributes(4, e.Attributes); err != nil {
		return nil, err
	}
	err := m.evidence(5, e.Evidence)
	return m.dst, err
}

// appendRelationCold appends the cold part of a relation.
func appendRelationCold(dst []byte, r *graph.Relation) ([]byte, error) {
	m := beginMap(dst)
	needed(&m, 1, r.Source)
	needed(&m, 2, r.Target)
	text(&m, 3, r.Disc)
	text(&m, 4, r.ValidFrom.String())
	text(&m, 5, r.ValidTo.String())
	m.keys(6, r.Places)
	text(&m, 7, r.Via)
	if err := m.attributes(8, r.Attributes); err != nil {
		return nil, err
	}
	m.derivation(9, r.Derivation)
	m.quantity(10, r.Amount)
	m.quantity(11, r.Share)
	text(&m, 12, r.Subject)
	text(&m, 13, r.SubjectEN)
	text(&m, 14, r.Product)
	m.quantity(15, r.Volume)
	text(&m, 16, r.RecognisedIn)
	text(&m, 17, r.RecognisedBy)
	err := m.evidence(18, r.Evidence)
	return m.dst, err
}

func (m *mapping) derivation(key byte, d *graph.Derivation) {
	if d == nil {
		return
	}
	m.key(key)
	of := beginMap(m.dst)
	needed(&of, 1, d.Rule)
	of.keys(2, d.Premises)
	m.dst = of.dst
}

// appendSourceCold appends the cold part of a source.
func appendSourceCold(dst []byte, s *graph.Source) ([]byte, error) {
	m := beginMap(dst)
	needed(&m, 1, s.Key)
	needed(&m, 2, s.Title)
	text(&m, 3, s.TitleEN)
	text(&m, 4, s.Publisher)
	text(&m, 5, s.PublishedOn.String())
	text(&m, 6, s.URL)
	text(&m, 7, s.License)
	if err := m.hash(8, s.SHA256); err != nil {
		return nil, err
	}
	m.number(9, s.Length)
	m.number(10, s.Editions)
	return m.dst, nil
}
