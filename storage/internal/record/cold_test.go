package record

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lianzhu/graph"
)

// The cold parts as the library writes them, from the types of cbor.go: what
// cold.go is held to.

func packHash(s string) ([]byte, error) {
	if s == "" {
		return nil, nil
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 || hex.EncodeToString(b) != s {
		return nil, errors.New("a hash is not the 64 hex digits of a SHA-256")
	}
	return b, nil
}

func packEvidence(e *graph.Evidence) (evidenceV1, error) {
	sum, err := packHash(e.SHA256)
	return evidenceV1{e.Source, e.Start, e.End, sum, e.Refutes, e.AssertedBy}, err
}

func packAttribute(a *graph.Attribute) (attributeV1, error) {
	evidence, err := convert(a.Evidence, packEvidence)
	return attributeV1{a.Name, a.NameEN, a.Text, (*quantityV1)(a.Quantity), a.Modality, a.Collective,
		a.ValidFrom.String(), a.ValidTo.String(), evidence}, err
}

func packEntity(e *graph.Entity) (entityV1, error) {
	names, _ := convert(e.Names, func(n *graph.Name) (nameV1, error) { return nameV1(*n), nil })
	ids, _ := convert(e.Identifiers, func(id *graph.Identifier) (identifierV1, error) { return identifierV1(*id), nil })
	attributes, err := convert(e.Attributes, packAttribute)
	if err != nil {
		return entityV1{}, err
	}
	evidence, err := convert(e.Evidence, packEvidence)
	return entityV1{e.Key, names, ids, attributes, evidence}, err
}

func packRelation(r *graph.Relation) (relationV1, error) {
	attributes, err := convert(r.Attributes, packAttribute)
	if err != nil {
		return relationV1{}, err
	}
	evidence, err := convert(r.Evidence, packEvidence)
	return relationV1{
		Source: r.Source, Target: r.Target, Disc: r.Disc, ValidFrom: r.ValidFrom.String(), ValidTo: r.ValidTo.String(),
		Places: r.Places, Via: r.Via, Attributes: attributes, Derivation: (*derivationV1)(r.Derivation),
		Amount: (*quantityV1)(r.Amount), Share: (*quantityV1)(r.Share), Subject: r.Subject, SubjectEN: r.SubjectEN,
		Product: r.Product, Volume: (*quantityV1)(r.Volume), RecognisedIn: r.RecognisedIn, RecognisedBy: r.RecognisedBy,
		Evidence: evidence,
	}, err
}

func packSource(s *graph.Source) (sourceV1, error) {
	sum, err := packHash(s.SHA256)
	return sourceV1{s.Key, s.Title, s.TitleEN, s.Publisher, s.PublishedOn.String(), s.URL, s.License, sum, s.Length, s.Editions}, err
}

// sameAsLibrary wants a cold part to be what the library makes of packed.
func sameAsLibrary[P any](t *testing.T, what string, got []byte, gotErr error, packed P, packErr error) {
	t.Helper()
	if (gotErr == nil) != (packErr == nil) {
		t.Fatalf("%s: writing answers %v, packing %v", what, gotErr, packErr)
	}
	if packErr != nil {
		return
	}
	want, err := appendCBOR(nil, &packed)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s is\n%x, and the library writes\n%x", what, got, want)
	}
}

func compareCold(t *testing.T, e *graph.Entity, r *graph.Relation, s *graph.Source) {
	t.Helper()
	b, err := appendEntityCold(nil, e)
	packedE, packErr := packEntity(e)
	sameAsLibrary(t, "the entity", b, err, packedE, packErr)
	b, err = appendRelationCold(nil, r)
	packedR, packErr := packRelation(r)
	sameAsLibrary(t, "the relation", b, err, packedR, packErr)
	b, err = appendSourceCold(nil, s)
	packedS, packErr := packSource(s)
	sameAsLibrary(t, "the source", b, err, packedS, packErr)
}

