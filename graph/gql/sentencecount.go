package gql

import (
	"fmt"
	"strings"

	"lianzhu/graph"
)

// count is what a row or a roll-up says in numbers.
type count struct {
	relations, entities int // entities 0: not said
	of                  graph.RelationType
	own, shared         int // of a roll-up
	rollup              bool
	amount              *Quantity
	leftOut             int
}

// sayCount says how many relations there are and what their amounts come to,
// after the label of what was counted, which may be "".
func (s *Sentences) sayCount(label string, c count, lang graph.Lang) string {
	if lang == graph.EN {
		return stop(strings.TrimPrefix(label+": ", ": ")+s.countEN(c), lang)
	}
	return strings.TrimPrefix(label+"：", "：") + s.countZH(c) + "。"
}

func (s *Sentences) countZH(c count) string {
	parts := []string{s.nounZH(c.of, c.relations)}
	if c.rollup && c.relations > 0 {
		below := fmt.Sprintf("其中本级 %d 项、下级 %d 项", c.own, c.relations-c.own)
		parts = append(parts, below+mark(c.shared > 0, fmt.Sprintf("（%d 项由下级几地共有）", c.shared)))
	}
	if c.entities > 0 {
		parts = append(parts, fmt.Sprintf("涉及 %d 个主体", c.entities))
	}
	if c.amount != nil {
		if sum := sumZH(c.amount.plain()); sum != "" {
			parts = append(parts, "金额合计"+mark(sum[0] >= '0' && sum[0] <= '9', " ")+sum)
		}
	}
	if c.leftOut > 0 {
		parts = append(parts, fmt.Sprintf("另有 %d 项金额不能折合，没有计入", c.leftOut))
	}
	return strings.Join(parts, "，")
}

func (s *Sentences) countEN(c count) string {
	text := s.nounEN(c.of, c.relations)
	if c.entities > 0 {
		text += ", involving " + numberEN(c.entities, "entity", "entities")
	}
	if c.rollup && c.relations > 0 {
		text += fmt.Sprintf(", %d at the region itself and %d below it", c.own, c.relations-c.own) +
			mark(c.shared > 0, fmt.Sprintf(" (%d shared by several places there)", c.shared))
	}
	if c.amount != nil {
		if sum := sumEN(c.amount.plain()); sum != "" {
			text += "; the amounts come to " + sum
		}
	}
	if c.leftOut > 0 {
		text += "; " + numberEN(c.leftOut, "more amount", "more amounts") + " could not be converted"
	}
	return text
}

// plain is the figure as the graph has it.
func (q *Quantity) plain() *graph.Quantity {
	at := func(d *graph.Decimal) graph.Decimal {
		if d == nil {
			return ""
		}
		return *d
	}
	return &graph.Quantity{Raw: q.Raw, Value: at(q.Value), Min: at(q.Min), Max: at(q.Max), Unit: q.Unit, Approx: q.Approx}
}

// nounZH counts relations of a type, or of any where it is "".
func (s *Sentences) nounZH(t graph.RelationType, n int) string {
	switch p := s.types[t]; {
	case p == nil:
		return fmt.Sprintf("关系 %d 条", n)
	case p.zhNoun == "":
		return fmt.Sprintf("“%s”关系 %d 条", s.ontology.Relation(t).ZH, n)
	default:
		return fmt.Sprintf("%s %d 项", p.zhNoun, n)
	}
}

func (s *Sentences) nounEN(t graph.RelationType, n int) string {
	switch p := s.types[t]; {
	case p == nil:
		return numberEN(n, "relation", "relations")
	case p.enNouns[0] == "":
		return numberEN(n, "relation", "relations") + " “" + s.ontology.Relation(t).EN + "”"
	default:
		return numberEN(n, p.enNouns[0], p.enNouns[1])
	}
}

func numberEN(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return groupDigits(graph.Decimal(fmt.Sprint(n))) + " " + several
}

// Sentence says the row in words.
func (g *GroupRow) Sentence(lang graph.Lang) (string, error) {
	c := count{relations: g.Count, amount: g.Amount, leftOut: g.AmountsLeftOut, of: g.only}
	entities, err := g.DistinctEntities()
	if err != nil {
		return "", err
	}
	if entities != nil {
		c.entities = *entities
	}
	label, err := read(g.s, func(r graph.Reader) (string, error) { return g.label(r, &c, lang) })
	if err != nil {
		return "", err
	}
	if len(g.by) == 1 && g.by[0] == countedKinds {
		return g.s.Contract.Sentences.sayKind(graph.Kind(g.Key[0]), g.Count, lang), nil
	}
	return g.s.Contract.Sentences.sayCount(label, c, lang), nil
}

// countedKinds stands among the keys of a row for the kinds of entities, which
// stats count.
const countedKinds graph.GroupKey = "KIND"

