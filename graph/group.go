package graph

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// GroupKey is what relations are grouped by.
type GroupKey string

// The keys to group by. A relation without a value counts under Unknown, one
// that several regions of the level share under Unallocated. SourceDocument is
// the one key under which a relation may count several times: once for each
// source that states it.
const (
	GroupType       GroupKey = "TYPE"
	GroupSourceKind GroupKey = "SOURCE_KIND"
	GroupTargetKind GroupKey = "TARGET_KIND"
	GroupProvince   GroupKey = "PROVINCE"
	GroupPrefecture GroupKey = "PREFECTURE"
	GroupChain      GroupKey = "CHAIN"
	GroupYear       GroupKey = "YEAR" // in which it began, where that is one year
	GroupGrade      GroupKey = "CONFIDENCE_GRADE"
	GroupSource     GroupKey = "SOURCE_DOCUMENT"
	GroupModality   GroupKey = "MODALITY"
)

// The values of relations that have none of their own.
const (
	Unknown     = "unknown"
	Unallocated = "unallocated"
)

// kindChain is the kind by which GroupChain groups.
const kindChain Kind = "INDUSTRY_CHAIN"

// GroupQuery asks for counts of relations by one to four keys.
type GroupQuery struct {
	Keys    []GroupKey
	Where   *RelationFilter
	Unit    string // in which amounts are added
	Convert Convert

	// Distinct asks for the entities of each row. Where documents are read they
	// are counted anyway, else they are NotCounted.
	Distinct bool
}

// maxGroupKeys bounds the keys of one question.
const maxGroupKeys = 4

// GroupRelations answers q from the revision of r: a row for each combination
// of values that occurs, ordered by these values. The relations that make up
// the hierarchy of regions itself are not counted.
func GroupRelations(ctx context.Context, r Reader, g *Regions, q GroupQuery) ([]Row, error) {
	if len(q.Keys) == 0 || len(q.Keys) > maxGroupKeys {
		return nil, invalid("groupBy", "keys", fmt.Sprintf("it takes 1 to %d keys; it has %d", maxGroupKeys, len(q.Keys)))
	}
	s := grouping{r: r, regions: g, q: q, groups: map[string]*group{}, kinds: map[EntityID]*Entity{}, classOf: map[[2]EntityID]int{}}
	if by, ok := tallyParts(q.Keys); ok {
		t, tq, ok, err := tallyOf(r, q.Where, g)
		if tq.By = by; ok || err != nil {
			if err != nil {
				return nil, err
			}
			return s.tally(ctx, t, tq)
		}
	}
	err := eachRelation(ctx, r, q.Where, func(rel *Relation) error {
		if g.hierarchical(rel) {
			return nil
		}
		return s.count(rel)
	})
	return s.rows(), err
}

// grouping is the state of one question.
type grouping struct {
	r       Reader
	regions *Regions
	q       GroupQuery
	groups  map[string]*group
	kinds   map[EntityID]*Entity

	// By columns: provinces and prefectures that occur together; see class.
	classes [][2]EntityID
	classOf map[[2]EntityID]int
}

// separator stands between the values of a row's key; no value holds it.
const separator = "\x00"

// count counts rel under every combination of its values.
func (s *grouping) count(rel *Relation) error {
	keys := []string{""}
	for i, key := range s.q.Keys {
		values, err := s.values(key, rel)
		if err != nil {
			return err
		}
		var longer []string
		for _, k := range keys {
			for _, v := range values {
				if i > 0 {
					v = k + separator + v
				}
				longer = append(longer, v)
			}
		}
		keys = longer
	}
	for _, k := range keys {
		if s.groups[k] == nil {
			s.groups[k] = newGroup(s.q.Unit, s.q.Convert)
		}
		s.groups[k].add(rel)
	}
	return nil
}

