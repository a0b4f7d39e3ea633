package interchange

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"time"

	"lianzhu/graph"
)

// What BODS and FollowTheMoney can say of ours: parties are enterprises and
// institutions.
const (
	enterprise   graph.Kind         = "ENTERPRISE"
	institution  graph.Kind         = "INSTITUTION"
	investsIn    graph.RelationType = "INVESTS_IN"
	subsidiaryOf graph.RelationType = "SUBSIDIARY_OF"
)

// isParty tells whether e can own and be owned in a format of ownership.
func isParty(e *graph.Entity) bool {
	return slices.Contains([]graph.Kind{enterprise, institution}, e.Kind)
}

// isOwnership tells whether e is one party's interest in another, as a fact.
func isOwnership(e *Edge) bool {
	return isParty(e.Source.Doc) && isParty(e.Target.Doc) && e.factual() && (e.Doc.Type == investsIn || e.Doc.Type == subsidiaryOf)
}

// bodsStatement is a statement of the Beneficial Ownership Data Standard 0.4.
type bodsStatement struct {
	StatementID        string          `json:"statementId"`
	StatementDate      string          `json:"statementDate,omitempty"`
	PublicationDetails *bodsPublished  `json:"publicationDetails,omitempty"`
	Source             json.RawMessage `json:"source,omitempty"`
	RecordID           string          `json:"recordId"`
	RecordType         string          `json:"recordType"`
	RecordStatus       string          `json:"recordStatus"`
	DeclarationSubject string          `json:"declarationSubject"`
	RecordDetails      json.RawMessage `json:"recordDetails"`
}

type bodsPublished struct {
	PublicationDate string         `json:"publicationDate"`
	BODSVersion     string         `json:"bodsVersion"`
	Publisher       *bodsPublisher `json:"publisher,omitempty"`
}

type bodsPublisher struct {
	Name string `json:"name,omitempty"`
}

type bodsEntity struct {
	IsComponent    bool             `json:"isComponent"`
	EntityType     bodsType         `json:"entityType"`
	Name           string           `json:"name"`
	AlternateNames []string         `json:"alternateNames,omitempty"`
	Identifiers    []bodsIdentifier `json:"identifiers,omitempty"`
	FoundingDate   string           `json:"foundingDate,omitempty"`
}

type bodsType struct {
	Type string `json:"type"`
}

type bodsIdentifier struct {
	ID         string `json:"id,omitempty"`
	Scheme     string `json:"scheme,omitempty"`
	SchemeName string `json:"schemeName,omitempty"`
}

type bodsRelationship struct {
	IsComponent     bool            `json:"isComponent"`
	Subject         json.RawMessage `json:"subject"`
	InterestedParty json.RawMessage `json:"interestedParty"`
	Interests       []bodsInterest  `json:"interests"`
}

type bodsInterest struct {
	Type             string     `json:"type"`
	DirectOrIndirect string     `json:"directOrIndirect,omitempty"`
	Share            *bodsShare `json:"share,omitempty"`
	StartDate        string     `json:"startDate,omitempty"`
	EndDate          string     `json:"endDate,omitempty"`
	Details          string     `json:"details,omitempty"`
}

type bodsShare struct {
	Exact            json.Number `json:"exact,omitempty"`
	Minimum          json.Number `json:"minimum,omitempty"`
	Maximum          json.Number `json:"maximum,omitempty"`
	ExclusiveMinimum json.Number `json:"exclusiveMinimum,omitempty"`
	ExclusiveMaximum json.Number `json:"exclusiveMaximum,omitempty"`
}

// writeBODS writes the Beneficial Ownership Data Standard 0.4: enterprises and
// institutions as entities, investments among them as shareholdings, and being
// a subsidiary as another influence. The standard speaks of nothing else.
func writeBODS(w io.Writer, f *Flow, o Options) error {
	b := bodsWriter{day: o.At.UTC().Format(time.DateOnly)}
	d := newDocument(w)
	d.text("[\n")
	statements := list{document: d}
	if err := each(f.Nodes, func(n *Node) error {
		if !isParty(n.Doc) {
			return nil
		}
		return b.write(&statements, n.ID(), n.ID(), "entity", bodsEntityOf(n))
	}); err != nil {
		return err
	}
	if err := each(f.Edges, func(e *Edge) error {
		if !isOwnership(e) {
			return nil
		}
		return b.write(&statements, e.ID(), string(e.Doc.Target), "relationship", bodsRelationshipOf(e))
	}); err != nil {
		return err
	}
	return d.end("]\n")
}

// bodsWriter makes statements on a day.
type bodsWriter struct{ day string }

func (b bodsWriter) write(to *list, id, subject, typ string, details any) error {
	text, err := json.Marshal(details)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(append([]byte(typ+" "+id+" "+b.day+" "), text...))
	return to.item(bodsStatement{
		StatementID: "lianzhu-" + hex.EncodeToString(sum[:16]), StatementDate: b.day, RecordID: id, RecordType: typ, RecordStatus: "new",
		PublicationDetails: &bodsPublished{b.day, "0.4", &bodsPublisher{"Lianzhu"}}, DeclarationSubject: subject, RecordDetails: text,
	})
}

func bodsEntityOf(n *Node) bodsEntity {
	e := bodsEntity{EntityType: bodsType{"registeredEntity"}, Name: n.Doc.Name(graph.ZH)}
	if n.Doc.Kind == institution {
		e.EntityType.Type = "legalEntity"
	}
	for _, name := range n.Doc.Names {
		if name.Text != e.Name && name.Lang != graph.Pinyin {
			e.AlternateNames = append(e.AlternateNames, name.Text)
		}
	}
	e.AlternateNames = distinct(e.AlternateNames)
	for _, c := range n.Doc.Identifiers {
		id := bodsIdentifier{ID: c.Value, SchemeName: c.Scheme}
		switch c.Scheme {
		case "USCC":
			id.Scheme = "CN-SAIC"
		case "LEI":
			id.Scheme = "XI-LEI"
		}
		e.Identifiers = append(e.Identifiers, id)
	}
	return e
}

func bodsRelationshipOf(e *Edge) bodsRelationship {
	interest := bodsInterest{Type: "shareholding", DirectOrIndirect: "unknown", Details: e.Sentence,
		StartDate: plainDate(e.Doc.ValidFrom), EndDate: plainDate(e.Doc.ValidTo)}
	subject, party := e.Doc.Target, e.Doc.Source
	if e.Doc.Type == subsidiaryOf {
		interest.Type, interest.Details = "otherInfluenceOrControl", string(subsidiaryOf)
		subject, party = party, subject
	}
	if q := e.Doc.Share; q != nil && q.Unit == "%" {
		interest.Share = &bodsShare{Exact: json.Number(q.Value), Minimum: json.Number(q.Min), Maximum: json.Number(q.Max)}
	}
	name := func(k graph.Key) json.RawMessage {
		text, _ := json.Marshal(k) // a text can always be written
		return text
	}
	return bodsRelationship{Subject: name(subject), InterestedParty: name(party), Interests: []bodsInterest{interest}}
}

// plainDate is a date that other standards understand, too: a day, a month or a
// year; "" for anything less certain.
func plainDate(d graph.Date) string {
	s := d.String()
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if _, err := time.Parse(layout, s); err == nil {
			return s
		}
	}
	return ""
}
