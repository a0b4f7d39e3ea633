package topology_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"slices"
	"strconv"
	"testing"

	"lianzhu/graph"
	"lianzhu/topology"
)

// country is a powerLaw whose first entities are regions: provinces with ten
// prefectures each. An investment takes place in a prefecture and has an amount.
type country struct {
	*powerLaw
	regionOf map[graph.UID]graph.EntityID
}

const (
	provinces   = 31
	allRegions  = provinces * 11
	prefectures = allRegions - provinces
)

func newCountry(entities, relations int) *country {
	c := &country{newPowerLaw(entities, relations), map[graph.UID]graph.EntityID{}}
	for id := graph.EntityID(1); id <= allRegions; id++ {
		c.regionOf[graph.NewUID(graph.TagEntity, regionKey(id))] = id
		if id > provinces {
			c.ends = append(c.ends, [2]graph.EntityID{id, provinceOf(id)})
			c.types = append(c.types, graph.PartOf)
		}
	}
	c.relations = len(c.ends)
	return c
}

func regionKey(id graph.EntityID) graph.Key { return graph.Key(fmt.Sprint("region:", id)) }

// provinceOf is the province of a prefecture.
func provinceOf(id graph.EntityID) graph.EntityID { return (id-provinces-1)/10 + 1 }

// placeOf is where the relation id takes place.
func placeOf(id graph.RelationID) graph.EntityID {
	return graph.EntityID(provinces + 1 + uint32(id)%prefectures)
}

func (c *country) AllEntities(kinds []graph.Kind, after graph.EntityID) iter.Seq2[graph.EntityID, error] {
	if slices.Equal(kinds, []graph.Kind{graph.KindRegion}) {
		return upTo[graph.EntityID](allRegions)
	}
	return c.powerLaw.AllEntities(kinds, after)
}

func (c *country) Entities(ids []graph.EntityID) ([]*graph.Entity, error) {
	docs, err := c.powerLaw.Entities(ids)
	for i, id := range ids {
		if id > allRegions {
			continue
		}
		code := fmt.Sprintf("%02d%02d00", 11+(id-1)%provinces, 1+id%90)
		if id <= provinces {
			code = fmt.Sprintf("%02d0000", 10+id)
		}
		docs[i].Key, docs[i].Kind, docs[i].Identifiers = regionKey(id), graph.KindRegion, []graph.Identifier{{Scheme: topology.CodeScheme, Value: code}}
	}
	return docs, err
}

func (c *country) Relations(ids []graph.RelationID) ([]*graph.Relation, error) {
	docs, err := c.powerLaw.Relations(ids)
	for i, doc := range docs {
		if doc.Type == graph.PartOf {
			doc.Modality = graph.Asserted
		}
		if doc.Type == "INVESTS_IN" {
			doc.Places = []graph.Key{regionKey(placeOf(ids[i]))}
			doc.Amount = &graph.Quantity{Raw: "x", Unit: "CNY", Value: graph.Decimal(strconv.Itoa(int(ids[i]) % 1000))}
		}
	}
	return docs, err
}

func (c *country) Resolve(uids []graph.UID) ([]uint32, error) {
	ids := make([]uint32, len(uids))
	for i, uid := range uids {
		ids[i] = uint32(c.regionOf[uid])
	}
	return ids, nil
}

// nation is the country of the benchmarks, made once: 500,000 relations, or
// LIANZHU_BENCH_RELATIONS where that is set.
var nation struct {
	country *country
	rows    *rows
	snap    *topology.Snapshot
	reader  graph.Reader
	regions *graph.Regions
}

func openNation(b *testing.B) {
	b.Helper()
	if nation.country != nil {
		return
	}
	relations := 500_000
	if text := os.Getenv("LIANZHU_BENCH_RELATIONS"); text != "" {
		relations = must(strconv.Atoi(text))(b)
	}
	nation.country = newCountry(relations/5, relations)
	nation.rows = newRows(nation.country.powerLaw)
	nation.snap = must(topology.Build(context.Background(), nation.country, ontologyOf(b), nil))(b)
	nation.reader = nation.snap.Reader(context.Background(), nation.country)
	nation.regions = must(graph.NewRegions(nation.reader))(b)
}