func (s *grouping) rows() []Row {
	rows := []Row{}
	for key, g := range s.groups {
		rows = append(rows, g.row(strings.Split(key, separator)))
	}
	slices.SortFunc(rows, func(a, b Row) int { return slices.Compare(a.Key, b.Key) })
	return rows
}

// values are what rel counts under for one key: at least one.
func (s *grouping) values(key GroupKey, rel *Relation) ([]string, error) {
	switch key {
	case GroupType:
		return []string{string(rel.Type)}, nil
	case GroupModality:
		return []string{string(rel.Modality)}, nil
	case GroupGrade:
		return []string{Grade(rel.Score())}, nil
	case GroupYear:
		return []string{singleYear(rel.ValidFrom)}, nil
	case GroupSource:
		return sourcesOf(rel), nil
	case GroupProvince:
		return []string{s.region(rel, 0)}, nil
	case GroupPrefecture:
		return []string{s.region(rel, 1)}, nil
	}
	return s.endValues(key, rel)
}

// endValues are values that depend on what stands at the ends of rel.
func (s *grouping) endValues(key GroupKey, rel *Relation) ([]string, error) {
	source, target, err := s.ends(rel)
	if err != nil {
		return nil, err
	}
	switch key {
	case GroupSourceKind:
		return []string{string(source.Kind)}, nil
	case GroupTargetKind:
		return []string{string(target.Kind)}, nil
	case GroupChain:
		for _, e := range []*Entity{target, source} {
			if e.Kind == kindChain {
				return []string{string(e.Key)}, nil
			}
		}
		return []string{Unknown}, nil
	}
	return nil, invalid("groupBy", string(key), "there is no such key; the schema lists them")
}

func (s *grouping) ends(rel *Relation) (source, target *Entity, err error) {
	for _, id := range []EntityID{rel.SourceID, rel.TargetID} {
		if s.kinds[id] != nil {
			continue
		}
		docs, err := s.r.Entities([]EntityID{id})
		if err != nil {
			return nil, nil, err
		}
		s.kinds[id] = docs[0]
	}
	return s.kinds[rel.SourceID], s.kinds[rel.TargetID], nil
}

// region is the region of a level in which rel takes place: Unallocated where
// several share it, Unknown where none is known.
func (s *grouping) region(rel *Relation, level int) string {
	seat, _ := s.regions.Seat(rel)
	at := s.regions.levels[seat][level]
	if at == 0 && len(s.regions.PlacesOf(rel)) > 1 {
		at = unallocatedID
	}
	return s.levelKey(at)
}

// regionScheme is the scheme of the codes of administrative divisions.
const regionScheme = "GB/T 2260"

func province(e *Entity) bool { return strings.HasSuffix(e.Identifier(regionScheme), "0000") }

func prefecture(e *Entity) bool {
	return strings.HasSuffix(e.Identifier(regionScheme), "00") && !province(e)
}

// Grade sorts a score into A (from 0.9), B (from 0.7), C (from 0.5) and D.
func Grade(score float64) string {
	switch {
	case score >= 0.9:
		return "A"
	case score >= 0.7:
		return "B"
	case score >= 0.5:
		return "C"
	}
	return "D"
}

// singleYear is the one year in which d lies, or Unknown.
func singleYear(d Date) string {
	if d.Earliest() == DayMin || d.Latest() == DayMax {
		return Unknown
	}
	year := func(day int32) int { return time.Unix(int64(day)*86400, 0).UTC().Year() }
	if first := year(d.Earliest()); first == year(d.Latest()) {
		return strconv.Itoa(first)
	}
	return Unknown
}

// sourcesOf are the keys of the sources that state rel, each once.
func sourcesOf(rel *Relation) []string {
	var keys []string
	for _, e := range rel.Evidence {
		if !e.Refutes && !slices.Contains(keys, string(e.Source)) {
			keys = append(keys, string(e.Source))
		}
	}
	if keys == nil {
		return []string{Unknown}
	}
	return keys
}
