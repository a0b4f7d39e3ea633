package graph

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// StringFilter compares a name. Exactly one of its fields is set. Names are
// compared as they are written; searching by sound or by half a word is
// [Reader.Search].
type StringFilter struct {
	Eq, Contains, Prefix *string
	In                   []string
}

// EntityFilter keeps entities. All that is set must hold. It is one value for
// lists, nested lists, walks and subscriptions; what cannot be applied is an
// error of [Matcher.Check], never ignored.
type EntityFilter struct {
	And, Or   []*EntityFilter
	Not       *EntityFilter
	Kinds     []Kind
	Name      *StringFilter // any name in any language
	Keys      []Key
	Within    EntityID // a region: located in it or below it, or such a region itself
	RelatedTo *RelatedFilter
}

// RelatedFilter keeps entities by the relations at them: Some holds for one at
// least, None for none, Every for all of the types that Every names (and for
// an entity that has none of these).
type RelatedFilter struct {
	Some, None, Every *RelationFilter
	Direction         Direction
}

// RelationFilter keeps relations. All that is set must hold. Unless Modality is
// set somewhere in it, what is planned or negated is left out; unless
// IncludeDerived is set, what is derived.
type RelationFilter struct {
	And, Or        []*RelationFilter
	Not            *RelationFilter
	Types          []RelationType
	Modality       []Modality
	MinConfidence  *float64
	ValidAt        Date     // it may hold at some day of this date
	IncludeDerived bool     // counts wherever in the filter it stands
	Within         EntityID // a region: one of its places, or an end that is a region, is in it or below it
	Peer           *EntityFilter
}

// asksModality tells whether f speaks of modality anywhere.
func (f *RelationFilter) asksModality() bool {
	return f.any(func(f *RelationFilter) bool { return f.Modality != nil })
}

// asksDerived tells whether f includes what is derived.
func (f *RelationFilter) asksDerived() bool {
	return f.any(func(f *RelationFilter) bool { return f.IncludeDerived })
}

func (f *RelationFilter) any(is func(*RelationFilter) bool) bool {
	if f == nil {
		return false
	}
	deeper := func(g *RelationFilter) bool { return g.any(is) }
	return is(f) || f.Not.any(is) || slices.ContainsFunc(f.And, deeper) || slices.ContainsFunc(f.Or, deeper)
}

// maxFilterDepth bounds how deep filters nest in each other.
const maxFilterDepth = 8

// checkEntity refuses a filter that is malformed, that cannot be applied or
// that nothing can pass, naming the part at fault by its path.
func (m *Matcher) checkEntity(f *EntityFilter, path string, depth int) error {
	if f == nil {
		return nil
	}
	if err := checkDepth(path, depth); err != nil {
		return err
	}
	if f.And == nil && f.Or == nil && f.Not == nil && f.Name == nil && f.RelatedTo == nil { // most are
		return firstError(emptyList(path+".kinds", f.Kinds), emptyList(path+".keys", f.Keys), m.checkWithin(f.Within, path+".within"))
	}
	deeper := func(g *EntityFilter, path string) error { return m.checkEntity(g, path, depth+1) }
	if err := firstError(
		emptyList(path+".kinds", f.Kinds), emptyList(path+".keys", f.Keys),
		checkStringFilter(f.Name, path+".name"),
		m.checkWithin(f.Within, path+".within"),
		m.checkRelated(f.RelatedTo, path+".relatedTo", depth),
		deeper(f.Not, path+".not"),
		checkList(f.And, path+".and", deeper),
		checkList(f.Or, path+".or", deeper),
	); err != nil {
		return err
	}
	return firstError(
		disjoint(path, "kinds", conjoined(f, entityAnd, func(f *EntityFilter) []Kind { return f.Kinds })),
		disjoint(path, "keys", conjoined(f, entityAnd, func(f *EntityFilter) []Key { return f.Keys })),
		excluded(path, "kinds", f.Kinds, conjoined(f, entityAnd, func(f *EntityFilter) []Kind {
			if f.Not != nil && reflect.DeepEqual(*f.Not, EntityFilter{Kinds: f.Not.Kinds}) {
				return f.Not.Kinds
			}
			return nil
		})))
}

func (m *Matcher) checkRelated(f *RelatedFilter, path string, depth int) error {
	if f == nil {
		return nil
	}
	if f.Some == nil && f.None == nil && f.Every == nil {
		return filterError(path, "it needs some, none or every")
	}
	if !slices.Contains([]Direction{"", Out, In, Both}, f.Direction) {
		return filterError(path+".direction", "it is none of OUT, IN and BOTH")
	}
	if f.Some != nil && f.None != nil && reflect.DeepEqual(f.Some, f.None) {
		return filterError(path, "some and none ask for the opposite of each other, so nothing could pass")
	}
	return firstError(
		m.checkRelation(f.Some, path+".some", depth+1),
		m.checkRelation(f.None, path+".none", depth+1),
		m.checkRelation(f.Every, path+".every", depth+1))
}

