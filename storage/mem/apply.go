package mem

import (
	"cmp"
	"slices"
	"time"

	"lianzhu/graph"
	"lianzhu/storage/internal/rules"
	"lianzhu/text"
)

// apply makes the snapshot that follows s when plan is carried out.
func (s *snapshot) apply(o *graph.Ontology, b *graph.Batch, plan *rules.Plan) *snapshot {
	next := s.copied()
	next.rev = plan.Receipt.Rev
	at := rules.At(b)
	for i := range plan.Writes {
		w := &plan.Writes[i]
		next.record(i, at, b, w)
		next.index(w, o)
	}
	if plan.Kept != nil {
		next.kept = next.kept.with(byString, b.Key, plan.Kept)
	}
	return next
}

// record adds w to the log and to the history of its subject.
func (s *snapshot) record(i int, at time.Time, b *graph.Batch, w *rules.Write) {
	e := graph.Entry{
		Rev: s.rev, Index: i, At: at, Actor: b.Actor, Reason: b.Reason,
		Op: w.Op, Subject: w.Subject, Before: w.JSON(true), After: w.JSON(false),
	}
	s.log = append(s.log, e)
	past, _ := s.history.get(byUID, w.Subject)
	s.history = s.history.with(byUID, w.Subject, append(past, e))
}

// index takes w's old document out of every map and puts the new one in.
func (s *snapshot) index(w *rules.Write, o *graph.Ontology) {
	for _, ref := range w.OldReferences() {
		s.named = s.named.without(byPair, pair{ref.UID, w.Subject})
	}
	for _, ref := range w.References() {
		s.named = s.named.with(byPair, pair{ref.UID, w.Subject}, none{})
	}
	s.cite(w)
	switch w.Subject.Tag() {
	case graph.TagEntity:
		s.putEntity(w)
	case graph.TagRelation:
		s.putRelation(w, o)
	case graph.TagSource:
		s.putSource(w)
	}
}

func (s *snapshot) cite(w *rules.Write) {
	before := rules.Citations(w.OldEntity, w.OldRelation)
	after := rules.Citations(w.Entity, w.Relation)
	for _, e := range before {
		s.cited = s.cited.without(byPair, pair{e.UID(), w.Subject})
	}
	for _, e := range after {
		s.cited = s.cited.with(byPair, pair{e.UID(), w.Subject}, none{})
	}
	s.counts.Evidence += len(after) - len(before)
}

func (s *snapshot) putEntity(w *rules.Write) {
	id := s.numbered(w, (*uint32)(&s.lastEntity), &s.counts.Entities)
	if w.OldEntity != nil {
		count(s.counts.ByKind, w.OldEntity.Kind, -1)
		s.unlist(graph.EntityID(id), text.Terms(w.OldEntity))
		s.entities = s.entities.without(byEntity, graph.EntityID(id))
	}
	if e := w.Entity; e != nil {
		count(s.counts.ByKind, e.Kind, 1)
		e.ID = graph.EntityID(id)
		s.list(e.ID, text.Terms(e))
		s.entities = s.entities.with(byEntity, e.ID, e)
	}
}

func (s *snapshot) putRelation(w *rules.Write, o *graph.Ontology) {
	id := graph.RelationID(s.numbered(w, (*uint32)(&s.lastRelation), &s.counts.Relations))
	r := cmp.Or(w.Relation, w.OldRelation)
	source := s.entity(graph.NewUID(graph.TagEntity, r.Source)).ID
	target := s.entity(graph.NewUID(graph.TagEntity, r.Target)).ID
	from, to := place{source, r.Type}, place{target, r.Type}
	if w.OldRelation != nil {
		count(s.counts.ByType, r.Type, -1)
		s.unlink(from, id)
		s.unlink(to, id)
		s.relations = s.relations.without(byRelation, id)
	}
	if r = w.Relation; r != nil {
		def := o.Relation(r.Type)
		count(s.counts.ByType, r.Type, 1)
		r.ID, r.SourceID, r.TargetID = id, source, target
		s.link(from, edge{id, target, true, def.Symmetric})
		s.link(to, edge{id, source, def.Symmetric, true})
		s.relations = s.relations.with(byRelation, id, r)
	}
}

func (s *snapshot) putSource(w *rules.Write) {
	if old := w.OldSource; old != nil {
		s.counts.Sources--
		s.keys = s.keys.without(byUID, w.Subject)
		s.sources = s.sources.without(byKey, old.Key)
		if text, had := s.texts.get(byKey, old.Key); had && (w.Source == nil || w.Text != nil || w.DropText) {
			s.texts = s.texts.without(byKey, old.Key)
			s.past = s.past.with(byString, old.SHA256, text)
		}
	}
	if source := w.Source; source != nil {
		s.counts.Sources++
		s.keys = s.keys.with(byUID, w.Subject, source.Key)
		s.sources = s.sources.with(byKey, source.Key, source)
		if w.Text != nil {
			s.texts = s.texts.with(byKey, source.Key, *w.Text)
		}
	}
}

// numbered gives the dense id of what w writes, the next one for what is new,
// and keeps the count of such things.
func (s *snapshot) numbered(w *rules.Write, last *uint32, n *int) uint32 {
	switch w.Op {
	case graph.OpCreate:
		*last++
		*n++
		s.ids = s.ids.with(byUID, w.Subject, *last)
		return *last
	case graph.OpRetract:
		*n--
		id, _ := s.ids.get(byUID, w.Subject)
		s.ids = s.ids.without(byUID, w.Subject)
		return id
	}
	id, _ := s.ids.get(byUID, w.Subject)
	return id
}

// count adds n to m[k] and forgets what has come down to nothing.
func count[K comparable](m map[K]int, k K, n int) {
	if m[k] += n; m[k] == 0 {
		delete(m, k)
	}
}

// link adds e to those at p.
func (s *snapshot) link(p place, e edge) {
	edges, _ := s.edges.get(byPlace, p)
	s.edges = s.edges.with(byPlace, p, added(edges, e, byRelationOf))
}

func (s *snapshot) unlink(p place, id graph.RelationID) {
	edges, _ := s.edges.get(byPlace, p)
	if edges = taken(edges, edge{relation: id}, byRelationOf); len(edges) > 0 {
		s.edges = s.edges.with(byPlace, p, edges)
	} else {
		s.edges = s.edges.without(byPlace, p)
	}
}

func (s *snapshot) list(id graph.EntityID, terms []string) {
	for _, term := range terms {
		ids, _ := s.terms.get(byString, term)
		s.terms = s.terms.with(byString, term, added(ids, id, byEntity))
	}
}

func (s *snapshot) unlist(id graph.EntityID, terms []string) {
	for _, term := range terms {
		ids, _ := s.terms.get(byString, term)
		if ids = taken(ids, id, byEntity); len(ids) > 0 {
			s.terms = s.terms.with(byString, term, ids)
		} else {
			s.terms = s.terms.without(byString, term)
		}
	}
}

// added is list, which is sorted, with v. What is new has the greatest id and
// goes to the end, where snapshots may share the slice.
func added[V any](list []V, v V, cmp compare[V]) []V {
	i, _ := slices.BinarySearchFunc(list, v, cmp)
	if i == len(list) {
		return append(list, v)
	}
	return slices.Insert(slices.Clone(list), i, v)
}

// taken is list without v.
func taken[V any](list []V, v V, cmp compare[V]) []V {
	i, ok := slices.BinarySearchFunc(list, v, cmp)
	if !ok {
		return list
	}
	return slices.Delete(slices.Clone(list), i, i+1)
}
