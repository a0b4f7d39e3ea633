package gql

import (
	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

// MarshalPartialDate writes a date as EDTF.
func MarshalPartialDate(d graph.Date) graphql.Marshaler { return graphql.MarshalString(d.String()) }

// UnmarshalPartialDate reads an EDTF date.
func UnmarshalPartialDate(v any) (graph.Date, error) {
	s, err := graphql.UnmarshalString(v)
	if err != nil {
		return graph.Date{}, inputError("date", "a date is text such as 2023-11")
	}
	if s == "" {
		return graph.Date{}, inputError("date", "the date is empty; leave it out instead")
	}
	return graph.ParseDate(s)
}

// MarshalDecimal writes a decimal as text.
func MarshalDecimal(d graph.Decimal) graphql.Marshaler { return graphql.MarshalString(string(d)) }

// UnmarshalDecimal reads a decimal.
func UnmarshalDecimal(v any) (graph.Decimal, error) {
	s, err := graphql.UnmarshalString(v)
	if err != nil {
		return "", inputError("decimal", "a decimal is text such as \"7730\" or \"4.5\"")
	}
	return graph.ParseDecimal(s)
}
