package gql_test

import (
	"regexp"
	"strings"

	"lianzhu/graph"
)

var (
	doubled     = regexp.MustCompile(`  |[，。；：、]{2}|[,;:]{2}|[,;:] [,;:.]|[ ,;:]\.|\.\.`)
	parentheses = regexp.MustCompile(`（[，。；：、]?）|\( ?\)|（ | ）|\( | \)|“”|\[\]`)
	initial     = regexp.MustCompile(`^[a-z]+\b`)
)

// problemsOf are what no sentence may have.
func problemsOf(sentence string, lang graph.Lang) []string {
	var problems []string
	add := func(is bool, problem string) {
		if is {
			problems = append(problems, problem)
		}
	}
	add(strings.ContainsAny(sentence, "{}|"), "an unfilled hole")
	add(doubled.MatchString(sentence), "doubled punctuation or blanks")
	add(parentheses.MatchString(sentence), "empty parentheses or quotes")
	add(strings.TrimSpace(sentence) != sentence, "blanks at an end")
	if lang == graph.EN {
		add(!strings.HasSuffix(sentence, "."), "no full stop")
		add(strings.Contains(sentence, "。"), "a Chinese full stop in an English sentence")
		add(initial.MatchString(sentence), "no capital at the beginning")
	} else {
		add(!strings.HasSuffix(sentence, "。"), "no full stop")
		add(strings.Count(sentence, "。") > 1, "a full stop inside")
	}
	return problems
}
