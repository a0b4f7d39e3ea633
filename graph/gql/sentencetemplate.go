package gql

import (
	"fmt"
	"slices"
	"strings"
)

// template is a sentence with holes, as the schema writes it:
//
//	{source}                   a slot, see slotNames
//	{invests|invest|invested}  an English verb: singular, plural, past, and the infinitive where it is not the plural
//	[, in {places}]            left out where a slot in it is empty
//	[with {product}|with it]   the second text where a slot in the first is empty
type template []piece

// piece is one of text, slot, verb and group.
type piece struct {
	text             string
	slot             string
	verb             []string
	group, otherwise template
}

// slotNames are the slots that a template may have. Plan and will are empty
// but for what is planned; parties are both ends of a symmetric relation.
var slotNames = []string{"source", "target", "parties", "kind", "when", "plan", "will", "places", "via",
	"amount", "share", "subject", "product", "volume", "recognisedIn", "recognisedBy", "segment"}

// phrase is a whole template with its slots in their order.
type phrase struct {
	template
	slots []string
}

func (p phrase) has(slot string) bool { return slices.Contains(p.slots, slot) }

// parsePhrase reads a template that names both ends of the relation.
func parsePhrase(s string) (phrase, error) {
	parser := templateParser{rest: s}
	t, err := parser.pieces("")
	if err != nil {
		return phrase{}, fmt.Errorf("the sentence %q: %w", s, err)
	}
	p := phrase{t, t.slots()}
	if !p.has("parties") && !(p.has("source") && p.has("target")) {
		return phrase{}, fmt.Errorf("the sentence %q does not name both ends; it needs {source} and {target}, or {parties}", s)
	}
	return p, nil
}

// templateParser reads a template from its beginning.
type templateParser struct{ rest string }

// pieces reads up to one of the characters of end, which stays unread; an empty
// end stands for the end of the template.
func (p *templateParser) pieces(end string) (template, error) {
	t := template{}
	for p.rest != "" && !strings.ContainsRune(end, rune(p.rest[0])) {
		next, err := p.piece(end)
		if err != nil {
			return nil, err
		}
		t = append(t, next)
	}
	if p.rest == "" && end != "" {
		return nil, fmt.Errorf("a [ is not closed")
	}
	return t, nil
}

func (p *templateParser) piece(end string) (piece, error) {
	switch p.rest[0] {
	case '{':
		inner, rest, closed := strings.Cut(p.rest[1:], "}")
		if !closed {
			return piece{}, fmt.Errorf("a { is not closed")
		}
		p.rest = rest
		return hole(inner)
	case '[':
		p.rest = p.rest[1:]
		return p.optional()
	case ']', '}':
		return piece{}, fmt.Errorf("there is a %c too many", p.rest[0])
	}
	n := strings.IndexAny(p.rest, "{}[]"+end)
	if n < 0 {
		n = len(p.rest)
	}
	text := p.rest[:n]
	p.rest = p.rest[n:]
	return piece{text: text}, nil
}

// optional reads what follows a [.
func (p *templateParser) optional() (piece, error) {
	group, err := p.pieces("|]")
	if err != nil {
		return piece{}, err
	}
	otherwise := template{}
	if p.rest[0] == '|' {
		p.rest = p.rest[1:]
		if otherwise, err = p.pieces("]"); err != nil {
			return piece{}, err
		}
	}
	p.rest = p.rest[1:]
	if len(group.slots()) == 0 {
		return piece{}, fmt.Errorf("there is no slot between [ and ]")
	}
	return piece{group: group, otherwise: otherwise}, nil
}

// hole reads what stands between braces.
func hole(inner string) (piece, error) {
	if forms := strings.Split(inner, "|"); len(forms) > 1 {
		if len(forms) < 3 || len(forms) > 4 {
			return piece{}, fmt.Errorf("the verb {%s} needs its singular, plural and past, and the infinitive where it is another", inner)
		}
		return piece{verb: forms}, nil
	}
	if !slices.Contains(slotNames, inner) {
		return piece{}, fmt.Errorf("there is no slot {%s}; there are %s", inner, strings.Join(slotNames, ", "))
	}
	return piece{slot: inner}, nil
}

// slots are the slots of t in their order, those of its groups included.
func (t template) slots() []string {
	var slots []string
	for _, p := range t {
		if p.slot != "" {
			slots = append(slots, p.slot)
		}
		slots = append(append(slots, p.group.slots()...), p.otherwise.slots()...)
	}
	return slots
}

// filling is what a template is filled with.
type filling interface {
	slot(name string) string
	verb(forms []string) string
}

// verbUsed stands among the used slots for a verb.
const verbUsed = "verb"

// fill gives the text, the slots that were used, and whether none was empty.
func (t template) fill(f filling) (text string, used []string, whole bool) {
	var b strings.Builder
	whole = true
	for _, p := range t {
		switch {
		case p.slot != "":
			value := f.slot(p.slot)
			b.WriteString(value)
			used = append(used, p.slot)
			whole = whole && value != ""
		case p.verb != nil:
			b.WriteString(f.verb(p.verb))
			used = append(used, verbUsed)
		case p.group != nil:
			inner, innerUsed, ok := p.group.fill(f)
			if !ok {
				inner, innerUsed, _ = p.otherwise.fill(f)
			}
			b.WriteString(inner)
			used = append(used, innerUsed...)
		default:
			b.WriteString(p.text)
		}
	}
	return b.String(), used, whole
}
