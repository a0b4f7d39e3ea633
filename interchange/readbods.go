package interchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// ReadBODS is the format of the Beneficial Ownership Data Standard, version 0.4:
// a list of statements, or a statement a line.
func ReadBODS() dataset.Format {
	return dataset.Format{Name: "bods", Endings: []string{".bods.json", ".bods.jsonl"}, Says: "Beneficial Ownership Data Standard 0.4", Read: reader(readBODS), Rejects: dataset.Lines(dataset.TellInJSON).NewRejects}
}

func readBODS(r *reading) error {
	b := &bodsReader{reading: r, left: map[string]string{}}
	return eachValue(r, b.statement, b.lost)
}

// lost refuses what is no JSON.
func (b *bodsReader) lost(_ place, _ []byte, p *dataset.Problem) error { return b.tell(p) }

// bodsReader keeps which records are nothing the graph can hold, so that a
// relationship with them says why it is refused.
type bodsReader struct {
	*reading
	left map[string]string // by record, why it was left out
}

func (b *bodsReader) statement(at place, raw json.RawMessage) error {
	var s bodsStatement
	if err := json.Unmarshal(raw, &s); err != nil {
		return b.refuse(at, "", "it is no statement of BODS: %s", jsonFlaw(err))
	}
	switch {
	case s.RecordID == "":
		return b.refuse(at, "recordId", "it is missing; statements of BODS 0.4 have one")
	case s.PublicationDetails != nil && s.PublicationDetails.BODSVersion != "" && !strings.HasPrefix(s.PublicationDetails.BODSVersion, "0.4"):
		return b.refuse(at, "publicationDetails.bodsVersion", "this is version %.20s; this program reads 0.4", s.PublicationDetails.BODSVersion)
	}
	switch s.RecordType {
	case "entity":
		return b.party(at, &s)
	case "relationship":
		return b.relationship(at, &s)
	case "person":
		return b.leave(at, s.RecordID, "it is a person; the graph has no kind for persons")
	}
	return b.refuse(at, "recordType", "%.40q is none of entity, person and relationship", s.RecordType)
}

// maxLeft bounds how many records that were left out are remembered.
const maxLeft = 1_000_000

// leave refuses a record and remembers why.
func (b *bodsReader) leave(at place, record, why string) error {
	if len(b.left) < maxLeft {
		b.left[record] = why
	}
	return b.refuse(at, "", "%s: %s", record, why)
}

// party reads a statement on an entity.
func (b *bodsReader) party(at place, s *bodsStatement) error {
	var e bodsEntity
	if err := json.Unmarshal(s.RecordDetails, &e); err != nil {
		return b.refuse(at, "recordDetails", "it is no entity of BODS: %s", jsonFlaw(err))
	}
	properties := &bag{}
	switch e.EntityType.Type {
	case "registeredEntity", "arrangement":
		properties.add("kind", string(enterprise))
	case "legalEntity":
		properties.add("kind", string(institution)) // in no register: an office, an association
	case "state", "stateBody":
		properties.add("kind", string(institution))
	default:
		return b.leave(at, s.RecordID, fmt.Sprintf("an entity of type %.40q is nothing the graph can name", e.EntityType.Type))
	}
	properties.add("name", textOf(e.Name))
	for _, name := range e.AlternateNames {
		properties.add("alias", textOf(name))
	}
	for _, id := range e.Identifiers {
		if id.ID != "" {
			properties.add(codePrefix+bodsScheme(id), id.ID)
		}
	}
	if e.FoundingDate != "" {
		properties.add("foundingDate", e.FoundingDate)
	}
	return b.giveEntity(at, b.keyIn(s.RecordID), properties)
}

// bodsScheme is what we call the scheme of an identifier.
func bodsScheme(id bodsIdentifier) string {
	switch {
	case id.Scheme == "CN-SAIC" || id.SchemeName == "USCC":
		return "USCC"
	case id.Scheme == "XI-LEI":
		return "LEI"
	case id.SchemeName != "":
		return id.SchemeName
	case id.Scheme != "":
		return id.Scheme
	}
	return "BODS"
}

