package rules

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"lianzhu/graph"
)

// planner takes the changes of a batch one by one.
type planner struct {
	st       State
	ontology *graph.Ontology
	overlay  overlay
	writes   []Write
}

// change plans c and tells what it does.
func (p *planner) change(c *graph.Change) (graph.Result, error) {
	uid := c.Subject()
	old, err := p.overlay.find(uid)
	if err != nil {
		return graph.Result{}, err
	}
	if c.IfRev != nil && *c.IfRev != old.rev {
		return graph.Result{}, refuse(graph.CodeConflict, c, staleDetail(*c.IfRev, old))
	}
	w := Write{Op: graph.OpUpdate, Subject: uid, OldEntity: old.entity, OldRelation: old.relation, OldSource: old.source}
	switch {
	case c.Source != nil:
		err = p.source(c, &w)
	case c.Entity != nil:
		err = p.entity(c, &w)
	case c.Relation != nil:
		err = p.relation(c, &w)
	default:
		err = p.retract(c, &w, old)
	}
	if err != nil {
		return graph.Result{}, err
	}
	if same(&w) {
		return graph.Result{UID: uid}, nil
	}
	if !old.exists() {
		w.Op = graph.OpCreate
	}
	p.write(w)
	return graph.Result{UID: uid, Created: !old.exists(), Changed: old.exists()}, nil
}

func staleDetail(want graph.Rev, old thing) graph.Phrase {
	switch {
	case !old.exists():
		return graph.Phrasef("以为它在修订 %d，其实不存在；请重新读", "it was to be at revision %d but does not exist; read again", want)
	case want == 0:
		return graph.Phrasef("以为它不存在，其实写于修订 %d；请重新读", "it was not to exist but was written at revision %d; read again", old.rev)
	}
	return graph.Phrasef("以为它在修订 %d，其实写于修订 %d；请重新读", "it was to be at revision %d but was written at revision %d; read again", want, old.rev)
}

// write records w, whose documents get the revision that the batch makes.
func (p *planner) write(w Write) {
	rev := p.st.Rev() + 1
	t := thing{entity: w.Entity, relation: w.Relation, source: w.Source, rev: rev}
	switch {
	case w.Entity != nil:
		w.Entity.Rev = rev
	case w.Relation != nil:
		w.Relation.Rev = rev
	case w.Source != nil:
		w.Source.Rev = rev
	}
	p.overlay.put(w.Subject, t, w.References())
	p.writes = append(p.writes, w)
}

// same tells whether w writes what is there already.
func same(w *Write) bool {
	switch {
	case w.Entity != nil && w.OldEntity != nil:
		old := *w.OldEntity
		old.ID, old.Rev = 0, 0
		return reflect.DeepEqual(&old, w.Entity)
	case w.Relation != nil && w.OldRelation != nil:
		old := *w.OldRelation
		old.ID, old.SourceID, old.TargetID, old.Rev = 0, 0, 0, 0
		return reflect.DeepEqual(&old, w.Relation)
	case w.Source != nil && w.OldSource != nil:
		old := *w.OldSource
		old.Rev = 0
		return w.Text == nil && !w.DropText && old == *w.Source
	}
	return false
}

// exist refuses c unless all that it refers to exists. Citations repeat their
// sources and attributes theirs, so each is looked up once.
func (p *planner) exist(c *graph.Change, refs []Reference) error {
	for i, ref := range refs {
		if i > 0 && ref.UID == refs[i-1].UID {
			continue
		}
		ok, err := p.overlay.has(ref.UID)
		if err != nil {
			return err
		}
		if !ok {
			return &graph.Error{Code: graph.CodeNotFound, Op: opName(c), Key: string(ref.Key), Index: -1,
				Detail:   fmt.Sprintf("%s of %s is not in the graph; add it first", ref.As, c.Name()),
				DetailZH: fmt.Sprintf("%s 提到它，而图中没有；先加入", c.Name())}
		}
	}
	return nil
}

