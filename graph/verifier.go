package graph

import "encoding/json"

// Verifier checks evidence against the texts of its sources, of which it reads
// each once, and tells by the texts that a source had before whether a quote
// that is gone was ever there. It reads from its Reader while that may be used.
type Verifier struct {
	r       Reader
	sources map[Key]*verified
	known   map[Evidence]Standing
}

// Standing is what the text of a source makes of a piece of evidence, and where
// its quote stands: an empty span where it does not.
type Standing struct {
	Status EvidenceStatus
	Span
}

// verified is a source with its texts.
type verified struct {
	source *Source
	text   *Text
	past   []*Text // newest first; read when first needed
	whole  bool    // past holds every text there was
	looked bool
}

// NewVerifier makes one that reads from r.
func NewVerifier(r Reader) *Verifier {
	return &Verifier{r: r}
}

// keep notes a source. Most verifiers are never asked, so the list is made late.
func (v *Verifier) keep(key Key, s *verified) {
	if v.sources == nil {
		v.sources = map[Key]*verified{}
	}
	v.sources[key] = s
}

// Source is the source with a key and its text: nil where it, or its text, is
// not there.
func (v *Verifier) Source(key Key) (*Source, *Text, error) {
	s, err := v.source(key)
	if err != nil {
		return nil, nil, err
	}
	return s.source, s.text, nil
}

func (v *Verifier) source(key Key) (*verified, error) {
	if s := v.sources[key]; s != nil {
		return s, nil
	}
	list, err := v.r.Sources([]Key{key})
	if err != nil {
		return nil, err
	}
	s := &verified{source: list[0]}
	if s.source != nil && s.source.SHA256 != "" {
		text, ok, err := v.r.Text(key)
		if err != nil {
			return nil, err
		}
		if ok {
			s.text = NewText(text)
		}
	}
	v.keep(key, s)
	return s, nil
}

// Put makes v see a source and its text (nil: none) as they are about to be
// written.
func (v *Verifier) Put(source *Source, text *Text) error {
	before, err := v.source(source.Key)
	if err != nil {
		return err
	}
	v.keep(source.Key, &verified{source: source, text: text})
	if before.text != nil && before.text != text {
		v.sources[source.Key].past = []*Text{before.text}
	}
	clear(v.known)
	return nil
}

// Check tells how e stands.
func (v *Verifier) Check(e Evidence) (Standing, error) {
	if known, ok := v.known[e]; ok {
		return known, nil
	}
	s, err := v.source(e.Source)
	if err != nil {
		return Standing{Status: Unchecked}, err
	}
	standing, err := v.stands(e, s)
	if err == nil {
		if v.known == nil {
			v.known = map[Evidence]Standing{}
		}
		v.known[e] = standing
	}
	return standing, err
}

func (v *Verifier) stands(e Evidence, s *verified) (Standing, error) {
	switch {
	case s.source == nil || s.text == nil || !e.Located():
		return Standing{Status: Unchecked}, nil
	case e.standsIn(s.text):
		return Standing{Verified, Span{e.Start, e.End}}, nil
	}
	if err := v.readPast(s); err != nil {
		return Standing{}, err
	}
	for _, past := range s.past {
		if e.standsIn(past) {
			return s.follow(past.Slice(e.Start, e.End), e.Start), nil
		}
	}
	if at, ok := e.scan(s.text); ok {
		return Standing{Relocated, at}, nil
	}
	if len(s.past) > 0 {
		if at, ok := e.scan(s.past[0]); ok {
			return s.follow(s.past[0].Slice(at.Start, at.End), e.Start), nil
		}
	}
	if s.source.Editions > 1 && !s.whole {
		return Standing{Status: Stale}, nil
	}
	return Standing{Status: Missing}, nil
}

// follow looks for a quote that an earlier text had in the newest.
func (s *verified) follow(quote string, near int) Standing {
	if at, ok := s.text.nearest(quote, near); ok {
		return Standing{Relocated, at}
	}
	return Standing{Status: Stale}
}

// Bounds on how far back a source's texts are read.
const (
	pastEditions = 16
	pastEntries  = 200
)

// readPast reads the texts that s had before.
func (v *Verifier) readPast(s *verified) error {
	if s.looked {
		return nil
	}
	s.looked = true
	if s.source.Editions <= 1 {
		s.whole = true
		return nil
	}
	entries, total, err := v.r.History(s.source.UID(), nil, pastEntries)
	if err != nil {
		return err
	}
	seen := map[string]bool{s.source.SHA256: true, "": true}
	missing := total > len(entries)
	for _, entry := range entries {
		var before Source
		if len(entry.Before) == 0 || json.Unmarshal(entry.Before, &before) != nil || seen[before.SHA256] || len(s.past) >= pastEditions {
			continue
		}
		seen[before.SHA256] = true
		text, ok, err := v.r.PastText(before.SHA256)
		if err != nil {
			return err
		}
		if missing = missing || !ok; ok {
			s.past = append(s.past, NewText(text))
		}
	}
	s.whole = !missing && len(s.past) < pastEditions && len(seen)-1 >= s.source.Editions
	return nil
}

// Cited is all evidence in a source that facts and their attributes cite, each
// place once, in the order of the facts' uids.
func Cited(r Reader, source Key) ([]Evidence, error) {
	facts, err := r.Referrers(NewUID(TagSource, source))
	if err != nil {
		return nil, err
	}
	var cited []Evidence
	seen := map[Evidence]bool{}
	add := func(list []Evidence) {
		for _, e := range list {
			if e.Source == source && !seen[e] {
				seen[e] = true
				cited = append(cited, e)
			}
		}
	}
	for _, fact := range facts {
		evidence, attributes, err := evidenceOf(r, fact)
		if err != nil {
			return nil, err
		}
		add(evidence)
		for _, a := range attributes {
			add(a.Evidence)
		}
	}
	return cited, nil
}

// evidenceOf reads what a fact cites.
func evidenceOf(r Reader, fact UID) ([]Evidence, []Attribute, error) {
	ids, err := r.Resolve([]UID{fact})
	if err != nil || ids[0] == 0 {
		return nil, nil, err
	}
	if fact.Tag() == TagEntity {
		docs, err := r.Entities([]EntityID{EntityID(ids[0])})
		if err != nil || docs[0] == nil {
			return nil, nil, err
		}
		return docs[0].Evidence, docs[0].Attributes, nil
	}
	docs, err := r.Relations([]RelationID{RelationID(ids[0])})
	if err != nil || docs[0] == nil {
		return nil, nil, err
	}
	return docs[0].Evidence, docs[0].Attributes, nil
}
