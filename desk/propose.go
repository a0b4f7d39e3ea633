package desk

import (
	"slices"
	"strings"

	"lianzhu/graph"
)

// ProposedConfidence is how much a relation is to be trusted that nobody has
// confirmed yet.
const ProposedConfidence = 0.5

// Proposal is a relation that a cue word of a sentence tells of. Change says
// what is to be written; it is nil where the graph has the relation with that
// place.
type Proposal struct {
	Relation *graph.Relation
	Cue      string
	At       graph.Span // from one end to the other
	Change   *graph.Relation
}

// proposer finds relations in a sentence.
type proposer struct {
	article  []rune
	ontology *graph.Ontology
	sentence graph.Span
	mentions []Mention // whose entity is clear, in order
}

// relations are those that the cues of the sentence tell of, each once.
func (p *proposer) relations() []*Proposal {
	var all []*Proposal
	list, told := cues(), map[graph.Key]bool{}
	for i := p.sentence.Start; i < p.sentence.End; {
		c, at := p.cueAt(list, i)
		if at.End == 0 {
			i++
			continue
		}
		i = at.End
		for _, more := range p.tells(c, at) {
			if key := more.Relation.Key(); !told[key] {
				told[key] = true
				all = append(all, more)
			}
		}
	}
	return all
}

// cueAt is the longest cue that begins at a place outside of mentions.
func (p *proposer) cueAt(list []cue, i int) (found cue, at graph.Span) {
	if slices.ContainsFunc(p.mentions, func(m Mention) bool { return m.At.Start <= i && i < m.At.End }) {
		return found, at
	}
	for _, c := range list {
		for _, word := range c.words {
			end := i + len([]rune(word))
			if end > at.End && end <= p.sentence.End && string(p.article[i:end]) == word {
				found, at = c, graph.Span{Start: i, End: end}
			}
		}
	}
	return found, at
}

// tells are the relations of the first type of c whose ends are there.
func (p *proposer) tells(c cue, at graph.Span) []*Proposal {
	for _, t := range c.types {
		def := p.ontology.Relation(t)
		if def == nil {
			continue
		}
		sources, targets := p.ends(c.shape, def, at)
		var all []*Proposal
		for _, s := range sources {
			for _, g := range targets {
				if s.Entity.Key != g.Entity.Key {
					all = append(all, p.proposal(t, s, g, at))
				}
			}
		}
		if len(all) > 0 {
			return append(all, p.beside(c.shape, sources, targets, at)...)
		}
	}
	return nil
}

// beside are the relations that follow the ones of a cue: what is built 在 a
// region stands there, and what two make together both take part in or support.
func (p *proposer) beside(s shape, sources, targets []Mention, at graph.Span) (all []*Proposal) {
	switch s {
	case forward:
		place := p.place(p.before(at.Start))
		for _, m := range targets {
			if place != nil && slices.Contains(built(), m.Entity.Kind) {
				all = append(all, p.proposal(graph.LocatedIn, m, *place, at))
			}
		}
	case between:
		for _, t := range []graph.RelationType{"PARTICIPATES_IN", "SUPPORTS"} {
			kinds := []graph.Kind{"PROGRAM"}
			if t == "SUPPORTS" {
				kinds = built()
			}
			for _, m := range p.first(p.after(at.End), kinds) {
				for _, party := range slices.Concat(sources, targets) {
					all = append(all, p.proposal(t, party, m, at))
				}
			}
		}
	}
	return all
}

// built are the kinds of what stands somewhere.
func built() []graph.Kind { return []graph.Kind{"PROJECT", "PLATFORM"} }

// place is the lowest region that 在 stands before, the last of list, or nil.
func (p *proposer) place(list []Mention) *Mention {
	for i := len(list) - 1; i >= 0; i-- {
		if p.isPlace(list, i) {
			return &list[i]
		}
	}
	return nil
}

// isPlace tells whether a mention is a region in which something happens: 在
// stands before it, or before the region that stands directly before it.
func (p *proposer) isPlace(list []Mention, i int) bool {
	for ; i >= 0 && list[i].Entity.Kind == graph.KindRegion; i-- {
		if start := list[i].At.Start; start > p.sentence.Start && strings.ContainsRune("在于向", p.article[start-1]) {
			return true
		}
		if i > 0 && p.gap(list[i-1], list[i]) != "" && !p.listed(list[i-1], list[i]) {
			return false
		}
	}
	return false
}

// actor is the last mention of one of the kinds that is no place, with those it
// is listed with.
func (p *proposer) actor(list []Mention, kinds []graph.Kind) []Mention {
	for i := len(list) - 1; i >= 0; i-- {
		if slices.Contains(kinds, list[i].Entity.Kind) && !p.isPlace(list, i) {
			return p.last(list[:i+1], kinds)
		}
	}
	return nil
}

