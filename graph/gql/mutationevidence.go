package gql

import (
	"slices"
	"strconv"

	"lianzhu/graph"
)

// addEvidence adds the places that were given to those that are there.
func (d *draft) addEvidence(to *[]graph.Evidence, given []*EvidenceInput, at []string) (Problem, error) {
	list := slices.Clone(*to)
	for i, in := range given {
		e, problem, err := d.evidence(in, place(at, strconv.Itoa(i)))
		if problem != nil || err != nil {
			return problem, err
		}
		if !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	*to = list
	return nil, nil
}

// evidence finds the place that the input means.
func (d *draft) evidence(in *EvidenceInput, at []string) (graph.Evidence, Problem, error) {
	e := graph.Evidence{Source: graph.Key(in.Source), Start: -1, End: -1, Refutes: !in.Supports}
	source, text, err := d.source(e.Source)
	if err != nil {
		return e, nil, err
	}
	if source == nil {
		return e, noSource(e.Source, place(at, "source")), nil
	}
	switch {
	case in.Quote != nil:
		return d.quoted(e, text, in, place(at, "quote"))
	case in.Start != nil || in.End != nil || in.QuoteSha256 != nil:
		return d.located(e, text, in, at)
	case text != nil:
		return e, invalidAt(place(at, "quote"), "来源的文本在库里，请引原话，或给出位置", "the text of the source is there, so quote it, or give the offsets"), nil
	}
	return e, nil, nil
}

// quoted finds a quote in the text of its source.
func (d *draft) quoted(e graph.Evidence, text *graph.Text, in *EvidenceInput, at []string) (graph.Evidence, Problem, error) {
	quote, near := *in.Quote, -1
	if in.Start != nil {
		near = *in.Start
	}
	if problem := quoteProblem(quote, at); problem != nil {
		return e, problem, nil
	}
	if text == nil {
		said := graph.Phrasef("来源 %s 还没有文本，无从核对；先用 addSource 加入，或给出位置和哈希", "the source %s has no text yet, so the quote cannot be checked; add it with addSource, or give offsets and hash", e.Source)
		return e, d.notThere(quote, said, at), nil
	}
	if span, ok := text.Find(quote, near); ok {
		found := text.Cite(e.Source, span)
		found.Refutes = e.Refutes
		return found, nil, nil
	}
	return e, d.closest(e, text, quote, at), nil
}

func quoteProblem(quote string, at []string) Problem {
	if said := graph.TextProblem(quote); said != (graph.Phrase{}) {
		return invalidAt(at, "引文无法使用："+said.ZH, "the quote cannot be used: "+said.EN)
	}
	if !graph.Quotable(quote) {
		return invalidAt(at, "引文里没有字", "the quote has no letters or digits")
	}
	return nil
}

// closest is the problem of a quote that is not in the text.
func (d *draft) closest(e graph.Evidence, text *graph.Text, quote string, at []string) Problem {
	span, differ, ok := text.Closest(quote)
	if !ok {
		return d.notThere(quote, graph.Phrasef("来源 %s 里没有这句话，也没有相近的", "the source %s does not say so, nor anything like it", e.Source), at)
	}
	p := d.notThere(quote, graph.Phrasef("来源 %[1]s 里没有这句话；最相近的在第 %[2]d 到 %[3]d 字，差 %[4]d 个字",
		"the source %[1]s does not say so; the closest is at %[2]d to %[3]d, where %[4]d characters differ", e.Source, span.Start, span.End, differ), at)
	near := text.Cite(e.Source, span)
	near.Refutes = e.Refutes
	p.Closest, p.Differs = &Evidence{d.s, near}, &differ
	return p
}

func (d *draft) notThere(quote string, said graph.Phrase, at []string) *EvidenceNotFound {
	return &EvidenceNotFound{problem: problem{&graph.Error{Code: codeEvidence, Op: "evidence", Index: -1, Detail: said.EN, DetailZH: said.ZH}, at}, Quote: quote}
}

// located takes offsets and a hash, and checks them where the text is there.
func (d *draft) located(e graph.Evidence, text *graph.Text, in *EvidenceInput, at []string) (graph.Evidence, Problem, error) {
	switch {
	case in.Start == nil || *in.Start < 0:
		return e, invalidAt(place(at, "start"), "要给出从第几个字符开始，从 0 数起", "it needs the character at which it begins, counted from 0"), nil
	case in.End == nil || *in.End <= *in.Start:
		return e, invalidAt(place(at, "end"), "结束要在开始之后", "its end is not after its start"), nil
	}
	e.Start, e.End = *in.Start, *in.End
	if in.QuoteSha256 != nil {
		e.SHA256 = *in.QuoteSha256
	}
	switch {
	case text == nil && e.SHA256 == "":
		return e, invalidAt(place(at, "quoteSha256"), "来源没有文本时，要给出该段的 SHA-256", "while the source has no text the hash of the span is needed"), nil
	case text == nil:
		return e, nil, nil
	case e.End > text.Len():
		said := graph.Phrasef("文本只有 %d 个字符", "the text has only %d characters", text.Len())
		return e, invalidAt(place(at, "end"), said.ZH, said.EN), nil
	}
	is := text.Cite(e.Source, graph.Span{Start: e.Start, End: e.End})
	is.Refutes = e.Refutes
	if e.SHA256 == "" || e.SHA256 == is.SHA256 {
		return is, nil, nil
	}
	return e, d.elsewhere(e, text, place(at, "quoteSha256")), nil
}

// elsewhere is the problem of a hash that is not that of the span.
func (d *draft) elsewhere(e graph.Evidence, text *graph.Text, at []string) Problem {
	p := d.notThere("", graph.Phrasef("来源 %s 第 %d 到 %d 字不是这个哈希", "the source %s has another hash at %d to %d", e.Source, e.Start, e.End), at)
	src := &graph.Source{Key: e.Source, SHA256: "-", Editions: 1}
	if status, start, end := e.Check(src, text); status == graph.Relocated {
		near := text.Cite(e.Source, graph.Span{Start: start, End: end})
		near.Refutes = e.Refutes
		p.Closest = &Evidence{d.s, near}
	}
	return p
}
