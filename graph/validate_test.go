package graph_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"lianzhu/graph"
)

// refusal is a change that Validate must refuse: the error must speak of
// subject, and its sentence must hold says.
type refusal struct {
	name          string
	change        graph.Change
	subject, says string
}

func checkRefusals(t *testing.T, refusals []refusal) {
	o := schemaOntology(t)
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			err := o.Validate(&c.change)
			var e *graph.Error
			if !errors.As(err, &e) || e.Code != graph.CodeInvalid {
				t.Fatalf("it is let through: %v", err)
			}
			if e.Key != c.subject || !strings.Contains(e.Detail, c.says) {
				t.Errorf("%s of %q, want it to say %q of %q", e, e.Key, c.says, c.subject)
			}
			if e.Index != -1 || strings.ContainsRune(e.Detail, 0) {
				t.Errorf("index %d, %q", e.Index, e.Detail)
			}
		})
	}
}

// many is n times v.
func many[T any](n int, v T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = v
	}
	return list
}

func TestAChangeWritesExactlyOneThing(t *testing.T) {
	a := thing("enterprise:a")
	checkRefusals(t, []refusal{
		{"none", graph.Change{}, "", "exactly one"},
		{"two", graph.Change{Entity: a, Source: &graph.Source{Key: "source:s"}}, "", "exactly one"},
		{"a document and a retraction", graph.Change{Entity: a, Retract: a.UID()}, "", "exactly one"},
		{"a text of an entity", graph.Change{Entity: a, Text: ptr("text")}, "enterprise:a", "only a source"},
		{"a text of a retraction", graph.Change{Retract: a.UID(), Text: ptr("text")}, a.UID().String(), "only a source"},
	})
	if err := schemaOntology(t).Validate(&graph.Change{Retract: a.UID()}); err != nil {
		t.Errorf("a retraction is refused: %v", err)
	}
}

func TestASourceIsRefused(t *testing.T) {
	source := func(change func(*graph.Source)) graph.Change {
		s := &graph.Source{Key: "source:s", Title: "Title"}
		change(s)
		return graph.Change{Source: s}
	}
	withText := func(text string) graph.Change {
		c := source(func(*graph.Source) {})
		c.Text = &text
		return c
	}
	checkRefusals(t, []refusal{
		{"without a key", source(func(s *graph.Source) { s.Key = "" }), "", "key is empty"},
		{"without a title", source(func(s *graph.Source) { s.Title = "" }), "source:s", "title is empty"},
		{"with a blank title", source(func(s *graph.Source) { s.Title = " \n" }), "source:s", "title is empty"},
		{"with a title that is too long", source(func(s *graph.Source) { s.Title = strings.Repeat("长", 1366) }), "source:s", "title cannot be stored: it is too long"},
		{"with a broken English title", source(func(s *graph.Source) { s.TitleEN = "a\xff" }), "source:s", "titleEn cannot be stored: it is not valid UTF-8"},
		{"with NUL in the publisher", source(func(s *graph.Source) { s.Publisher = "a\x00b" }), "source:s", "publisher cannot be stored: it holds a NUL"},
		{"with a broken licence", source(func(s *graph.Source) { s.License = "\xff" }), "source:s", "license"},
		{"with a url that is too long", source(func(s *graph.Source) { s.URL = "http://" + strings.Repeat("a", 4096) }), "source:s", "url"},
		{"with a url of a file", source(func(s *graph.Source) { s.URL = "file:///etc" }), "source:s", "http://"},
		{"with a url that is a script", source(func(s *graph.Source) { s.URL = "javascript:alert(1)" }), "source:s", "http://"},
		{"with a broken text", withText("\xff"), "source:s", "not valid UTF-8"},
		{"with NUL in the text", withText("a\x00"), "source:s", "NUL"},
		{"with a text beyond 64 MiB", withText(strings.Repeat("a", 64<<20+1)), "source:s", "too long"},
	})
}

func TestASourceIsGivenTheHashAndTheLengthOfItsText(t *testing.T) {
	c := graph.Change{Source: &graph.Source{Key: "source:s", Title: "t", URL: "https://example.org/"}, Text: ptr("青岛😀")}
	if err := schemaOntology(t).Validate(&c); err != nil {
		t.Fatal(err)
	}
	if c.Source.SHA256 != graph.HashSpan("青岛😀") || c.Source.Length != 3 {
		t.Errorf("%s, %d characters", c.Source.SHA256, c.Source.Length)
	}
	c = graph.Change{Source: &graph.Source{Key: "source:s", Title: "t", SHA256: "as it was", Length: 7}}
	if err := schemaOntology(t).Validate(&c); err != nil || c.Source.SHA256 != "as it was" || c.Source.Length != 7 {
		t.Errorf("without a text: %s, %d, %v", c.Source.SHA256, c.Source.Length, err)
	}
}

