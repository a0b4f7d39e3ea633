package gql

import (
	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

// The inputs of mutations. A field that is Omittable tells apart what is absent
// (it is kept) from null (it is cleared). Dates and decimals come as they are
// written, so that what cannot be read is a Problem with its place and no error
// of the whole question.

// Meta goes with a write.
type Meta struct {
	IdempotencyKey *string
	DryRun         bool
	Reason         *string
}

// EvidenceInput is a place in a source.
type EvidenceInput struct {
	Source      string
	Quote       *string
	Start, End  *int
	QuoteSha256 *string
	Supports    bool
}

// NameInput is a name.
type NameInput struct {
	Text    string
	Lang    graph.Lang
	Role    graph.NameRole
	Reading *string
	Sources []string
}

// IdentifierInput is a code that a registry gives.
type IdentifierInput struct {
	Scheme, Value string
	Sources       []string
}

// QuantityInput is a figure.
type QuantityInput struct {
	Raw             string
	Value, Min, Max *DecimalText
	Unit            string
	Per             *string
	Approx          bool
}

// AttributeInput is a figure or a title.
type AttributeInput struct {
	Name               string
	NameEn             *string
	Text               *string
	Quantity           *QuantityInput
	Modality           graph.Modality
	Collective         bool
	ValidFrom, ValidTo *DateText
	Evidence           []*EvidenceInput
}

// UpsertEntityInput is an entity to be written.
type UpsertEntityInput struct {
	Key                   string
	Kind                  graph.Kind
	Names                 graphql.Omittable[[]*NameInput]
	Identifiers           graphql.Omittable[[]*IdentifierInput]
	Attributes            graphql.Omittable[[]*AttributeInput]
	IfRev                 *int
	Evidence              graphql.Omittable[[]*EvidenceInput]
	AcknowledgeDuplicates bool
}

// UpsertRelationInput is a relation to be written.
type UpsertRelationInput struct {
	Key                        *string
	Type                       graph.RelationType
	Source, Target             EntityRef
	Modality                   graphql.Omittable[*graph.Modality]
	ValidFrom, ValidTo         graphql.Omittable[*DateText]
	OpenEnded                  graphql.Omittable[*bool]
	Places                     graphql.Omittable[[]*EntityRef]
	Via                        graphql.Omittable[*EntityRef]
	Attributes                 graphql.Omittable[[]*AttributeInput]
	Confidence                 graphql.Omittable[*float64]
	Amount, Share              graphql.Omittable[*QuantityInput]
	Subject, SubjectEn         graphql.Omittable[*string]
	Product                    graphql.Omittable[*EntityRef]
	Volume                     graphql.Omittable[*QuantityInput]
	RecognisedIn, RecognisedBy graphql.Omittable[*EntityRef]
	IfRev                      *int
	Evidence                   []*EvidenceInput
}

// AddSourceInput is a source to be written.
type AddSourceInput struct {
	Key, Title                       string
	TitleEn, Publisher, URL, License graphql.Omittable[*string]
	PublishedOn                      graphql.Omittable[*DateText]
	Text                             graphql.Omittable[*string]
}

// Operation is one write; exactly one of its fields is set.
type Operation struct {
	AddSource      *AddSourceInput
	UpsertEntity   *UpsertEntityInput
	UpsertRelation *UpsertRelationInput
	Retract        *string
}

// DateText and DecimalText are a date and a decimal as a client wrote them.
type (
	DateText    string
	DecimalText string
)

// MarshalDateText writes a date as it was written.
func MarshalDateText(d DateText) graphql.Marshaler { return graphql.MarshalString(string(d)) }

// UnmarshalDateText takes any text.
func UnmarshalDateText(v any) (DateText, error) {
	s, ok := v.(string)
	if !ok {
		return "", inputError("date", "a date is text such as 2023-11")
	}
	return DateText(s), nil
}

// MarshalDecimalText writes a decimal as it was written.
func MarshalDecimalText(d DecimalText) graphql.Marshaler { return graphql.MarshalString(string(d)) }

// UnmarshalDecimalText takes any text.
func UnmarshalDecimalText(v any) (DecimalText, error) {
	s, ok := v.(string)
	if !ok {
		return "", inputError("decimal", "a decimal is text such as \"7730\" or \"4.5\"")
	}
	return DecimalText(s), nil
}