func (s *Sentences) sayKind(k graph.Kind, n int, lang graph.Lang) string {
	def := s.ontology.Kind(k)
	if lang == graph.EN {
		return stop(numberEN(n, def.EN, pluralEN(def.EN)), lang)
	}
	return fmt.Sprintf("%s %d 个。", def.ZH, n)
}

// label names the group. A relation type is no part of it: it is what is
// counted.
func (g *GroupRow) label(r graph.Reader, c *count, lang graph.Lang) (string, error) {
	var words, asides []string
	for i, key := range g.by {
		switch key {
		case graph.GroupType:
			c.of = graph.RelationType(g.Key[i])
			continue
		case graph.GroupModality:
			asides = append(asides, pickWords(modalityWords[graph.Modality(g.Key[i])], lang))
			continue
		}
		word, err := g.s.sayGroup(r, key, g.Key[i], lang)
		if err != nil {
			return "", err
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		words, asides = asides, nil
	}
	if lang == graph.EN {
		return strings.Replace(strings.Join(words, ", "), ", to ", " to ", 1) + mark(asides != nil, " ("+strings.Join(asides, ", ")+")"), nil
	}
	return strings.Join(words, "，") + mark(asides != nil, "（"+strings.Join(asides, "，")+"）"), nil
}

// pickWords are the Chinese or the English words of a pair.
func pickWords(words [2]string, lang graph.Lang) string {
	if lang == graph.EN {
		return words[1]
	}
	return words[0]
}

// withoutValue says what a group without a value of its own is, in both
// languages, and what several share.
var withoutValue = map[graph.GroupKey]struct{ unknown, shared [2]string }{
	graph.GroupProvince:   {[2]string{"省份不详", "province unknown"}, [2]string{"几省共有", "shared by several provinces"}},
	graph.GroupPrefecture: {[2]string{"地级地区不详", "prefecture unknown"}, [2]string{"几个地级地区共有", "shared by several prefectures"}},
	graph.GroupChain:      {unknown: [2]string{"不涉及产业链", "not about an industry chain"}},
	graph.GroupYear:       {unknown: [2]string{"开始年份不详", "year of beginning unknown"}},
	graph.GroupSource:     {unknown: [2]string{"没有来源", "no source"}},
}

// sayGroup says one value of a row's key.
func (s *session) sayGroup(r graph.Reader, key graph.GroupKey, value string, lang graph.Lang) (string, error) {
	switch value {
	case graph.Unknown:
		return pickWords(withoutValue[key].unknown, lang), nil
	case graph.Unallocated:
		return pickWords(withoutValue[key].shared, lang), nil
	}
	switch key {
	case graph.GroupProvince, graph.GroupPrefecture, graph.GroupChain:
		return s.sayNamed(r, graph.Key(value), lang)
	case graph.GroupSource:
		source, err := s.source(r, graph.Key(value))
		if err != nil || source == nil {
			return value, err
		}
		return quote(source.Title(lang)), nil
	case graph.GroupSourceKind:
		def := s.Contract.Ontology.Kind(graph.Kind(value))
		return pickWords([2]string{"起点为" + def.ZH, "from " + pluralEN(def.EN)}, lang), nil
	case graph.GroupTargetKind:
		def := s.Contract.Ontology.Kind(graph.Kind(value))
		return pickWords([2]string{"终点为" + def.ZH, "to " + pluralEN(def.EN)}, lang), nil
	case graph.GroupYear:
		return pickWords([2]string{value + "年", value}, lang), nil
	case graph.GroupGrade:
		return pickWords([2]string{"可信度 " + value + " 级", "confidence " + value}, lang), nil
	}
	return value, nil
}

// modalityWords say in what way relations are stated.
var modalityWords = map[graph.Modality][2]string{
	graph.Asserted: {"已经发生", "stated as fact"}, graph.Planned: {"计划", "planned"},
	graph.Reported: {"据报道", "reported"}, graph.Negated: {"被否认", "denied"},
}

// sayNamed is the bare name of the entity with a key.
func (s *session) sayNamed(r graph.Reader, key graph.Key, lang graph.Lang) (string, error) {
	docs, err := s.byKey(r, []graph.Key{key})
	if err != nil || docs[0] == nil {
		return string(key), err
	}
	name, _ := shownName(docs[0], lang)
	return name, nil
}

// Sentence says the roll-up in words.
func (u *RegionRollup) Sentence(lang graph.Lang) (string, error) {
	if lang != graph.EN {
		lang = graph.ZH
	}
	doc, err := u.Region.document()
	if err != nil {
		return "", err
	}
	name, _ := shownName(doc, lang)
	return u.Region.s.Contract.Sentences.sayCount(name, count{relations: u.Total, of: u.only, own: u.Own, shared: len(u.Unallocated), rollup: true,
		amount: u.Amount, leftOut: u.AmountsLeftOut}, lang), nil
}

// onlyType is the one relation type that a filter leaves, or "".
func onlyType(where *graph.RelationFilter) graph.RelationType {
	if types := graph.TypesOf(where); len(types) == 1 {
		return types[0]
	}
	return ""
}
