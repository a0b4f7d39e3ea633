package storagetest

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"lianzhu/graph"
)

// script makes random batches over a few keys, so that things meet often. It
// knows only roughly what is in the graph: much of what it makes is refused,
// which is to be compared as well.
type script struct {
	rand  *rand.Rand
	past  []graph.Batch // those that had an idempotency key
	made  int
	order graph.Rev // the newest revision

	relations []graph.UID // some that were written
}

// words are what names are made of and what is searched for.
var words = []string{"海尔", "海信", "青岛", "青岛啤酒", "济南", "卡奥斯", "COSMOPlat", "haier", "hx", "qd", "重庆", "西安", "zhongqing", "山东"}

func (s *script) batch() graph.Batch {
	r := s.rand
	if len(s.past) > 0 && r.IntN(12) == 0 {
		old := pick(r, s.past...)
		if r.IntN(3) == 0 {
			old.Changes = append(old.Changes[:len(old.Changes):len(old.Changes)], graph.Change{Entity: s.entity()})
		}
		return old
	}
	s.made++
	b := graph.Batch{Actor: pick(r, "", "li", "wang"), Reason: pick(r, "", "因为", "import"), At: noon.Add(time.Duration(s.made) * time.Second), DryRun: r.IntN(10) == 0}
	if s.made <= 2 {
		return s.foundation(b)
	}
	for range 1 + r.IntN(5) {
		c := s.change()
		if r.IntN(30) == 0 {
			rev := graph.Rev(r.IntN(int(s.order) + 1))
			c.IfRev = &rev
		}
		b.Changes = append(b.Changes, c)
		if c.Relation != nil && r.IntN(15) == 0 {
			b.Changes = append(b.Changes, graph.Change{Retract: c.Relation.UID()})
		}
	}
	if r.IntN(6) == 0 {
		b.Key = "key-" + string(rune('a'+r.IntN(26))) + string(rune('a'+r.IntN(26)))
	}
	return b
}

// foundation is what makes most of what follows possible.
func (s *script) foundation(b graph.Batch) graph.Batch {
	b.DryRun = false
	for _, name := range sourceNames {
		b.Changes = append(b.Changes, graph.Change{Source: source(name)})
	}
	for range 60 {
		b.Changes = append(b.Changes, graph.Change{Entity: s.entity()})
	}
	return b
}

// applied tells the script that a batch was applied.
func (s *script) applied(b graph.Batch, receipt graph.Receipt) {
	s.order = max(s.order, receipt.Rev)
	if b.Key != "" && !receipt.Replayed {
		s.past = append(s.past, b)
	}
	for _, result := range receipt.Results {
		if result.Created && result.UID.Tag() == graph.TagRelation {
			s.relations = append(s.relations, result.UID)
		}
	}
}

var sourceNames = []string{"s", "t", "u"}

func (s *script) change() graph.Change {
	r := s.rand
	switch n := r.IntN(20); {
	case n < 1:
		return s.source()
	case n < 5:
		return graph.Change{Entity: s.entity()}
	case n < 15:
		return graph.Change{Relation: s.relation()}
	case n < 16:
		return graph.Change{Retract: pick(r, s.entity().UID(), source(pick(r, sourceNames...)).UID(), s.relation().UID())}
	}
	return graph.Change{Retract: s.known()}
}

func (s *script) source() graph.Change {
	c := graph.Change{Source: source(pick(s.rand, sourceNames...))}
	c.Source.Publisher = pick(s.rand, "", "青岛日报")
	if s.rand.IntN(2) == 0 {
		text := pick(s.rand, "正文一", "正文二", "")
		c.Text = &text
	} else if s.rand.IntN(6) == 0 {
		c.DropText = true
	}
	return c
}

// known is the uid of a relation that was written once and may be there still.
func (s *script) known() graph.UID {
	if len(s.relations) == 0 {
		return s.relation().UID()
	}
	i := s.rand.IntN(len(s.relations))
	uid := s.relations[i]
	s.relations = slices.Delete(s.relations, i, i+1)
	return uid
}

// prefixes are those of the keys of a kind.
var prefixes = map[graph.Kind]string{"ENTERPRISE": "enterprise", "REGION": "region", "PROGRAM": "program", "PRODUCT": "product", "INDUSTRY_CHAIN": "chain"}

// key is one of a few keys of a kind.
func (s *script) key(kind graph.Kind) graph.Key {
	n := map[graph.Kind]int{"ENTERPRISE": 10, "REGION": 7}[kind]
	return key(prefixes[kind], s.rand.IntN(max(n, 3)))
}

