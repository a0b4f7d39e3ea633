package text

import (
	"slices"

	"lianzhu/graph"
)

// Named gives the entities one of whose names is name, ascending: those with a
// stored name equal to it after folding, in any language, pinyin among them, and
// where there are none those the usual reading of whose Chinese name is. A blank
// name is nobody's.
func Named(p Postings, name string) ([]graph.EntityID, error) {
	text := Fold(name)
	if text == "" {
		return nil, nil
	}
	key := wholeKey(text)
	ids, err := all(p, termOf(classExact, key), termOf(classAlias, key), termOf(classRomanised, key))
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	return all(p, termOf(classReading, key))
}

// all reads lists to their end.
func all(p Postings, terms ...string) ([]graph.EntityID, error) {
	var ids []graph.EntityID
	for _, term := range terms {
		list, err := p.List(term)
		if err != nil {
			return nil, err
		}
		if list == nil {
			continue
		}
		ids = slices.Grow(ids, list.Len())
		for id := list.Seek(1); id != 0 && id != ended; id = list.Seek(id + 1) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
