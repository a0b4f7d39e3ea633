package interchange

import (
	"cmp"
	"io"

	"lianzhu/graph"
)

// ftmEntity is an entity of FollowTheMoney, a line of a file.
type ftmEntity struct {
	ID         string              `json:"id"`
	Schema     string              `json:"schema"`
	Properties map[string][]string `json:"properties"`
}

func (e *ftmEntity) add(property string, values ...string) {
	for _, v := range values {
		if v != "" {
			e.Properties[property] = append(e.Properties[property], v)
		}
	}
}

// writeFtM writes entities of FollowTheMoney, a line each; see [eachFtM].
func writeFtM(w io.Writer, f *Flow, _ Options) error {
	d := newDocument(w)
	if err := eachFtM(f, func(e *ftmEntity) error { return d.enc.Encode(e) }); err != nil {
		return err
	}
	return d.end("")
}

// writeFtMStatements writes what [writeFtM] does as a table of statements: a row
// for each value of a property, and one for each entity itself. Readers work out
// the ids of statements, and know when they have first seen them.
func writeFtMStatements(w io.Writer, f *Flow, o Options) error {
	t, err := newTable(w, o, []string{"canonical_id", "entity_id", "prop", "prop_type", "schema", "value", "dataset", "origin", "lang",
		"original_value", "external", "first_seen", "last_seen", "id"})
	if err != nil {
		return err
	}
	if err := eachFtM(f, func(e *ftmEntity) error {
		say := func(prop, value string) error {
			return t.csv.Write([]string{e.ID, e.ID, prop, ftmType(prop), e.Schema, value, "lianzhu", "", "", "", "f", "", "", ""})
		}
		if err := say("id", e.ID); err != nil {
			return err
		}
		for prop, values := range ordered(e.Properties) {
			for _, v := range values {
				if err := say(prop, v); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return t.end()
}

// ftmType is the type of a property of FollowTheMoney that is written here.
func ftmType(prop string) string {
	switch prop {
	case "id":
		return "id"
	case "name", "alias", "previousName":
		return "name"
	case "uscCode", "leiCode", "registrationNumber":
		return "identifier"
	case "owner", "asset", "subject", "object":
		return "entity"
	case "startDate", "endDate":
		return "date"
	case "summary":
		return "text"
	}
	return "string"
}

// eachFtM calls do with every entity of FollowTheMoney: enterprises and
// institutions, investments among them as Ownership, and every other relation
// among them as UnknownLink with its type as the role.
func eachFtM(f *Flow, do func(*ftmEntity) error) error {
	if err := each(f.Nodes, func(n *Node) error {
		if !isParty(n.Doc) {
			return nil
		}
		return do(ftmParty(n))
	}); err != nil {
		return err
	}
	return each(f.Edges, func(e *Edge) error {
		if !isParty(e.Source.Doc) || !isParty(e.Target.Doc) || !e.factual() {
			return nil
		}
		return do(ftmLink(e))
	})
}

func ftmParty(n *Node) *ftmEntity {
	e := &ftmEntity{n.ID(), "Company", map[string][]string{}}
	if n.Doc.Kind == institution {
		e.Schema = "Organization"
	}
	shown := n.Doc.Name(graph.ZH)
	e.add("name", shown)
	for _, name := range n.Doc.Names {
		switch {
		case name.Text == shown || name.Lang == graph.Pinyin:
		case name.Role == graph.Former:
			e.add("previousName", name.Text)
		default:
			e.add("alias", name.Text)
		}
	}
	for _, c := range n.Doc.Identifiers {
		e.add(ftmCode(c.Scheme), c.Value)
	}
	return e
}

// ftmCode is the property that holds codes of a scheme.
func ftmCode(scheme string) string {
	switch scheme {
	case "USCC":
		return "uscCode"
	case "LEI":
		return "leiCode"
	}
	return "registrationNumber"
}

func ftmLink(e *Edge) *ftmEntity {
	link := &ftmEntity{e.ID(), "UnknownLink", map[string][]string{}}
	from, to := "subject", "object"
	if e.Doc.Type == investsIn {
		link.Schema, from, to = "Ownership", "owner", "asset"
		if q := e.Doc.Share; q != nil && q.Unit == "%" {
			link.add("percentage", cmp.Or(string(q.Value), q.Raw))
		}
	}
	link.add(from, string(e.Doc.Source))
	link.add(to, string(e.Doc.Target))
	link.add("role", string(e.Doc.Type))
	link.add("summary", e.Sentence)
	link.add("startDate", plainDate(e.Doc.ValidFrom))
	link.add("endDate", plainDate(e.Doc.ValidTo))
	return link
}
