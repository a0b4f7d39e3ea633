package graph

import (
	"fmt"
	"slices"
)

func (o *Ontology) relationFlaw(r *Relation) flaw {
	f := firstFlaw(o.typeFlaw(r), namedFlaw("source", r.Source).at("source"), namedFlaw("target", r.Target).at("target"), discFlaw(r.Disc),
		modalityFlaw(r.Modality), validityFlaw(r.ValidFrom, r.ValidTo), placesFlaw(r),
		attributesFlaw(r.Attributes), evidenceFlaw(r.Evidence), groundFlaw(r),
		quantityFlaw("amount", r.Amount), quantityFlaw("share", r.Share), quantityFlaw("volume", r.Volume),
		wordsFlaw("subject", r.Subject, false), wordsFlaw("subjectEn", r.SubjectEN, false))
	if !f.is() && r.Source == r.Target {
		f = flawed("两端是同一个实体", "it joins an entity to itself").at("target")
	}
	if !f.is() && !(r.Confidence >= 0 && r.Confidence <= 1) {
		f = flawed("可信度不在 0 到 1 之间", "its confidence is not between 0 and 1").at("confidence")
	}
	return f
}

func (o *Ontology) typeFlaw(r *Relation) flaw {
	if o.relation[r.Type] == nil {
		return flawed("没有 %q 这种关系；见 schema", "there is no relation type %q; the schema lists them", r.Type).at("type")
	}
	own := func(name string, is bool, t RelationType) flaw {
		if is && r.Type != t {
			return flawed("%s 只属于 %s", "%s belongs to %s only", name, t).at(name)
		}
		return flaw{}
	}
	return firstFlaw(
		own("amount", r.Amount != nil, "INVESTS_IN"), own("share", r.Share != nil, "INVESTS_IN"),
		own("subject", r.Subject != "" || r.SubjectEN != "", "CO_DEVELOPS_WITH"),
		own("product", r.Product != "", "SUPPLIES"), own("volume", r.Volume != nil, "SUPPLIES"),
		own("recognisedIn", r.RecognisedIn != "", "CHAIN_LEADER_OF"), own("recognisedBy", r.RecognisedBy != "", "CHAIN_LEADER_OF"))
}

// Joins tells whether a relation of type t may go from an entity of kind from
// to one of kind to; if not, a sentence says which kinds it may join.
func (o *Ontology) Joins(t RelationType, from, to Kind) (bool, string) {
	def := o.relation[t]
	if def == nil {
		return false, fmt.Sprintf("there is no relation type %q", t)
	}
	fits := slices.Contains(def.From, from) && slices.Contains(def.To, to)
	if fits || def.Symmetric && slices.Contains(def.From, to) && slices.Contains(def.To, from) {
		return true, ""
	}
	return false, fmt.Sprintf("%s cannot go from %s to %s; it goes from %v to %v", t, from, to, def.From, def.To)
}

// discFlaw keeps discriminators printable, since they stand in keys.
func discFlaw(disc string) flaw {
	if disc == "" {
		return flaw{}
	}
	return keyFlaw(Key("disc:"+disc)).under("区分用的键不能用：", "the discriminator cannot be used: ").at("key")
}

// groundFlaw refuses a relation that nothing speaks for.
func groundFlaw(r *Relation) flaw {
	switch {
	case r.Derivation == nil && len(r.Evidence) == 0:
		return flawed("它没有出处；每条关系都要写明哪个来源的哪一处这么说", "it has no evidence; every relation names the place in a source that says so").at("evidence")
	case r.Derivation != nil:
		return firstFlaw(wordsCalled("rule", "derivation rule", r.Derivation.Rule, true), premisesFlaw(r.Derivation.Premises)).at("derivation")
	}
	return flaw{}
}

// premisesFlaw looks at the keys of relations; that they exist the store finds
// out.
func premisesFlaw(keys []Key) flaw {
	if len(keys) > maxPremises {
		return flawed("前提超过 %d 个", "its derivation has more than %d premises", maxPremises).at("premises")
	}
	for _, k := range keys {
		if f := wordsCalled("premises", "premise", string(k), true); f.is() {
			return f
		}
	}
	return flaw{}
}

func placesFlaw(r *Relation) flaw {
	if len(r.Places) > maxPlaces {
		return flawed("地区超过 %d 个", "it has more than %d places", maxPlaces).at("places")
	}
	for i, k := range r.Places {
		if f := namedFlaw("place", k); f.is() {
			return f.item("places", i)
		}
	}
	optional := func(what string, k Key) flaw {
		if k == "" {
			return flaw{}
		}
		return namedFlaw(what, k).at(what)
	}
	return firstFlaw(optional("via", r.Via), optional("product", r.Product),
		optional("recognisedIn", r.RecognisedIn), optional("recognisedBy", r.RecognisedBy))
}

// namedFlaw tells what is wrong with the key of something that a document names.
func namedFlaw(what string, k Key) flaw {
	f := keyFlaw(k)
	if !f.is() {
		return f
	}
	return f.under(fmt.Sprintf("%s %q 不行：", what, k), fmt.Sprintf("its %s %q cannot be: ", what, k))
}

func modalityFlaw(m Modality) flaw {
	if slices.Contains([]Modality{Asserted, Planned, Reported, Negated}, m) {
		return flaw{}
	}
	return flawed("陈述方式 %q 不是 ASSERTED、PLANNED、REPORTED、NEGATED 之一", "the modality %q is none of ASSERTED, PLANNED, REPORTED and NEGATED", m).at("modality")
}

func validityFlaw(from, to Date) flaw {
	if !from.IsZero() && !to.IsZero() && from.Earliest() > to.Latest() {
		return flawed("结束（%s）早于开始（%s）", "it ends (%s) before it begins (%s)", to.String(), from.String()).at("validTo")
	}
	return flaw{}
}
