package main

import (
	"cmp"
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"lianzhu/graph"
	"lianzhu/graph/gql"
)

const sourceAddHelp = `Add the text of a source, or replace it, and check every piece of evidence
that cites it.

The graph itself holds no sentences of a source, only places: which characters
of its text say so, and the hash of that span. Once the text is there, each
place is looked up in it:

  verified   the text says so at this place
  relocated  the text says so, but elsewhere
  stale      an earlier text said so; this one does not
  missing    the text does not say so
  unchecked  the evidence names no place in the text

FILE is UTF-8 and is kept byte for byte; "-" is standard input. A source that
the graph does not have yet needs a title.`

const sourceAddExample = `  lianzhu source add source:qingdao-daily-yellow-river article.txt
  lianzhu source add source:gazette notice.txt --title 公报 --published-on 2024-03`

type sourceFlags struct {
	title, publisher, publishedOn, url string
}

func newSourceAdd(a *app) *cobra.Command {
	var f sourceFlags
	cmd := &cobra.Command{
		Use:     "add KEY FILE",
		Short:   "Add or replace the text of a source and check its evidence",
		Long:    sourceAddHelp,
		Example: sourceAddExample,
		Args:    takes(2, 2, "the key of a source and a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.addSource(cmd.Context(), f, graph.Key(args[0]), args[1])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.title, "title", "", "`TITLE` of the source")
	flags.StringVar(&f.publisher, "publisher", "", "`NAME` of who published it")
	flags.StringVar(&f.publishedOn, "published-on", "", "`DATE` when, such as 2023-11-22 or 2023-11")
	flags.StringVar(&f.url, "url", "", "`URL` where it can be read")
	for name, value := range map[string]string{
		"title": "TITLE", "publisher": "PUBLISHER", "published-on": "PUBLISHED_ON", "url": "URL",
	} {
		annotate(flags, name, variable, "LIANZHU_SOURCE_"+value)
	}
	return cmd
}

func (a *app) addSource(ctx context.Context, f sourceFlags, key graph.Key, file string) error {
	text, err := a.readSourceText(file)
	if err != nil {
		return err
	}
	return a.withGraph(ctx, true, func(contract *gql.Contract, store graph.Store) error {
		return a.putSource(ctx, contract, store, f, key, text)
	})
}

// readSourceText reads a text that must be UTF-8 as it is.
func (a *app) readSourceText(file string) (string, error) {
	text, err := a.readText(file)
	if err != nil {
		return "", err
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return "", fmt.Errorf("%s is not UTF-8 from byte %d on; convert it, for example with iconv -f GB18030 -t UTF-8", nameOf(file), i)
		}
		i += size
	}
	return string(text), nil
}

// putSource writes the source with its text and tells what that makes of its
// evidence.
func (a *app) putSource(ctx context.Context, contract *gql.Contract, store graph.Store, f sourceFlags, key graph.Key, text string) error {
	source, err := sourceToWrite(ctx, store, f, key)
	if err != nil {
		return err
	}
	before := source.SHA256
	change := graph.Change{Source: source, Text: &text}
	if err := contract.Ontology.Validate(&change); err != nil {
		return err
	}
	batch := graph.Batch{Changes: []graph.Change{change}, Actor: "source add", Reason: "text of " + string(key), At: a.at()}
	if _, err := store.Apply(ctx, batch); err != nil {
		return err
	}
	counts, err := checkEvidence(ctx, store, key)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.err, "lianzhu: the text of %s %s: %d characters\n", key, textOutcome(before, source.SHA256), source.Length)
	return counts.write(a)
}

// textOutcome tells what became of a text, by its hash before and after.
func textOutcome(before, after string) string {
	switch before {
	case "":
		return "was added"
	case after:
		return "is there already"
	}
	return "was replaced"
}

// sourceToWrite is the source as it stands, with what the flags say.
func sourceToWrite(ctx context.Context, store graph.Store, f sourceFlags, key graph.Key) (*graph.Source, error) {
	source := graph.Source{Key: key}
	err := store.View(ctx, func(r graph.Reader) error {
		found, err := r.Sources([]graph.Key{key})
		if err == nil && found[0] != nil {
			source = *found[0]
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if source.Title == "" && f.title == "" {
		return nil, usage("the graph has no source %s yet; say what it is with --title", key)
	}
	source.Title = cmp.Or(f.title, source.Title)
	source.Publisher = cmp.Or(f.publisher, source.Publisher)
	source.URL = cmp.Or(f.url, source.URL)
	if f.publishedOn != "" {
		date, err := graph.ParseDate(f.publishedOn)
		if err != nil {
			return nil, usage("--published-on: %s", sentence(err))
		}
		source.PublishedOn = date
	}
	return &source, nil
}

// evidenceCounts tells how many pieces of evidence are in which state.
type evidenceCounts map[graph.EvidenceStatus]int

func (c evidenceCounts) write(a *app) error {
	t := table{columns: []string{"evidence", "count"}}
	for _, s := range []graph.EvidenceStatus{graph.Verified, graph.Relocated, graph.Stale, graph.Missing, graph.Unchecked} {
		t.rows = append(t.rows, []string{string(s), fmt.Sprint(c[s])})
	}
	return t.write(a.out)
}

// checkEvidence looks every piece of evidence up that cites a source. A place
// that several facts cite counts once.
func checkEvidence(ctx context.Context, store graph.Store, key graph.Key) (evidenceCounts, error) {
	counts := evidenceCounts{}
	err := store.View(ctx, func(r graph.Reader) error {
		cited, err := graph.Cited(r, key)
		if err != nil {
			return err
		}
		verifier := graph.NewVerifier(r)
		for _, e := range cited {
			standing, err := verifier.Check(e)
			if err != nil {
				return err
			}
			counts[standing.Status]++
		}
		return nil
	})
	return counts, err
}
