package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
)

// Finding is something that is wrong with a graph: with what (a key, or "" for
// the graph as a whole) and what it is.
type Finding struct {
	Subject Key
	Problem string
}

// String is f as one sentence.
func (f Finding) String() string {
	if f.Subject == "" {
		return f.Problem
	}
	return string(f.Subject) + ": " + f.Problem
}

// maxFindings ends a check; what is so broken needs no longer list.
const maxFindings = 1000

// Check proves that the graph in s is sound, by the contract alone: every end
// and everything else that a fact names exists, ends are of kinds that o joins,
// both ends of a relation list it, degrees and counts equal what is counted
// one by one, identities resolve, no region contains itself, evidence leads to
// a fact that cites it, and the newest entry of a thing's history is the thing.
// It reads one revision in one View, for as long as that takes. An error says
// that the check could not be finished.
func Check(ctx context.Context, s Store, o *Ontology) ([]Finding, error) {
	c := checker{ontology: o, counts: Counts{ByKind: map[Kind]int{}, ByType: map[RelationType]int{}}}
	err := s.View(ctx, func(r Reader) error {
		c.r = r
		for _, step := range []func() error{c.sources, c.entities, c.relations, c.adjacency, c.regions, c.totals} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = c.log(ctx, s)
	}
	if err == errEnough {
		err = nil
	}
	return c.findings, err
}

// errEnough ends a check that has found too much, or a search that need not go on.
var errEnough = fmt.Errorf("more than %d findings", maxFindings)

// checker holds what a check has found and counted.
type checker struct {
	r         Reader
	ontology  *Ontology
	findings  []Finding
	counts    Counts
	edges     [3]int // listed OUT, IN and BOTH
	symmetric int
	rev       Rev
}

func (c *checker) find(subject Key, format string, args ...any) error {
	c.findings = append(c.findings, Finding{subject, fmt.Sprintf(format, args...)})
	if len(c.findings) >= maxFindings {
		return errEnough
	}
	return nil
}

// expect is find unless ok.
func (c *checker) expect(ok bool, subject Key, format string, args ...any) error {
	if ok {
		return nil
	}
	return c.find(subject, format, args...)
}

func (c *checker) sources() error {
	c.rev = c.r.Rev()
	for key, err := range c.r.AllSources() {
		if err != nil {
			return err
		}
		c.counts.Sources++
		list, err := c.r.Sources([]Key{key})
		if err != nil {
			return err
		}
		if list[0] == nil {
			if err := c.find(key, "the source is listed but not there"); err != nil {
				return err
			}
			continue
		}
		if err := c.source(list[0]); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) source(s *Source) error {
	text, ok, err := c.r.Text(s.Key)
	if err != nil {
		return err
	}
	switch {
	case ok && HashSpan(text) != s.SHA256:
		err = c.find(s.Key, "its hash is not that of its text")
	case ok && len([]rune(text)) != s.Length:
		err = c.find(s.Key, "its length is %d, its text has %d characters", s.Length, len([]rune(text)))
	case !ok && s.SHA256 != "":
		err = c.find(s.Key, "it has a hash but no text")
	}
	if err != nil {
		return err
	}
	return c.newest(s.Key, s.UID(), s.Rev, s, new(Source))
}

func (c *checker) entities() error {
	return checkBatches(c.r.AllEntities(nil, 0), func(ids []EntityID) error {
		list, err := c.r.Entities(ids)
		if err != nil {
			return err
		}
		for i, e := range list {
			if e == nil {
				err = c.find("", "entity %d is listed but not there", ids[i])
			} else {
				err = c.entity(ids[i], e)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *checker) entity(id EntityID, e *Entity) error {
	c.counts.Entities++
	c.counts.ByKind[e.Kind]++
	if err := c.expect(e.ID == id, e.Key, "it is listed as %d and says it is %d", id, e.ID); err != nil {
		return err
	}
	if err := c.expect(c.ontology.Kind(e.Kind) != nil, e.Key, "there is no kind %s", e.Kind); err != nil {
		return err
	}
	if err := c.resolves(e.Key, e.UID(), uint32(id)); err != nil {
		return err
	}
	if err := c.references(e.Key, e.UID(), checkEntityRefs(e), e.Evidence, e.Attributes); err != nil {
		return err
	}
	doc := *e
	doc.ID = 0
	return c.newest(e.Key, e.UID(), e.Rev, &doc, new(Entity))
}

func (c *checker) relations() error {
	return checkBatches(c.r.AllRelations(nil, 0), func(ids []RelationID) error {
		list, err := c.r.Relations(ids)
		if err != nil {
			return err
		}
		for i, r := range list {
			if r == nil {
				err = c.find("", "relation %d is listed but not there", ids[i])
			} else {
				err = c.relation(ids[i], r)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *checker) relation(id RelationID, r *Relation) error {
	key := r.Key()
	c.counts.Relations++
	c.counts.ByType[r.Type]++
	if def := c.ontology.Relation(r.Type); def != nil && def.Symmetric {
		c.symmetric++
	}
	if err := c.expect(r.ID == id, key, "it is listed as %d and says it is %d", id, r.ID); err != nil {
		return err
	}
	if err := c.resolves(key, r.UID(), uint32(id)); err != nil {
		return err
	}
	if err := c.ends(key, r); err != nil {
		return err
	}
	if err := c.references(key, r.UID(), checkRelationRefs(r), r.Evidence, r.Attributes); err != nil {
		return err
	}
	doc := *r
	doc.ID, doc.SourceID, doc.TargetID = 0, 0, 0
	return c.newest(key, r.UID(), r.Rev, &doc, new(Relation))
}

func (c *checker) ends(key Key, r *Relation) error {
	list, err := c.r.Entities([]EntityID{r.SourceID, r.TargetID})
	if err != nil {
		return err
	}
	from, to := list[0], list[1]
	if from == nil || to == nil || from.Key != r.Source || to.Key != r.Target {
		return c.find(key, "its ends are not the entities it names")
	}
	ok, why := c.ontology.Joins(r.Type, from.Kind, to.Kind)
	return c.expect(ok, key, "%s", why)
}

func (c *checker) resolves(key Key, uid UID, id uint32) error {
	ids, err := c.r.Resolve([]UID{uid})
	if err != nil {
		return err
	}
	return c.expect(ids[0] == id, key, "its uid resolves to %d instead of %d", ids[0], id)
}

// newest compares a document with the newest entry of its history. doc has no
// dense ids; blank is an empty document of the same type.
func (c *checker) newest(key Key, subject UID, rev Rev, doc, blank any) error {
	entries, total, err := c.r.History(subject, nil, 1)
	if err != nil {
		return err
	}
	if total == 0 || len(entries) != 1 {
		return c.find(key, "it has no history")
	}
	e := entries[0]
	if e.Subject != subject || e.Rev != rev {
		return c.find(key, "it was written at revision %d and its history ends at %d", rev, e.Rev)
	}
	want, err := json.Marshal(doc)
	if err != nil {
		return c.find(key, "it cannot be written as JSON: %v", err)
	}
	if err := json.Unmarshal(e.After, blank); err != nil {
		return c.find(key, "the newest entry of its history is not a document: %v", err)
	}
	got, _ := json.Marshal(blank)
	return c.expect(string(got) == string(want), key, "the newest entry of its history is not what it is")
}

// regions finds regions that contain themselves.
func (c *checker) regions() error {
	state := map[EntityID]regionState{}
	for id, err := range c.r.AllEntities([]Kind{KindRegion}, 0) {
		if err != nil {
			return err
		}
		state[id] = regionNew
	}
	for id := range state {
		if err := c.climb(id, state); err != nil {
			return err
		}
	}
	return nil
}

// regionState is how far the search above a region has come.
type regionState byte

const (
	regionUnknown regionState = iota // no region
	regionNew
	regionOpen
	regionDone
)

// climb looks for a way from id upwards that leads to itself.
func (c *checker) climb(id EntityID, state map[EntityID]regionState) error {
	if state[id] != regionNew {
		return nil
	}
	state[id] = regionOpen
	above, err := c.r.Neighbours(NeighbourQuery{IDs: []EntityID{id}, Direction: Out, Types: []RelationType{PartOf}})
	if err != nil {
		return err
	}
	for _, e := range above[0].Edges {
		if state[e.Peer] == regionOpen {
			err = c.find("", "entity %d, a region, contains itself", e.Peer)
		} else {
			err = c.climb(e.Peer, state)
		}
		if err != nil {
			return err
		}
	}
	state[id] = regionDone
	return nil
}

func (c *checker) totals() error {
	got, err := c.r.Counts()
	if err != nil {
		return err
	}
	return c.expect(reflect.DeepEqual(got, c.counts), "", "the counters say %v, counting says %v", got, c.counts)
}

// log goes through the change log up to the revision that was read.
func (c *checker) log(ctx context.Context, s Store) error {
	alive := Counts{}
	var last LogPos
	for e, err := range s.Changes(ctx, 0) {
		if err != nil {
			return err
		}
		if e.Rev > c.rev {
			break
		}
		next := e.Rev == last.Rev && e.Index == last.Index+1 || e.Rev == last.Rev+1 && e.Index == 0
		if err := c.expect(next, "", "entry %d of revision %d follows entry %d of revision %d", e.Index, e.Rev, last.Index, last.Rev); err != nil {
			return err
		}
		last = LogPos{e.Rev, e.Index}
		alive.tally(e)
	}
	if err := c.expect(last.Rev == c.rev, "", "the log ends at revision %d, the graph is at %d", last.Rev, c.rev); err != nil {
		return err
	}
	same := alive.Entities == c.counts.Entities && alive.Relations == c.counts.Relations && alive.Sources == c.counts.Sources
	return c.expect(same, "", "by the log there should be %d entities, %d relations and %d sources, not %d, %d and %d",
		alive.Entities, alive.Relations, alive.Sources, c.counts.Entities, c.counts.Relations, c.counts.Sources)
}

// tally counts what is alive after e.
func (n *Counts) tally(e Entry) {
	by := map[Op]int{OpCreate: 1, OpRetract: -1}[e.Op]
	switch e.Subject.Tag() {
	case TagEntity:
		n.Entities += by
	case TagRelation:
		n.Relations += by
	case TagSource:
		n.Sources += by
	}
}
