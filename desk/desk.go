package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lianzhu/graph"
	"lianzhu/text"
)

// Desk reads articles with what one revision of a graph knows. Suspects, where
// it is set, finds whom of the graph a new firm may be.
type Desk struct {
	Graph     graph.Reader
	Ontology  *graph.Ontology
	Companies *text.Companies
	Suspects  func(graph.Reader, *graph.Entity) ([]graph.Suspect, error)
}

// Sentence is one of an article, with who is named in it and what it tells. One
// that is very long is cut, and what stands on both sides of the cut is not
// joined: it GoesOn in the next.
type Sentence struct {
	At        graph.Span
	GoesOn    bool
	Text      string
	Mentions  []Mention
	Proposals []*Proposal
}

// Reading is what was read in an article.
type Reading struct {
	Source    *graph.Source // nil where the graph has it with this text
	Text      string
	Sentences []Sentence
	Entities  []*graph.Entity // that the graph does not have, by key
}

// Read reads an article that [CheckArticle] has passed, as the text of source.
// A source that the graph has with another text is an error.
func (d *Desk) Read(article string, source *graph.Source) (*Reading, error) {
	work := reading{Desk: d, article: []rune(article), text: graph.NewText(article), source: source.Key, firms: map[string]*graph.Entity{}, taken: map[graph.Key]bool{}, like: map[graph.Key][]graph.Suspect{}}
	work.names = &recogniser{r: d.Graph, article: work.article, known: map[string][]*graph.Entity{}}
	out := &Reading{Text: article}
	stands, err := d.sourceToWrite(article, source)
	if err != nil {
		return nil, err
	}
	out.Source = stands
	for _, cut := range cutSentences(work.article) {
		s, err := work.sentence(cut.Span)
		if err != nil {
			return nil, err
		}
		s.GoesOn = cut.open
		out.Sentences = append(out.Sentences, s)
	}
	for _, e := range work.firms {
		out.Entities = append(out.Entities, e)
	}
	slices.SortFunc(out.Entities, func(a, b *graph.Entity) int { return cmp.Compare(a.Key, b.Key) })
	return out, nil
}

// sourceToWrite is the source as it is to be written, or nil where it stands
// with this text.
func (d *Desk) sourceToWrite(article string, source *graph.Source) (*graph.Source, error) {
	found, err := d.Graph.Sources([]graph.Key{source.Key})
	if err != nil || found[0] == nil {
		return source, err
	}
	switch stands := *found[0]; stands.SHA256 {
	case graph.HashSpan(article):
		return nil, nil
	case "":
		return &stands, nil
	}
	return nil, fmt.Errorf("the source %s has another text; replace that with lianzhu source add, or give this article another --source", source.Key)
}

// reading is an article at work.
type reading struct {
	*Desk
	article []rune
	text    *graph.Text
	source  graph.Key
	names   *recogniser
	firms   map[string]*graph.Entity // new, by folded name
	taken   map[graph.Key]bool
	like    map[graph.Key][]graph.Suspect // whom the new may be
}

func (w *reading) sentence(at graph.Span) (Sentence, error) {
	s := Sentence{At: at, Text: string(w.article[at.Start:at.End])}
	known, err := w.names.mentions(at)
	if err != nil {
		return s, err
	}
	s.Mentions = withFirms(known, firms(w.article, at, known, w.Companies))
	for i := range s.Mentions {
		if s.Mentions[i].New {
			if err := w.settle(&s.Mentions[i]); err != nil {
				return s, err
			}
		}
	}
	clear := slices.DeleteFunc(slices.Clone(s.Mentions), func(m Mention) bool { return m.Entity == nil })
	p := proposer{article: w.article, ontology: w.Ontology, sentence: at, mentions: clear}
	s.Proposals = p.relations()
	for _, q := range s.Proposals {
		if err := w.compare(q); err != nil {
			return s, err
		}
	}
	return s, nil
}

// settle gives a firm that is new its key and this place, or makes it the one
// that was named so before.
func (w *reading) settle(m *Mention) error {
	folded := text.Fold(m.Text)
	e := w.firms[folded]
	if e == nil {
		e = m.Entity
		key, err := w.newKey(e)
		if err != nil {
			return err
		}
		e.Key = key
		e.Names[0].Sources = []graph.Key{w.source}
		w.firms[folded] = e
	}
	m.Entity = e
	e.Evidence = append(e.Evidence, w.text.Cite(w.source, m.At))
	if like, asked := w.like[e.Key]; asked || w.Suspects == nil {
		m.Like = like
		return nil
	}
	like, err := w.Suspects(w.Graph, e)
	m.Like, w.like[e.Key] = like, like
	return err
}

// newKey makes a key of the reading of a name that neither the graph nor this
// article has yet.
func (w *reading) newKey(e *graph.Entity) (graph.Key, error) {
	words := cmp.Or(text.Pinyin(w.Companies.Parse(e.Names[0].Text).Core()), e.Names[0].Text)
	base := strings.ToLower(string(e.Kind)) + ":" + strings.ReplaceAll(strings.ToLower(strings.Join(strings.Fields(words), "-")), "ü", "v")
	for n := 1; ; n++ {
		key := graph.Key(base)
		if n > 1 {
			key = graph.Key(fmt.Sprintf("%s-%d", base, n))
		}
		ids, err := w.Graph.Resolve([]graph.UID{graph.NewUID(graph.TagEntity, key)})
		if err != nil {
			return "", err
		}
		if ids[0] == 0 && !w.taken[key] {
			w.taken[key] = true
			return key, nil
		}
	}
}

// compare says what is to be written of a proposal, beside what the graph has.
func (w *reading) compare(p *Proposal) error {
	cited := w.text.Cite(w.source, p.At)
	p.Relation.Evidence = []graph.Evidence{cited}
	ids, err := w.Graph.Resolve([]graph.UID{p.Relation.UID()})
	if err != nil {
		return err
	}
	if ids[0] == 0 {
		p.Change = p.Relation
		return nil
	}
	docs, err := w.Graph.Relations([]graph.RelationID{graph.RelationID(ids[0])})
	if err != nil || docs[0] == nil {
		return err
	}
	stands := *docs[0]
	if slices.ContainsFunc(stands.Evidence, func(e graph.Evidence) bool {
		return e.Source == w.source && e.Located() && e.Start < p.At.End && p.At.Start < e.End
	}) {
		return nil
	}
	stands.Evidence = append(slices.Clone(stands.Evidence), cited)
	p.Change = &stands
	return nil
}