func TestAKeyIsRefused(t *testing.T) {
	for _, c := range []struct{ name, key, says string }{
		{"that is empty", "", "empty"},
		{"that is longer than 512 bytes", "enterprise:" + strings.Repeat("a", 502), "longer than 512"},
		{"without a prefix", "haier", "no prefix"},
		{"with an empty prefix", ":haier", "no prefix"},
		{"with nothing but a prefix", "enterprise:", "no prefix"},
		{"with a space", "enterprise:a b", "space"},
		{"with a wide space", "enterprise:a\u3000b", "space"},
		{"with a space that does not break", "enterprise:a\u00a0b", "space"},
		{"with a line break", "enterprise:a\nb", "space"},
		{"with NUL", "enterprise:a\x00b", "not to be seen"},
		{"with the character delete", "enterprise:a\x7fb", "not to be seen"},
		{"with a control character beyond ASCII", "enterprise:a\u009fb", "not to be seen"},
		{"with a character without width", "enterprise:a\u200bb", "not to be seen"},
		{"with a turned direction", "enterprise:a\u202eb", "not to be seen"},
		{"with a stroke, which parts the key of a relation", "enterprise:a|b", "a |"},
		{"with broken UTF-8", "enterprise:a\xff", "broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := thing("enterprise:a")
			e.Key = graph.Key(c.key)
			checkRefusals(t, []refusal{{"as an entity's", graph.Change{Entity: e}, c.key, c.says}})
			r := tie("enterprise:b", "SUPPLIES", graph.Key(c.key))
			checkRefusals(t, []refusal{{"as a relation's end", graph.Change{Relation: r}, "SUPPLIES|enterprise:b|" + c.key, "its target"}})
		})
	}
}

func TestAnEntityIsRefused(t *testing.T) {
	entity := func(change func(*graph.Entity)) graph.Change {
		e := thing("enterprise:a", "海尔")
		change(e)
		return graph.Change{Entity: e}
	}
	name := func(change func(*graph.Name)) graph.Change {
		return entity(func(e *graph.Entity) { change(&e.Names[0]) })
	}
	identifier := func(id graph.Identifier) graph.Change {
		return entity(func(e *graph.Entity) { e.Identifiers = []graph.Identifier{id} })
	}
	const a = "enterprise:a"
	checkRefusals(t, []refusal{
		{"of a kind there is not", entity(func(e *graph.Entity) { e.Kind = "PLANET" }), a, `"PLANET"`},
		{"without a kind", entity(func(e *graph.Entity) { e.Kind = "" }), a, "no kind"},
		{"without a name", entity(func(e *graph.Entity) { e.Names = nil }), a, "no name"},
		{"with more names than 64", entity(func(e *graph.Entity) { e.Names = many(65, e.Names[0]) }), a, "more than 64 names"},
		{"with a blank name", name(func(n *graph.Name) { n.Text = " " }), a, `the name " "`},
		{"with a name that begins with a blank", name(func(n *graph.Name) { n.Text = " 海尔" }), a, `" 海尔"`},
		{"with a name that ends with a wide blank", name(func(n *graph.Name) { n.Text = "海尔\u3000" }), a, "blanks at its ends"},
		{"with a broken name", name(func(n *graph.Name) { n.Text = "\xff" }), a, "a name cannot be stored"},
		{"with a name longer than 512 bytes", name(func(n *graph.Name) { n.Text = strings.Repeat("a", 513) }), a, "too long"},
		{"with a name in a language there is not", name(func(n *graph.Name) { n.Lang = "FR" }), a, `海尔 has the unknown language "FR"`},
		{"with a name in no role", name(func(n *graph.Name) { n.Role = "" }), a, `海尔 has the unknown role ""`},
		{"with a broken reading", name(func(n *graph.Name) { n.Reading = "hai\x00er" }), a, "a reading cannot be stored"},
		{"with a name from a source without a key", name(func(n *graph.Name) { n.Sources = []graph.Key{""} }), a, `the name 海尔: its source ""`},
		{"with a name from too many sources", name(func(n *graph.Name) { n.Sources = many[graph.Key](257, "source:s") }), a, "more than 256 sources"},
		{"with more identifiers than 64", entity(func(e *graph.Entity) { e.Identifiers = many(65, graph.Identifier{Scheme: "LEI", Value: "1"}) }), a, "more than 64 identifiers"},
		{"with an identifier of no scheme", identifier(graph.Identifier{Value: "1"}), a, "identifier scheme is empty"},
		{"with an identifier without a value", identifier(graph.Identifier{Scheme: "LEI"}), a, "identifier value is empty"},
		{"with an identifier from a source that cannot be", identifier(graph.Identifier{Scheme: "LEI", Value: "1", Sources: []graph.Key{"s"}}), a, `the identifier LEI 1: its source "s"`},
	})
}

