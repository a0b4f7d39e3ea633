// Package lianzhu holds the public contract of the server, as it stands in
// schema.graphqls: the types, and in their directives the ontology.
package lianzhu

import _ "embed"

// Schema is the text of schema.graphqls.
//
//go:embed schema.graphqls
var Schema string
