package graph

import (
	"slices"
	"strings"
)

func (o *Ontology) entityFlaw(e *Entity) flaw {
	return firstFlaw(keyFlaw(e.Key).at("key"), o.kindFlaw(e.Kind), namesFlaw(e.Names),
		identifiersFlaw(e.Identifiers), attributesFlaw(e.Attributes), evidenceFlaw(e.Evidence))
}

func (o *Ontology) kindFlaw(k Kind) flaw {
	if o.kind[k] == nil {
		return flawed("没有 %q 这个类别；见 schema", "there is no kind %q; the schema lists them", k).at("kind")
	}
	return flaw{}
}

func namesFlaw(names []Name) flaw {
	if len(names) == 0 {
		return flawed("它没有名称", "it has no name").at("names")
	}
	if len(names) > maxNames {
		return flawed("名称超过 %d 个", "it has more than %d names", maxNames).at("names")
	}
	for i, n := range names {
		if f := nameFlaw(n); f.is() {
			return f.item("names", i)
		}
	}
	return flaw{}
}

func nameFlaw(n Name) flaw {
	switch {
	case isBlank(n.Text) || n.Text != strings.TrimSpace(n.Text):
		return flawed("名称 %q 是空的，或首尾有空白", "the name %q is blank or has blanks at its ends", n.Text).at("text")
	case textFlaw(n.Text, maxNameBytes).is():
		return textFlaw(n.Text, maxNameBytes).under("名称不能保存：", "a name cannot be stored: ").at("text")
	case !slices.Contains([]Lang{ZH, EN, Pinyin}, n.Lang):
		return flawed("名称 %s 的语言 %q 未知", "the name %s has the unknown language %q", n.Text, n.Lang).at("lang")
	case !slices.Contains([]NameRole{Official, Short, Former, Brand, Translation, Transliteration}, n.Role):
		return flawed("名称 %s 的角色 %q 未知", "the name %s has the unknown role %q", n.Text, n.Role).at("role")
	case textFlaw(n.Reading, maxNameBytes).is():
		return textFlaw(n.Reading, maxNameBytes).under("读音不能保存：", "a reading cannot be stored: ").at("reading")
	}
	f := sourcesFlaw(n.Sources)
	if f.is() {
		f = f.under("名称 "+n.Text+"：", "the name "+n.Text+": ")
	}
	return f
}

func identifiersFlaw(ids []Identifier) flaw {
	if len(ids) > maxNames {
		return flawed("代码超过 %d 个", "it has more than %d identifiers", maxNames).at("identifiers")
	}
	for i, id := range ids {
		f := firstFlaw(wordsCalled("scheme", "identifier scheme", id.Scheme, true), wordsCalled("value", "identifier value", id.Value, true))
		if f.is() {
			return f.item("identifiers", i)
		}
		if f := sourcesFlaw(id.Sources); f.is() {
			return f.under("代码 "+id.Scheme+" "+id.Value+"：", "the identifier "+id.Scheme+" "+id.Value+": ").item("identifiers", i)
		}
	}
	return flaw{}
}

// sourcesFlaw looks at the keys of the sources of a name or an identifier.
func sourcesFlaw(keys []Key) flaw {
	if len(keys) > maxEvidence {
		return flawed("来源超过 %d 个", "it has more than %d sources", maxEvidence).at("sources")
	}
	for i, k := range keys {
		if f := namedFlaw("source", k); f.is() {
			return f.item("sources", i)
		}
	}
	return flaw{}
}

func attributesFlaw(attributes []Attribute) flaw {
	if len(attributes) > maxAttributes {
		return flawed("数字与称号超过 %d 个", "it has more than %d attributes", maxAttributes).at("attributes")
	}
	for i, a := range attributes {
		f := firstFlaw(
			wordsCalled("name", "attribute name", a.Name, true), wordsCalled("nameEn", "attribute nameEn", a.NameEN, false),
			wordsCalled("text", "attribute text", a.Text, false), quantityFlaw("quantity", a.Quantity),
			modalityFlaw(a.Modality), validityFlaw(a.ValidFrom, a.ValidTo), evidenceFlaw(a.Evidence))
		if !f.is() && a.Text == "" && a.Quantity == nil {
			f = flawed("既没有文字也没有数字", "it has neither text nor quantity")
		}
		if f.is() {
			return f.under("数字或称号 "+a.Name+"：", "attribute "+a.Name+": ").item("attributes", i)
		}
	}
	return flaw{}
}

func evidenceFlaw(evidence []Evidence) flaw {
	if len(evidence) > maxEvidence {
		return flawed("出处超过 %d 处", "it has more than %d pieces of evidence", maxEvidence).at("evidence")
	}
	for i, e := range evidence {
		if f := locatorFlaw(e); f.is() {
			return f.under("来源 "+string(e.Source)+" 的出处：", "evidence in "+string(e.Source)+": ").item("evidence", i)
		}
	}
	return flaw{}
}

func locatorFlaw(e Evidence) flaw {
	if f := firstFlaw(keyFlaw(e.Source).at("source"), wordsFlaw("assertedBy", e.AssertedBy, false)); f.is() {
		return f
	}
	if !e.Located() {
		if e.Start != -1 || e.End != -1 || e.SHA256 != "" {
			return flawed("没有位置时，始末都是 -1，也没有哈希", "without offsets start and end are -1 and there is no hash").at("start")
		}
		return flaw{}
	}
	if e.End <= e.Start {
		return flawed("结束不在开始之后", "its end is not after its start").at("end")
	}
	if len(e.SHA256) != 64 || strings.Trim(e.SHA256, "0123456789abcdef") != "" {
		return flawed("哈希不是 SHA-256 的 64 位十六进制", "its hash is not the 64 hex digits of a SHA-256").at("quoteSha256")
	}
	return flaw{}
}

func quantityFlaw(name string, q *Quantity) flaw {
	if q == nil {
		return flaw{}
	}
	return firstFlaw(wordsCalled("raw", "figure", q.Raw, true), wordsFlaw("unit", q.Unit, true), wordsFlaw("per", q.Per, false), q.flaw()).at(name)
}