func TestAnAttributeIsRefused(t *testing.T) {
	with := func(change func(*graph.Attribute)) *graph.Entity {
		e := thing("enterprise:a")
		e.Attributes = []graph.Attribute{{Name: "年产值", Text: "很多", Modality: graph.Asserted}}
		change(&e.Attributes[0])
		return e
	}
	tooMany := with(func(*graph.Attribute) {})
	tooMany.Attributes = many(257, tooMany.Attributes[0])
	var refusals []refusal
	for _, c := range []struct {
		name   string
		change func(*graph.Attribute)
		says   string
	}{
		{"without a name", func(a *graph.Attribute) { a.Name = "" }, "attribute name is empty"},
		{"with a broken English name", func(a *graph.Attribute) { a.NameEN = "\xff" }, "attribute 年产值: its attribute nameEn"},
		{"with a broken text", func(a *graph.Attribute) { a.Text = "\xff" }, "attribute 年产值: its attribute text"},
		{"that says nothing", func(a *graph.Attribute) { a.Text = "" }, "attribute 年产值: it has neither text nor quantity"},
		{"without a modality", func(a *graph.Attribute) { a.Modality = "" }, `attribute 年产值: the modality ""`},
		{"that ends before it begins", func(a *graph.Attribute) {
			a.ValidFrom, a.ValidTo = graph.MustDate("2024"), graph.MustDate("2023")
		}, "attribute 年产值: it ends (2023) before it begins (2024)"},
		{"with a bad figure", func(a *graph.Attribute) { a.Quantity = &graph.Quantity{} }, "attribute 年产值: its figure is empty"},
		{"with bad evidence", func(a *graph.Attribute) { a.Evidence = []graph.Evidence{{Source: "s"}} }, "attribute 年产值: evidence in s"},
	} {
		refusals = append(refusals, refusal{c.name, graph.Change{Entity: with(c.change)}, "enterprise:a", c.says})
		r := tie("enterprise:a", "SUPPLIES", "enterprise:b")
		r.Attributes = with(c.change).Attributes
		refusals = append(refusals, refusal{c.name + ", of a relation", graph.Change{Relation: r}, "SUPPLIES|enterprise:a|enterprise:b", c.says})
	}
	checkRefusals(t, append(refusals, refusal{"in company of 256 others", graph.Change{Entity: tooMany}, "enterprise:a", "more than 256 attributes"}))
}

func TestAFigureIsRefused(t *testing.T) {
	var refusals []refusal
	for _, c := range []struct {
		name   string
		change func(*graph.Quantity)
		says   string
	}{
		{"without its wording", func(q *graph.Quantity) { q.Raw = "" }, "figure is empty"},
		{"with a broken wording", func(q *graph.Quantity) { q.Raw = "\xff" }, "figure cannot be stored"},
		{"without a unit", func(q *graph.Quantity) { q.Unit = "" }, "unit is empty"},
		{"with a broken unit", func(q *graph.Quantity) { q.Unit = "\xff" }, "unit cannot be stored"},
		{"counted by something broken", func(q *graph.Quantity) { q.Per = "\xff" }, "per cannot be stored"},
		{"that is no number", func(q *graph.Quantity) { q.Value = "many" }, "the number many"},
		{"not in the one form of a decimal", func(q *graph.Quantity) { q.Value = "+5" }, "the number +5"},
		{"whose least is no number", func(q *graph.Quantity) { q.Min = "1e3" }, "the number 1e3"},
		{"whose greatest is no number", func(q *graph.Quantity) { q.Max = "1/2" }, "the number 1/2"},
		{"without any number", func(q *graph.Quantity) { q.Value = "" }, "6000余吨 has neither"},
		{"whose least is above its greatest", func(q *graph.Quantity) { q.Min, q.Max = "10", "9.5" }, "above its greatest"},
	} {
		q := graph.Quantity{Raw: "6000余吨", Value: "6000", Unit: "t"}
		c.change(&q)
		for field, put := range map[string]func(*graph.Relation){
			"amount": func(r *graph.Relation) { r.Type, r.Amount = "INVESTS_IN", &q },
			"share":  func(r *graph.Relation) { r.Type, r.Share = "INVESTS_IN", &q },
			"volume": func(r *graph.Relation) { r.Type, r.Volume = "SUPPLIES", &q },
		} {
			r := tie("enterprise:a", "", "enterprise:b", put)
			refusals = append(refusals, refusal{c.name + ", as " + field, graph.Change{Relation: r}, string(r.Key()), c.says})
		}
	}
	checkRefusals(t, refusals)
}

func TestEvidenceIsRefused(t *testing.T) {
	const where = "evidence in source:s: "
	hash := graph.HashSpan("x")
	var refusals []refusal
	for _, c := range []struct {
		name     string
		evidence []graph.Evidence
		says     string
	}{
		{"without a source", []graph.Evidence{{Start: -1, End: -1}}, "evidence in : the key is empty"},
		{"noted by somebody broken", []graph.Evidence{{Source: "source:s", Start: -1, End: -1, AssertedBy: "\xff"}}, where + "its assertedBy"},
		{"that begins before the text", []graph.Evidence{{Source: "source:s", Start: -2, End: -1}}, where + "without offsets"},
		{"that ends and does not begin", []graph.Evidence{{Source: "source:s", Start: -1, End: 5}}, where + "without offsets"},
		{"that has a hash and no place", []graph.Evidence{{Source: "source:s", Start: -1, End: -1, SHA256: hash}}, where + "without offsets"},
		{"that ends where it begins", []graph.Evidence{{Source: "source:s", Start: 5, End: 5, SHA256: hash}}, where + "its end is not after"},
		{"that ends before it begins", []graph.Evidence{{Source: "source:s", Start: 5, End: 4, SHA256: hash}}, where + "its end is not after"},
		{"without a hash", []graph.Evidence{{Source: "source:s", Start: 0, End: 1}}, where + "its hash"},
		{"with a hash cut short", []graph.Evidence{{Source: "source:s", Start: 0, End: 1, SHA256: hash[:63]}}, where + "its hash"},
		{"with a hash in capitals", []graph.Evidence{{Source: "source:s", Start: 0, End: 1, SHA256: strings.ToUpper(hash)}}, where + "its hash"},
		{"in company of 256 others", many(257, graph.Evidence{Source: "source:s", Start: -1, End: -1}), "more than 256 pieces"},
	} {
		e := thing("enterprise:a")
		e.Evidence = c.evidence
		refusals = append(refusals, refusal{c.name + ", of an entity", graph.Change{Entity: e}, "enterprise:a", c.says})
		r := tie("enterprise:a", "SUPPLIES", "enterprise:b")
		r.Evidence = c.evidence
		refusals = append(refusals, refusal{c.name + ", of a relation", graph.Change{Relation: r}, string(r.Key()), c.says})
	}
	checkRefusals(t, refusals)
}

