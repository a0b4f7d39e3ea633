package endpoint

import (
	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph/gql"
	"lianzhu/graph/gql/internal/exec"
)

// Schema is the generated executor of the contract c.
func Schema(c *gql.Contract) graphql.ExecutableSchema {
	return exec.NewExecutableSchema(exec.Config{Schema: c.Schema, Resolvers: root{}})
}

type root struct{}

// Query gives the generated code the root fields.
func (root) Query() exec.QueryResolver { return gql.Query{} }
