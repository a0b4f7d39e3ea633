package gql

// Role is the least role that may call a root field, as @auth states it in the
// schema.
type Role string