// collision is the refusal of a key whose uid another key has already. At 88
// bits nobody will meet it, but it must not overwrite the other thing.
func collision(c *graph.Change, other graph.Key) error {
	return refuse(graph.CodeInvalid, c, graph.Phrasef("它的标识与 %s 的相同；换一个键", "its id is that of %s already; take another key", other), "key")
}

func (p *planner) source(c *graph.Change, w *Write) error {
	s, old := c.Source, w.OldSource
	w.Source = s
	switch {
	case old != nil && old.Key != s.Key:
		return collision(c, old.Key)
	case c.DropText:
		s.SHA256, s.Length = "", 0
		w.DropText = old != nil && old.SHA256 != ""
	case c.Text == nil && old == nil:
		s.SHA256, s.Length = "", 0
	case c.Text == nil:
		s.SHA256, s.Length, s.Editions = old.SHA256, old.Length, old.Editions
	case old == nil:
		s.Editions = max(s.Editions, 1)
		w.Text = c.Text
	case old.SHA256 == s.SHA256:
		s.Editions = max(s.Editions, old.Editions)
	default:
		s.Editions = max(s.Editions, old.Editions+1)
		w.Text = c.Text
	}
	return nil
}

func (p *planner) entity(c *graph.Change, w *Write) error {
	e, old := c.Entity, w.OldEntity
	w.Entity = e
	if old != nil && old.Key != e.Key {
		return collision(c, old.Key)
	}
	if err := p.exist(c, w.References()); err != nil {
		return err
	}
	if old != nil && old.Kind != e.Kind {
		return p.rekind(c, w.Subject)
	}
	return nil
}

// rekind allows an entity to become of another kind where its relations still
// fit.
func (p *planner) rekind(c *graph.Change, uid graph.UID) error {
	err := p.overlay.factsOf(uid, func(_ graph.UID, t thing) (bool, error) {
		r := t.relation
		switch {
		case r == nil:
			return true, nil
		case c.Entity.Kind != graph.KindRegion && (r.RecognisedIn == c.Entity.Key || slices.Contains(r.Places, c.Entity.Key)):
			return false, blocked(refuse(graph.CodeConflict, c, graph.Phrasef("它须是地区，因为 %s 发生在它那里", "it must stay a region, since %s takes place in it", r.Key()), "kind"), r)
		case r.Source != c.Entity.Key && r.Target != c.Entity.Key:
			return true, nil
		}
		return true, p.joins(c, r, c.Entity)
	})
	if err != nil || c.Entity.Kind != graph.KindRegion {
		return err
	}
	return p.within(c, uid, uid)
}

// blocked says in err which relation stands in the way.
func blocked(err error, r *graph.Relation) error {
	var e *graph.Error
	if errors.As(err, &e) {
		e.Subject = r.UID()
	}
	return err
}

// fits refuses c where r, which refers to refs, may not join its ends.
func (p *planner) fits(c *graph.Change, r *graph.Relation, refs []Reference) error {
	from, err := p.overlay.kind(refs[0].UID)
	if err != nil {
		return err
	}
	to, err := p.overlay.kind(refs[1].UID)
	if err != nil {
		return err
	}
	if ok, why := p.ontology.Joins(r.Type, from, to); !ok {
		return refuse(graph.CodeInvalid, c, graph.Phrasef("%[1]s 不能从 %[2]s 到 %[3]s", "%[4]s", r.Type, from, to, why), "target")
	}
	return nil
}

// joins refuses c, which makes changed of one of r's ends, where r may then not
// join them.
func (p *planner) joins(c *graph.Change, r *graph.Relation, changed *graph.Entity) error {
	kind := func(end graph.Key) (graph.Kind, error) {
		if changed.Key == end {
			return changed.Kind, nil
		}
		return p.overlay.kind(graph.NewUID(graph.TagEntity, end))
	}
	from, err := kind(r.Source)
	if err != nil {
		return err
	}
	to, err := kind(r.Target)
	if err != nil {
		return err
	}
	ok, why := p.ontology.Joins(r.Type, from, to)
	if !ok {
		return blocked(refuse(graph.CodeConflict, c, graph.Phrasef("因为 %[2]s，它的类别不能改为 %[1]s", "its kind cannot become %[1]s because of %[2]s: %[3]s", changed.Kind, r.Key(), why), "kind"), r)
	}
	return nil
}