func TestARelationIsRefused(t *testing.T) {
	var refusals []refusal
	for _, c := range []struct {
		name  string
		tweak func(*graph.Relation)
		says  string
	}{
		{"of a type there is not", func(r *graph.Relation) { r.Type = "LOVES" }, `"LOVES"`},
		{"without a source", func(r *graph.Relation) { r.Source = "" }, `its source "" cannot be`},
		{"without a target", func(r *graph.Relation) { r.Target = "" }, `its target "" cannot be`},
		{"to itself", func(r *graph.Relation) { r.Target = r.Source }, "joins an entity to itself"},
		{"with a blank in its discriminator", func(r *graph.Relation) { r.Disc = "a b" }, "the discriminator"},
		{"with a stroke in its discriminator", func(r *graph.Relation) { r.Disc = "a|b" }, "the discriminator"},
		{"with a long discriminator", func(r *graph.Relation) { r.Disc = strings.Repeat("a", 508) }, "the discriminator"},
		{"without a modality", func(r *graph.Relation) { r.Modality = "" }, `the modality ""`},
		{"of a modality there is not", func(r *graph.Relation) { r.Modality = "HOPED" }, `the modality "HOPED"`},
		{"that ends before it begins", during("2024", "2023"), "it ends (2023) before it begins (2024)"},
		{"with too many places", placed(many[graph.Key](257, "region:a")...), "more than 256 places"},
		{"with a place without a key", placed("region:a", ""), `its place "" cannot be`},
		{"with a place that cannot be", placed("qingdao"), `its place "qingdao" cannot be`},
		{"via something that cannot be", func(r *graph.Relation) { r.Via = "x" }, `its via "x"`},
		{"with a product that cannot be", func(r *graph.Relation) { r.Product = "x" }, `its product "x"`},
		{"without any ground", func(r *graph.Relation) { r.Evidence = nil }, "no evidence"},
		{"derived by no rule", func(r *graph.Relation) { r.Derivation = &graph.Derivation{} }, "derivation rule is empty"},
		{"derived by a broken rule", func(r *graph.Relation) { r.Derivation = &graph.Derivation{Rule: "\xff"} }, "derivation rule cannot be stored"},
		{"derived from nothing", func(r *graph.Relation) {
			r.Derivation = &graph.Derivation{Rule: "r", Premises: []graph.Key{""}}
		}, "premise is empty"},
		{"derived from too much", func(r *graph.Relation) {
			r.Derivation = &graph.Derivation{Rule: "r", Premises: many[graph.Key](257, "a")}
		}, "more than 256 premises"},
		{"trusted less than not at all", trusted(-0.1), "confidence"},
		{"trusted more than wholly", trusted(1.01), "confidence"},
		{"trusted in no number", trusted(math.NaN()), "confidence"},
		{"with an amount and no investment", func(r *graph.Relation) { r.Amount = &graph.Quantity{Raw: "1", Value: "1", Unit: "CNY"} }, "amount belongs to INVESTS_IN only"},
		{"with a share and no investment", func(r *graph.Relation) { r.Share = &graph.Quantity{Raw: "1", Value: "1", Unit: "%"} }, "share belongs to INVESTS_IN only"},
		{"with a subject and no development", func(r *graph.Relation) { r.Subject = "氢能" }, "subject belongs to CO_DEVELOPS_WITH only"},
		{"with an English subject and no development", func(r *graph.Relation) { r.SubjectEN = "hydrogen" }, "subject belongs to CO_DEVELOPS_WITH only"},
		{"with a broken subject", func(r *graph.Relation) { r.Type, r.Subject = "CO_DEVELOPS_WITH", "\xff" }, "its subject cannot be stored"},
		{"with a broken English subject", func(r *graph.Relation) { r.Type, r.SubjectEN = "CO_DEVELOPS_WITH", "\xff" }, "its subjectEn cannot be stored"},
		{"with a product and no supply", func(r *graph.Relation) { r.Type, r.Product = "INVESTS_IN", "product:p" }, "product belongs to SUPPLIES only"},
		{"with a volume and no supply", func(r *graph.Relation) {
			r.Type, r.Volume = "INVESTS_IN", &graph.Quantity{Raw: "1", Value: "1", Unit: "t"}
		}, "volume belongs to SUPPLIES only"},
		{"recognised in a region and no leadership", func(r *graph.Relation) { r.RecognisedIn = "region:a" }, "recognisedIn belongs to CHAIN_LEADER_OF only"},
		{"recognised by somebody and no leadership", func(r *graph.Relation) { r.RecognisedBy = "institution:a" }, "recognisedBy belongs to CHAIN_LEADER_OF only"},
		{"recognised in what cannot be", func(r *graph.Relation) { r.Type, r.RecognisedIn = "CHAIN_LEADER_OF", "a" }, `its recognisedIn "a"`},
		{"recognised by what cannot be", func(r *graph.Relation) { r.Type, r.RecognisedBy = "CHAIN_LEADER_OF", "a" }, `its recognisedBy "a"`},
	} {
		r := tie("enterprise:a", "SUPPLIES", "enterprise:b", c.tweak)
		refusals = append(refusals, refusal{c.name, graph.Change{Relation: r}, string(r.Key()), c.says})
	}
	checkRefusals(t, refusals)
}

