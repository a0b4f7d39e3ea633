package topology

import (
	"context"
	"fmt"
	"iter"

	"lianzhu/graph"
)

// buildChunk is how many documents are fetched at a time while building.
const buildChunk = 1024

// Build reads the shape of the graph that r shows. progress, where it is not
// nil, is told how many entities and relations of how many have been read, a
// few hundred times a million. The error is the reader's, the context's, or
// says what in the graph does not fit the ontology.
func Build(ctx context.Context, r graph.Reader, o *graph.Ontology, progress func(done, total int)) (*Snapshot, error) {
	v, err := newVocabulary(o)
	if err != nil {
		return nil, err
	}
	counts, err := r.Counts()
	if err != nil {
		return nil, err
	}
	b := builder{ctx: ctx, r: r, d: newDraft(v, counts.Entities, counts.Relations), progress: progress, places: map[graph.Key]graph.EntityID{}}
	b.total = counts.Entities + counts.Relations
	if err := readChunks(r.AllEntities(nil, 0), b.entities); err != nil {
		return nil, err
	}
	if err := readChunks(r.AllRelations(nil, 0), b.relations); err != nil {
		return nil, err
	}
	base, err := b.d.finish()
	if err != nil {
		return nil, err
	}
	if err := base.index(r); err != nil {
		return nil, err
	}
	return newSnapshot(base, r.Rev(), origin{}), nil
}

type builder struct {
	ctx         context.Context
	r           graph.Reader
	d           *draft
	done, total int
	progress    func(done, total int)
	places      map[graph.Key]graph.EntityID // that relations have named so far
}

// readChunks hands the ids to read, some at a time.
func readChunks[ID any](ids iter.Seq2[ID, error], read func([]ID) error) error {
	chunk := make([]ID, 0, buildChunk)
	for id, err := range ids {
		if err != nil {
			return err
		}
		if chunk = append(chunk, id); len(chunk) == buildChunk {
			if err := read(chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	return read(chunk)
}

func (b *builder) entities(ids []graph.EntityID) error {
	docs, err := b.r.Entities(ids)
	if err != nil {
		return err
	}
	for i, doc := range docs {
		if doc == nil {
			return missing("entity", uint32(ids[i]))
		}
		e, err := b.d.vocab.entity(doc)
		if err != nil {
			return err
		}
		if err := b.d.addEntity(ids[i], e); err != nil {
			return err
		}
	}
	return b.step(len(ids))
}

func (b *builder) relations(ids []graph.RelationID) error {
	docs, err := b.r.Relations(ids)
	if err != nil {
		return err
	}
	for i, doc := range docs {
		if doc == nil {
			return missing("relation", uint32(ids[i]))
		}
		w, err := b.d.vocab.row(doc, doc.SourceID, doc.TargetID)
		if err == nil {
			w.places, err = b.placesOf(doc)
		}
		if err != nil {
			return err
		}
		if err := b.d.addRelation(ids[i], &w); err != nil {
			return err
		}
	}
	return b.step(len(ids))
}

// placesOf are the ids of the places that a relation names.
func (b *builder) placesOf(doc *graph.Relation) ([]graph.EntityID, error) {
	var ids []graph.EntityID
	for _, key := range doc.Places {
		id, known := b.places[key]
		if !known {
			found, err := b.r.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, key)})
			if err != nil {
				return nil, err
			}
			id = graph.EntityID(found[0])
			b.places[key] = id
		}
		if id == 0 {
			return nil, &graph.Error{Code: graph.CodeCorrupt, Op: "topology", Key: string(key), Index: -1,
				Detail: "a relation takes place there, and it is not there; run check"}
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (b *builder) step(n int) error {
	b.done += n
	if b.progress != nil {
		b.progress(b.done, b.total)
	}
	return b.ctx.Err()
}

func missing(what string, id uint32) error {
	return &graph.Error{Code: graph.CodeCorrupt, Op: "topology", Index: -1,
		Detail: fmt.Sprintf("%s %d is listed and not there; run check", what, id)}
}
