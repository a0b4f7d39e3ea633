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
	return &UpsertEntitySuccess{w.s, did, did.receipt.Results[0].Created, int(did.receipt.Rev), w.DryRun}, nil
}

// UpsertEntitySuccess tells of an entity that was written.
type UpsertEntitySuccess struct {
	s       *session
	did     *done
	Created bool
	Rev     int
	DryRun  bool
}

// Entity reads the entity as it was written.
func (u *UpsertEntitySuccess) Entity() (Entity, error) {
	noun, err := u.s.written(u.did, 0)
	entity, _ := noun.(Entity)
	return entity, err
}

// UpsertRelation answers Mutation.upsertRelation.
func (Mutation) UpsertRelation(ctx context.Context, input UpsertRelationInput, meta *Meta) (UpsertRelationResult, error) {
	w := newWrite(ctx, meta)
	did, failed, err := w.perform([]*Operation{{UpsertRelation: &input}}, alone("input"))
	if failed != nil || err != nil {
		return single(failed), err
	}
	return &UpsertRelationSuccess{w.s, did, did.receipt.Results[0].Created, int(did.receipt.Rev), w.DryRun}, nil
}

// UpsertRelationSuccess tells of a relation that was written.
type UpsertRelationSuccess struct {
	s       *session
	did     *done
	Created bool
	Rev     int
	DryRun  bool
}

// Relation reads the relation as it was written.
func (u *UpsertRelationSuccess) Relation() (Relation, error) {
	noun, err := u.s.written(u.did, 0)
	relation, _ := noun.(Relation)
	return relation, err
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
	return &ApplySuccess{w.s, did, int(did.receipt.Rev), w.DryRun}, nil
}

// ApplySuccess tells of a list of writes.
type ApplySuccess struct {
	s      *session
	did    *done
	Rev    int
	DryRun bool
}

// Results reads what was written, in the order of the writes.
func (a *ApplySuccess) Results() ([]Node, error) {
	nodes := make([]Node, len(a.did.receipt.Results))
	for i := range nodes {
		var err error
		if nodes[i], err = a.s.written(a.did, i); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// Outcomes tells what each write did.
func (a *ApplySuccess) Outcomes() []*Outcome {
	outcomes := make([]*Outcome, len(a.did.receipt.Results))
	for i, result := range a.did.receipt.Results {
		outcomes[i] = &Outcome{result.UID.String(), result.Created, result.Changed}
	}
	return outcomes
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