func (p *planner) relation(c *graph.Change, w *Write) error {
	r, old := c.Relation, w.OldRelation
	w.Relation = r
	if old != nil && old.Key() != r.Key() {
		return collision(c, old.Key())
	}
	if err := p.exist(c, w.References()); err != nil {
		return err
	}
	if err := p.fits(c, r, w.References()); err != nil {
		return err
	}
	if err := p.places(c, r); err != nil {
		return err
	}
	if r.Type != graph.PartOf || old != nil {
		return nil
	}
	source := graph.NewUID(graph.TagEntity, r.Source)
	target := graph.NewUID(graph.TagEntity, r.Target)
	if kind, err := p.overlay.kind(source); err != nil || kind != graph.KindRegion {
		return err
	}
	return p.within(c, target, source)
}

// places refuses a relation that takes place in something else than a region.
func (p *planner) places(c *graph.Change, r *graph.Relation) error {
	if r.RecognisedIn == "" && r.Places == nil {
		return nil
	}
	for _, key := range append([]graph.Key{r.RecognisedIn}, r.Places...) {
		if key == "" {
			continue
		}
		kind, err := p.overlay.kind(graph.NewUID(graph.TagEntity, key))
		if err != nil {
			return err
		}
		if kind != graph.KindRegion {
			return refuse(graph.CodeInvalid, c, graph.Phrasef("%s 不是地区；关系发生在地区，也在地区认定", "%s is no region; a relation takes place, and is recognised, in regions", key), "places")
		}
	}
	return nil
}

// within refuses c where the region from, or a region that contains it, is part
// of inner: then inner would contain itself. Where from is inner, the search
// begins above it.
func (p *planner) within(c *graph.Change, from, inner graph.UID) error {
	seen := map[graph.UID]bool{}
	frontier := []graph.UID{from}
	for first := true; len(frontier) > 0; first = false {
		at := frontier[len(frontier)-1]
		frontier = frontier[:len(frontier)-1]
		if at == inner && !first {
			return refuse(graph.CodeInvalid, c, graph.Phrase{ZH: "这样一来，一个地区会包含它自己", EN: "a region would contain itself"}, "target")
		}
		if seen[at] {
			continue
		}
		seen[at] = true
		kind, err := p.overlay.kind(at)
		if err != nil {
			return err
		}
		if kind != graph.KindRegion && at != inner {
			continue
		}
		above, err := p.overlay.containers(at)
		if err != nil {
			return err
		}
		frontier = append(frontier, above...)
	}
	return nil
}

func (p *planner) retract(c *graph.Change, w *Write, old thing) error {
	switch c.Retract.Tag() {
	case graph.TagEntity, graph.TagRelation, graph.TagSource:
	default:
		return refuse(graph.CodeInvalid, c, graph.Phrase{ZH: "只能撤回实体、关系或来源", EN: "only an entity, a relation or a source can be retracted"})
	}
	if !old.exists() {
		return refuse(graph.CodeNotFound, c, graph.Phrase{ZH: "图中没有它", EN: "it is not in the graph"})
	}
	w.Op = graph.OpRetract
	if old.relation != nil {
		if err := p.retractConclusions(c.Retract, old.relation.Key()); err != nil {
			return err
		}
	}
	fact, key, err := p.overlay.anyFact(c.Retract)
	if err != nil {
		return err
	}
	if key != "" {
		return &graph.Error{Code: graph.CodeConflict, Op: "retract", Key: string(old.key()), Index: -1, Subject: fact,
			Detail: "it is named by " + string(key) + "; retract that first", DetailZH: string(key) + " 还提到它；先撤回那一条"}
	}
	return nil
}
