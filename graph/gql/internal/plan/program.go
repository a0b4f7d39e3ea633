package plan

import (
	"slices"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"lianzhu/graph"
)

// step of a program: the bytes that stand before a value, and what the value is.
type instruction struct {
	lead   block
	column Column
	lang   graph.Lang    // of an EntityName
	set    *Set          // of an entity or a relation: what is asked of it
	body   []instruction // of a figure, or of a step
}

// program writes objects of one type from headers: bytes and columns in turn,
// without a call for each field. It is nil where something is asked for that no
// header tells.
type program []instruction

// headed is the program for what a header names so: a kind or a relation type.
type headed struct {
	name    string
	program program
}

// find is the program for name; ok is false where nobody has asked for it.
func find(list *[]headed, name string) (p program, ok bool) {
	if list == nil {
		return nil, false
	}
	for i := range *list {
		if (*list)[i].name == name {
			return (*list)[i].program, true
		}
	}
	return nil, false
}

// maxHeaded bounds how many programs of kinds, and of types, a set keeps.
const maxHeaded = 256

// learn compiles the program for objects of type t, which headers call name.
// They are kept in list.
func (s *Set) learn(list *atomic.Pointer[[]headed], t *Type, name string) program {
	c := compiler{plan: s.plan, name: name}
	made := c.whole(s, t)
	s.plan.mu.Lock()
	defer s.plan.mu.Unlock()
	old := list.Load()
	if p, ok := find(old, name); ok {
		return p
	}
	next := []headed{{name, made}}
	if old != nil && len(*old) < maxHeaded {
		next = append(slices.Clone(*old), next...)
	}
	list.Store(&next)
	return made
}

// itemProgram is the program for the items of list: objects of type t or, where
// t is nil, what the column of the list says.
func (s *Set) itemProgram(t *Type, list *Step) program {
	if t != nil {
		p, known := find(s.items.Load(), t.Name)
		if !known {
			p = s.learn(&s.items, t, t.Name)
		}
		return p
	}
	return program{{column: s.plan.columns.of(list.owner, list.field.Name), set: s}}
}

// compiler makes a program.
type compiler struct {
	plan *Plan
	name string // of the kind or the relation type; "": of items
	lead []byte
	made program
}

// whole is the program for an object of type t; nil where there is none.
func (c *compiler) whole(s *Set, t *Type) program {
	if !c.object(s, t) {
		return nil
	}
	return c.finish()
}

func (c *compiler) finish() program {
	if len(c.lead) > 0 {
		c.add(instruction{})
	}
	return c.made
}

func (c *compiler) add(i instruction) {
	for len(c.lead) > leadBlock {
		part := instruction{}
		part.lead, c.lead = newBlock(c.lead)
		c.made = append(c.made, part)
	}
	i.lead, c.lead = newBlock(c.lead)
	c.made = append(c.made, i)
}

// object writes an object; false where columns do not tell all of it.
func (c *compiler) object(s *Set, t *Type) bool {
	o := s.Of(t)
	if o.Foreign {
		return false
	}
	c.lead = append(c.lead, '{')
	for i := range o.Steps {
		step := &o.Steps[i]
		if step.Again {
			return false
		}
		c.lead = append(c.lead, step.Lead...)
		if !c.field(t, step) {
			return false
		}
	}
	c.lead = append(c.lead, '}')
	return true
}

// field writes the value of a field.
func (c *compiler) field(t *Type, step *Step) bool {
	if step.Code == Typename {
		c.lead = AppendPlain(c.lead, t.Name)
		return true
	}
	column := c.plan.columns.of(t, step.field.Name)
	switch column {
	case literal:
		return false
	case EntityKind, RelationType:
		c.lead = AppendPlain(c.lead, c.name)
	case EntityName:
		lang, ok := langOf(step)
		c.add(instruction{column: column, lang: lang})
		return ok
	case Validity:
		return c.object(step.Set, c.plan.typeNamed("Interval"))
	case Confidence:
		return c.object(step.Set, c.plan.typeNamed("Confidence"))
	case ItemPath:
		return c.object(step.Set, c.plan.typeNamed("Path"))
	case ItemSteps:
		hop := compiler{plan: c.plan}
		body := hop.whole(step.Set, c.plan.typeNamed("Hop"))
		c.add(instruction{column: column, body: body})
		return body != nil
	case Amount, Share, Volume:
		figure := compiler{plan: c.plan}
		body := figure.whole(step.Set, c.plan.typeNamed("Quantity"))
		c.add(instruction{column: column, body: body})
		return body != nil
	default:
		c.add(instruction{column: column, set: step.Set})
	}
	return true
}

// langOf is the language that a field asks for, where the query itself says it
// in Chinese or in English.
func langOf(step *Step) (graph.Lang, bool) {
	arg := step.field.Arguments.ForName("lang")
	if arg == nil {
		def := step.field.Definition.Arguments.ForName("lang")
		if def == nil || def.DefaultValue == nil {
			return "", false
		}
		return langIn(def.DefaultValue)
	}
	return langIn(arg.Value)
}

func langIn(v *ast.Value) (graph.Lang, bool) {
	lang := graph.Lang(v.Raw)
	return lang, v.Kind == ast.EnumValue && (lang == graph.ZH || lang == graph.EN)
}
