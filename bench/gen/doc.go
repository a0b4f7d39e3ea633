// Package gen makes graphs to measure with: the same for the same scale and
// seed, on every machine.
//
// Scale 1 is 1,000,000 entities and 5,000,000 relations. Entities come in the
// order of their kinds, regions first: a tree of provinces, prefectures and
// counties with six-digit codes. Enterprises have Chinese names of two to twelve
// characters, composed of syllables, so that no name is anybody's except by
// chance; codes, registered capital, and a seat in a county. Relations obey the
// ontology: one end of most is chosen with a weight of one by rank, so that
// degrees follow a power law and two enterprises have more than a fiftieth of
// all relations each; the other end is anybody. They carry modality, validity,
// confidence, amounts, places and a locator in one of a few sources.
//
// [New] fills arrays with the shape and the figures; documents, with their names
// and locators, are made one by one when they are asked for ([Graph.Entity],
// [Graph.Relation], [Graph.Changes]), so memory stays at some thirty bytes a
// relation. Nothing is taken from anywhere: places, firms and figures are made up.
package gen