// ends are the sources and the targets about a cue.
func (p *proposer) ends(s shape, def *graph.RelationDef, at graph.Span) (sources, targets []Mention) {
	before, after := p.before(at.Start), p.after(at.End)
	switch s {
	case forward:
		return p.actor(before, def.From), p.first(after, def.To)
	case backward:
		return p.first(after, def.From), p.last(before, def.To)
	case between:
		return p.parties(before, def)
	case placed:
		sources = p.actor(before, def.From)
		if targets = p.first(after, def.To); len(targets) == 0 {
			targets = p.last(before, def.To)
		}
		return sources, targets
	}
	return p.last(before, def.From), p.last(before, def.To)
}

// before are the mentions of the sentence that end by a place, after those that
// begin there or later in the same clause.
func (p *proposer) before(place int) []Mention {
	i := slices.IndexFunc(p.mentions, func(m Mention) bool { return m.At.End > place })
	if i < 0 {
		return p.mentions
	}
	return p.mentions[:i]
}

func (p *proposer) after(place int) []Mention {
	end := place
	for end < p.sentence.End && !strings.ContainsRune("，,；", p.article[end]) {
		end++
	}
	var all []Mention
	for _, m := range p.mentions {
		if m.At.Start >= place && m.At.End <= end {
			all = append(all, m)
		}
	}
	return all
}

// last is the last mention of one of the kinds, with those it is listed with.
func (p *proposer) last(list []Mention, kinds []graph.Kind) []Mention {
	for i := len(list) - 1; i >= 0; i-- {
		if slices.Contains(kinds, list[i].Entity.Kind) {
			from := i
			for from > 0 && p.listed(list[from-1], list[from]) {
				from--
			}
			return list[from : i+1]
		}
	}
	return nil
}

// first is the first mention of one of the kinds, with those it is listed with.
func (p *proposer) first(list []Mention, kinds []graph.Kind) []Mention {
	for i := range list {
		if slices.Contains(kinds, list[i].Entity.Kind) {
			to := i
			for to+1 < len(list) && p.listed(list[to], list[to+1]) {
				to++
			}
			return list[i : to+1]
		}
	}
	return nil
}

// listed tells whether two neighbours of a kind stand in one list: 甲、乙和丙.
func (p *proposer) listed(a, b Mention) bool {
	return a.Entity.Kind == b.Entity.Kind && slices.Contains([]string{"、", "和", "及", "以及", "与"}, p.gap(a, b))
}

// gap is what stands between two mentions.
func (p *proposer) gap(a, b Mention) string {
	if a.At.End > b.At.Start {
		return ""
	}
	return strings.TrimSpace(string(p.article[a.At.End:b.At.Start]))
}

// longestJoint bounds what may stand between two parties: 与东营市的.
const longestJoint = 14

// parties are the two before a cue between whom 与 or the like stands.
func (p *proposer) parties(before []Mention, def *graph.RelationDef) (one, other []Mention) {
	other = p.last(slices.DeleteFunc(slices.Clone(before), func(m Mention) bool { return !slices.Contains(def.To, m.Entity.Kind) }), def.To)
	if len(other) == 0 {
		return nil, nil
	}
	if len(other) > 1 {
		return other[:1], other[1:]
	}
	var rest []Mention
	for _, m := range before {
		if m.At.End <= other[0].At.Start && slices.Contains(def.From, m.Entity.Kind) {
			rest = append(rest, m)
		}
	}
	if len(rest) == 0 {
		return nil, nil
	}
	one = rest[len(rest)-1:]
	gap := p.gap(one[0], other[0])
	if len([]rune(gap)) > longestJoint || !strings.ContainsAny(gap, "与和同跟") && !strings.Contains(gap, "携手") {
		return nil, nil
	}
	return one, other
}

// proposal is a relation between two mentions, with the place that says so.
func (p *proposer) proposal(t graph.RelationType, from, to Mention, cue graph.Span) *Proposal {
	at := graph.Span{Start: min(from.At.Start, to.At.Start, cue.Start), End: max(from.At.End, to.At.End, cue.End)}
	r := &graph.Relation{Type: t, Source: from.Entity.Key, Target: to.Entity.Key, Modality: p.modality(cue), Confidence: ProposedConfidence,
		OpenEnded: p.open(from) || p.open(to)}
	p.ontology.Canonical(r)
	return &Proposal{Relation: r, Cue: string(p.article[cue.Start:cue.End]), At: at}
}

// open tells whether 等 stands behind a mention: the list goes on.
func (p *proposer) open(m Mention) bool {
	return m.At.End < p.sentence.End && p.article[m.At.End] == '等'
}

// modality is whether the sentence tells what is told of at a cue as done,
// announced or denied.
func (p *proposer) modality(cue graph.Span) graph.Modality {
	before := string(p.article[p.sentence.Start:cue.Start])
	for _, word := range denying() {
		if strings.HasSuffix(before, word) {
			return graph.Negated
		}
	}
	for _, word := range append(announcing(), "计划") {
		if i := strings.LastIndex(before, word); i >= 0 && (word != "计划" || strings.HasSuffix(before, word)) {
			return graph.Planned
		}
	}
	return graph.Asserted
}
