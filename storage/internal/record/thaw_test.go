package record

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"lianzhu/graph"
)

// sameAsUnpacked wants a cold part that thaw accepts to be what the library
// makes of it.
func sameAsUnpacked[D any](t *testing.T, what string, cold []byte, thaw func([]byte, *D) bool, unpack func([]byte, *D) error) (thawed bool) {
	t.Helper()
	got, want := new(D), new(D)
	if !thaw(cold, got) {
		return false
	}
	if err := unpack(cold, want); err != nil {
		t.Fatalf("%s: the library answers %v, and it was read", what, err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s reads as\n%#v, and the library reads\n%#v", what, got, want)
	}
	return true
}

func thawAll(t *testing.T, cold []byte) [3]bool {
	t.Helper()
	return [3]bool{
		sameAsUnpacked(t, "the entity", cold, thawEntity, unpackEntity),
		sameAsUnpacked(t, "the relation", cold, thawRelation, unpackRelation),
		sameAsUnpacked(t, "the source", cold, thawSource, unpackSource),
	}
}

// thawWritten wants what is written of documents to be read without the
// library, and as the library reads it.
func thawWritten(t *testing.T, e *graph.Entity, r *graph.Relation, s *graph.Source) (colds [3][]byte) {
	t.Helper()
	var errs [3]error
	colds[0], errs[0] = appendEntityCold(nil, e)
	colds[1], errs[1] = appendRelationCold(nil, r)
	colds[2], errs[2] = appendSourceCold(nil, s)
	for i, cold := range colds {
		if errs[i] != nil {
			colds[i] = nil
		} else if !thawAll(t, cold)[i] && unpackable(i, cold) {
			t.Fatalf("document %d was left to the library: %x", i, cold)
		}
	}
	return colds
}

// unpackable tells whether the library reads a cold part of kind i.
func unpackable(i int, cold []byte) bool {
	switch i {
	case 0:
		return unpackEntity(cold, new(graph.Entity)) == nil
	case 1:
		return unpackRelation(cold, new(graph.Relation)) == nil
	}
	return unpackSource(cold, new(graph.Source)) == nil
}

func TestWhatIsWrittenIsReadWithoutTheLibrary(t *testing.T) {
	entities, relations, sources := documents()
	for i := range entities {
		thawWritten(t, entities[i], relations[i], sources[i])
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range 2000 {
		g := guess{rand.New(rand.NewPCG(seed, 0))}
		seed++
		for _, cold := range thawWritten(t, g.entity(), g.relation(), g.source()) {
			if len(cold) > 0 {
				cold[random.IntN(len(cold))] = byte(random.Uint32())
				thawAll(t, cold)
				thawAll(t, cold[:random.IntN(len(cold))])
			}
		}
	}
}

func FuzzThawIsWhatTheLibraryReads(f *testing.F) {
	entities, relations, sources := documents()
	for i := range entities {
		e, _ := appendEntityCold(nil, entities[i])
		r, _ := appendRelationCold(nil, relations[i])
		s, _ := appendSourceCold(nil, sources[i])
		f.Add(e)
		f.Add(r)
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cold []byte) { thawAll(t, cold) })
}

func TestWhatIsStrangeIsLeftToTheLibrary(t *testing.T) {
	for name, cold := range map[string]string{
		"nothing":                        "",
		"a key twice":                    "\xa2\x01\x61a\x01\x61b",
		"keys that descend":              "\xa2\x02\x61a\x01\x61b",
		"a length longer than need be":   "\xa1\x01\x78\x01a",
		"a text that is none":            "\xa1\x01\x61\xff",
		"a list without items":           "\xa1\x06\x80",
		"a list longer than its record":  "\xa1\x06\x9a\x00\x01\x00\x00\x61a",
		"a text longer than its record":  "\xa1\x01\x7b\xff\xff\xff\xff\xff\xff\xff\xffa",
		"a member that nobody knows":     "\xa1\x17\x61a",
		"more than there is":             "\xa1\x01\x61a\x00",
		"a flag that is set to no":       "\xa1\x0a\xa1\x07\xf4",
		"a map of no end":                "\xbf\x01\x61a\xff",
		"a date that is none":            "\xa1\x04\x61x",
		"a number beyond all positions":  "\xa1\x12\x81\xa1\x02\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
		"a key that is a text":           "\xa1\x61a\x61a",
		"a hash of the wrong size":       "\xa1\x12\x81\xa1\x04\x41\x00",
		"a head of a size that is none":  "\xa1\x01\x7cabc",
		"a member where its record ends": "\xa1\x01",
	} {
		t.Run(name, func(t *testing.T) {
			if thawRelation([]byte(cold), new(graph.Relation)) {
				t.Error("it was read")
			}
		})
	}
}