// checkRelation is checkEntity for a filter of relations.
func (m *Matcher) checkRelation(f *RelationFilter, path string, depth int) error {
	if f == nil {
		return nil
	}
	if err := checkDepth(path, depth); err != nil {
		return err
	}
	if c := f.MinConfidence; c != nil && !(*c >= 0 && *c <= 1) {
		return filterError(path+".minConfidence", "it must be between 0 and 1")
	}
	for _, modality := range f.Modality {
		if f := modalityFlaw(modality); f.is() {
			return filterError(path+".modality", f.EN)
		}
	}
	deeper := func(g *RelationFilter, path string) error { return m.checkRelation(g, path, depth+1) }
	if err := firstError(
		emptyList(path+".types", f.Types), emptyList(path+".modality", f.Modality),
		m.checkWithin(f.Within, path+".within"),
		m.checkEntity(f.Peer, path+".peer", depth+1),
		deeper(f.Not, path+".not"),
		checkList(f.And, path+".and", deeper),
		checkList(f.Or, path+".or", deeper),
	); err != nil {
		return err
	}
	return firstError(
		disjoint(path, "types", conjoined(f, relationAnd, func(f *RelationFilter) []RelationType { return f.Types })),
		disjoint(path, "modality", conjoined(f, relationAnd, func(f *RelationFilter) []Modality { return f.Modality })),
		excluded(path, "types", f.Types, conjoined(f, relationAnd, func(f *RelationFilter) []RelationType {
			if f.Not != nil && reflect.DeepEqual(*f.Not, RelationFilter{Types: f.Not.Types}) {
				return f.Not.Types
			}
			return nil
		})))
}

func checkDepth(path string, depth int) error {
	if depth > maxFilterDepth {
		return filterError(path, fmt.Sprintf("filters nest more than %d deep", maxFilterDepth))
	}
	return nil
}

// checkWithin refuses what is no region.
func (m *Matcher) checkWithin(id EntityID, path string) error {
	if id == 0 {
		return nil
	}
	head, err := entityHeads(m.r, []EntityID{id})
	if err == nil && head[0].Kind != KindRegion {
		return filterError(path, "it must name a region")
	}
	return err
}

// checkList checks each filter of an "and" or an "or".
func checkList[F any](list []*F, path string, check func(*F, string) error) error {
	for i, f := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		if f == nil {
			return filterError(at, "it is missing")
		}
		if err := check(f, at); err != nil {
			return err
		}
	}
	return emptyList(path, list)
}

func checkStringFilter(f *StringFilter, path string) error {
	if f == nil {
		return nil
	}
	set := 0
	for _, s := range []*string{f.Eq, f.Contains, f.Prefix} {
		if s == nil {
			continue
		}
		set++
		if strings.TrimSpace(*s) == "" {
			return filterError(path, "the text to compare with is empty")
		}
	}
	if f.In != nil {
		set++
	}
	if set != 1 {
		return filterError(path, "it needs exactly one of eq, in, contains and prefix")
	}
	if slices.ContainsFunc(f.In, func(s string) bool { return strings.TrimSpace(s) == "" }) {
		return filterError(path+".in", "a text to compare with is empty")
	}
	return emptyList(path+".in", f.In)
}

// matches tells whether one of names passes f.
func (f *StringFilter) matches(names []Name) bool {
	return slices.ContainsFunc(names, func(n Name) bool {
		switch {
		case f.Eq != nil:
			return n.Text == *f.Eq
		case f.Contains != nil:
			return strings.Contains(n.Text, *f.Contains)
		case f.Prefix != nil:
			return strings.HasPrefix(n.Text, *f.Prefix)
		}
		return slices.Contains(f.In, n.Text)
	})
}

// emptyList refuses a list that is there and has nothing in it: nothing could
// pass it, and the caller surely meant to leave it out.
func emptyList[T any](path string, list []T) error {
	if list != nil && len(list) == 0 {
		return filterError(path, "the list is empty, so nothing could pass; leave it out to mean everything")
	}
	return nil
}

// conjoined are the lists that all have to be satisfied at once: those of f and
// of the filters that stand in its "and".
func conjoined[F, T any](f F, and func(F) []F, list func(F) []T) [][]T {
	lists := [][]T{}
	if own := list(f); own != nil {
		lists = append(lists, own)
	}
	for _, g := range and(f) {
		lists = append(lists, conjoined(g, and, list)...)
	}
	return lists
}

// excluded refuses a list of which filters that stand in "not", and name nothing
// else, leave nothing.
func excluded[T comparable](path, what string, list []T, nots [][]T) error {
	if len(list) == 0 {
		return nil
	}
	left := slices.DeleteFunc(slices.Clone(list), func(v T) bool {
		return slices.ContainsFunc(nots, func(not []T) bool { return slices.Contains(not, v) })
	})
	if len(left) == 0 {
		return filterError(path, "it asks for "+what+" that its not leaves out, so nothing could pass")
	}
	return nil
}

func entityAnd(f *EntityFilter) []*EntityFilter       { return f.And }
func relationAnd(f *RelationFilter) []*RelationFilter { return f.And }

// disjoint refuses lists that have nothing in common although all must hold.
func disjoint[T comparable](path, what string, lists [][]T) error {
	var left []T
	for _, list := range lists {
		left = common(left, list)
	}
	if left != nil && len(left) == 0 {
		return filterError(path, "its parts ask for different "+what+" at once, so nothing could pass; use or")
	}
	return nil
}

// common is what stands in both a and b, where nil stands for everything.
func common[T comparable](a, b []T) []T {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	both := []T{}
	for _, v := range a {
		if slices.Contains(b, v) {
			both = append(both, v)
		}
	}
	return both
}

// namedTypes are the types that f names, or nil where it lets all types pass:
// no relation of another type can pass f.
func (f *RelationFilter) namedTypes() []RelationType {
	types := f.Types
	for _, g := range f.And {
		types = common(types, g.namedTypes())
	}
	either := []RelationType{}
	for _, g := range f.Or {
		named := g.namedTypes()
		if named == nil {
			return types
		}
		either = append(either, named...)
	}
	if f.Or == nil {
		return types
	}
	return common(types, either)
}

func filterError(path, detail string) error {
	return invalid("filter", strings.TrimPrefix(path, "."), detail)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
