package gql

import (
	"cmp"
	"fmt"
	"strings"

	"lianzhu/graph"
)

// EntityRef names an entity by its id, its key or its name.
type EntityRef struct {
	ID, Key, Name *string
}

// Take sets one of the three by its name in the schema, and is false where there
// is none of that name.
func (r *EntityRef) Take(member, text string) bool {
	switch member {
	case "id":
		r.ID = &text
	case "key":
		r.Key = &text
	case "name":
		r.Name = &text
	default:
		return false
	}
	return true
}

// find reads the entity that ref means. Nothing is guessed: a name that means
// several entities is an error which lists them.
func (s *session) find(r graph.Reader, ref EntityRef) (*graph.Entity, error) {
	given := 0
	for _, v := range [...]*string{ref.ID, ref.Key, ref.Name} {
		if v != nil {
			given++
		}
	}
	if given != 1 {
		return nil, inputError("ref", fmt.Sprintf("it needs exactly one of id, key and name; it has %d", given))
	}
	switch {
	case ref.ID != nil:
		return s.findByID(r, *ref.ID)
	case ref.Key != nil:
		return s.findByKey(r, *ref.Key)
	}
	return s.findByName(r, *ref.Name)
}

// locate is the id of the entity that ref means.
func (s *session) locate(r graph.Reader, ref EntityRef) (graph.EntityID, error) {
	switch head, err := s.headOf(r, &ref); {
	case err != nil:
		return 0, err
	case head != nil:
		return head.ID, nil
	}
	e, err := s.find(r, ref)
	if err != nil {
		return 0, err
	}
	return e.ID, nil
}

// headOf is the header of the entity that ref names by its key, so that no
// document need be read; nil where that is not told so simply.
func (s *session) headOf(r graph.Reader, ref *EntityRef) (*graph.EntityHeader, error) {
	headers, ok := r.(graph.Headers)
	if !ok || s.drafted != nil || ref.Key == nil || ref.ID != nil || ref.Name != nil {
		return nil, nil
	}
	found, err := r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, graph.Key(*ref.Key))})
	if err != nil || found[0] == 0 {
		return nil, err
	}
	heads := s.roomForEntities(1)
	if err = headers.EntityHeaders([]graph.EntityID{graph.EntityID(found[0])}, heads); err != nil || heads[0].ID == 0 {
		return nil, err
	}
	return &heads[0], nil
}

func (s *session) findByID(r graph.Reader, id string) (*graph.Entity, error) {
	uid, err := parseID(id)
	if err != nil {
		return nil, err
	}
	if uid.Tag() != graph.TagEntity {
		return nil, inputError("id", id+" is the id of something else than an entity")
	}
	found, err := r.Resolve([]graph.UID{uid})
	if err != nil {
		return nil, err
	}
	doc, err := s.fetchOne(r, graph.EntityID(found[0]))
	if err != nil {
		return nil, err
	}
	if doc == nil {
		return s.merged(r, uid, notFound("entity", id, "there is no entity with this id", "没有这个标识的实体"))
	}
	return doc, nil
}

// merged is the entity into which the one that uid named was merged; the error
// otherwise is err.
func (s *session) merged(r graph.Reader, uid graph.UID, err error) (*graph.Entity, error) {
	past, _, failed := r.History(uid, nil, 1)
	if failed != nil || len(past) == 0 || past[0].Before == nil {
		return nil, cmp.Or(failed, err)
	}
	was, failed := readDocument[graph.Entity](past[0].Before, uid)
	if failed != nil {
		return nil, failed
	}
	return s.mergedKey(r, was.Key, err)
}

func (s *session) mergedKey(r graph.Reader, key graph.Key, err error) (*graph.Entity, error) {
	into, failed := graph.MergedInto(r, key)
	if into == nil || failed != nil {
		return nil, cmp.Or(failed, err)
	}
	return into, nil
}

// parseID reads a global id.
func parseID(id string) (graph.UID, error) {
	uid, ok := graph.ParseUID(id)
	if !ok {
		return uid, inputError("id", fmt.Sprintf("%.40q is not an id of this server; ids are 16 characters, as the field id gives them", id))
	}
	return uid, nil
}

func (s *session) findByKey(r graph.Reader, key string) (*graph.Entity, error) {
	doc, err := s.oneByKey(r, graph.Key(key))
	if err != nil {
		return nil, err
	}
	if doc == nil {
		return s.mergedKey(r, graph.Key(key), notFound("entity", fmt.Sprintf("%.80q", key),
			"there is no entity with this key; search finds it by name", "没有这个键的实体；可用 search 按名称查找"))
	}
	return doc, nil
}

// maxCandidates bounds how many candidates an ambiguous name lists.
const maxCandidates = 20

func (s *session) findByName(r graph.Reader, name string) (*graph.Entity, error) {
	ids, err := r.Named(name)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, notFound("entity", fmt.Sprintf("%.80q", name), "nothing is called that; search finds parts of names, pinyin and misspellings",
			"没有叫这个名字的；search 能按部分名称、拼音和近似写法查找")
	}
	docs, err := s.fetch(r, ids[:min(len(ids), maxCandidates)])
	if err != nil {
		return nil, err
	}
	if len(ids) == 1 {
		return docs[0], nil
	}
	return nil, ambiguous(name, docs, len(ids))
}

// ambiguous is the error of a name that several entities have.
func ambiguous(name string, docs []*graph.Entity, all int) error {
	var keys []graph.Key
	var list []string
	for _, e := range docs {
		keys = append(keys, e.Key)
		list = append(list, fmt.Sprintf("%s (%s)", e.Name(graph.ZH), e.Key))
	}
	zh := fmt.Sprintf("有 %d 个实体叫这个名字：%s", all, strings.Join(list, "、"))
	detail := fmt.Sprintf("%d entities are called that: %s", all, strings.Join(list, ", "))
	if all > len(docs) {
		detail += fmt.Sprintf(" and %d more", all-len(docs))
		zh += fmt.Sprintf("等，另有 %d 个", all-len(docs))
	}
	return &graph.Error{Code: graph.CodeAmbiguous, Op: "entity", Key: fmt.Sprintf("%.80q", name), Index: -1,
		Detail: detail + "; name one by its key", DetailZH: zh + "；用键指明是哪一个", Candidates: keys}
}

// findAll gives the ids of the entities that refs mean, in their order.
func (s *session) findAll(r graph.Reader, argument string, refs []*EntityRef) ([]graph.EntityID, error) {
	if len(refs) > s.Maxima.Roots {
		return nil, &graph.Error{Code: graph.CodeLimit, Op: "argument", Key: argument, Index: -1,
			Detail: fmt.Sprintf("it may have at most %d items; it has %d", s.Maxima.Roots, len(refs))}
	}
	var ids []graph.EntityID
	for _, ref := range refs {
		id, err := s.locate(r, *ref)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
