package gql

import (
	"fmt"

	"lianzhu/graph"
)

// Source is a text or a list that states facts.
type Source struct {
	s   *session
	doc *graph.Source
}

// IsNode marks a Node.
func (c *Source) IsNode() {}

func (s *session) source(r graph.Reader, key graph.Key) (*Source, error) {
	docs, err := r.Sources([]graph.Key{key})
	if err != nil || docs[0] == nil {
		return nil, err
	}
	return &Source{s, docs[0]}, nil
}

// sources reads the sources with these keys.
func (s *session) sources(keys []graph.Key) ([]*Source, error) {
	return read(s, func(r graph.Reader) ([]*Source, error) {
		docs, err := r.Sources(keys)
		if err != nil {
			return nil, err
		}
		sources := []*Source{}
		for _, doc := range docs {
			if doc != nil {
				sources = append(sources, &Source{s, doc})
			}
		}
		return sources, nil
	})
}

// The fields of Source.

func (c *Source) ID() graph.UID      { return c.doc.UID() }
func (c *Source) Key() string        { return string(c.doc.Key) }
func (c *Source) Publisher() *string { return optional(c.doc.Publisher) }
func (c *Source) URL() *string       { return optional(c.doc.URL) }
func (c *Source) License() *string   { return optional(c.doc.License) }
func (c *Source) Sha256() *string    { return optional(c.doc.SHA256) }

// Title is the title; in Chinese where no English is known.
func (c *Source) Title(lang graph.Lang) string {
	if lang == graph.EN && c.doc.TitleEN != "" {
		return c.doc.TitleEN
	}
	return c.doc.Title
}

// PublishedOn is when the source was published.
func (c *Source) PublishedOn() *graph.Date {
	if c.doc.PublishedOn.IsZero() {
		return nil
	}
	return &c.doc.PublishedOn
}

// Length is the length of the text in characters; null where there is none.
func (c *Source) Length() *int {
	if c.doc.SHA256 == "" {
		return nil
	}
	return &c.doc.Length
}

// Text is a part of the text. An end beyond the text is its end.
func (c *Source) Text(start int, end *int) (*string, error) {
	if start < 0 || end != nil && *end < start {
		return nil, inputError("start", fmt.Sprintf("the part %d to %v of a text does not exist; start is at least 0 and end not before it", start, deref(end)))
	}
	text, err := c.s.text(c.doc.Key)
	if err != nil || text == nil {
		return nil, err
	}
	to := text.Len()
	if end != nil {
		to = min(to, *end)
	}
	part := text.Slice(start, to)
	return &part, nil
}

func deref(n *int) any {
	if n == nil {
		return "the end"
	}
	return *n
}

// text is the text of a source, or nil where none was added.
func (s *session) text(key graph.Key) (*graph.Text, error) {
	return read(s, func(graph.Reader) (*graph.Text, error) {
		_, text, err := s.verifier.Source(key)
		return text, err
	})
}
