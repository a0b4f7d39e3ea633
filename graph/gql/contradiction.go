package gql

import (
	"context"

	"lianzhu/graph"
)

// Claim is one side of a contradiction.
type Claim struct {
	Entity    Entity
	Relation  Relation
	Attribute *Attribute
	Evidence  []*Evidence
}

// Contradiction is two claims that disagree.
type Contradiction struct {
	s           *session
	doc         graph.Contradiction
	About       graph.Disagreement
	Left, Right *Claim
}

// Contradictions answers Query.contradictions.
func (Query) Contradictions(ctx context.Context, first int) ([]*Contradiction, error) {
	s := sessionOf(ctx)
	if err := s.checkSize("first", first); err != nil {
		return nil, err
	}
	return read(s, func(r graph.Reader) ([]*Contradiction, error) {
		found := []*Contradiction{}
		err := graph.FindContradictions(ctx, r, s.Convert, func(c graph.Contradiction) bool {
			found = append(found, &Contradiction{s: s, doc: c, About: c.About, Left: s.claim(c.Left), Right: s.claim(c.Right)})
			return len(found) < first
		})
		return found, err
	})
}

func (s *session) claim(c graph.Claim) *Claim {
	claim := &Claim{Entity: s.wrap(c.Entity), Evidence: s.evidenceList(c.Evidence())}
	if c.Relation != nil {
		claim.Relation = s.wrapRelation(c.Relation)
	}
	if c.Attribute != nil {
		claim.Attribute = &Attribute{s, c.Attribute}
	}
	return claim
}

// disagreements say in both languages what claims disagree about.
var disagreements = map[graph.Disagreement][2]string{
	graph.DisagreeFigure: {"数字不一致", "the figures differ"},
	graph.DisagreePlan:   {"计划与事实的数字不同", "plan and fact differ"},
	graph.DisagreeDate:   {"时间不一致", "the times differ"},
	graph.DisagreeLeader: {"“链主”不一致", "the leaders differ"},
	graph.DisagreeTitle:  {"“首个”“唯一”之类的说法不一致", "a first or an only is told in two versions"},
}

// Reason says what the claims disagree about: of what, in which words, and in
// which sources.
func (c *Contradiction) Reason(lang graph.Lang) (string, error) {
	return read(c.s, func(r graph.Reader) (string, error) {
		left, err := c.s.sayClaim(r, c.doc.Left, lang)
		if err != nil {
			return "", err
		}
		right, err := c.s.sayClaim(r, c.doc.Right, lang)
		if lang == graph.EN {
			return disagreements[c.About][1] + ": " + left + " / " + right, err
		}
		return disagreements[c.About][0] + "：" + left + "；" + right, err
	})
}

// sayClaim says a claim in words, with the title of its first source.
func (s *session) sayClaim(r graph.Reader, c graph.Claim, lang graph.Lang) (string, error) {
	subject := ""
	if c.Entity != nil {
		subject = s.nameOf(c.Entity, lang)
	}
	if c.Relation != nil {
		sentence, err := s.sentence(r, c.Relation, lang)
		if err != nil {
			return "", err
		}
		subject = sentence
	}
	if c.Attribute != nil {
		subject += " " + (&Attribute{s, c.Attribute}).Name(lang) + " " + valueOf(c.Attribute)
	}
	evidence := c.Evidence()
	if len(evidence) == 0 {
		return subject, nil
	}
	source, err := s.source(r, evidence[0].Source)
	if err != nil || source == nil {
		return subject, err
	}
	return subject + " [" + source.Title(lang) + "]", nil
}

// valueOf is the value of an attribute as written.
func valueOf(a *graph.Attribute) string {
	if a.Quantity != nil {
		return a.Quantity.Raw
	}
	return a.Text
}
