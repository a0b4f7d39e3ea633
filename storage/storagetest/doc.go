// Package storagetest is what every engine must pass. [Run] proves the contract
// in package graph sentence by sentence, [Model] plays the same random work
// into two engines and compares everything that can be read, and [Bench]
// measures an engine.
//
// A new engine is tested by
//
//	func TestContract(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) graph.Store { ... })
//	}
//
// where the store must obey [Ontology]. After each test the graph that is left
// is proved sound by [graph.Check].
package storagetest
