package gql

import (
	"context"

	"lianzhu/graph"
)

// Mutation holds the root fields of mutations. Like [Query] it has no state.
type Mutation struct{}

// AddSource answers Mutation.addSource.
func (Mutation) AddSource(ctx context.Context, input AddSourceInput, meta *Meta) (AddSourceResult, error) {
	w := newWrite(ctx, meta)
	did, failed, err := w.perform([]*Operation{{AddSource: &input}}, alone("input"))
	if failed != nil || err != nil {
		return single(failed), err
	}
	return w.s.sourceAdded(graph.Key(input.Key), did)
}

// UpsertEntity answers Mutation.upsertEntity.
func (Mutation) UpsertEntity(ctx context.Context, input UpsertEntityInput, meta *Meta) (UpsertEntityResult, error) {
	w := newWrite(ctx, meta)
	did, failed, err := w.perform([]*Operation{{UpsertEntity: &input}}, alone("input"))
	if failed != nil || err != nil {
		return single(failed), err
	}
	noun, err := w.s.written(did, 0)
	entity, _ := noun.(Entity)
	return &UpsertEntitySuccess{entity, did.receipt.Results[0].Created, int(did.receipt.Rev), w.DryRun}, err
}

// UpsertEntitySuccess tells of an entity that was written.
type UpsertEntitySuccess struct {
	Entity  Entity
	Created bool
	Rev     int
	DryRun  bool
}

// UpsertRelation answers Mutation.upsertRelation.
func (Mutation) UpsertRelation(ctx context.Context, input UpsertRelationInput, meta *Meta) (UpsertRelationResult, error) {
	w := newWrite(ctx, meta)
	did, failed, err := w.perform([]*Operation{{UpsertRelation: &input}}, alone("input"))
	if failed != nil || err != nil {
		return single(failed), err
	}
	noun, err := w.s.written(did, 0)
	relation, _ := noun.(Relation)
	return &UpsertRelationSuccess{relation, did.receipt.Results[0].Created, int(did.receipt.Rev), w.DryRun}, err
}

// UpsertRelationSuccess tells of a relation that was written.
type UpsertRelationSuccess struct {
	Relation Relation
	Created  bool
	Rev      int
	DryRun   bool
}

// Retract answers Mutation.retract.
func (Mutation) Retract(ctx context.Context, id string, meta *Meta) (RetractResult, error) {
	w := newWrite(ctx, meta)
	did, failed, err := w.perform([]*Operation{{Retract: &id}}, alone("id"))
	if failed != nil || err != nil {
		return single(failed), err
	}
	return &RetractSuccess{id, int(did.receipt.Rev), w.DryRun}, nil
}

// RetractSuccess tells of something that was taken back.
type RetractSuccess struct {
	Retracted string
	Rev       int
	DryRun    bool
}

// Apply answers Mutation.apply.
func (Mutation) Apply(ctx context.Context, operations []*Operation, meta *Meta) (ApplyResult, error) {
	w := newWrite(ctx, meta)
	did, failed, err := w.perform(operations, listed)
	if failed != nil || err != nil {
		return failed, err
	}
	done := &ApplySuccess{Rev: int(did.receipt.Rev), DryRun: w.DryRun, Results: []Node{}, Outcomes: []*Outcome{}}
	for i, result := range did.receipt.Results {
		noun, err := w.s.written(did, i)
		if err != nil {
			return nil, err
		}
		done.Results = append(done.Results, noun)
		done.Outcomes = append(done.Outcomes, &Outcome{result.UID.String(), result.Created, result.Changed})
	}
	return done, nil
}

// ApplySuccess tells of a list of writes.
type ApplySuccess struct {
	Rev      int
	Results  []Node
	Outcomes []*Outcome
	DryRun   bool
}

// Outcome is what one write of a list did.
type Outcome struct {
	ID               string
	Created, Changed bool
}

func (*UpsertEntitySuccess) isWriteResult()   {}
func (*UpsertRelationSuccess) isWriteResult() {}
func (*AddSourceSuccess) isWriteResult()      {}
func (*RetractSuccess) isWriteResult()        {}
func (*ApplySuccess) isWriteResult()          {}

// single is the problem of the only write there was, as the result of its field.
func single(f *ApplyFailed) writeResult {
	if f == nil {
		return nil
	}
	return f.Problems[0].Problem.(writeResult)
}
