package bolt

import (
	"cmp"
	"encoding/binary"
	"slices"

	"lianzhu/graph"
)

// symbols are the names of the kinds and relation types in a file and their
// codes. They are read when the file is opened, after those that the ontology
// has and the file has not were added, and do not change while it is open.
type symbols struct {
	kinds, types symbolTable
	symmetric    map[uint16]bool // of relation types
}

type symbolTable struct {
	names map[uint16]string
	codes map[string]uint16
	order map[uint16]int // the place of each code in the order of names
}

// The classes of symbols, the first byte of their keys.
const (
	symbolKind = 'k'
	symbolType = 't'
)

func (s *symbols) kind(code uint16) (graph.Kind, bool) {
	name, ok := s.kinds.names[code]
	return graph.Kind(name), ok
}

func (s *symbols) typ(code uint16) (graph.RelationType, bool) {
	name, ok := s.types.names[code]
	return graph.RelationType(name), ok
}

// sides are those on which a relation of this type is listed at its source and
// at its target.
func (s *symbols) sides(code uint16) (atSource, atTarget side) {
	if s.symmetric[code] {
		return along, along
	}
	return outgoing, incoming
}

func (t *symbolTable) add(name string, code uint16) {
	t.names[code], t.codes[name] = name, code
}

// next is a code that was never given.
func (t *symbolTable) next() (code uint16) {
	for have := range t.names {
		code = max(code, have)
	}
	return code + 1
}

func (t *symbolTable) sort() {
	codes := make([]uint16, 0, len(t.names))
	for code := range t.names {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b uint16) int { return cmp.Compare(t.names[a], t.names[b]) })
	t.order = make(map[uint16]int, len(codes))
	for i, code := range codes {
		t.order[code] = i
	}
}

func newSymbols() *symbols {
	table := func() symbolTable { return symbolTable{map[uint16]string{}, map[string]uint16{}, nil} }
	return &symbols{table(), table(), map[uint16]bool{}}
}

// readSymbols reads the bucket of symbols. A value is one byte (1: symmetric)
// and the name.
func readSymbols(t *tables) (*symbols, error) {
	c, err := t.cursor(bSymbols)
	if err != nil {
		return nil, err
	}
	s := newSymbols()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		payload, err := open(bSymbols, k, v)
		if err != nil {
			return nil, err
		}
		if len(k) != 3 || len(payload) < 2 {
			return nil, corrupt(bSymbols, k, "it is no symbol", nil)
		}
		code, name := binary.BigEndian.Uint16(k[1:]), string(payload[1:])
		switch k[0] {
		case symbolKind:
			s.kinds.add(name, code)
		case symbolType:
			s.types.add(name, code)
			s.symmetric[code] = payload[0] == 1
		default:
			return nil, corrupt(bSymbols, k, "it is no symbol", nil)
		}
	}
	s.kinds.sort()
	s.types.sort()
	return s, nil
}

// missing lists what o has and s has not, as values to be put.
func (s *symbols) missing(o *graph.Ontology) []pairKV {
	var list []pairKV
	add := func(class byte, t *symbolTable, name string, symmetric bool) {
		if _, ok := t.codes[name]; ok {
			return
		}
		code := t.next()
		t.add(name, code)
		value := append(make([]byte, 4, 5+len(name)), 0)
		if symmetric {
			value[4] = 1
		}
		key := binary.BigEndian.AppendUint16([]byte{class}, code)
		list = append(list, pairKV{key: key, value: append(value, name...)})
	}
	for _, k := range o.Kinds() {
		add(symbolKind, &s.kinds, string(k.Kind), false)
	}
	for _, r := range o.Relations() {
		add(symbolType, &s.types, string(r.Type), r.Symmetric)
	}
	return list
}

// contradicts names a relation type that o and the file take for symmetric and
// directed, which the lists of edges cannot be; "" where there is none.
func (s *symbols) contradicts(o *graph.Ontology) graph.RelationType {
	for _, r := range o.Relations() {
		if code, ok := s.types.codes[string(r.Type)]; ok && s.symmetric[code] != r.Symmetric {
			return r.Type
		}
	}
	return ""
}
