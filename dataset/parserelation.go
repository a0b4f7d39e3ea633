package dataset

import (
	"strconv"
	"strings"

	"lianzhu/graph"
)

func relationFields(r *graph.Relation) table {
	t := table{
		"confidence": confidence(&r.Confidence),
		"from":       date(&r.ValidFrom, "from 2022-09"),
		"to":         date(&r.ValidTo, "to 2023"),
		"open":       flag("open", func() { r.OpenEnded = true }),
		"place":      places(&r.Places),
		"via":        set(&r.Via, "via platform:cosmoplat"),
		"amount":     quantity(&r.Amount),
		"share":      quantity(&r.Share),
		"volume":     quantity(&r.Volume),
		"subject":    inLang(&r.Subject, &r.SubjectEN, "subject zh TEXT"),
		"product":    set(&r.Product, "product product:sichuan-pepper"),
		"recognised": recognised(r),
		"derived":    derived(&r.Derivation),
		"attribute":  attribute(&r.Attributes),
		"@":          evidence(&r.Evidence),
	}
	modality(t, &r.Modality)
	return t
}

func confidence(c *float64) reader {
	return only(1, "confidence 0.6", func(p *parser, words []word) *Problem {
		v, err := strconv.ParseFloat(words[1].text, 64)
		if err != nil || !(v >= 0 && v <= 1) {
			return p.problem(words[1], "the confidence is a number from 0 to 1, such as 0.6")
		}
		*c = v
		return nil
	})
}

func places(list *[]graph.Key) reader {
	return func(p *parser, words []word) *Problem {
		if len(words) < 2 {
			return p.problem(words[0], "write it as: place region:621200")
		}
		for _, w := range words[1:] {
			*list = append(*list, graph.Key(w.text))
		}
		return nil
	}
}

// recognised reads: recognised in REGION, recognised by ENTITY
func recognised(r *graph.Relation) reader {
	return only(2, "recognised in region:620000", func(p *parser, words []word) *Problem {
		k := map[string]*graph.Key{"in": &r.RecognisedIn, "by": &r.RecognisedBy}[words[1].text]
		switch {
		case k == nil:
			return p.problem(words[1], "write it as: recognised in region:620000, or: recognised by institution:...")
		case *k != "":
			return p.problem(words[0], "recognised %s is given twice; keep one", words[1].text)
		}
		*k = graph.Key(words[2].text)
		return nil
	})
}

// derived reads: derived RULE, and opens the lines of its premises.
func derived(d **graph.Derivation) reader {
	return only(1, `derived "the rule in words"`, func(p *parser, words []word) *Problem {
		made := &graph.Derivation{Rule: words[1].text}
		*d = made
		p.nested = table{"premise": func(p *parser, words []word) *Problem {
			k, problem := p.premise(words)
			made.Premises = append(made.Premises, k)
			return problem
		}}
		return nil
	})
}

// premise reads: premise SOURCE TYPE TARGET [disc WORD], or the key of a
// relation in one word.
func (p *parser) premise(words []word) (graph.Key, *Problem) {
	switch {
	case len(words) == 2:
		return graph.Key(words[1].text), nil
	case len(words) == 4:
		return joinKey(words[2], words[1], words[3]), nil
	case len(words) == 6 && words[4].is("disc"):
		return joinKey(words[2], words[1], words[3], words[5]), nil
	}
	return "", p.problem(words[0], "write it as: premise enterprise:a INVESTS_IN project:b")
}

func joinKey(words ...word) graph.Key {
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = w.text
	}
	return graph.Key(strings.Join(parts, "|"))
}
