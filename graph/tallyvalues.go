package graph

import (
	"slices"
	"strconv"
	"strings"
)

func joined(values []string) string { return strings.Join(values, separator) }

// cellValues are the values of a cell, one for each key.
func (s *grouping) cellValues(c Cell) ([]string, error) {
	values := make([]string, len(s.q.Keys))
	for i, key := range s.q.Keys {
		var err error
		if values[i], err = s.cellValue(key, c); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (s *grouping) cellValue(key GroupKey, c Cell) (string, error) {
	switch key {
	case GroupType:
		return string(c.Type), nil
	case GroupModality:
		return string(c.Modality), nil
	case GroupGrade:
		return c.Grade, nil
	case GroupSourceKind:
		return string(c.SourceKind), nil
	case GroupTargetKind:
		return string(c.TargetKind), nil
	case GroupProvince:
		return s.levelKey(s.classes[c.Class][0]), nil
	case GroupPrefecture:
		return s.levelKey(s.classes[c.Class][1]), nil
	case GroupYear:
		if c.Year == 0 {
			return Unknown, nil
		}
		return strconv.Itoa(c.Year), nil
	}
	return s.chain(c.Chain)
}

// chain is the key of an industry chain.
func (s *grouping) chain(id EntityID) (string, error) {
	if id == 0 {
		return Unknown, nil
	}
	heads, err := entityHeads(s.r, []EntityID{id})
	if err != nil {
		return "", err
	}
	return strings.Clone(heads[0].Key), nil
}

// class is the place among s.classes of a province and a prefecture, as far as
// the keys ask for these: what stands for a region of each level.
func (s *grouping) class(seat EntityID, _, several bool) int {
	levels := s.regions.levels[seat]
	for i, key := range [...]GroupKey{GroupProvince, GroupPrefecture} {
		switch {
		case !slices.Contains(s.q.Keys, key):
			levels[i] = 0
		case levels[i] == 0 && several:
			levels[i] = unallocatedID
		}
	}
	n, known := s.classOf[levels]
	if !known {
		n = len(s.classes)
		s.classOf[levels] = n
		s.classes = append(s.classes, levels)
	}
	return n
}

// unallocatedID stands for a region where several share something.
const unallocatedID = ^EntityID(0)

// levelKey is the value for the id of a region.
func (s *grouping) levelKey(id EntityID) string {
	switch id {
	case 0:
		return Unknown
	case unallocatedID:
		return Unallocated
	}
	return string(s.regions.Region(id).Key)
}
