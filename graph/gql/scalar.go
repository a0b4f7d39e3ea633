package gql

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

// MarshalInt writes a whole number.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads a whole number of 32 bits. A text is none.
func UnmarshalInt(v any) (int, error) {
	var n int64
	var err error
	switch v := v.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	case json.Number:
		n, err = v.Int64()
	default:
		return 0, inputError("number", fmt.Sprintf("%.40v is no whole number", v))
	}
	if err != nil || n < math.MinInt32 || n > math.MaxInt32 {
		return 0, inputError("number", fmt.Sprintf("%.40v is no whole number of 32 bits", v))
	}
	return int(n), nil
}

// MarshalFloat writes a number.
func MarshalFloat(f float64) graphql.Marshaler { return graphql.MarshalFloat(f) }

// UnmarshalFloat reads a finite number. A text is none.
func UnmarshalFloat(v any) (float64, error) {
	var f float64
	var err error
	switch v := v.(type) {
	case int:
		f = float64(v)
	case int64:
		f = float64(v)
	case float64:
		f = v
	case json.Number:
		f, err = v.Float64()
	default:
		return 0, inputError("number", fmt.Sprintf("%.40v is no number", v))
	}
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, inputError("number", fmt.Sprintf("%.40v is no finite number", v))
	}
	return f, nil
}

// MarshalUID writes a global id.
func MarshalUID(u graph.UID) graphql.Marshaler { return graphql.MarshalString(u.String()) }

// UnmarshalUID reads a global id.
func UnmarshalUID(v any) (graph.UID, error) {
	s, err := graphql.UnmarshalID(v)
	if err != nil {
		return graph.UID{}, inputError("id", "an id is text")
	}
	return parseID(s)
}

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

// MarshalDateTime writes an instant in UTC, to the millisecond.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.MarshalString(t.UTC().Format("2006-01-02T15:04:05.999Z07:00"))
}

// UnmarshalDateTime reads an instant.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, err := graphql.UnmarshalString(v)
	if err != nil {
		return time.Time{}, inputError("instant", "an instant is text such as 2026-06-01T12:00:00Z")
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, inputError("instant", fmt.Sprintf("%.40q is no instant of RFC 3339, such as 2026-06-01T12:00:00Z", s))
	}
	return t.UTC(), nil
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
