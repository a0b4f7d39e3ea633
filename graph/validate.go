package graph

import (
	"strings"
	"unicode/utf8"
)

// Bounds of one document; see [Ontology.Validate].
const (
	maxNames      = 64
	maxNameBytes  = 512
	maxAttributes = 256
	maxEvidence   = 256
	maxPlaces     = 256
	maxPremises   = 256
	maxWords      = 4096 // any other text, in bytes
)

// Validate tells whether the shape of c is right: what needs no store to be
// known. It puts the ends of a symmetric relation in canonical order and fills
// a source's hash and length from its text, and changes nothing else. Its error
// names the place in the document.
func (o *Ontology) Validate(c *Change) error {
	set := 0
	for _, is := range []bool{c.Source != nil, c.Entity != nil, c.Relation != nil, c.Retract != (UID{})} {
		if is {
			set++
		}
	}
	switch {
	case set != 1:
		return flawed("要恰好给出来源、实体、关系、撤回之一", "it must have exactly one of source, entity, relation and retract").refuse("change", "")
	case (c.Text != nil || c.DropText) && c.Source == nil:
		return flawed("只有来源有文本", "only a source has a text").refuse("change", c.Name())
	case c.Text != nil && c.DropText:
		return flawed("文本不能又给又撤", "a text cannot be given and taken away at once").refuse("change", c.Name())
	case c.Source != nil:
		return validateSource(c.Source, c.Text)
	case c.Entity != nil:
		return o.entityFlaw(c.Entity).refuse("entity", string(c.Entity.Key))
	case c.Relation != nil:
		o.Canonical(c.Relation)
		if f := o.relationFlaw(c.Relation); f.is() { // a key is made only where it is told
			return f.refuse("relation", string(c.Relation.Key()))
		}
	}
	return nil
}

func validateSource(s *Source, text *string) error {
	f := firstFlaw(
		keyFlaw(s.Key).at("key"),
		wordsFlaw("title", s.Title, true),
		wordsFlaw("titleEn", s.TitleEN, false),
		wordsFlaw("publisher", s.Publisher, false),
		wordsFlaw("url", s.URL, false),
		wordsFlaw("license", s.License, false),
	)
	if !f.is() && s.URL != "" && !strings.HasPrefix(s.URL, "http://") && !strings.HasPrefix(s.URL, "https://") {
		f = flawed("地址须以 http:// 或 https:// 开头", "the url must begin with http:// or https://").at("url")
	}
	if !f.is() && text != nil {
		f = textFlaw(*text, maxText).at("text")
	}
	if f.is() {
		return f.refuse("source", string(s.Key))
	}
	if text != nil {
		s.SHA256 = HashSpan(*text)
		s.Length = utf8.RuneCountInString(*text)
	}
	return nil
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }
