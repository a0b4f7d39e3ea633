package bolt

import (
	"context"
	"testing"

	"lianzhu/graph"
	"lianzhu/storage/mem"
	"lianzhu/storage/storagetest"
)

// What a group writes is put once, when it ends: its later batches must see all the
// same what the earlier ones wrote.
func TestAGroupOfBatchesIsWrittenLikeOneAfterAnother(t *testing.T) {
	path := newPath(t)
	storagetest.Together(t,
		func(t *testing.T) graph.Store { return openAt(t, path, Options{NoSync: true}) },
		func(*testing.T) graph.Store { return mem.New(storagetest.Ontology()) },
		func(s graph.Store, group []graph.Batch) (receipts []graph.Receipt, errs []error) {
			waiting := make([]*request, len(group))
			for i := range group {
				waiting[i] = &request{ctx: context.Background(), batch: &group[i], answer: make(chan answer, 1)}
			}
			newCommitter(s.(*Store)).commit(append([]*request(nil), waiting...))
			for _, r := range waiting {
				a := <-r.answer
				receipts, errs = append(receipts, a.receipt), append(errs, a.err)
			}
			return receipts, errs
		})
	if findings, err := Verify(context.Background(), path, nil); err != nil || len(findings) > 0 {
		t.Errorf("the file is not sound: %v %v", findings, err)
	}
}