func TestWhatIsAsItShouldBeIsLetThrough(t *testing.T) {
	o := schemaOntology(t)
	figure := &graph.Quantity{Raw: "6000余吨", Min: "6000", Unit: "t", Per: "year", Approx: true}
	for _, c := range []struct {
		name   string
		change graph.Change
	}{
		{"a source known by its key and title", graph.Change{Source: &graph.Source{Key: "source:s", Title: "题"}}},
		{"an entity with a name", graph.Change{Entity: thing("enterprise:a")}},
		{"an entity whose key is as long as may be", graph.Change{Entity: thing(graph.Key("enterprise:" + strings.Repeat("a", 501)))}},
		{"an investment with all that it may have", graph.Change{Relation: tie("enterprise:a", "INVESTS_IN", "enterprise:b", during("2020", "2020"), placed("region:a"),
			parallel("2020"), trusted(1), func(r *graph.Relation) { r.Amount, r.Share, r.Via = figure, figure, "platform:p" })}},
		{"a supply with all that it may have", graph.Change{Relation: tie("enterprise:a", "SUPPLIES", "enterprise:b", func(r *graph.Relation) {
			r.Product, r.Volume = "product:p", figure
		})}},
		{"a leadership with all that it may have", graph.Change{Relation: tie("enterprise:a", "CHAIN_LEADER_OF", "chain:c", func(r *graph.Relation) {
			r.RecognisedIn, r.RecognisedBy = "region:r", "institution:i"
		})}},
		{"a derived relation without evidence", graph.Change{Relation: tie("enterprise:a", "SUPPLIES", "enterprise:b", derived, func(r *graph.Relation) {
			r.Evidence, r.Derivation.Premises = nil, []graph.Key{"PART_OF|a:b|c:d"}
		})}},
		{"an attribute with a quantity alone", graph.Change{Entity: func() *graph.Entity {
			e := thing("enterprise:a")
			e.Attributes = []graph.Attribute{{Name: "产值", Quantity: figure, Modality: graph.Planned}}
			return e
		}()}},
		{"a figure whose least is its greatest", graph.Change{Relation: tie("enterprise:a", "INVESTS_IN", "enterprise:b", func(r *graph.Relation) {
			r.Amount = &graph.Quantity{Raw: "5亿元", Min: "5", Max: "5.0", Unit: "CNY"}
		})}},
		{"evidence at a place", graph.Change{Entity: func() *graph.Entity {
			e := thing("enterprise:a")
			e.Evidence = []graph.Evidence{quoting("x", 0, 1)}
			return e
		}()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := o.Validate(&c.change); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheEndsOfASymmetricRelationStandInTheOrderOfTheirKeys(t *testing.T) {
	o := schemaOntology(t)
	for _, c := range []struct {
		name           string
		typ            graph.RelationType
		source, target graph.Key
		want           string
	}{
		{"symmetric, the wrong way round", "CO_DEVELOPS_WITH", "enterprise:b", "enterprise:a", "enterprise:a|enterprise:b"},
		{"symmetric, the right way round", "CO_DEVELOPS_WITH", "enterprise:a", "enterprise:b", "enterprise:a|enterprise:b"},
		{"not symmetric", "SUPPLIES", "enterprise:b", "enterprise:a", "enterprise:b|enterprise:a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := tie(c.source, c.typ, c.target)
			if err := o.Validate(&graph.Change{Relation: r}); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%s|%s", r.Source, r.Target); got != c.want {
				t.Errorf("they stand as %s", got)
			}
		})
	}
}

func TestARelationTypeJoinsTheKindsOfTheSchema(t *testing.T) {
	o := schemaOntology(t)
	for _, c := range []struct {
		name     string
		typ      graph.RelationType
		from, to graph.Kind
		says     string
	}{
		{"as it is written", "LOCATED_IN", "ENTERPRISE", "REGION", ""},
		{"the wrong way round", "LOCATED_IN", "REGION", "ENTERPRISE", "cannot go from REGION to ENTERPRISE"},
		{"to a kind it does not join", "LOCATED_IN", "ENTERPRISE", "PROGRAM", "cannot go from ENTERPRISE to PROGRAM"},
		{"a symmetric one either way", "CO_DEVELOPS_WITH", "INSTITUTION", "ENTERPRISE", ""},
		{"a type there is not", "LOVES", "ENTERPRISE", "REGION", `no relation type "LOVES"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			ok, why := o.Joins(c.typ, c.from, c.to)
			if ok != (c.says == "") || !strings.Contains(why, c.says) {
				t.Errorf("%v, %q", ok, why)
			}
		})
	}
}
