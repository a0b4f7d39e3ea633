package dataset

import (
	"context"
	"iter"
	"maps"
	"slices"

	"lianzhu/graph"
)

// Part yields a part of the graph that r reads as [All] yields the whole: the
// sources that are cited in it with their texts, its entities, its relations.
// Since a selection is closed, it can be written by itself.
func Part(ctx context.Context, r graph.Reader, part *graph.Selection) iter.Seq2[graph.Change, error] {
	return func(yield func(graph.Change, error) bool) {
		keys, err := sourceKeys(ctx, r, part)
		if err != nil {
			yield(graph.Change{}, err)
			return
		}
		inPart := func(c graph.Change) bool { return yield(c, nil) }
		for _, do := range []func() (bool, error){
			func() (bool, error) { return yieldSources(r, keys, inPart) },
			func() (bool, error) { return yieldEntities(r, part.HasEntity, inPart) },
			func() (bool, error) { return yieldRelations(r, part.HasRelation, inPart) },
		} {
			goOn, err := do()
			if err != nil {
				yield(graph.Change{}, err)
			}
			if err != nil || !goOn {
				return
			}
		}
	}
}

// PartSources yields the sources that a part of the graph cites, by key, without
// their texts.
func PartSources(ctx context.Context, r graph.Reader, part *graph.Selection) iter.Seq2[*graph.Source, error] {
	return func(yield func(*graph.Source, error) bool) {
		keys, err := sourceKeys(ctx, r, part)
		if err != nil {
			yield(nil, err)
			return
		}
		for some := range slices.Chunk(keys, chunk) {
			sources, err := r.Sources(some)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, s := range sources {
				if !yield(s, nil) {
					return
				}
			}
		}
	}
}

// sourceKeys are the sources that a part cites, sorted; of the whole graph all
// that there are.
func sourceKeys(ctx context.Context, r graph.Reader, part *graph.Selection) ([]graph.Key, error) {
	if part.Whole() {
		keys, err := collect(r.AllSources())
		slices.Sort(keys)
		return keys, err
	}
	cited := map[graph.Key]bool{}
	for e, err := range part.Entities(ctx, r) {
		if err != nil {
			return nil, err
		}
		entitySources(cited, e)
	}
	for rel, err := range part.Relations(ctx, r) {
		if err != nil {
			return nil, err
		}
		evidenceSources(cited, rel.Evidence)
		attributeSources(cited, rel.Attributes)
	}
	return slices.Sorted(maps.Keys(cited)), nil
}

func entitySources(cited map[graph.Key]bool, e *graph.Entity) {
	evidenceSources(cited, e.Evidence)
	attributeSources(cited, e.Attributes)
	for _, n := range e.Names {
		for _, k := range n.Sources {
			cited[k] = true
		}
	}
	for _, id := range e.Identifiers {
		for _, k := range id.Sources {
			cited[k] = true
		}
	}
}

func attributeSources(cited map[graph.Key]bool, attributes []graph.Attribute) {
	for _, a := range attributes {
		evidenceSources(cited, a.Evidence)
	}
}

func evidenceSources(cited map[graph.Key]bool, evidence []graph.Evidence) {
	for _, e := range evidence {
		cited[e.Source] = true
	}
}
