package gql

import (
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

// addSource drafts a source.
func (d *draft) addSource(operation int, in *AddSourceInput, at []string) (Problem, error) {
	key := graph.Key(in.Key)
	old, text, err := d.source(key)
	if err != nil {
		return nil, err
	}
	doc, rev := &graph.Source{Key: key}, graph.Rev(0)
	if old != nil {
		*doc, rev = *old, old.Rev
	}
	doc.Title = in.Title
	setText(&doc.TitleEN, in.TitleEn)
	setText(&doc.Publisher, in.Publisher)
	setText(&doc.URL, in.URL)
	setText(&doc.License, in.License)
	if problem := setDate(&doc.PublishedOn, in.PublishedOn, place(at, "publishedOn")); problem != nil {
		return problem, nil
	}
	c := graph.Change{Source: doc}
	if given, ok := in.Text.ValueOK(); ok {
		c.Text, c.DropText, text = given, given == nil, nil
	}
	if err := d.s.Contract.Ontology.Validate(&c); err != nil {
		return asProblem(err, at), nil
	}
	switch {
	case c.DropText:
		doc.SHA256, doc.Length = "", 0
	case c.Text != nil:
		text = graph.NewText(*c.Text)
	}
	d.put(operation, c, rev)
	d.sources[key], d.newTexts[key] = doc, text
	return nil, nil
}

// upsertEntity drafts an entity.
func (d *draft) upsertEntity(operation int, in *UpsertEntityInput, at []string) (Problem, error) {
	key := graph.Key(in.Key)
	old, err := d.entity(key)
	if err != nil {
		return nil, err
	}
	doc, rev := &graph.Entity{Key: key}, graph.Rev(0)
	if old != nil {
		*doc, rev = *old, old.Rev
	}
	if problem := d.expects(in.IfRev, rev, doc.UID(), at); problem != nil {
		return problem, nil
	}
	doc.Kind = in.Kind
	if problem, err := d.fillEntity(doc, old, in, at); problem != nil || err != nil {
		return problem, err
	}
	c := graph.Change{Entity: doc}
	if err := d.s.Contract.Ontology.Validate(&c); err != nil {
		return asProblem(err, at), nil
	}
	if !in.AcknowledgeDuplicates {
		if problem, err := d.suspects(doc, old, at); problem != nil || err != nil {
			return problem, err
		}
	}
	if old == nil {
		doc.ID = d.lastID
		d.lastID--
	}
	d.put(operation, c, rev)
	d.entities[key] = doc
	return nil, nil
}

// expects refuses a write whose ifRev does not hold.
func (d *draft) expects(ifRev *int, rev graph.Rev, subject graph.UID, at []string) Problem {
	switch {
	case ifRev == nil || *ifRev == int(rev):
		return nil
	case *ifRev < 0:
		return invalidAt(place(at, "ifRev"), "修订号不会是负数", "a revision is not negative")
	}
	e := graph.Error{Code: graph.CodeConflict, Op: "write", Index: -1}
	switch {
	case rev == 0:
		said := graph.Phrasef("以为它在修订 %d，其实不存在；请重新读", "it was to be at revision %d but does not exist; read again", *ifRev)
		e.DetailZH, e.Detail = said.ZH, said.EN
	default:
		said := graph.Phrasef("以为它在修订 %d，其实最近写于修订 %d；请重新读", "it was to be at revision %d but was written at revision %d; read again", *ifRev, rev)
		e.DetailZH, e.Detail = said.ZH, said.EN
	}
	return &Conflict{problem: problem{&e, place(at, "ifRev")}, s: d.s, subject: subject, expected: ifRev}
}

// fillEntity puts into doc what the input gives.
func (d *draft) fillEntity(doc, old *graph.Entity, in *UpsertEntityInput, at []string) (Problem, error) {
	if names, ok := in.Names.ValueOK(); ok {
		doc.Names = nil
		for _, n := range names {
			name := graph.Name{Text: n.Text, Lang: n.Lang, Role: n.Role, Sources: keysOf(n.Sources)}
			if n.Reading != nil {
				name.Reading = *n.Reading
			}
			if n.Sources == nil && old != nil {
				name.Sources = sourcesOfName(old.Names, name)
			}
			doc.Names = append(doc.Names, name)
		}
	}
	if ids, ok := in.Identifiers.ValueOK(); ok {
		doc.Identifiers = nil
		for _, n := range ids {
			id := graph.Identifier{Scheme: n.Scheme, Value: n.Value, Sources: keysOf(n.Sources)}
			if n.Sources == nil && old != nil {
				id.Sources = sourcesOfIdentifier(old.Identifiers, id)
			}
			doc.Identifiers = append(doc.Identifiers, id)
		}
	}
	if problem, err := d.attributes(&doc.Attributes, in.Attributes, place(at, "attributes")); problem != nil || err != nil {
		return problem, err
	}
	if problem, err := d.sourcesThere(doc, at); problem != nil || err != nil {
		return problem, err
	}
	evidence, ok := in.Evidence.ValueOK()
	if ok && evidence == nil {
		doc.Evidence = nil
	}
	return d.addEvidence(&doc.Evidence, evidence, place(at, "evidence"))
}

func keysOf(given []string) []graph.Key {
	var keys []graph.Key
	for _, k := range given {
		keys = append(keys, graph.Key(k))
	}
	return keys
}

// sourcesOfName are the sources that gave a name before.
func sourcesOfName(names []graph.Name, name graph.Name) []graph.Key {
	for _, n := range names {
		if n.Text == name.Text && n.Lang == name.Lang {
			return n.Sources
		}
	}
	return nil
}

func sourcesOfIdentifier(ids []graph.Identifier, id graph.Identifier) []graph.Key {
	for _, n := range ids {
		if n.Scheme == id.Scheme && n.Value == id.Value {
			return n.Sources
		}
	}
	return nil
}

// sourcesThere refuses names and identifiers that name sources that are not in
// the graph.
func (d *draft) sourcesThere(doc *graph.Entity, at []string) (Problem, error) {
	check := func(keys []graph.Key, at []string) (Problem, error) {
		for i, key := range keys {
			source, _, err := d.source(key)
			if err != nil {
				return nil, err
			}
			if source == nil {
				return noSource(key, place(at, "sources", strconv.Itoa(i))), nil
			}
		}
		return nil, nil
	}
	for i := range doc.Names {
		if problem, err := check(doc.Names[i].Sources, place(at, "names", strconv.Itoa(i))); problem != nil || err != nil {
			return problem, err
		}
	}
	for i := range doc.Identifiers {
		if problem, err := check(doc.Identifiers[i].Sources, place(at, "identifiers", strconv.Itoa(i))); problem != nil || err != nil {
			return problem, err
		}
	}
	return nil, nil
}

func noSource(key graph.Key, at []string) Problem {
	return &NotFound{problem: problem{&graph.Error{Code: graph.CodeNotFound, Op: "source", Key: string(key), Index: -1,
		Detail: "there is no such source; add it with addSource first", DetailZH: "没有这个来源；先用 addSource 加入"}, at}, Missing: string(key), Suggestions: []*SearchHit{}}
}

// suspects refuses an entity that is like one that is there: a new one, or one
// whose new names or identifiers are.
func (d *draft) suspects(doc, old *graph.Entity, at []string) (Problem, error) {
	unknown := *doc
	if old != nil {
		unknown.Names = slices.DeleteFunc(slices.Clone(doc.Names), func(n graph.Name) bool {
			return slices.ContainsFunc(old.Names, func(o graph.Name) bool { return o.Text == n.Text })
		})
		unknown.Identifiers = slices.DeleteFunc(slices.Clone(doc.Identifiers), func(n graph.Identifier) bool {
			return slices.ContainsFunc(old.Identifiers, func(o graph.Identifier) bool { return o.Scheme == n.Scheme && o.Value == n.Value })
		})
		if len(unknown.Names) == 0 && len(unknown.Identifiers) == 0 {
			return nil, nil
		}
	}
	find := graph.Suspects
	if d.s.Suspects != nil {
		find = d.s.Suspects
	}
	found, err := find(d.r, &unknown)
	found = slices.DeleteFunc(found, func(s graph.Suspect) bool { own, ok := d.entities[s.Entity.Key]; return ok && own == nil })
	if err != nil || len(found) == 0 {
		return nil, err
	}
	said := graph.Phrasef("它与图中的“%s”（%s）相像；是同一个就写到那一个上，不是就加 acknowledgeDuplicates",
		"it is like “%s” (%s), which is there: write to that one if it is the same, and with acknowledgeDuplicates if it is not", found[0].Entity.Name(graph.ZH), found[0].Entity.Key)
	p := &DuplicateSuspected{problem: problem{&graph.Error{Code: codeDuplicate, Op: "entity", Key: string(doc.Key), Index: -1, Detail: said.EN, DetailZH: said.ZH}, at}}
	for _, s := range found {
		p.Suspects = append(p.Suspects, &Suspect{&SearchHit{d.s.wrap(s.Entity), s.Score, s.Matched, s.By}, s.Reasons})
	}
	return p, nil
}

// setText puts a text that was given, or clears it.
func setText(to *string, given graphql.Omittable[*string]) {
	if text, ok := given.ValueOK(); ok {
		if *to = ""; text != nil {
			*to = *text
		}
	}
}

// setDate puts a date that was given, or clears it.
func setDate(to *graph.Date, given graphql.Omittable[*DateText], at []string) Problem {
	text, ok := given.ValueOK()
	if !ok {
		return nil
	}
	date, problem := dateOf(text, at)
	if problem == nil {
		*to = date
	}
	return problem
}

// dateOf reads a date; nil is none.
func dateOf(text *DateText, at []string) (graph.Date, Problem) {
	switch {
	case text == nil:
		return graph.Date{}, nil
	case *text == "":
		return graph.Date{}, invalidAt(at, "日期是空的；不知道就给 null 或不给", "the date is empty; give null, or leave it out")
	}
	date, err := graph.ParseDate(string(*text))
	if err != nil {
		said := graph.Phrasef("“%.40s”不是存在的日期；写成 2023、2023-11 或 2023-11-21", "%.40q is no date that exists; write 2023, 2023-11 or 2023-11-21", string(*text))
		return date, invalidAt(at, said.ZH, said.EN)
	}
	return date, nil
}
