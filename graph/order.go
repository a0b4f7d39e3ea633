package graph

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// SortValue is one value that a list is ordered by: a number, then a text.
// Lists of SortValue are compared item by item.
type SortValue struct {
	Num  float64
	Text string
}

// Place is where an item stands in a list: its sort values in the order of the
// list, and its id, which breaks ties. A Place stays meaningful when the item
// it was taken from has changed or is gone.
type Place struct {
	Sort []SortValue
	ID   uint32
}

// compare orders places; desc says for each sort value which way it runs. Ids
// always ascend.
func compare(a, b Place, desc []bool) int {
	for i := range a.Sort {
		c := cmp.Compare(a.Sort[i].Num, b.Sort[i].Num)
		if c == 0 {
			c = strings.Compare(a.Sort[i].Text, b.Sort[i].Text)
		}
		if c != 0 && desc[i] {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(a.ID, b.ID)
}

// EntityOrderField is what entities can be ordered by.
type EntityOrderField string

// The fields to order entities by.
const (
	ByNamePinyin EntityOrderField = "NAME_PINYIN"
	ByDegree     EntityOrderField = "DEGREE"
	ByRecordedAt EntityOrderField = "RECORDED_AT"
)

// EntityOrder is one step of an order of entities.
type EntityOrder struct {
	Field EntityOrderField
	Desc  bool
}

// RelationOrderField is what relations can be ordered by.
type RelationOrderField string

// The fields to order relations by. PEER_NAME is the name of the other end
// seen from an entity, and of the target where all relations are listed.
const (
	ByValidFrom  RelationOrderField = "VALID_FROM"
	ByConfidence RelationOrderField = "CONFIDENCE"
	ByType       RelationOrderField = "TYPE"
	ByPeerName   RelationOrderField = "PEER_NAME"
	ByRecorded   RelationOrderField = "RECORDED_AT"
)

// RelationOrder is one step of an order of relations.
type RelationOrder struct {
	Field RelationOrderField
	Desc  bool
}

// checkEntityOrder refuses an order that cannot be applied.
func checkEntityOrder(q EntityQuery) error {
	for _, o := range q.Order {
		known := slices.Contains([]EntityOrderField{ByNamePinyin, ByDegree, ByRecordedAt}, o.Field)
		if err := checkOrderField(string(o.Field), known, o.Field == ByNamePinyin, q.Collate); err != nil {
			return err
		}
	}
	return nil
}

// checkRelationOrder is checkEntityOrder for relations.
func checkRelationOrder(q RelationQuery) error {
	for _, o := range q.Order {
		known := slices.Contains([]RelationOrderField{ByValidFrom, ByConfidence, ByType, ByPeerName, ByRecorded}, o.Field)
		if err := checkOrderField(string(o.Field), known, o.Field == ByPeerName, q.Collate); err != nil {
			return err
		}
	}
	return nil
}

func checkOrderField(field string, known, byName bool, collate Collate) error {
	switch {
	case !known:
		return invalid("order", field, "there is no such field to order by")
	case byName && collate == nil:
		return invalid("order", field, "names cannot be ordered without a collation")
	}
	return nil
}

// Collate gives the text by which an entity's name sorts. The graph does not
// know how Chinese names are read; whoever asks brings that along.
type Collate func(*Entity) string

// dateValue orders by the first day a date may be. What has no date stands
// last whichever way the order runs.
func dateValue(d Date, desc bool) SortValue {
	switch {
	case !d.IsZero():
		return SortValue{Num: float64(d.Earliest())}
	case desc:
		return SortValue{Num: math.Inf(-1)}
	}
	return SortValue{Num: math.Inf(1)}
}
