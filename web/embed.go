// Package web holds what a browser sees: the playground and its worked examples, embedded so that
// the server runs without a network and without Node.
//
// [Playground] serves the page, built from playground/ into dist/. Its files keep their names from
// build to build; the address carries a hash of them instead (assets/<hash>/…), so that a browser
// may keep them for ever and yet never mixes two builds. [Examples] lists the worked examples, which
// stand in examples/ as files that a person can read: NN-topic.LANG.graphql opens with two comment
// lines, a title and a sentence, and NN-topic.LANG.json beside it holds variables where there are any.
//
// The page speaks GraphQL to /graphql of the server it came from, and to nobody else.
package web

import "embed"

//go:embed all:dist examples
var files embed.FS
