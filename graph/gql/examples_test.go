package gql_test

import (
	"encoding/json"
	"testing"

	"lianzhu/web"
)

// Everything the playground opens with must answer on the first click, in full.
func TestEveryExampleOfThePlaygroundAnswers(t *testing.T) {
	examples, err := web.Examples()
	if err != nil || len(examples) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	handler := openBuiltIn(t)
	for _, example := range examples {
		t.Run(example.Name, func(t *testing.T) {
			got := ask(t, handler, example.Query, example.Variables)
			var answer struct {
				Data   map[string]any
				Errors []any
			}
			if err := json.Unmarshal(got, &answer); err != nil || answer.Errors != nil {
				t.Fatalf("%v\n%s", err, got)
			}
			for field, value := range answer.Data {
				if empty(value) {
					t.Errorf("%s answers nothing:\n%s", field, got)
				}
			}
		})
	}
}

// empty tells whether an answer has nothing to show: null, or a page or list
// without items.
func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, list := range []string{"nodes", "edges", "paths", "items"} {
			if items, ok := v[list].([]any); ok && len(items) == 0 {
				return true
			}
		}
	}
	return false
}
