package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lianzhu/dataset"
	"lianzhu/desk"
	"lianzhu/graph"
	"lianzhu/graph/gql"
)

const readHelp = `List the sentences of an article with the entities they name and the relations
they tell of, and make changes of that to edit and import.

Entities are recognised by their names and aliases in the graph, the longest at
each place, and firms and institutes that the graph does not have by how their
names end. Relations are proposed where a cue word such as 投资, 共建, 供应 or 落户
joins two of them in a sentence. Every line has its place in the article filled
in: characters and the hash of the span. Proposals have confidence 0.5: correct
them, delete what is wrong, take the confidence out of what is right, and then
run "lianzhu import" on the file.

The file holds the article's text as that of the source, unless the graph has it
already. A relation that the graph has keeps all that is known of it.

With --out the changes are written to a file and the listing to standard output;
otherwise the changes go to standard output and the listing to standard error.
FILE is UTF-8; "-" is standard input. Nothing is written into the graph.`

const readExample = `  lianzhu read article.txt --out proposed.jsonl
  lianzhu import proposed.jsonl
  lianzhu read --source source:qingdao-daily-yellow-river article.txt > proposed.jsonl`

func newRead(a *app) *cobra.Command {
	var source, title, out string
	cmd := &cobra.Command{
		Use:     "read FILE",
		Short:   "Recognise entities and propose relations in an article",
		Long:    readHelp,
		Example: readExample,
		Args:    takes(1, 1, "the file of an article"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.readArticle(cmd.Context(), args[0], &graph.Source{Key: graph.Key(source), Title: title}, out)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&source, "source", "", "`KEY` of the source (default: the one with this text, or one made of its hash)")
	flags.StringVar(&title, "title", "", "`TITLE` of the source (default: the first line of the article)")
	flags.StringVarP(&out, "out", "o", "-", "write the changes to `FILE` instead of standard output")
	return cmd
}

// readArticle reads the article of a file and writes what it proposes.
func (a *app) readArticle(ctx context.Context, file string, source *graph.Source, out string) error {
	article, err := a.articleOf(file)
	if err != nil {
		return err
	}
	return a.withGraph(ctx, false, func(contract *gql.Contract, store graph.Store) error {
		firms, err := newFirms()
		if err != nil {
			return err
		}
		var got *desk.Reading
		err = store.View(ctx, func(r graph.Reader) error {
			if err := nameSource(r, source, article); err != nil {
				return err
			}
			companies, err := firms.Companies(r)
			if err != nil {
				return err
			}
			d := desk.Desk{Graph: r, Ontology: contract.Ontology, Companies: companies, Suspects: companies.Suspects}
			got, err = d.Read(article, source)
			return err
		})
		if err != nil {
			return err
		}
		return a.writeReading(contract.Ontology, got, out)
	})
}

// articleOf reads a file that must be an article, no further than needed to know
// that it is too long.
func (a *app) articleOf(file string) (string, error) {
	from := a.in
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", err
		}
		defer f.Close()
		from = f
	}
	b, err := io.ReadAll(io.LimitReader(from, desk.MaxArticle+1))
	var path *fs.PathError
	if errors.As(err, &path) {
		return "", err
	}
	if err == nil {
		var article string
		if article, err = desk.CheckArticle(b); err == nil {
			return article, nil
		}
	}
	return "", fmt.Errorf("%s cannot be read as an article: %w", nameOf(file), err)
}

// nameSource fills in what the command line does not say of a source.
func nameSource(r graph.Reader, source *graph.Source, article string) error {
	sum := graph.HashSpan(article)
	source.Title = cmp.Or(source.Title, firstLine(article))
	for key, err := range r.AllSources() {
		if err != nil || source.Key != "" {
			return err
		}
		found, err := r.Sources([]graph.Key{key})
		if err != nil {
			return err
		}
		if found[0] != nil && found[0].SHA256 == sum {
			source.Key = key
		}
	}
	source.Key = cmp.Or(source.Key, graph.Key("source:article-"+sum[:12]))
	return nil
}

// longestTitle is how many characters a title has that is made of a line.
const longestTitle = 80

// firstLine is the first line with words, cut where it is long.
func firstLine(article string) string {
	for line := range strings.Lines(article) {
		if words := []rune(strings.TrimSpace(line)); len(words) > 0 {
			return strings.TrimSpace(string(words[:min(len(words), longestTitle)]))
		}
	}
	return ""
}

// writeReading checks and writes the changes, and lists what was read.
func (a *app) writeReading(o *graph.Ontology, got *desk.Reading, out string) error {
	for c := range got.Changes() {
		if err := o.Validate(&c); err != nil {
			return err
		}
	}
	write := func(w io.Writer) error { return dataset.Encode(w, got.Changes()) }
	if out == "-" {
		if err := listReading(a.err, got); err != nil {
			return err
		}
		return write(a.out)
	}
	if err := writeFile(out, write); err != nil {
		return err
	}
	return listReading(a.out, got)
}

// listReading lists sentences with what they name and tell.
func listReading(w io.Writer, got *desk.Reading) error {
	var b strings.Builder
	mentions, proposals, written := 0, 0, 0
	for _, s := range got.Sentences {
		fmt.Fprintf(&b, "%d-%d  %s\n", s.At.Start, s.At.End, strings.Join(strings.Fields(s.Text), " "))
		if s.GoesOn {
			fmt.Fprintf(&b, "    ! cut here for its length: what it says across the cut is not seen\n")
		}
		for _, m := range s.Mentions {
			fmt.Fprintf(&b, "    %s\n", mentionLine(m))
		}
		for _, p := range s.Proposals {
			state := "known"
			if p.Change != nil {
				state, written = string(p.Relation.Modality), written+1
			}
			fmt.Fprintf(&b, "    > %s %s %s  (%s, %s, %d-%d)\n", p.Relation.Source, p.Relation.Type, p.Relation.Target, p.Cue, state, p.At.Start, p.At.End)
		}
		mentions, proposals = mentions+len(s.Mentions), proposals+len(s.Proposals)
	}
	fmt.Fprintf(&b, "%d sentences, %d mentions, %d new entities, %d relations of which %d are new or newly cited\n",
		len(got.Sentences), mentions, len(got.Entities), proposals, written)
	_, err := io.WriteString(w, printable(b.String()))
	return err
}

// mentionLine tells who is named by what.
func mentionLine(m desk.Mention) string {
	words := strings.Join(strings.Fields(m.Text), "")
	switch {
	case m.Entity == nil:
		var keys []string
		for _, e := range m.Several {
			keys = append(keys, string(e.Key))
		}
		return fmt.Sprintf("? %s  one of %s", words, strings.Join(keys, ", "))
	case !m.New:
		return fmt.Sprintf("  %s  %s", words, m.Entity.Key)
	}
	line := fmt.Sprintf("+ %s  %s", words, m.Entity.Key)
	for _, s := range m.Like {
		line += fmt.Sprintf("; like %s: %s", s.Entity.Key, s.Reasons[0].EN)
	}
	return line
}
