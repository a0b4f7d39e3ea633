package endpoint

import (
	"context"

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

// Subscription gives the generated code the root fields of subscriptions.
func (root) Subscription() exec.SubscriptionResolver { return gql.Subscription{} }

// Subscribe is [Options.Subscribe] for the changes of g's graph.
func Subscribe(g *gql.Gateway) func(context.Context, Operation, func(context.Context)) (Stream, error) {
	return func(ctx context.Context, _ Operation, run func(context.Context)) (Stream, error) {
		return g.Subscribe(ctx, run)
	}
}

// Mutation does the same for writes.
func (root) Mutation() exec.MutationResolver { return gql.Mutation{} }
