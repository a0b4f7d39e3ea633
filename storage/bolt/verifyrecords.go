package bolt

import (
	"bytes"
	"encoding/hex"
	"slices"

	"lianzhu/graph"
	"lianzhu/storage/internal/record"
	"lianzhu/storage/internal/rules"
	"lianzhu/text"
)

// The steps below go through the records and prove that every index has what
// they ask for. checkSizes then proves that the indexes have nothing else.

func (v *verifier) checkSources() error {
	if err := v.each(bSources, v.state.sources, v.checkSource); err != nil {
		return err
	}
	keys := 0
	if err := v.each(bSourceKeys, v.state.sources, func([]byte, []byte) error { keys++; return nil }); err != nil {
		return err
	}
	if err := v.expect(keys == v.got.sources, bSourceKeys, nil, "there are %d keys of %d sources", keys, v.got.sources); err != nil {
		return err
	}
	return v.each(bTexts, v.state.sources, func(key, payload []byte) error {
		if len(key) == pastKey {
			return v.expect(graph.HashSpan(string(payload)) == hex.EncodeToString(key), bTexts, key, "it is a text that some source had, under another hash")
		}
		s, err := v.source(be32(key))
		if err != nil || s == nil {
			return v.expect(err != nil, bTexts, key, "it is the text of no source")
		}
		return v.expect(graph.HashSpan(string(payload)) == s.SHA256, bTexts, key, "the text of %s does not have the hash of the source", s.Key)
	})
}

func (v *verifier) checkSource(key, payload []byte) error {
	v.got.sources++
	s, err := record.DecodeSource(payload)
	if err != nil {
		return v.find(bSources, key, "%v", err)
	}
	w, _ := record.WrittenOfSource(payload)
	if err := v.written(bSources, key, s.UID(), w); err != nil {
		return err
	}
	id, err := v.get(bSourceKeys, []byte(s.Key))
	if err != nil {
		return err
	}
	if s.SHA256 != "" {
		text, err := v.get(bTexts, key)
		if err != nil {
			return err
		}
		if err := v.expect(text != nil, bSources, key, "%s has a hash and no text", s.Key); err != nil {
			return err
		}
	}
	return v.expect(bytes.Equal(id, key), bSources, key, "%s is not listed by its key", s.Key)
}

// written proves that the log ends, for a thing, where its record says.
func (v *verifier) written(b bucket, key []byte, subject graph.UID, at record.Written) error {
	v.want.entries += int(at.Nth)
	v.want.links += int(at.Nth) - 1
	raw, err := v.logEntry(at)
	if err != nil {
		return err
	}
	return v.expect(raw.Subject == subject && raw.Op != graph.OpRetract, b, key, "the log does not say that it was written at revision %d", at.Rev)
}

func (v *verifier) checkEntities() error {
	return v.each(bEntities, v.state.entities, func(key, payload []byte) error {
		v.got.entities++
		e, err := record.DecodeEntity(payload, v.symbols.kind)
		if err != nil || len(key) != 4 {
			return v.find(bEntities, key, "it is no entity: %v", err)
		}
		h, _ := record.HeadOfEntity(payload)
		again, err := record.AppendEntity(nil, e, h.Kind(), h.Written())
		if err := v.expect(err == nil && bytes.Equal(again, payload), bEntities, key, "its head does not fit its document"); err != nil {
			return err
		}
		e.ID = graph.EntityID(be32(key))
		if err := v.written(bEntities, key, e.UID(), h.Written()); err != nil {
			return err
		}
		if err := v.member(bEntities, key, symbolKind, h.Kind()); err != nil {
			return err
		}
		if err := v.references(dense{graph.TagEntity, uint32(e.ID)}, key, rules.Write{Subject: e.UID(), Entity: e}); err != nil {
			return err
		}
		return v.indexed(key, e)
	})
}

// member proves that a record is listed under its kind or type.
func (v *verifier) member(b bucket, key []byte, class byte, code uint16) error {
	id := be32(key)
	last := v.state.lastEntity
	if b == bRelations {
		last = v.state.lastRelation
	}
	if err := v.expect(id > 0 && id <= last, b, key, "its id was never given out"); err != nil {
		return err
	}
	m, _, err := v.block(class, code, id>>blockShift)
	if err != nil {
		return err
	}
	return v.expect(m.after(id>>blockShift, id-1) == id, b, key, "it is not among the members of its kind or type")
}

// references proves that what a fact names and cites is there and listed.
func (v *verifier) references(fact dense, key []byte, w rules.Write) error {
	b, _ := bucketOf(fact.tag)
	refs := w.References()
	if fact.tag == graph.TagRelation {
		refs = refs[2:] // its ends
	}
	slices.SortFunc(refs, func(x, y rules.Reference) int { return bytes.Compare(x.UID[:], y.UID[:]) })
	refs = slices.CompactFunc(refs, func(x, y rules.Reference) bool { return x.UID == y.UID })
	v.want.named += len(refs)
	for _, ref := range refs {
		id, err := v.idOf(ref.UID)
		if err != nil {
			return err
		}
		if id == 0 {
			if err := v.find(b, key, "%s (%s) is not there", ref.Key, ref.As); err != nil {
				return err
			}
			continue
		}
		payload, err := v.get(bNamed, fact.appendTo(dense{ref.UID.Tag(), id}.appendTo(nil)))
		if err != nil {
			return err
		}
		if err := v.expect(payload != nil, b, key, "%s does not know that it is named", ref.Key); err != nil {
			return err
		}
	}
	for _, e := range rules.Citations(w.Entity, w.Relation) {
		v.want.cited++
		payload, err := v.get(bCited, citedKey(e, w.Subject))
		if err != nil {
			return err
		}
		if err := v.expect(payload != nil, b, key, "its evidence in %s is not listed", e.Source); err != nil {
			return err
		}
	}
	return nil
}

// indexed proves that an entity is listed under each of its search terms.
func (v *verifier) indexed(key []byte, e *graph.Entity) error {
	if v.state.terms != termsVersion {
		return nil
	}
	for _, term := range text.Terms(e) {
		v.want.terms++
		var failed error
		list, err := v.list(term, &failed)
		if err != nil {
			return err
		}
		if list == nil || list.Seek(e.ID) != e.ID || failed != nil {
			return v.find(bEntities, key, "%s cannot be found by the term %q", e.Key, term)
		}
	}
	return nil
}

func (v *verifier) checkRelations() error {
	return v.each(bRelations, v.state.relations, func(key, payload []byte) error {
		v.got.relations++
		r, err := record.DecodeRelation(payload, v.symbols.typ)
		if err != nil || len(key) != 4 {
			return v.find(bRelations, key, "it is no relation: %v", err)
		}
		h, _ := record.HeadOfRelation(payload)
		again, err := record.AppendRelation(nil, r, h.Type(), h.Written())
		if err := v.expect(err == nil && bytes.Equal(again, payload), bRelations, key, "its head does not fit its document"); err != nil {
			return err
		}
		r.ID = graph.RelationID(be32(key))
		if err := v.written(bRelations, key, r.UID(), h.Written()); err != nil {
			return err
		}
		if err := v.member(bRelations, key, symbolType, h.Type()); err != nil {
			return err
		}
		if err := v.references(dense{graph.TagRelation, uint32(r.ID)}, key, rules.Write{Subject: r.UID(), Relation: r}); err != nil {
			return err
		}
		return v.listed(key, r, h.Type())
	})
}

// listed proves that both ends of a relation are there and list it.
func (v *verifier) listed(key []byte, r *graph.Relation, code uint16) error {
	v.want.edges += 2
	atSource, atTarget := v.symbols.sides(code)
	for _, end := range []struct {
		id, peer graph.EntityID
		name     graph.Key
		side     side
	}{{r.SourceID, r.TargetID, r.Source, atSource}, {r.TargetID, r.SourceID, r.Target, atTarget}} {
		payload, err := v.get(bEntities, key32(uint32(end.id)))
		if err != nil {
			return err
		}
		h, err := record.HeadOfEntity(payload)
		if err != nil || string(h.Key()) != string(end.name) {
			if err := v.find(bRelations, key, "its end %s is not the entity %d", end.name, end.id); err != nil {
				return err
			}
			continue
		}
		c, err := v.cursor(bEdges)
		if err != nil {
			return err
		}
		l, err := openList(c, listKey{end.id, code, end.side}, r.ID-1)
		if err != nil {
			return err
		}
		if err := v.expect(l.ok && l.head == edge{r.ID, end.peer, r.Hot()}, bRelations, key, "%s does not list it as it is", end.name); err != nil {
			return err
		}
	}
	return nil
}
