package graph

import (
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
		return s.at(c.Seat, c.Several, province), nil
	case GroupPrefecture:
		return s.at(c.Seat, c.Several, prefecture), nil
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
