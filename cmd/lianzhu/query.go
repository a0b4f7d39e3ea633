package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"lianzhu/graph"
	"lianzhu/graph/gql"
)

const queryHelp = `Run a GraphQL query against the graph in the data directory, or, with --url,
against a running server.

The query is the argument, or the text of --file; "-" stands for standard input.
The value of "data" goes to standard output, errors go to standard error.
A table shows the first list in the answer.

Exit status: 0 with data and no errors, 1 with errors, 2 when the command line is wrong.`

const queryExample = `  lianzhu query '{ stats { entities relations } }'
  lianzhu query --output table '{ entities(first: 20) { nodes { key kind name } } }'
  lianzhu query --file chain.graphql --variables '{"key": "chain:gansu-sichuan-pepper"}'
  lianzhu query --url http://127.0.0.1:8080/graphql - < chain.graphql`

// queryFlags are what the flags of query say.
type queryFlags struct {
	file, variables, operation, url string
	output                          *choice
}

func newQuery(a *app) *cobra.Command {
	var f queryFlags
	cmd := &cobra.Command{
		Use:     "query [QUERY]",
		Short:   "Run a GraphQL query",
		Long:    queryHelp,
		Example: queryExample,
		Args:    takes(0, 1, "one query"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.query(cmd.Context(), f, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.file, "file", "f", "", "read the query from `FILE`")
	flags.StringVar(&f.variables, "variables", "", "the variables, as a `JSON` object")
	flags.StringVar(&f.operation, "operation", "", "`NAME` of the operation to run, where the query has several")
	flags.StringVar(&f.url, "url", "", "ask the server at `URL` instead of the data directory")
	f.output = choiceFlag(cmd, "output", "how to show the answer", "json", "table")
	configurable(flags, "url")
	return cmd
}

// query asks one question and shows the answer.
func (a *app) query(ctx context.Context, f queryFlags, args []string) error {
	q, err := a.readQuestion(f, args)
	if err != nil {
		return err
	}
	got, err := a.ask(ctx, f.url, q)
	if err != nil {
		return err
	}
	if err := a.showAnswer(got, f.output.value); err != nil {
		return err
	}
	if len(got.Errors) > 0 {
		return errTold
	}
	return nil
}

// ask asks the server at url or, where that is empty, the store of the data
// directory.
func (a *app) ask(ctx context.Context, url string, q question) (answer, error) {
	if url != "" {
		c, err := newClient(url)
		if err != nil {
			return answer{}, err
		}
		return c.ask(ctx, q)
	}
	var got answer
	err := a.withGraph(ctx, false, func(contract *gql.Contract, store graph.Store) error {
		log := slog.New(slog.NewTextHandler(a.err, nil))
		var err error
		gateway := newGateway(contract, store, nil)
		defer gateway.Close()
		got, err = newLocalClient(newEndpoint(gateway, wiring{log: log})).ask(ctx, q)
		return err
	})
	return got, err
}

// readQuestion takes the question from the command line and the files it names.
func (a *app) readQuestion(f queryFlags, args []string) (question, error) {
	text, err := a.readQuery(f.file, args)
	if err != nil {
		return question{}, err
	}
	q := question{Query: text, OperationName: f.operation}
	if f.variables != "" {
		var object map[string]json.RawMessage
		if err := json.Unmarshal([]byte(f.variables), &object); err != nil || object == nil {
			return q, usage(`--variables must be a JSON object, such as {"key": "enterprise:haier-group"}`)
		}
		q.Variables = json.RawMessage(f.variables)
	}
	return q, nil
}

func (a *app) readQuery(file string, args []string) (string, error) {
	switch {
	case len(args) == 1 && file != "":
		return "", usage("the query is given twice, as an argument and as --file; leave one of them out")
	case len(args) == 1 && args[0] != "-":
		return args[0], nil
	case len(args) == 1:
		file = "-"
	case file == "":
		return "", &usageError{`there is no query; give it as an argument or as --file FILE, "-" for standard input`, "lianzhu query"}
	}
	text, err := a.readText(file)
	if err == nil && !utf8.Valid(text) {
		err = fmt.Errorf("%s is not UTF-8", nameOf(file))
	}
	return string(text), err
}

// readText reads a file whole; "-" is standard input.
func (a *app) readText(file string) ([]byte, error) {
	if file != "-" {
		return os.ReadFile(file)
	}
	return io.ReadAll(a.in)
}

// nameOf is what to call a file in a message.
func nameOf(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

// showAnswer writes the data to standard output and the errors to standard
// error.
func (a *app) showAnswer(got answer, output string) error {
	for _, e := range got.Errors {
		fmt.Fprintf(a.err, "lianzhu: %s\n", printable(e.String()))
	}
	if len(got.Data) == 0 || string(got.Data) == "null" {
		return nil
	}
	if output == "table" {
		return a.showTable(got.Data)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, got.Data, "", "  "); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := a.out.Write(b.Bytes())
	return err
}
