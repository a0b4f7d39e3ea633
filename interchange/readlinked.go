package interchange

import (
	"slices"
	"strings"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// subject is a thing of linked data as it was read: its classes and what is said
// of it, properties and objects as IRIs.
type subject struct {
	iri     string
	at      place
	classes []string
	said    []statement
	size    int                // in a window, in bytes
	records []*dataset.Record  // where they are wanted
	flaws   []*dataset.Problem // of statements that cannot be read
}

// keep keeps a record in which the thing is spoken of, and gives its size.
func (s *subject) keep(r *dataset.Record) int {
	if r == nil || len(s.records) > 0 && s.records[len(s.records)-1] == r {
		return 0
	}
	s.records = append(s.records, r)
	return len(r.Text)
}

func (s *subject) say(property string, v term) {
	if property == rdfType {
		s.classes = append(s.classes, v.value)
		return
	}
	if n := len(s.said); n > 0 && s.said[n-1].property == property {
		s.said[n-1].objects = append(s.said[n-1].objects, v)
		return
	}
	s.said = append(s.said, statement{property, []term{v}})
}

// Where the words of other vocabularies stand.
const (
	rdfs = "http://www.w3.org/2000/01/rdf-schema#"
	skos = "http://www.w3.org/2004/02/skos/core#"
)

// local is a word of schema.org, written with http or https, or "" where the IRI
// is none of its.
func schemaWord(iri string) string {
	for _, base := range []string{schemaOrg, "https://schema.org/"} {
		if word, ok := strings.CutPrefix(iri, base); ok {
			return word
		}
	}
	return ""
}

// schemaKinds are the kinds of what schema.org calls so.
func schemaKinds() map[string]string {
	return map[string]string{
		"Corporation": "ENTERPRISE", "Organization": "ENTERPRISE", "LocalBusiness": "ENTERPRISE",
		"GovernmentOrganization": "INSTITUTION", "EducationalOrganization": "INSTITUTION", "CollegeOrUniversity": "INSTITUTION",
		"ResearchOrganization": "INSTITUTION", "AdministrativeArea": "REGION", "City": "REGION", "State": "REGION", "Country": "REGION", "Place": "REGION",
		"Product": "PRODUCT", "Project": "PROJECT", "Consortium": "GROUP",
	}
}

// schemaProperties are our properties for what schema.org calls so.
func schemaProperties() map[string]string {
	return map[string]string{
		"name": "name", "legalName": "name", "alternateName": "alias", "identifier": "identifier",
		"leiCode": codePrefix + "LEI", "taxID": codePrefix + "taxID", "startDate": "validFrom", "endDate": "validTo",
	}
}

// link is a property that is a relation: its type, and whether the subject is
// its target.
type link struct {
	typ      string
	backward bool
}

// schemaLinks are the relations that schema.org has as properties.
func schemaLinks() map[string]link {
	return map[string]link{
		"parentOrganization": {"SUBSIDIARY_OF", false}, "subOrganization": {"SUBSIDIARY_OF", true},
		"memberOf": {"MEMBER_OF", false}, "member": {"MEMBER_OF", true},
		"location": {"LOCATED_IN", false}, "containedInPlace": {"PART_OF", false}, "containsPlace": {"PART_OF", true},
	}
}

// ours is what a property is called with us: by the mapping of the file, as a
// word of our vocabulary, or as one of a vocabulary that is known. known is
// false for anything else.
func (r *reading) ours(property string) (name string, known bool) {
	if name = r.mapping.Fields[property]; name != "" {
		return name, true
	}
	if word := schemaProperties()[schemaWord(property)]; word != "" {
		return word, true
	}
	switch property {
	case rdfs + "label", skos + "prefLabel":
		return "name", true
	case skos + "altLabel":
		return "alias", true
	}
	word, isOurs := strings.CutPrefix(property, vocabulary)
	return word, isOurs
}

// give yields what was read of a thing: a source, a relation, or an entity with
// the relations that are its properties.
func (r *reading) giveSubject(s *subject) error {
	if s.classes == nil && s.said == nil {
		return nil
	}
	if slices.Contains(s.classes, vocabulary+sourceType) {
		return r.giveSource(s)
	}
	b, links, err := r.bagOf(s)
	if err != nil {
		return err
	}
	source, target := b.first("source"), b.first("target")
	if source != "" && target != "" {
		return r.giveRelation(s.at, graph.Key(source), graph.Key(target), b)
	}
	if b.first("kind") == "" && len(s.classes) == 0 && len(b.names) == 0 {
		return r.giveLinks(s, links)
	}
	if err := r.giveEntity(s.at, r.keyOf(s.iri), b); err != nil {
		return err
	}
	return r.giveLinks(s, links)
}

// tie is a relation that stands as a property.
type tie struct {
	link
	other graph.Key
}

func (r *reading) giveLinks(s *subject, ties []tie) error {
	for _, t := range ties {
		b := &bag{}
		b.add("type", t.typ)
		source, target := r.keyOf(s.iri), t.other
		if t.backward {
			source, target = target, source
		}
		if err := r.giveRelation(s.at, source, target, b); err != nil {
			return err
		}
	}
	return nil
}

// keyOf is the key of what an IRI or the label of a blank node names.
func (r *reading) keyOf(iri string) graph.Key {
	if key, ok := keyOf(iri); ok {
		return key
	}
	if blank, ok := strings.CutPrefix(iri, "_:"); ok {
		return r.keyIn(blank)
	}
	return r.keyIn(iri)
}

// bagOf sorts what is said of a thing into properties and ties.
func (r *reading) bagOf(s *subject) (*bag, []tie, error) {
	b := &bag{}
	for _, class := range s.classes {
		if kind := schemaKinds()[schemaWord(class)]; kind != "" {
			b.add("kind", kind)
		} else if word, ok := strings.CutPrefix(class, vocabulary); ok {
			b.add("kind", word)
			b.add("type", word)
		} else if word := r.mapping.Fields[class]; word != "" {
			b.add("kind", word)
			b.add("type", word)
		} else {
			b.add("class", class)
		}
	}
	var ties []tie
	for _, said := range s.said {
		for _, v := range said.objects {
			t, err := r.sort(s, b, said.property, v)
			if err != nil {
				return nil, nil, err
			}
			ties = append(ties, t...)
		}
	}
	return b, ties, nil
}

// sort puts one object of a statement where it belongs.
func (r *reading) sort(s *subject, b *bag, property string, v term) ([]tie, error) {
	name, known := r.ours(property)
	if l, ok := r.linkOf(property, name); ok && v.iri {
		return []tie{{l, r.keyOf(v.value)}}, nil
	}
	if v.iri && (known && isReference(name)) {
		b.add(name, string(r.keyOf(v.value)))
		return nil, nil
	}
	if v.iri && !known {
		return nil, r.refuseOnce(s.at, property, "it is no relation that is known here, so what it leads to is left out; a mapping can tell which it is")
	}
	if name == "name" {
		switch {
		case v.lang == "en" || strings.HasPrefix(v.lang, "en-"):
			name = "nameEn"
		case v.lang == "zh" || strings.HasPrefix(v.lang, "zh-"):
			name = "nameZh"
		}
	}
	if !known {
		name = property[strings.LastIndexAny(property, "/#:")+1:]
	}
	b.add(name, v.value)
	return nil, nil
}

// linkOf is the relation that a property is.
func (r *reading) linkOf(property, name string) (link, bool) {
	if l, ok := schemaLinks()[schemaWord(property)]; ok {
		return l, true
	}
	if r.in.Ontology.Relation(graph.RelationType(name)) != nil {
		return link{typ: name}, true
	}
	return link{}, false
}

// isReference tells whether a property of ours names things.
func isReference(name string) bool {
	return slices.Contains([]string{"source", "target", "via", "product", "places", "recognisedIn", "recognisedBy", "statedIn"}, name)
}

// giveSource yields a source.
func (r *reading) giveSource(s *subject) error {
	b := &bag{}
	for _, said := range s.said {
		for _, v := range said.objects {
			b.add(strings.TrimPrefix(said.property, vocabulary), v.value)
		}
	}
	source := &graph.Source{Key: r.keyOf(s.iri), Title: b.first("title"), TitleEN: b.first("titleEn"), Publisher: b.first("publisher"),
		URL: b.first("url"), License: b.first("license")}
	if day := b.first("publishedOn"); day != "" {
		date, err := graph.ParseDate(day)
		if err != nil {
			return r.refuse(s.at, "publishedOn", "%s", err)
		}
		source.PublishedOn = date
	}
	return r.give(s.at, graph.Change{Source: source}, dataset.Replace, false)
}
