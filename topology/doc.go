// Package topology holds the shape of a graph in memory: who is related to
// whom, and in columns what walks and filters ask of that. Documents stay in
// the store; a walk over a [Snapshot] decodes none.
//
// # A guided tour
//
// A [Snapshot] is the shape at one revision and never changes. [Build] reads it
// from a [graph.Reader], [Open] from a file that [Snapshot.Save] wrote. Entities
// and relations keep the dense ids that the store gave them; what was retracted
// leaves a hole. Each entity has two lists of edges, one way and the other,
// ordered by relation type and relation id, as [graph.Adjacency] is; a symmetric
// relation stands in both lists of both its ends. Beside each edge stand two
// bytes, its tag, which tell most of what filters ask.
//
//	live, err := topology.Follow(ctx, store, ontology, topology.Options{File: path})
//	snap := live.Pin()
//	f, err := snap.Filter(topology.Where{Types: types, ValidAt: date})
//	walk := snap.Walk()
//	defer walk.Release()
//	route, err := walk.Path(ctx, topology.Query{Direction: graph.Both, Filter: f}, from, to)
//
// [Snapshot.Reader] lays a snapshot over a reader of the same revision, which then
// answers neighbours, degrees, headers, lists ([graph.Lister]) and searches from
// memory and is asked for documents alone. [Begin] follows without waiting, so
// that a server answers before there is a snapshot.
//
// What a filter may ask is a [Where]; [WhereOf] makes one of a
// [graph.RelationFilter] if columns can answer all of it, and says so if not.
//
// A [Walk] is the scratch of walks, from a pool: [Walk.Reach] goes level by
// level, [Walk.Path] finds a shortest path from both ends, [Walk.Common] what
// several entities share, [Walk.Subgraph] everything around some, and
// [Walk.Below] the regions below one. Once warm they allocate nothing. They
// answer what the walks of package graph answer from documents; tests hold the
// one against the other.
//
// [Snapshot.Reader] lends the shape to the walks of package graph, which know it
// as a [graph.Shape]: they follow relations and count them there.
//
// A [Live] follows a store's change log. Each new snapshot shares with the one
// before it all that did not change: over the base arrays lie patches, found by
// pages of 1,024 ids, and a patched list shares its untouched pieces of up to
// 1,024 edges. When patches have grown many they are worked into a new base in
// the background. [Live.Pin] is an atomic load; nothing is locked while reading.
//
// # What it costs
//
// An entity takes 89 bytes and its texts: a record of 32 with its uid and revision
// and where its texts are, its kind and its region code, where its two lists begin,
// where it is, and its places in the orders of lists. Its texts are its key, its first names, and the sketch that
// searches look at, which has all its names once more. The lists of search terms
// cost some 330 bytes an entity, of which most are asked for by nobody and stay in
// the file. A relation takes 69 bytes: twice ten for its edges (four for the peer,
// four for itself, two for the tag), ten for its ends and its tag, a record of 32
// with what lists show of it, and under one for the indexes of what not all have;
// and six in the ledger, which counts go through. Those who have it pay for it:
// eight bytes for a validity and as many more where its days do not tell it, eight
// for a confidence that was given, 40 for a figure and its texts as they were written, and 20 for being symmetric; four in the ledger where relations of the type
// have places, and nine where they have amounts. [Snapshot.Memory]
// tells the sums.
package topology