// relationship reads a statement on who has an interest in whom.
func (b *bodsReader) relationship(at place, s *bodsStatement) error {
	var rel bodsRelationship
	if err := json.Unmarshal(s.RecordDetails, &rel); err != nil {
		return b.refuse(at, "recordDetails", "it is no relationship of BODS: %s", jsonFlaw(err))
	}
	subject, why1 := recordOf(rel.Subject)
	party, why2 := recordOf(rel.InterestedParty)
	if why := why1 + why2; why != "" {
		return b.refuse(at, "recordDetails", "one side is not known: %s", why)
	}
	for _, side := range []string{subject, party} {
		if why := b.left[side]; why != "" {
			return b.refuse(at, "recordDetails", "%s was left out: %s", side, why)
		}
	}
	if len(rel.Interests) == 0 {
		return b.refuse(at, "recordDetails.interests", "it names no interest, so it is not known what joins them")
	}
	for i, interest := range rel.Interests {
		if err := b.interest(at, s, interest, fmt.Sprintf("recordDetails.interests[%d]", i), subject, party); err != nil {
			return err
		}
	}
	return nil
}

// recordOf is the record that a side of a relationship names, or why none is
// named.
func recordOf(raw json.RawMessage) (record, why string) {
	if json.Unmarshal(raw, &record) == nil && record != "" {
		return record, ""
	}
	var unspecified struct{ Reason, Description string }
	if err := json.Unmarshal(raw, &unspecified); err != nil || unspecified.Reason == "" {
		return "", "it is missing"
	}
	return "", strings.TrimSpace(unspecified.Reason + " " + unspecified.Description)
}

// interest yields a shareholding as an investment.
func (b *bodsReader) interest(at place, s *bodsStatement, interest bodsInterest, field, subject, party string) error {
	properties := &bag{}
	source, target := b.keyIn(party), b.keyIn(subject)
	switch {
	case interest.Type == "shareholding":
		properties.add("type", string(investsIn))
	case interest.Type == "otherInfluenceOrControl" && interest.Details == string(subsidiaryOf):
		properties.add("type", string(subsidiaryOf))
		source, target = target, source
	default:
		return b.refuse(at, field+".type", "%.60q has no type of relation here; shareholding has", interest.Type)
	}
	properties.add("validFrom", interest.StartDate)
	properties.add("validTo", interest.EndDate)
	if s.RecordStatus == "closed" && interest.EndDate == "" {
		properties.add("validTo", s.StatementDate)
	}
	if err := shareIn(properties, interest.Share); err != nil {
		return b.refuse(at, field+".share", "%s", err)
	}
	return b.giveRelation(at, source, target, properties)
}

// shareIn puts a share of a hundred into the bag. Bounds that are excluded are
// kept as bounds: 25 to below 50 is "25% to <50%" as written.
func shareIn(b *bag, share *bodsShare) error {
	if share == nil || *share == (bodsShare{}) {
		return nil
	}
	for _, n := range []json.Number{share.Exact, share.Minimum, share.Maximum, share.ExclusiveMinimum, share.ExclusiveMaximum} {
		if n == "" {
			continue
		}
		if _, err := graph.ParseDecimal(n.String()); err != nil {
			return errors.New("the number " + n.String() + " is not a plain decimal")
		}
	}
	lowest, highest := pickNumber(share.Minimum, share.ExclusiveMinimum), pickNumber(share.Maximum, share.ExclusiveMaximum)
	written := share.Exact.String() + "%"
	if share.Exact == "" {
		var parts []string
		for _, part := range []struct {
			sign string
			n    json.Number
		}{{"≥", share.Minimum}, {">", share.ExclusiveMinimum}, {"≤", share.Maximum}, {"<", share.ExclusiveMaximum}} {
			if part.n != "" {
				parts = append(parts, part.sign+part.n.String()+"%")
			}
		}
		written = strings.Join(parts, " ")
	}
	b.add("share", written)
	b.add("shareValue", share.Exact.String())
	b.add("shareMin", lowest.String())
	b.add("shareMax", highest.String())
	b.add("shareUnit", "%")
	return nil
}

func pickNumber(a, b json.Number) json.Number {
	if a != "" {
		return a
	}
	return b
}
