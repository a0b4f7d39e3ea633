// Package server is the HTTP around the handlers of the product: routes, limits
// on time and size, guards against foreign pages, a request's name and its line
// in the log, health, and an orderly end. It takes [net/http.Handler]s and knows
// neither GraphQL nor storage.
//
// # Routes
//
//	/graphql, /query   Config.GraphQL, any method
//	/playground/       Config.Playground, with the path as it is
//	/export/           Config.Export, with the path as it is
//	/import            Config.Import, POST only
//	/                  redirects to /playground/
//	/healthz           200 as long as the process answers
//	/readyz            200 when Config.Ready agrees, 503 otherwise and while shutting down; it shows
//	                   Config.Parts as well
//	/version           Config.Version as JSON
//
// Everything else is 404 with a sentence in JSON.
//
// # Two ways in
//
// A plain request to the address of queries comes through the lane (lane.go), which
// costs less; everything else comes through net/http. The handlers are the same.
//
// # Who may ask
//
// There is no access control yet, so only the machine itself may ask: [Listen]
// opens loopback addresses alone, a request must be addressed to a loopback name
// (which defeats DNS rebinding), and what another site's page sends is refused.
package server
