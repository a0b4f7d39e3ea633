package rules

import (
	"fmt"

	"lianzhu/graph"
)

// CheckNeighbours tells what is wrong with q, or nil.
func CheckNeighbours(q *graph.NeighbourQuery) error {
	problem := ""
	switch {
	case q.After != nil && len(q.After) != len(q.IDs):
		problem = fmt.Sprintf("it has %d cursors for %d entities", len(q.After), len(q.IDs))
	case q.Limit < 0:
		problem = "its limit is negative"
	default:
		return CheckDirection(q.Direction)
	}
	return &graph.Error{Code: graph.CodeInvalid, Op: "neighbours", Detail: problem, Index: -1}
}

// CheckDirection tells what is wrong with d, or nil.
func CheckDirection(d graph.Direction) error {
	switch d {
	case graph.Out, graph.In, graph.Both:
		return nil
	}
	return &graph.Error{Code: graph.CodeInvalid, Op: "direction", Key: string(d), Detail: "it is none of OUT, IN and BOTH", Index: -1}
}
