package record

import (
	"bytes"
	"encoding/hex"
	"errors"

	"github.com/fxamacker/cbor/v2"

	"lianzhu/graph"
)

// The types below are the cold parts of version 1. Their field numbers are the
// format: a number is never used for something else. Where a type has the
// fields of a type in graph, in its order, Go converts the one into the other.

type nameV1 struct {
	Text    string         `cbor:"1,keyasint"`
	Lang    graph.Lang     `cbor:"2,keyasint"`
	Role    graph.NameRole `cbor:"3,keyasint"`
	Reading string         `cbor:"4,keyasint,omitempty"`
	Sources []graph.Key    `cbor:"5,keyasint,omitempty"`
}

type identifierV1 struct {
	Scheme  string      `cbor:"1,keyasint"`
	Value   string      `cbor:"2,keyasint"`
	Sources []graph.Key `cbor:"3,keyasint,omitempty"`
}

type quantityV1 struct {
	Raw    string        `cbor:"1,keyasint"`
	Value  graph.Decimal `cbor:"2,keyasint,omitempty"`
	Min    graph.Decimal `cbor:"3,keyasint,omitempty"`
	Max    graph.Decimal `cbor:"4,keyasint,omitempty"`
	Unit   string        `cbor:"5,keyasint"`
	Per    string        `cbor:"6,keyasint,omitempty"`
	Approx bool          `cbor:"7,keyasint,omitempty"`
}

type evidenceV1 struct {
	Source     graph.Key `cbor:"1,keyasint"`
	Start      int       `cbor:"2,keyasint"`
	End        int       `cbor:"3,keyasint"`
	SHA256     []byte    `cbor:"4,keyasint,omitempty"`
	Refutes    bool      `cbor:"5,keyasint,omitempty"`
	AssertedBy string    `cbor:"6,keyasint,omitempty"`
}

type attributeV1 struct {
	Name       string         `cbor:"1,keyasint"`
	NameEN     string         `cbor:"2,keyasint,omitempty"`
	Text       string         `cbor:"3,keyasint,omitempty"`
	Quantity   *quantityV1    `cbor:"4,keyasint,omitempty"`
	Modality   graph.Modality `cbor:"5,keyasint"`
	Collective bool           `cbor:"6,keyasint,omitempty"`
	ValidFrom  string         `cbor:"7,keyasint,omitempty"`
	ValidTo    string         `cbor:"8,keyasint,omitempty"`
	Evidence   []evidenceV1   `cbor:"9,keyasint,omitempty"`
}

type derivationV1 struct {
	Rule     string      `cbor:"1,keyasint"`
	Premises []graph.Key `cbor:"2,keyasint,omitempty"`
}

type entityV1 struct {
	Key         graph.Key      `cbor:"1,keyasint"`
	Names       []nameV1       `cbor:"2,keyasint,omitempty"`
	Identifiers []identifierV1 `cbor:"3,keyasint,omitempty"`
	Attributes  []attributeV1  `cbor:"4,keyasint,omitempty"`
	Evidence    []evidenceV1   `cbor:"5,keyasint,omitempty"`
}

type relationV1 struct {
	Source       graph.Key     `cbor:"1,keyasint"`
	Target       graph.Key     `cbor:"2,keyasint"`
	Disc         string        `cbor:"3,keyasint,omitempty"`
	ValidFrom    string        `cbor:"4,keyasint,omitempty"`
	ValidTo      string        `cbor:"5,keyasint,omitempty"`
	Places       []graph.Key   `cbor:"6,keyasint,omitempty"`
	Via          graph.Key     `cbor:"7,keyasint,omitempty"`
	Attributes   []attributeV1 `cbor:"8,keyasint,omitempty"`
	Derivation   *derivationV1 `cbor:"9,keyasint,omitempty"`
	Amount       *quantityV1   `cbor:"10,keyasint,omitempty"`
	Share        *quantityV1   `cbor:"11,keyasint,omitempty"`
	Subject      string        `cbor:"12,keyasint,omitempty"`
	SubjectEN    string        `cbor:"13,keyasint,omitempty"`
	Product      graph.Key     `cbor:"14,keyasint,omitempty"`
	Volume       *quantityV1   `cbor:"15,keyasint,omitempty"`
	RecognisedIn graph.Key     `cbor:"16,keyasint,omitempty"`
	RecognisedBy graph.Key     `cbor:"17,keyasint,omitempty"`
	Evidence     []evidenceV1  `cbor:"18,keyasint,omitempty"`
}

type sourceV1 struct {
	Key         graph.Key `cbor:"1,keyasint"`
	Title       string    `cbor:"2,keyasint"`
	TitleEN     string    `cbor:"3,keyasint,omitempty"`
	Publisher   string    `cbor:"4,keyasint,omitempty"`
	PublishedOn string    `cbor:"5,keyasint,omitempty"`
	URL         string    `cbor:"6,keyasint,omitempty"`
	License     string    `cbor:"7,keyasint,omitempty"`
	SHA256      []byte    `cbor:"8,keyasint,omitempty"`
	Length      int       `cbor:"9,keyasint,omitempty"`
	Editions    int       `cbor:"10,keyasint,omitempty"`
}

type headerV1 struct {
	At      int64  `cbor:"1,keyasint"` // milliseconds since 1970
	Entries int    `cbor:"2,keyasint"`
	Actor   string `cbor:"3,keyasint,omitempty"`
	Reason  string `cbor:"4,keyasint,omitempty"`
}

// The modes of CBOR. They depend on nothing and are never changed, and making
// them cannot fail on options that stand in the program.
var (
	encoding = must(cbor.CoreDetEncOptions().UserBufferEncMode())
	decoding = must(cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxNestedLevels:   8,
		MaxArrayElements:  1 << 17,
	}.DecMode())
)

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// appendCBOR appends v to dst.
func appendCBOR(dst []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	err := encoding.MarshalToBuffer(v, b)
	return b.Bytes(), err
}

// convert makes a list of what each gives; empty lists are nil.
func convert[A, B any](list []A, each func(*A) (B, error)) ([]B, error) {
	if len(list) == 0 {
		return nil, nil
	}
	out := make([]B, len(list))
	for i := range list {
		b, err := each(&list[i])
		if err != nil {
			return nil, err
		}
		out[i] = b
	}
	return out, nil
}

// A hash is 64 hex digits in a document and 32 bytes in a record.

func unpackHash(b []byte) (string, error) {
	if len(b) != 0 && len(b) != 32 {
		return "", errors.New("a hash does not have 32 bytes")
	}
	return hex.EncodeToString(b), nil
}

func unpackEvidence(e *evidenceV1) (graph.Evidence, error) {
	sum, err := unpackHash(e.SHA256)
	return graph.Evidence{Source: e.Source, Start: e.Start, End: e.End, SHA256: sum, Refutes: e.Refutes, AssertedBy: e.AssertedBy}, err
}

func unpackAttribute(a *attributeV1) (graph.Attribute, error) {
	from, to, err := unpackDates(a.ValidFrom, a.ValidTo)
	if err != nil {
		return graph.Attribute{}, err
	}
	evidence, err := convert(a.Evidence, unpackEvidence)
	return graph.Attribute{Name: a.Name, NameEN: a.NameEN, Text: a.Text, Quantity: (*graph.Quantity)(a.Quantity),
		Modality: a.Modality, Collective: a.Collective, ValidFrom: from, ValidTo: to, Evidence: evidence}, err
}

func unpackDates(from, to string) (f, t graph.Date, err error) {
	if f, err = graph.ParseDate(from); err == nil {
		t, err = graph.ParseDate(to)
	}
	return f, t, err
}
