package gql_test

import (
	"testing"

	"lianzhu/graph/gql"
)

func TestColumnsAreFieldsOfTheSchema(t *testing.T) {
	schema := contract(t).Schema
	for name, fields := range gql.Columns {
		def := schema.Types[name]
		if def == nil {
			t.Errorf("there is no type %s", name)
			continue
		}
		for field := range fields {
			if def.Fields.ForName(field) == nil {
				t.Errorf("%s has no field %s", name, field)
			}
		}
	}
}
