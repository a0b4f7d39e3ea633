package gql

import (
	"slices"
	"strconv"
	"strings"

	"lianzhu/graph"
)

// teller says one fact in one language.
type teller struct {
	Fact
	lang     graph.Lang
	phrase   phrase
	ontology *graph.Ontology
	subject  string // the first slot of the phrase
	open     string // the slot whose list the source leaves open, or ""
	plural   bool   // whether the subject is
	agent    bool   // whether the subject is one who makes plans
	tense    tense
}

// tense is that of the English verb.
type tense int

const (
	present tense = iota
	past
	perfect // began and goes on
	planned
)

// Kinds of entities that make plans; what others do is planned by somebody.
var agents = []graph.Kind{"ENTERPRISE", "INSTITUTION", "REGION", "GROUP"}

func newTeller(s *Sentences, f Fact, lang graph.Lang) *teller {
	if lang != graph.EN {
		lang = graph.ZH
	}
	t := &teller{Fact: f, lang: lang, phrase: s.phrase(f, lang), ontology: s.ontology, tense: f.tense()}
	t.subject = t.phrase.slots[0]
	t.open = t.openSlot(s.types[f.Relation.Type])
	t.agent = !f.Backwards && slices.Contains(agents, f.Source.Kind)
	switch t.subject {
	case "parties":
		t.plural = true
	case "source":
		t.plural = t.open == t.subject || isPlural(f.Source)
	case "target":
		t.plural = t.open == t.subject || isPlural(f.Target)
	}
	return t
}

func (f Fact) tense() tense {
	r := f.Relation
	begun := r.ValidFrom.Earliest() <= f.Today
	over := r.ValidTo.Latest() < f.Today || r.ValidTo.Earliest() == graph.DayMin && r.ValidTo.Latest() == graph.DayMax
	switch {
	case r.Modality == graph.Planned:
		return planned
	case !r.ValidTo.IsZero() && over:
		return past
	case !r.ValidFrom.IsZero() && r.ValidTo.IsZero() && begun:
		return perfect
	}
	return present
}

// openSlot tells which list a source that says 等 leaves open: that of several
// places, else that of the parties on the side that the type tells.
func (t *teller) openSlot(p *phrases) string {
	switch {
	case !t.Relation.OpenEnded:
		return ""
	case len(t.Relation.Places) > 1:
		return "places"
	case t.phrase.has("parties"):
		return "parties"
	case slices.Contains(p.openTarget, t.Source.Kind):
		return "target"
	}
	return "source"
}

// pick is zh or en.
func (t *teller) pick(zh, en string) string {
	if t.lang == graph.EN {
		return en
	}
	return zh
}

// slot is what fills a slot, or "" where there is nothing.
func (t *teller) slot(name string) string {
	r := t.Relation
	switch name {
	case "source":
		return t.end(name, t.Source)
	case "target":
		return t.end(name, t.Target)
	case "parties":
		return t.parties()
	case "kind":
		return t.kind()
	case "places":
		return t.places()
	case "via":
		return t.via()
	case "subject":
		return t.developed()
	case "segment":
		return t.segment()
	case "product":
		return t.product()
	case "recognisedIn":
		return t.named(r.RecognisedIn)
	case "recognisedBy":
		return t.named(r.RecognisedBy)
	case "amount":
		return t.quantity(r.Amount)
	case "share":
		return t.quantity(r.Share)
	case "volume":
		return t.volume()
	}
	return t.time(name)
}

// time fills the slots that tell when something holds, and that it is planned.
// A Chinese plan goes before the time of what is planned, but after that of its
// own beginning.
func (t *teller) time(name string) string {
	r := t.Relation
	planned := mark(r.Modality == graph.Planned, "将")
	if t.agent && planned != "" {
		planned = "计划"
	}
	before := !r.ValidTo.IsZero() && t.phrase.has("plan") && t.phrase.has("when") && t.lang == graph.ZH
	switch name {
	case "when":
		since := mark(t.tense == perfect, "since") + mark(t.tense != perfect, "from")
		return mark(before, planned) + t.pick(whenZH(r.ValidFrom, r.ValidTo), whenEN(r.ValidFrom, r.ValidTo, since))
	case "plan":
		return mark(!before, planned)
	case "will":
		return mark(r.Modality == graph.Planned, "将")
	}
	return ""
}

// product is what is supplied, unless it is an end.
func (t *teller) product() string {
	if r := t.Relation; r.Product == r.Source || r.Product == r.Target {
		return ""
	}
	return t.named(t.Relation.Product)
}

func (t *teller) name(e *graph.Entity) string {
	if t.lang == graph.EN {
		return nameEN(e)
	}
	return nameZH(e)
}

// named is the name of what the relation names by its key; "" where there is
// nothing.
func (t *teller) named(key graph.Key) string {
	if e := t.Named[key]; e != nil {
		return t.name(e)
	}
	return ""
}

// end is the name of an end, with 等 where its list is open.
func (t *teller) end(slot string, e *graph.Entity) string {
	name := t.name(e)
	switch {
	case t.open != slot && t.lang == graph.EN && t.subject == slot:
		return name + mark(explained(e), ",")
	case t.open != slot:
		return name
	case slot == "target" && e.Kind == graph.KindRegion:
		return t.pick(name+"等地", name+" and elsewhere")
	case t.lang == graph.EN:
		return andOthersEN([]string{name}, e)
	}
	return name + "等"
}