func (s *script) kind() graph.Kind {
	return pick(s.rand, "ENTERPRISE", "ENTERPRISE", "ENTERPRISE", "REGION", "REGION", "PROGRAM", "PRODUCT", graph.Kind("INDUSTRY_CHAIN"))
}

func (s *script) entity() *graph.Entity {
	r := s.rand
	kind := s.kind()
	e := &graph.Entity{Key: s.key(kind), Kind: kind}
	if r.IntN(40) == 0 {
		e.Kind = s.kind()
	}
	for range 1 + r.IntN(2) {
		e.Names = append(e.Names, graph.Name{Text: pick(r, words...) + pick(r, "", "集团", " Group"), Lang: pick(r, graph.ZH, graph.EN), Role: pick(r, graph.Official, graph.Short)})
	}
	if r.IntN(4) == 0 {
		e.Names[0].Sources = []graph.Key{source(pick(r, sourceNames...)).Key}
		e.Identifiers = []graph.Identifier{{Scheme: "LEI", Value: pick(r, "529900T8BM49AURSDO55", "007")}}
	}
	if r.IntN(3) == 0 {
		e.Attributes = []graph.Attribute{figure(pick(r, sourceNames...))}
	}
	e.Evidence = s.evidence(2)
	return e
}

func (s *script) evidence(n int) []graph.Evidence {
	return some(s.rand, n, cite("s"), cite("t"), quote("s", 1, 3, "青岛"), quote("u", 0, 2, "海尔"))
}

func (s *script) relation() *graph.Relation {
	r := s.rand
	ends := map[graph.RelationType][2]graph.Kind{
		"INVESTS_IN": {"ENTERPRISE", "ENTERPRISE"}, "CO_DEVELOPS_WITH": {"ENTERPRISE", "ENTERPRISE"}, "SUPPLIES": {"ENTERPRISE", "PRODUCT"},
		"CHAIN_LEADER_OF": {"ENTERPRISE", "INDUSTRY_CHAIN"}, "LOCATED_IN": {"ENTERPRISE", "REGION"}, "PART_OF": {"REGION", "REGION"},
	}
	t := pick(r, "INVESTS_IN", "INVESTS_IN", "CO_DEVELOPS_WITH", "SUPPLIES", "CHAIN_LEADER_OF", "LOCATED_IN", graph.RelationType("PART_OF"))
	kinds := ends[t]
	rel := &graph.Relation{Type: t, Source: s.key(kinds[0]), Target: s.key(kinds[1]), Disc: pick(r, "", "", "two"),
		Modality: pick(r, graph.Asserted, graph.Asserted, graph.Planned, graph.Reported, graph.Negated), Evidence: s.evidence(3)}
	if r.IntN(20) > 0 {
		rel.Evidence = append(rel.Evidence, cite("s"))
	}
	for rel.Source == rel.Target && r.IntN(20) > 0 {
		rel.Target = s.key(kinds[1])
	}
	rel.Confidence = pick(r, 0, 0, 0.5, 0.9)
	if r.IntN(4) == 0 {
		rel.ValidFrom, rel.ValidTo = graph.MustDate(pick(r, "2020", "2021-05", "")), graph.MustDate(pick(r, "2023", "2022-03-01", ""))
	}
	if r.IntN(4) == 0 {
		rel.Places = some(r, 2, s.key("REGION"), s.key("REGION"))
		rel.Via = pick(r, "", s.key("ENTERPRISE"))
	}
	if r.IntN(20) == 0 {
		rel.Derivation = &graph.Derivation{Rule: "rule", Premises: []graph.Key{relation("INVESTS_IN", s.key("ENTERPRISE"), s.key("ENTERPRISE")).Key()}}
	}
	switch t {
	case "SUPPLIES":
		rel.Product = pick(r, "", s.key("PRODUCT"))
	case "CHAIN_LEADER_OF":
		rel.RecognisedIn = pick(r, "", s.key("REGION"))
	}
	return rel
}

// Fill plays random batches that are not refused into an empty store.
func Fill(ctx context.Context, s graph.Store, seed uint64, batches int) error {
	return Play(ctx, s, seed, batches, func() {})
}

// Play is Fill, and calls after once each batch is applied.
func Play(ctx context.Context, s graph.Store, seed uint64, batches int, after func()) error {
	script := script{rand: rand.New(rand.NewPCG(seed, 0))}
	for batches > 0 {
		b := script.batch()
		receipt, err := s.Apply(ctx, b)
		switch code := graph.CodeOf(err); {
		case err == nil:
			script.applied(b, receipt)
			batches--
			after()
		case code != graph.CodeInvalid && code != graph.CodeNotFound && code != graph.CodeConflict:
			return err
		}
	}
	return nil
}
