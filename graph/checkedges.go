package graph

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
)

// checkBatch bounds what a check asks for at once.
const checkBatch = 256

// checkBatches hands what ids yields to do, some at a time.
func checkBatches[ID any](ids iter.Seq2[ID, error], do func([]ID) error) error {
	batch := make([]ID, 0, checkBatch)
	for id, err := range ids {
		if err != nil {
			return err
		}
		if batch = append(batch, id); len(batch) == checkBatch {
			if err := do(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return do(batch)
}

// adjacency proves that both ends of every relation list it. Each edge that an
// entity lists must be a relation at it, and none may be listed twice; so if as
// many are listed as there are ends, each end lists its own.
func (c *checker) adjacency() error {
	err := checkBatches(c.r.AllEntities(nil, 0), func(ids []EntityID) error {
		for i, dir := range []Direction{Out, In, Both} {
			if err := c.listed(ids, dir, &c.edges[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	n := c.counts.Relations
	want := [3]int{n + c.symmetric, n + c.symmetric, 2 * n}
	return c.expect(c.edges == want, "", "entities list %v edges (out, in, both), and there should be %v", c.edges, want)
}

func (c *checker) listed(ids []EntityID, dir Direction, n *int) error {
	lists, err := c.r.Neighbours(NeighbourQuery{IDs: ids, Direction: dir, Documents: true})
	if err != nil {
		return err
	}
	degrees, err := c.r.Degree(ids, nil, dir)
	if err != nil {
		return err
	}
	for i, a := range lists {
		*n += len(a.Edges)
		if err := c.expect(degrees[i] == len(a.Edges), "", "entity %d has degree %d (%s) and lists %d", ids[i], degrees[i], dir, len(a.Edges)); err != nil {
			return err
		}
		if err := c.degreesByType(a, dir); err != nil {
			return err
		}
		for j, e := range a.Edges {
			problem := c.edgeProblem(ids[i], e, dir)
			if j > 0 && !edgeFollows(a.Edges[j-1], e) {
				problem = "stands out of order"
			}
			if err := c.expect(problem == "", "", "relation %d, listed %s at entity %d, %s", e.Relation, dir, ids[i], problem); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *checker) degreesByType(a Adjacency, dir Direction) error {
	byType := map[RelationType]int{}
	for _, e := range a.Edges {
		byType[e.Type]++
	}
	for t, n := range byType {
		got, err := c.r.Degree([]EntityID{a.Entity}, []RelationType{t}, dir)
		if err != nil {
			return err
		}
		if err := c.expect(got[0] == n, "", "entity %d has degree %d (%s, %s) and lists %d", a.Entity, got[0], t, dir, n); err != nil {
			return err
		}
	}
	return nil
}

func edgeFollows(a, b Edge) bool {
	return a.Type < b.Type || a.Type == b.Type && a.Relation < b.Relation
}

// edgeProblem tells what is wrong with an edge seen from id, or "".
func (c *checker) edgeProblem(id EntityID, e Edge, dir Direction) string {
	r := e.Document
	if r == nil || r.ID != e.Relation {
		return "is not there"
	}
	def := c.ontology.Relation(r.Type)
	symmetric := def != nil && def.Symmetric
	out := r.SourceID == id
	switch {
	case !out && r.TargetID != id:
		return "is not at it"
	case r.Type != e.Type:
		return fmt.Sprintf("is of type %s, not %s", r.Type, e.Type)
	case e.Peer != r.Peer(id):
		return fmt.Sprintf("leads to %d, not %d", r.Peer(id), e.Peer)
	case e.Forward != (out || symmetric):
		return "is seen the wrong way round"
	case !symmetric && (dir == Out && !out || dir == In && out):
		return "goes the other way"
	}
	return ""
}

// checkRef is what a document names beside the sources of its evidence.
type checkRef struct {
	tag Tag
	key Key
}

func checkEntityRefs(e *Entity) []checkRef {
	var refs []checkRef
	for _, n := range e.Names {
		refs = appendRefs(refs, TagSource, n.Sources...)
	}
	for _, id := range e.Identifiers {
		refs = appendRefs(refs, TagSource, id.Sources...)
	}
	return refs
}

func checkRelationRefs(r *Relation) []checkRef {
	refs := appendRefs(nil, TagEntity, r.Places...)
	refs = appendRefs(refs, TagEntity, r.Via, r.Product, r.RecognisedIn, r.RecognisedBy)
	if r.Derivation != nil {
		refs = appendRefs(refs, TagRelation, r.Derivation.Premises...)
	}
	return refs
}

func appendRefs(refs []checkRef, tag Tag, keys ...Key) []checkRef {
	for _, k := range keys {
		if k != "" {
			refs = append(refs, checkRef{tag, k})
		}
	}
	return refs
}

// references proves that what a fact names is there, and that its evidence
// leads back to a fact.
func (c *checker) references(key Key, fact UID, refs []checkRef, evidence []Evidence, attributes []Attribute) error {
	cited := slices.Clone(evidence)
	for _, a := range attributes {
		cited = append(cited, a.Evidence...)
	}
	seen := map[Evidence]bool{}
	var uids []UID
	for _, e := range cited {
		if !seen[e] {
			seen[e] = true
			uids = append(uids, e.UID())
		}
		refs = append(refs, checkRef{TagSource, e.Source})
	}
	c.counts.Evidence += len(uids)
	for _, ref := range refs {
		ok, err := c.there(ref)
		if err != nil {
			return err
		}
		if err := c.expect(ok, key, "it names %s, which is not there", ref.key); err != nil {
			return err
		}
	}
	return c.cited(key, fact, uids)
}

func (c *checker) there(ref checkRef) (bool, error) {
	if ref.tag == TagSource {
		list, err := c.r.Sources([]Key{ref.key})
		return err == nil && list[0] != nil, err
	}
	ids, err := c.r.Resolve([]UID{NewUID(ref.tag, ref.key)})
	return err == nil && ids[0] != 0, err
}

// cited proves that evidence which fact cites leads to a fact that cites it and
// does not stand after this one; so it leads to the first.
func (c *checker) cited(key Key, fact UID, uids []UID) error {
	citations, err := c.r.Evidence(uids)
	if err != nil {
		return err
	}
	for i, got := range citations {
		if err := c.expect(got.Evidence.UID() == uids[i], key, "its evidence %s is not found", uids[i]); err != nil {
			return err
		}
		if err := c.expect(bytes.Compare(got.Fact[:], fact[:]) <= 0, key, "its evidence %s leads to a later fact", uids[i]); err != nil {
			return err
		}
		cites, err := c.cites(got.Fact, got.Evidence)
		if err != nil {
			return err
		}
		if err := c.expect(cites, key, "its evidence %s leads to a fact that does not cite it", uids[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) cites(fact UID, e Evidence) (bool, error) {
	ids, err := c.r.Resolve([]UID{fact})
	if err != nil || ids[0] == 0 {
		return false, err
	}
	var evidence []Evidence
	var attributes []Attribute
	if fact.Tag() == TagEntity {
		list, err := c.r.Entities([]EntityID{EntityID(ids[0])})
		if err != nil || list[0] == nil {
			return false, err
		}
		evidence, attributes = list[0].Evidence, list[0].Attributes
	} else {
		list, err := c.r.Relations([]RelationID{RelationID(ids[0])})
		if err != nil || list[0] == nil {
			return false, err
		}
		evidence, attributes = list[0].Evidence, list[0].Attributes
	}
	return slices.Contains(evidence, e) || slices.ContainsFunc(attributes, func(a Attribute) bool {
		return slices.Contains(a.Evidence, e)
	}), nil
}
