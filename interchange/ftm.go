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

// writeFtM writes entities of FollowTheMoney, a line each: enterprises and
// institutions, investments among them as Ownership, and every other relation
// among them as UnknownLink with its type as the role.
func writeFtM(w io.Writer, f *Flow, _ Options) error {
	d := newDocument(w)
	if err := each(f.Nodes, func(n *Node) error {
		if !isParty(n.Doc) {
			return nil
		}
		return d.enc.Encode(ftmParty(n))
	}); err != nil {
		return err
	}
	if err := each(f.Edges, func(e *Edge) error {
		if !isParty(e.Source.Doc) || !isParty(e.Target.Doc) || !e.factual() {
			return nil
		}
		return d.enc.Encode(ftmLink(e))
	}); err != nil {
		return err
	}
	return d.end("")
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
