// Command lianzhu serves, queries and maintains a knowledge graph.
//
// # A guided tour
//
// The command introduces the rooms of the house to each other and does little
// else. main.go runs a command line and says what went wrong in one sentence;
// root.go lists the subcommands, each of which has a file of its own.
//
// What a flag is worth comes from the command line, the environment, the
// configuration file or the default, in this order: see settings.go and
// configfile.go. Where the graph is kept is decided in datadir.go, which also
// opens it.
//
// A question takes one way, whether it is asked of a server or of the store on
// this machine: client.go speaks GraphQL over HTTP, and gateway.go makes the
// handler that a server serves and that the client calls without a network.
//
// Standard output is for data; progress, reports and errors go to standard
// error. The exit status is 0 when all went well, 1 when something failed or
// was found wrong, and 2 when the command line is wrong.
package main
