package topology

import (
	"fmt"
	"slices"

	"lianzhu/graph"
)

// The most relation types and kinds a snapshot can tell apart.
const (
	maxTypes = 256
	maxKinds = 64
)

// TypeSet is a set of relation types by their codes in one snapshot; see
// [Snapshot.TypeSet].
type TypeSet [maxTypes / 64]uint64

func (s *TypeSet) add(code uint8)      { s[code>>6] |= 1 << (code & 63) }
func (s *TypeSet) has(code uint8) bool { return s[code>>6]>>(code&63)&1 != 0 }

// without is s less what is in t.
func (s TypeSet) without(t TypeSet) TypeSet {
	for i := range s {
		s[i] &^= t[i]
	}
	return s
}

// kindSet is a set of kinds by their codes.
type kindSet uint64

func (s kindSet) has(code uint8) bool { return s>>code&1 != 0 }

// vocabulary gives kinds and relation types small codes. The codes of types
// are in the byte order of their names, so that edges ordered by code are
// ordered by type; kinds count from 1, and 0 is the kind of what is not there.
type vocabulary struct {
	types     []graph.RelationType
	symmetric []bool // by type code
	kinds     []graph.Kind
	all       TypeSet
	twice     TypeSet // the symmetric ones
	scores    [plainBits + 1]float32

	// The same by any code, so that one that was not proved is read, too.
	typeOf [maxTypes]graph.RelationType
	kindOf [maxKinds]graph.Kind

	twiceCodes []uint8 // those in twice
	plain      *Filter // the zero Where
	below      *Filter // the relations between regions that "below" follows, or nil
	located    *Filter // the relations by which entities are in regions, or nil
	partOf     uint8   // the types of these two
	locatedIn  uint8

	cache filterCache
}

func newVocabulary(o *graph.Ontology) (*vocabulary, error) {
	v := &vocabulary{kinds: []graph.Kind{""}}
	for _, def := range o.Relations() {
		v.types = append(v.types, def.Type)
	}
	slices.Sort(v.types)
	for _, t := range v.types {
		v.symmetric = append(v.symmetric, o.Relation(t).Symmetric)
	}
	for _, def := range o.Kinds() {
		v.kinds = append(v.kinds, def.Kind)
	}
	slices.Sort(v.kinds)
	if len(v.types) > maxTypes || len(v.kinds) > maxKinds {
		return nil, refuse("topology", "", fmt.Sprintf("the ontology has more than %d relation types or %d kinds", maxTypes, maxKinds-1))
	}
	return v, v.finish()
}

// finish derives from the lists what depends on them.
func (v *vocabulary) finish() (err error) {
	v.scores = plainScores()
	copy(v.typeOf[:], v.types)
	copy(v.kindOf[:], v.kinds)
	for code, is := range v.symmetric {
		v.all.add(uint8(code))
		if is {
			v.twice.add(uint8(code))
			v.twiceCodes = append(v.twiceCodes, uint8(code))
		}
	}
	if v.plain, err = newFilter(v, Where{}); err != nil {
		return err
	}
	if slices.Contains(v.types, graph.PartOf) && slices.Contains(v.kinds, graph.KindRegion) {
		v.partOf, _ = v.typeCode(graph.PartOf)
		v.below, err = newFilter(v, Where{Types: []graph.RelationType{graph.PartOf}, Peers: []graph.Kind{graph.KindRegion}})
	}
	if err == nil && slices.Contains(v.types, graph.LocatedIn) {
		v.locatedIn, _ = v.typeCode(graph.LocatedIn)
		v.located, err = newFilter(v, Where{Types: []graph.RelationType{graph.LocatedIn}})
	}
	return err
}

// equal tells whether codes of v and of w mean the same.
func (v *vocabulary) equal(w *vocabulary) bool {
	return slices.Equal(v.types, w.types) && slices.Equal(v.symmetric, w.symmetric) && slices.Equal(v.kinds, w.kinds)
}

func (v *vocabulary) typeCode(t graph.RelationType) (uint8, error) {
	code, ok := slices.BinarySearch(v.types, t)
	if !ok {
		return 0, refuse("topology", string(t), "there is no such relation type")
	}
	return uint8(code), nil
}

func (v *vocabulary) kindCode(k graph.Kind) (uint8, error) {
	code, ok := slices.BinarySearch(v.kinds, k)
	if !ok || code == 0 {
		return 0, refuse("topology", string(k), "there is no such kind")
	}
	return uint8(code), nil
}

// typeSet is the set of types; nil stands for all.
func (v *vocabulary) typeSet(types []graph.RelationType) (set TypeSet, err error) {
	if types == nil {
		types = v.types
	}
	for _, t := range types {
		code, err := v.typeCode(t)
		if err != nil {
			return TypeSet{}, err
		}
		set.add(code)
	}
	return set, nil
}

func (v *vocabulary) kindSet(kinds []graph.Kind) (set kindSet, err error) {
	for _, k := range kinds {
		code, err := v.kindCode(k)
		if err != nil {
			return 0, err
		}
		set |= 1 << code
	}
	return set, nil
}

// refuse is the error of something that must be asked otherwise.
func refuse(op, key, detail string) error {
	return &graph.Error{Code: graph.CodeInvalid, Op: op, Key: key, Detail: detail, Index: -1}
}
