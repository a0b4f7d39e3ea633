package gql

import (
	"slices"

	"lianzhu/graph"
)

// retract drafts a retraction.
func (d *draft) retract(operation int, id string, at []string) (Problem, error) {
	uid, err := parseID(id)
	if err != nil {
		return invalidAt(at, "这不是本服务器的标识；标识是 16 个字符，见字段 id", "this is not an id of this server; ids are 16 characters, as the field id gives them"), nil
	}
	switch uid.Tag() {
	case graph.TagEvidence:
		return d.retractEvidence(operation, uid, at)
	case graph.TagEntity, graph.TagRelation, graph.TagSource:
	default:
		return invalidAt(at, "只能撤回实体、关系、来源或出处", "only an entity, a relation, a source or a piece of evidence can be taken back"), nil
	}
	noun, rev, err := d.thing(uid)
	if err != nil {
		return nil, err
	}
	if noun == nil {
		return nothing(id, at), nil
	}
	d.before[len(d.changes)] = noun
	d.put(operation, graph.Change{Retract: uid}, rev)
	switch noun := noun.(type) {
	case Entity:
		d.entities[graph.Key(noun.base().head.Key)] = nil
	case Relation:
		d.relations[uid] = nil
	case *Source:
		d.sources[noun.doc.Key], d.newTexts[noun.doc.Key] = nil, nil
	}
	return nil, nil
}

func nothing(id string, at []string) Problem {
	return &NotFound{problem: problem{&graph.Error{Code: graph.CodeNotFound, Op: "retract", Key: id, Index: -1,
		Detail: "there is nothing with this id", DetailZH: "没有这个标识的东西"}, at}, Missing: id, Suggestions: []*SearchHit{}}
}

// thing is what uid names as the draft has it, and the revision that wrote it.
func (d *draft) thing(uid graph.UID) (Node, graph.Rev, error) {
	if r, own := d.relations[uid]; own {
		if r == nil {
			return nil, 0, nil
		}
		return d.s.wrapRelation(r), r.Rev, nil
	}
	for key, e := range d.entities {
		if graph.NewUID(graph.TagEntity, key) != uid {
			continue
		}
		if e == nil {
			return nil, 0, nil
		}
		return d.s.wrap(e), e.Rev, nil
	}
	for key, s := range d.sources {
		if graph.NewUID(graph.TagSource, key) != uid {
			continue
		}
		if s == nil {
			return nil, 0, nil
		}
		return &Source{d.s, s}, s.Rev, nil
	}
	noun, err := d.s.node(d.r, uid)
	switch noun := noun.(type) {
	case Entity:
		return noun, noun.base().head.Rev, err
	case Relation:
		return noun, noun.relationDoc().Rev, err
	case *Source:
		return noun, noun.doc.Rev, err
	}
	return nil, 0, err
}

// retractEvidence takes a piece of evidence from every fact that cites it.
func (d *draft) retractEvidence(operation int, uid graph.UID, at []string) (Problem, error) {
	if at[0] == "operations" {
		return invalidAt(at, "出处请单独用 retract 撤回", "a piece of evidence is taken back by the mutation retract, not within a list"), nil
	}
	cited, err := d.r.Evidence([]graph.UID{uid})
	if err != nil {
		return nil, err
	}
	e := cited[0].Evidence
	if cited[0].Fact == (graph.UID{}) {
		return nothing(uid.String(), at), nil
	}
	facts, err := d.r.Referrers(graph.NewUID(graph.TagSource, e.Source))
	if err != nil {
		return nil, err
	}
	for _, fact := range facts {
		noun, err := d.s.factNode(d.r, fact)
		if err != nil {
			return nil, err
		}
		switch noun := noun.(type) {
		case Entity:
			doc := *noun.base().doc
			if without(&doc.Evidence, &doc.Attributes, e) {
				d.put(operation, graph.Change{Entity: &doc}, doc.Rev)
			}
		case Relation:
			doc := *noun.relationDoc()
			if !without(&doc.Evidence, &doc.Attributes, e) {
				continue
			}
			if len(doc.Evidence) == 0 && !doc.Derived() {
				return d.onlyEvidence(&doc, at), nil
			}
			d.put(operation, graph.Change{Relation: &doc}, doc.Rev)
		}
	}
	return nil, nil
}

// onlyEvidence is the problem of a relation that would be left without evidence.
func (d *draft) onlyEvidence(r *graph.Relation, at []string) Problem {
	said := graph.Phrasef("它是 %s 唯一的出处；要撤就撤那条关系", "it is the only evidence of %s; take that relation back instead", r.Key())
	return &Conflict{problem: problem{&graph.Error{Code: graph.CodeConflict, Op: "retract", Index: -1, Detail: said.EN, DetailZH: said.ZH}, at}, s: d.s, subject: r.UID()}
}

// without takes e out of the evidence of a fact and of its attributes, of which
// it makes copies.
func without(evidence *[]graph.Evidence, attributes *[]graph.Attribute, e graph.Evidence) (was bool) {
	take := func(from []graph.Evidence) []graph.Evidence {
		rest := slices.DeleteFunc(slices.Clone(from), func(x graph.Evidence) bool { return x == e })
		was = was || len(rest) < len(from)
		return rest
	}
	*evidence = take(*evidence)
	*attributes = slices.Clone(*attributes)
	for i := range *attributes {
		(*attributes)[i].Evidence = take((*attributes)[i].Evidence)
	}
	return was
}
