package graph

import (
	"fmt"
	"slices"
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
// a source's hash and length from its text, and changes nothing else.
func (o *Ontology) Validate(c *Change) error {
	set := 0
	for _, is := range []bool{c.Source != nil, c.Entity != nil, c.Relation != nil, c.Retract != (UID{})} {
		if is {
			set++
		}
	}
	if set != 1 {
		return invalid("change", "", "it must have exactly one of source, entity, relation and retract")
	}
	switch {
	case (c.Text != nil || c.DropText) && c.Source == nil:
		return invalid("change", c.Name(), "only a source has a text")
	case c.Text != nil && c.DropText:
		return invalid("change", c.Name(), "a text cannot be given and taken away at once")
	}
	switch {
	case c.Source != nil:
		return validateSource(c.Source, c.Text)
	case c.Entity != nil:
		return o.validateEntity(c.Entity)
	case c.Relation != nil:
		return o.validateRelation(c.Relation)
	}
	return nil
}

func validateSource(s *Source, text *string) error {
	problem := firstProblem(
		keyProblem(s.Key),
		wordsProblem("title", s.Title, true),
		wordsProblem("titleEn", s.TitleEN, false),
		wordsProblem("publisher", s.Publisher, false),
		wordsProblem("url", s.URL, false),
		wordsProblem("license", s.License, false),
	)
	if problem == "" && s.URL != "" && !strings.HasPrefix(s.URL, "http://") && !strings.HasPrefix(s.URL, "https://") {
		problem = "the url must begin with http:// or https://"
	}
	if problem == "" && text != nil {
		problem = textProblem(*text, maxText)
	}
	if problem != "" {
		return invalid("source", string(s.Key), problem)
	}
	if text != nil {
		s.SHA256 = HashSpan(*text)
		s.Length = utf8.RuneCountInString(*text)
	}
	return nil
}

func (o *Ontology) validateEntity(e *Entity) error {
	problem := firstProblem(keyProblem(e.Key), o.kindProblem(e.Kind), namesProblem(e.Names),
		identifiersProblem(e.Identifiers), attributesProblem(e.Attributes), evidenceProblem(e.Evidence))
	if problem != "" {
		return invalid("entity", string(e.Key), problem)
	}
	return nil
}

func (o *Ontology) kindProblem(k Kind) string {
	if o.kind[k] == nil {
		return fmt.Sprintf("there is no kind %q; the schema lists them", k)
	}
	return ""
}

func namesProblem(names []Name) string {
	if len(names) == 0 {
		return "it has no name"
	}
	if len(names) > maxNames {
		return fmt.Sprintf("it has more than %d names", maxNames)
	}
	for _, n := range names {
		switch {
		case strings.TrimSpace(n.Text) == "" || n.Text != strings.TrimSpace(n.Text):
			return fmt.Sprintf("the name %q is blank or has blanks at its ends", n.Text)
		case textProblem(n.Text, maxNameBytes) != "":
			return "a name cannot be stored: " + textProblem(n.Text, maxNameBytes)
		case !slices.Contains([]Lang{ZH, EN, Pinyin}, n.Lang):
			return fmt.Sprintf("the name %s has the unknown language %q", n.Text, n.Lang)
		case !slices.Contains([]NameRole{Official, Short, Former, Brand, Translation, Transliteration}, n.Role):
			return fmt.Sprintf("the name %s has the unknown role %q", n.Text, n.Role)
		case textProblem(n.Reading, maxNameBytes) != "":
			return "a reading cannot be stored: " + textProblem(n.Reading, maxNameBytes)
		case sourcesProblem(n.Sources) != "":
			return "the name " + n.Text + ": " + sourcesProblem(n.Sources)
		}
	}
	return ""
}

func identifiersProblem(ids []Identifier) string {
	if len(ids) > maxNames {
		return fmt.Sprintf("it has more than %d identifiers", maxNames)
	}
	for _, id := range ids {
		if problem := firstProblem(wordsProblem("identifier scheme", id.Scheme, true), wordsProblem("identifier value", id.Value, true)); problem != "" {
			return problem
		}
		if problem := sourcesProblem(id.Sources); problem != "" {
			return "the identifier " + id.Scheme + " " + id.Value + ": " + problem
		}
	}
	return ""
}

// sourcesProblem looks at the keys of the sources of a name or an identifier.
func sourcesProblem(keys []Key) string {
	if len(keys) > maxEvidence {
		return fmt.Sprintf("it has more than %d sources", maxEvidence)
	}
	for _, k := range keys {
		if problem := namedProblem("source", k); problem != "" {
			return problem
		}
	}
	return ""
}

func attributesProblem(attributes []Attribute) string {
	if len(attributes) > maxAttributes {
		return fmt.Sprintf("it has more than %d attributes", maxAttributes)
	}
	for _, a := range attributes {
		problem := firstProblem(
			wordsProblem("attribute name", a.Name, true), wordsProblem("attribute nameEn", a.NameEN, false),
			wordsProblem("attribute text", a.Text, false), quantityProblem(a.Quantity),
			modalityProblem(a.Modality), validityProblem(a.ValidFrom, a.ValidTo), evidenceProblem(a.Evidence))
		if problem == "" && a.Text == "" && a.Quantity == nil {
			problem = "it has neither text nor quantity"
		}
		if problem != "" {
			return "attribute " + a.Name + ": " + problem
		}
	}
	return ""
}

func evidenceProblem(evidence []Evidence) string {
	if len(evidence) > maxEvidence {
		return fmt.Sprintf("it has more than %d pieces of evidence", maxEvidence)
	}
	for _, e := range evidence {
		if problem := locatorProblem(e); problem != "" {
			return "evidence in " + string(e.Source) + ": " + problem
		}
	}
	return ""
}

func locatorProblem(e Evidence) string {
	if problem := firstProblem(keyProblem(e.Source), wordsProblem("assertedBy", e.AssertedBy, false)); problem != "" {
		return problem
	}
	if !e.Located() {
		if e.Start != -1 || e.End != -1 || e.SHA256 != "" {
			return "without offsets start and end are -1 and there is no hash"
		}
		return ""
	}
	if e.End <= e.Start {
		return "its end is not after its start"
	}
	if len(e.SHA256) != 64 || strings.Trim(e.SHA256, "0123456789abcdef") != "" {
		return "its hash is not the 64 hex digits of a SHA-256"
	}
	return ""
}

func (o *Ontology) validateRelation(r *Relation) error {
	o.Canonical(r)
	problem := firstProblem(o.typeProblem(r), namedProblem("source", r.Source), namedProblem("target", r.Target), discProblem(r.Disc),
		modalityProblem(r.Modality), validityProblem(r.ValidFrom, r.ValidTo), placesProblem(r),
		attributesProblem(r.Attributes), evidenceProblem(r.Evidence), groundProblem(r),
		quantityProblem(r.Amount), quantityProblem(r.Share), quantityProblem(r.Volume),
		wordsProblem("subject", r.Subject, false), wordsProblem("subjectEn", r.SubjectEN, false))
	if problem == "" && r.Source == r.Target {
		problem = "it joins an entity to itself"
	}
	if problem == "" && !(r.Confidence >= 0 && r.Confidence <= 1) {
		problem = "its confidence is not between 0 and 1"
	}
	if problem != "" {
		return invalid("relation", string(r.Key()), problem)
	}
	return nil
}

func (o *Ontology) typeProblem(r *Relation) string {
	if o.relation[r.Type] == nil {
		return fmt.Sprintf("there is no relation type %q; the schema lists them", r.Type)
	}
	own := func(name string, is bool, t RelationType) string {
		if is && r.Type != t {
			return name + " belongs to " + string(t) + " only"
		}
		return ""
	}
	return firstProblem(
		own("amount", r.Amount != nil, "INVESTS_IN"), own("share", r.Share != nil, "INVESTS_IN"),
		own("subject", r.Subject != "" || r.SubjectEN != "", "CO_DEVELOPS_WITH"),
		own("product", r.Product != "", "SUPPLIES"), own("volume", r.Volume != nil, "SUPPLIES"),
		own("recognisedIn", r.RecognisedIn != "", "CHAIN_LEADER_OF"), own("recognisedBy", r.RecognisedBy != "", "CHAIN_LEADER_OF"))
}

// Joins tells whether a relation of type t may go from an entity of kind from
// to one of kind to; if not, a sentence says which kinds it may join.
func (o *Ontology) Joins(t RelationType, from, to Kind) (bool, string) {
	def := o.relation[t]
	if def == nil {
		return false, fmt.Sprintf("there is no relation type %q", t)
	}
	fits := slices.Contains(def.From, from) && slices.Contains(def.To, to)
	if fits || def.Symmetric && slices.Contains(def.From, to) && slices.Contains(def.To, from) {
		return true, ""
	}
	return false, fmt.Sprintf("%s cannot go from %s to %s; it goes from %v to %v", t, from, to, def.From, def.To)
}

// discProblem keeps discriminators printable, since they stand in keys.
func discProblem(disc string) string {
	if disc == "" {
		return ""
	}
	if problem := keyProblem(Key("disc:" + disc)); problem != "" {
		return "the discriminator cannot be used: " + problem
	}
	return ""
}

// groundProblem refuses a relation that nothing speaks for.
func groundProblem(r *Relation) string {
	switch {
	case r.Derivation == nil && len(r.Evidence) == 0:
		return "it has no evidence; every relation names the place in a source that says so"
	case r.Derivation != nil:
		return firstProblem(wordsProblem("derivation rule", r.Derivation.Rule, true), premisesProblem(r.Derivation.Premises))
	}
	return ""
}

// premisesProblem looks at the keys of relations; that they exist the store
// finds out.
func premisesProblem(keys []Key) string {
	if len(keys) > maxPremises {
		return fmt.Sprintf("its derivation has more than %d premises", maxPremises)
	}
	for _, k := range keys {
		if problem := wordsProblem("premise", string(k), true); problem != "" {
			return problem
		}
	}
	return ""
}

func placesProblem(r *Relation) string {
	if len(r.Places) > maxPlaces {
		return fmt.Sprintf("it has more than %d places", maxPlaces)
	}
	for _, k := range r.Places {
		if problem := namedProblem("place", k); problem != "" {
			return problem
		}
	}
	optional := func(what string, k Key) string {
		if k == "" {
			return ""
		}
		return namedProblem(what, k)
	}
	return firstProblem(optional("via", r.Via), optional("product", r.Product),
		optional("recognisedIn", r.RecognisedIn), optional("recognisedBy", r.RecognisedBy))
}

// namedProblem tells what is wrong with the key of something that a document
// names.
func namedProblem(what string, k Key) string {
	if problem := keyProblem(k); problem != "" {
		return fmt.Sprintf("its %s %q cannot be: %s", what, k, problem)
	}
	return ""
}

func modalityProblem(m Modality) string {
	if slices.Contains([]Modality{Asserted, Planned, Reported, Negated}, m) {
		return ""
	}
	return fmt.Sprintf("the modality %q is none of ASSERTED, PLANNED, REPORTED and NEGATED", m)
}

func validityProblem(from, to Date) string {
	if !from.IsZero() && !to.IsZero() && from.Earliest() > to.Latest() {
		return "it ends (" + to.String() + ") before it begins (" + from.String() + ")"
	}
	return ""
}

func quantityProblem(q *Quantity) string {
	if q == nil {
		return ""
	}
	return firstProblem(wordsProblem("figure", q.Raw, true), wordsProblem("unit", q.Unit, true), wordsProblem("per", q.Per, false), q.problem())
}

func wordsProblem(what, s string, needed bool) string {
	if needed && strings.TrimSpace(s) == "" {
		return "its " + what + " is empty"
	}
	if problem := textProblem(s, maxWords); problem != "" {
		return "its " + what + " cannot be stored: " + problem
	}
	return ""
}

func firstProblem(problems ...string) string {
	for _, p := range problems {
		if p != "" {
			return p
		}
	}
	return ""
}
