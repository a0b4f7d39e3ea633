package bolt

import (
	"errors"
	"io/fs"

	bbolt "go.etcd.io/bbolt"

	"lianzhu/graph"
)

// notToBeWritten tells whether err says that a file may perhaps be read, and
// not written.
func notToBeWritten(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, errReadOnlyDisk)
}

// mayStay refuses a file that is opened for reading alone and would have to be
// written first: it lacks names of the ontology, or its search terms are not
// those of this program.
func (op *opener) mayStay(s *Store, complete bool) error {
	var now state
	err := s.db().View(func(tx *bbolt.Tx) (err error) {
		now, err = (&tables{tx: tx}).state()
		return err
	})
	switch {
	case err != nil:
		return op.system(err)
	case !complete || now.terms != termsVersion:
		return op.refuse(graph.CodeInvalid, "it is of another version of the program, and bringing it up to date takes writing, which the system does not permit here; "+
			"copy the data directory to where it can be written", nil)
	}
	return nil
}

func readOnlyError(op string) error {
	return &graph.Error{Code: graph.CodeInvalid, Op: op, Index: -1,
		Detail: "the graph can only be read here, since the system permits no writing to its file; copy the data directory to where it can be written"}
}
