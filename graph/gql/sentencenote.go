package gql

import (
	"slices"
	"strconv"
	"strings"

	"lianzhu/graph"
)

// maxNotes bounds the attributes that a sentence tells; it says how many more
// there are.
const maxNotes = 6

// leftovers are the slots that go into the notes where the template has no room
// for them, with their labels.
var leftovers = []struct{ slot, zh, en string }{
	{"when", "时间：", "when: "}, {"places", "地点：", "where: "}, {"via", "经由：", "through: "}, {"product", "产品：", "product: "},
	{"volume", "", ""}, {"amount", "金额：", "amount: "}, {"share", "份额：", "share: "}, {"subject", "内容：", "subject: "},
	{"recognisedIn", "认定地区：", "recognised in: "}, {"recognisedBy", "认定者：", "recognised by: "},
}

// notes tell, in parentheses behind the clause, by what rule the fact was
// derived, what the template has no room for, and the attributes.
func (t *teller) notes(used []string) string {
	var notes []string
	if t.Relation.Derived() {
		notes = append(notes, t.pick("推断依据：", "inferred: ")+unwrapped(half(t.Relation.Derivation.Rule, t.lang)))
	}
	for _, l := range leftovers {
		if slices.Contains(used, l.slot) {
			continue
		}
		if value := t.slot(l.slot); value != "" {
			notes = append(notes, t.pick(l.zh, l.en)+value)
		}
	}
	notes = append(notes, t.attributes(used)...)
	if len(notes) == 0 {
		return ""
	}
	return t.pick("（", " (") + strings.Join(notes, t.pick("；", "; ")) + t.pick("）", ")")
}

// attributes are the figures and titles of the relation.
func (t *teller) attributes(used []string) []string {
	var notes []string
	segmentSaid := slices.Contains(used, "segment")
	for i := range t.Relation.Attributes {
		a := &t.Relation.Attributes[i]
		if a.Name == segmentName && segmentSaid && a.Text != "" {
			segmentSaid = false
			continue
		}
		if text := half(a.Text, graph.ZH); text != "" && a.Quantity == nil && strings.Contains(t.Relation.Subject, text) {
			continue
		}
		if value := sayAttribute(a, t.lang, t.Relation); value != "" {
			notes = append(notes, attributeName(a, t.lang)+t.pick("：", ": ")+value)
		}
	}
	if more := len(notes) - maxNotes; more > 0 {
		n := strconv.Itoa(more)
		notes = append(notes[:maxNotes], t.pick("另有 "+n+" 项", n+" more"))
	}
	return notes
}

func attributeName(a *graph.Attribute, lang graph.Lang) string {
	if lang == graph.EN {
		return half(orElse(a.NameEN, a.Name), lang)
	}
	return half(a.Name, lang)
}

// sayAttribute says the value of an attribute: its figure, its text where that
// says more, when it holds, and in what way it is stated. What it shares with
// beside, the relation it belongs to if any, is not repeated.
func sayAttribute(a *graph.Attribute, lang graph.Lang, beside *graph.Relation) string {
	text := unwrapped(half(a.Text, lang))
	parts := []string{sayFigure(a, lang)}
	switch {
	case parts[0] == "" || strings.Contains(half(a.Text, graph.ZH), a.Quantity.Raw):
		parts[0] = text
	case text != "":
		parts = append(parts, text)
	}
	if parts[0] == "" {
		return ""
	}
	if beside == nil {
		beside = &graph.Relation{Modality: graph.Asserted}
	}
	if a.ValidFrom != beside.ValidFrom || a.ValidTo != beside.ValidTo {
		parts = append(parts, sayWhen(a.ValidFrom, a.ValidTo, lang))
	}
	if a.Modality != beside.Modality {
		parts = append(parts, modalityNote(a.Modality, lang))
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if lang == graph.EN {
		return strings.Join(parts, ", ")
	}
	return strings.Join(parts, "，")
}

// unwrapped puts a comma where parentheses end a text that stands in
// parentheses itself.
func unwrapped(text string) string {
	for _, p := range [][3]string{{"（", "）", "，"}, {" (", ")", ", "}} {
		if main, aside, found := strings.Cut(text, p[0]); found && main != "" && strings.HasSuffix(aside, p[1]) && strings.Count(text, p[1]) == 1 {
			return main + p[2] + strings.TrimSuffix(aside, p[1])
		}
	}
	return text
}

// sayFigure is the figure of an attribute, with the word that it is one for
// several together where nothing else says so.
func sayFigure(a *graph.Attribute, lang graph.Lang) string {
	q := a.Quantity
	if q == nil {
		return ""
	}
	if once := *q; strings.Contains(a.Name, "年") && says(a.NameEN, "a year", "annual", "yearly") {
		once.Per, q = "", &once
	}
	said := sayQuantity(q, lang, a.ValidFrom, a.ValidTo)
	switch {
	case !a.Collective || says(a.Name+a.Text, "合计"):
		return said
	case lang == graph.EN:
		return said + " in total"
	}
	return mark(!strings.Contains(a.Name, "总"), "合计") + said
}

func sayWhen(from, to graph.Date, lang graph.Lang) string {
	if lang == graph.EN {
		return whenEN(from, to, "since")
	}
	return whenZH(from, to)
}

// modalityNote says in what way a figure is stated; nothing for what is plainly so.
func modalityNote(m graph.Modality, lang graph.Lang) string {
	words := map[graph.Modality][2]string{
		graph.Planned: {"尚属计划", "as planned"}, graph.Reported: {"据报道", "reportedly"}, graph.Negated: {"被否认", "which is denied"},
	}[m]
	if lang == graph.EN {
		return words[1]
	}
	return words[0]
}
