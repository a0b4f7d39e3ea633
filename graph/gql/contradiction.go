package gql

import (
	"context"
	"math"
	"slices"

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

// ContradictionEdge is a contradiction in the list of all.
type ContradictionEdge struct {
	Cursor string
	Node   *Contradiction
}

// ContradictionConnection is a page of contradictions. How many there are in all
// is not told: that would mean finding all of them for each page.
type ContradictionConnection struct {
	Edges    []*ContradictionEdge
	PageInfo *PageInfo
}

// Nodes are the contradictions of the page.
func (c *ContradictionConnection) Nodes() []*Contradiction {
	nodes := make([]*Contradiction, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node
	}
	return nodes
}

// Contradictions answers Query.contradictions.
func (Query) Contradictions(ctx context.Context, first int, after *string) (*ContradictionConnection, error) {
	s := sessionOf(ctx)
	if err := s.checkSize("first", first); err != nil {
		return nil, err
	}
	l := newList(2, "contradictions")
	spot, err := contradictionSpot(l, after)
	if err != nil {
		return nil, err
	}
	return read(s, func(r graph.Reader) (*ContradictionConnection, error) {
		page, cursors, more := &ContradictionConnection{Edges: []*ContradictionEdge{}}, []string{}, false
		err := graph.FindContradictions(ctx, r, s.Convert, spot, func(at graph.ContradictionSpot, c graph.Contradiction) bool {
			if more = len(cursors) == first; more {
				return false
			}
			cursors = append(cursors, contradictionCursor(l, at))
			page.Edges = append(page.Edges, &ContradictionEdge{cursors[len(cursors)-1],
				&Contradiction{s: s, doc: c, About: c.About, Left: s.claim(c.Left), Right: s.claim(c.Right)}})
			return true
		})
		page.PageInfo = pageInfo(cursors, more, after != nil)
		return page, err
	})
}

// contradictionCursor writes where a contradiction stands.
func contradictionCursor(l list, at graph.ContradictionSpot) string {
	stage := 0.0
	if at.OfRelations {
		stage = 1
	}
	return l.cursor(graph.Place{ID: at.ID, Sort: []graph.SortValue{{Num: stage}, {Num: float64(at.Nth)}}})
}

// contradictionSpot reads what contradictionCursor wrote; nil stays nil.
func contradictionSpot(l list, cursor *string) (*graph.ContradictionSpot, error) {
	p, err := l.read("after", cursor)
	if err != nil || p == nil {
		return nil, err
	}
	return &graph.ContradictionSpot{OfRelations: p.Sort[0].Num > 0, ID: p.ID, Nth: int(min(max(p.Sort[1].Num, 0), math.MaxInt32))}, nil
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

// Reason says what the claims disagree about, and which source says what.
func (c *Contradiction) Reason(lang graph.Lang) (string, error) {
	return read(c.s, func(r graph.Reader) (string, error) {
		left, err := c.s.sayClaim(r, c.doc.Left, false, lang)
		if err != nil {
			return "", err
		}
		right, err := c.s.sayClaim(r, c.doc.Right, c.doc.Right.Attribute != nil, lang)
		if lang == graph.EN {
			return stop(disagreements[c.About][1]+": "+left+"; "+right, lang), err
		}
		return stop(disagreements[c.About][0]+"："+left+"；"+right, lang), err
	})
}

// sayClaim says which sources claim what. The second claim on one figure does
// not name it again. That it is reported is said by naming who does.
func (s *session) sayClaim(r graph.Reader, c graph.Claim, again bool, lang graph.Lang) (string, error) {
	by, err := s.claimants(r, c.Evidence(), lang)
	if err != nil {
		return "", err
	}
	if c.Attribute == nil {
		f, err := s.fact(r, c.Relation)
		if err != nil {
			return "", err
		}
		f.Relation = stated(f.Relation)
		return by + s.Contract.Sentences.clause(f, lang), nil
	}
	value := sayAttribute(c.Attribute, lang, &graph.Relation{Modality: beside(c.Attribute.Modality)})
	if c.Attribute.Quantity == nil {
		value = quote(value)
	}
	if again {
		return by + pickWords([2]string{"为", "it is "}, lang) + value, nil
	}
	about, err := s.claimSubject(r, c, lang)
	name := quote(attributeName(c.Attribute, lang))
	return by + pickWords([2]string{about + "的" + name + "为", name + " of " + about + " is "}, lang) + value, err
}

// beside is the modality of a claim whose source is named: that it is reported
// need not be said.
func beside(m graph.Modality) graph.Modality {
	if m == graph.Reported {
		return m
	}
	return graph.Asserted
}

// stated is r without the word that it is reported.
func stated(r *graph.Relation) *graph.Relation {
	copied := *r
	if r.Modality == graph.Reported {
		copied.Modality = graph.Asserted
	}
	return &copied
}

// claimSubject names the entity or, between quotes, the relation of which an
// attribute is claimed.
func (s *session) claimSubject(r graph.Reader, c graph.Claim, lang graph.Lang) (string, error) {
	if c.Entity != nil {
		return pickWords([2]string{nameZH(c.Entity), nameEN(c.Entity)}, lang), nil
	}
	f, err := s.fact(r, c.Relation)
	if err != nil {
		return "", err
	}
	f.Relation = &graph.Relation{Type: f.Relation.Type, Source: f.Relation.Source, Target: f.Relation.Target, Modality: graph.Asserted}
	return quote(s.Contract.Sentences.clause(f, lang)), nil
}

// claimants are the titles of the sources that evidence names, each once, as
// those according to whom something is so.
func (s *session) claimants(r graph.Reader, evidence []graph.Evidence, lang graph.Lang) (string, error) {
	var titles []string
	for _, e := range evidence {
		source, err := s.source(r, e.Source)
		if err != nil {
			return "", err
		}
		if source != nil && !slices.Contains(titles, quote(source.Title(lang))) {
			titles = append(titles, quote(source.Title(lang)))
		}
	}
	if len(titles) == 0 {
		return pickWords([2]string{"一说", "according to a source, "}, lang), nil
	}
	return pickWords([2]string{"据" + listZH(titles) + "，", "according to " + listEN(titles) + ", "}, lang), nil
}
