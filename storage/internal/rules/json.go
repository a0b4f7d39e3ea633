package rules

import (
	"bytes"
	"encoding/json"

	"lianzhu/graph"
)

// JSON is a document as the change log shows it: on one line, with <, > and &
// as they are.
func JSON[D *graph.Entity | *graph.Relation | *graph.Source](document D) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(document); err != nil {
		return nil // cannot happen: see digest
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