// parties are both ends, that first from which the fact is said.
func (t *teller) parties() string {
	first, last := t.Source, t.Target
	if t.Backwards {
		first, last = last, first
	}
	a, b := t.name(first), t.name(last)
	if t.open == "parties" {
		return t.pick(a+"、"+b+"等", andOthersEN([]string{a, b}, last))
	}
	return t.pick(a+"与"+b, a+" and "+b)
}

// kind is the kind that both ends have, or "".
func (t *teller) kind() string {
	def := t.ontology.Kind(t.Source.Kind)
	if t.Source.Kind != t.Target.Kind || def == nil {
		return ""
	}
	return t.pick(def.ZH, def.EN)
}

// places are where it takes place. That of a recognition is said once, and an
// English name that ends in its place is not followed by it again.
func (t *teller) places() string {
	r := t.Relation
	if len(r.Places) == 1 && slices.Contains([]graph.Key{r.RecognisedIn, r.Source, r.Target}, r.Places[0]) {
		return ""
	}
	var names []string
	said := true
	for _, key := range r.Places {
		if name := t.named(key); name != "" {
			names = append(names, name)
			said = said && (strings.Contains(t.name(t.Source), name) || strings.Contains(t.name(t.Target), name))
		}
	}
	switch {
	case len(names) == 0 || t.lang == graph.EN && said && t.open != "places":
		return ""
	case t.open == "places":
		return t.pick(listZH(names)+"等地", strings.Join(names, ", ")+" and elsewhere")
	}
	return t.pick(listZH(names), listEN(names))
}

// via is through whom or what, unless it is an end or the subject has it.
func (t *teller) via() string {
	r := t.Relation
	via := t.Named[r.Via]
	if via == nil || r.Via == r.Source || r.Via == r.Target {
		return ""
	}
	for _, n := range via.Names {
		if n.Lang == graph.ZH && strings.Contains(r.Subject, n.Text) {
			return ""
		}
	}
	return t.name(via)
}

// developed is what is developed.
func (t *teller) developed() string {
	return within(half(t.pick(t.Relation.Subject, orElse(t.Relation.SubjectEN, t.Relation.Subject)), t.lang))
}

// quantity says a figure. What is counted by the year is that year's where the
// fact holds for one.
func (t *teller) quantity(q *graph.Quantity) string {
	return sayQuantity(q, t.lang, t.Relation.ValidFrom, t.Relation.ValidTo)
}

func sayQuantity(q *graph.Quantity, lang graph.Lang, from, to graph.Date) string {
	if q == nil {
		return ""
	}
	if q.Per == "year" && from == to && len(from.String()) == len("2023") {
		once := *q
		once.Per, q = "", &once
	}
	if lang == graph.EN {
		return quantityEN(q)
	}
	return quantityZH(q)
}

func (t *teller) volume() string {
	q := t.Relation.Volume
	if q == nil {
		return ""
	}
	said := t.quantity(q)
	if isMoney(q.Unit) {
		return t.pick("金额为"+said, "for "+said)
	}
	return t.pick("数量为"+said, said)
}

// segmentName is the attribute that names the segment of a chain.
const segmentName = "环节"

// segment is the segment of a chain that the relation names.
func (t *teller) segment() string {
	for _, a := range t.Relation.Attributes {
		if a.Name == segmentName && a.Text != "" {
			return within(half(a.Text, t.lang))
		}
	}
	return ""
}

// verb puts an English verb into number and tense.
func (t *teller) verb(forms []string) string {
	number := func(one, several string) string {
		if t.plural {
			return several
		}
		return one
	}
	infinitive := forms[len(forms)-1]
	if len(forms) == 3 {
		infinitive = forms[1]
	}
	be := infinitive == "be"
	switch {
	case t.tense == past && be:
		return number("was", "were")
	case t.tense == past:
		return forms[2]
	case t.tense == perfect && be:
		return number("has", "have") + " been"
	case t.tense == perfect:
		return number("has ", "have ") + forms[2]
	case t.tense == planned && t.agent && !be:
		return number("plans to ", "plan to ") + infinitive
	case t.tense == planned:
		return number("is", "are") + " planned to " + infinitive
	}
	return number(forms[0], forms[1])
}

// prefix says in what way the fact is stated, where the template does not.
func (t *teller) prefix(used []string) string {
	planSaid := slices.ContainsFunc([]string{"plan", "will", verbUsed}, func(slot string) bool { return slices.Contains(used, slot) })
	switch m := t.Relation.Modality; {
	case m == graph.Reported:
		return t.pick("据报道，", "reportedly, ")
	case m == graph.Negated:
		return t.pick("以下说法被否认：", "it is denied that ")
	case m == graph.Planned && !planSaid:
		return t.pick("按计划，", "it is planned that ")
	}
	return ""
}

// marks are the numbers of the pieces of evidence.
func (t *teller) marks() string {
	if t.FirstMark == 0 || len(t.Relation.Evidence) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(t.pick("", " "))
	for i := range t.Relation.Evidence {
		b.WriteString("[" + strconv.Itoa(t.FirstMark+i) + "]")
	}
	return b.String()
}