func TestColdPartsAreWhatTheLibraryWrites(t *testing.T) {
	entities, relations, sources := documents()
	for i := range entities {
		compareCold(t, entities[i], relations[i], sources[i])
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	for range 2000 {
		g := guess{rand.New(rand.NewPCG(seed, 0))}
		seed++
		compareCold(t, g.entity(), g.relation(), g.source())
	}
}

func FuzzColdPartsAreWhatTheLibraryWrites(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		g := guess{rand.New(rand.NewPCG(a, b))}
		compareCold(t, g.entity(), g.relation(), g.source())
	})
}

// guess makes documents of any shape, also such as are never valid.
type guess struct{ *rand.Rand }

func (g guess) text() string {
	return strings.Repeat([]string{"", "a", "青", "z岛"}[g.IntN(4)], []int{1, 1, 3, 23, 24, 100, 255, 256, 400}[g.IntN(9)])
}

func (g guess) key() graph.Key { return graph.Key(g.text()) }

func (g guess) number() int {
	return []int{-1, 0, 1, 23, 24, 255, 256, 65535, 65536, 1 << 32, -25, -1 << 40}[g.IntN(12)]
}

func (g guess) yes() bool { return g.IntN(2) == 0 }

func (g guess) date() graph.Date {
	return graph.MustDate([]string{"", "2023", "2023-11-2X", "2024-05/2025"}[g.IntN(4)])
}

func (g guess) hash() string {
	return []string{"", "", graph.HashSpan("x"), graph.HashSpan("y"), strings.ToUpper(graph.HashSpan("z")), "ab", strings.Repeat("x", 64)}[g.IntN(7)%g.most()]
}

// most makes hashes that cannot be stored seldom, since they end a document.
func (g guess) most() int {
	if g.IntN(20) == 0 {
		return 7
	}
	return 4
}

func many[T any](g guess, make func() T) []T {
	var list []T
	for range []int{0, 0, 1, 2, 30}[g.IntN(5)] {
		list = append(list, make())
	}
	return list
}

func (g guess) quantity() *graph.Quantity {
	if g.yes() {
		return nil
	}
	return &graph.Quantity{Raw: g.text(), Value: graph.Decimal(g.text()), Min: graph.Decimal(g.text()), Max: graph.Decimal(g.text()),
		Unit: g.text(), Per: g.text(), Approx: g.yes()}
}

func (g guess) evidence() graph.Evidence {
	return graph.Evidence{Source: g.key(), Start: g.number(), End: g.number(), SHA256: g.hash(), Refutes: g.yes(), AssertedBy: g.text()}
}

func (g guess) attribute() graph.Attribute {
	return graph.Attribute{Name: g.text(), NameEN: g.text(), Text: g.text(), Quantity: g.quantity(), Modality: graph.Planned, Collective: g.yes(),
		ValidFrom: g.date(), ValidTo: g.date(), Evidence: many(g, g.evidence)}
}

func (g guess) entity() *graph.Entity {
	return &graph.Entity{Key: g.key(), Attributes: many(g, g.attribute), Evidence: many(g, g.evidence),
		Names: many(g, func() graph.Name {
			return graph.Name{Text: g.text(), Lang: graph.ZH, Role: graph.Short, Reading: g.text(), Sources: many(g, g.key)}
		}),
		Identifiers: many(g, func() graph.Identifier {
			return graph.Identifier{Scheme: g.text(), Value: g.text(), Sources: many(g, g.key)}
		})}
}

func (g guess) relation() *graph.Relation {
	r := &graph.Relation{Source: g.key(), Target: g.key(), Disc: g.text(), ValidFrom: g.date(), ValidTo: g.date(), Places: many(g, g.key), Via: g.key(),
		Attributes: many(g, g.attribute), Amount: g.quantity(), Share: g.quantity(), Subject: g.text(), SubjectEN: g.text(), Product: g.key(),
		Volume: g.quantity(), RecognisedIn: g.key(), RecognisedBy: g.key(), Evidence: many(g, g.evidence)}
	if g.yes() {
		r.Derivation = &graph.Derivation{Rule: g.text(), Premises: many(g, g.key)}
	}
	return r
}

func (g guess) source() *graph.Source {
	return &graph.Source{Key: g.key(), Title: g.text(), TitleEN: g.text(), Publisher: g.text(), PublishedOn: g.date(), URL: g.text(), License: g.text(),
		SHA256: g.hash(), Length: g.number(), Editions: g.number()}
}
