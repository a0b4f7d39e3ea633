package gql

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"lianzhu/graph"
)

// upsertRelation drafts a relation.
func (d *draft) upsertRelation(operation int, in *UpsertRelationInput, at []string) (Problem, error) {
	source, problem, err := d.find(&in.Source, place(at, "source"))
	if problem != nil || err != nil {
		return problem, err
	}
	target, problem, err := d.find(&in.Target, place(at, "target"))
	if problem != nil || err != nil {
		return problem, err
	}
	doc := &graph.Relation{Type: in.Type, Source: source.key, Target: target.key, Modality: graph.Asserted}
	if in.Key != nil {
		doc.Disc = *in.Key
	}
	d.s.Contract.Ontology.Canonical(doc)
	old, err := d.relation(doc.UID())
	if err != nil {
		return nil, err
	}
	rev := graph.Rev(0)
	if old != nil {
		*doc, rev = *old, old.Rev
	}
	if problem := d.expects(in.IfRev, rev, doc.UID(), at); problem != nil {
		return problem, nil
	}
	if problem, err := d.fillRelation(doc, in, at); problem != nil || err != nil {
		return problem, err
	}
	if problem, err := d.addEvidence(&doc.Evidence, in.Evidence, place(at, "evidence")); problem != nil || err != nil {
		return problem, err
	}
	c := graph.Change{Relation: doc}
	if err := d.s.Contract.Ontology.Validate(&c); err != nil {
		return asProblem(err, at), nil
	}
	if problem := d.joins(doc.Type, source, target, at); problem != nil {
		return problem, nil
	}
	doc.SourceID, doc.TargetID = source.id, target.id
	if doc.Source != source.key {
		doc.SourceID, doc.TargetID = target.id, source.id
	}
	d.put(operation, c, rev)
	d.relations[doc.UID()] = doc
	return nil, nil
}

// joins refuses ends that the ontology does not join, and names the one at fault.
func (d *draft) joins(t graph.RelationType, source, target mention, at []string) Problem {
	ok, why := d.s.Contract.Ontology.Joins(t, source.kind, target.kind)
	if ok {
		return nil
	}
	def, end := d.s.Contract.Ontology.Relation(t), "target"
	if !slices.Contains(def.From, source.kind) && !(def.Symmetric && slices.Contains(def.To, source.kind)) {
		end = "source"
	}
	zh := fmt.Sprintf("%s 不能从 %s 到 %s；它从 %v 到 %v", t, source.kind, target.kind, def.From, def.To)
	return invalidAt(place(at, end), zh, why)
}

// fillRelation puts into doc what the input gives.
func (d *draft) fillRelation(doc *graph.Relation, in *UpsertRelationInput, at []string) (Problem, error) {
	if modality, ok := in.Modality.ValueOK(); ok {
		if doc.Modality = graph.Asserted; modality != nil {
			doc.Modality = *modality
		}
	}
	if open, ok := in.OpenEnded.ValueOK(); ok {
		doc.OpenEnded = open != nil && *open
	}
	if confidence, ok := in.Confidence.ValueOK(); ok {
		doc.Confidence = 0
		switch {
		case confidence == nil:
		case *confidence <= 0 || *confidence > 1:
			return invalidAt(place(at, "confidence"), "可信度要大于 0、至多为 1；不知道就给 null", "a confidence is above 0 and at most 1; give null where it is not known"), nil
		default:
			doc.Confidence = *confidence
		}
	}
	setText(&doc.Subject, in.Subject)
	setText(&doc.SubjectEN, in.SubjectEn)
	for _, date := range []struct {
		to    *graph.Date
		given graphql.Omittable[*DateText]
		name  string
	}{{&doc.ValidFrom, in.ValidFrom, "validFrom"}, {&doc.ValidTo, in.ValidTo, "validTo"}} {
		if problem := setDate(date.to, date.given, place(at, date.name)); problem != nil {
			return problem, nil
		}
	}
	for _, figure := range []struct {
		to    **graph.Quantity
		given graphql.Omittable[*QuantityInput]
		name  string
	}{{&doc.Amount, in.Amount, "amount"}, {&doc.Share, in.Share, "share"}, {&doc.Volume, in.Volume, "volume"}} {
		if given, ok := figure.given.ValueOK(); ok {
			q, problem := quantityOf(given, place(at, figure.name))
			if problem != nil {
				return problem, nil
			}
			*figure.to = q
		}
	}
	if problem, err := d.attributes(&doc.Attributes, in.Attributes, place(at, "attributes")); problem != nil || err != nil {
		return problem, err
	}
	return d.refs(doc, in, at)
}

// refs puts the entities that a relation names beside its ends.
func (d *draft) refs(doc *graph.Relation, in *UpsertRelationInput, at []string) (Problem, error) {
	for _, ref := range []struct {
		to    *graph.Key
		given graphql.Omittable[*EntityRef]
		name  string
	}{{&doc.Via, in.Via, "via"}, {&doc.Product, in.Product, "product"}, {&doc.RecognisedIn, in.RecognisedIn, "recognisedIn"}, {&doc.RecognisedBy, in.RecognisedBy, "recognisedBy"}} {
		given, ok := ref.given.ValueOK()
		if !ok {
			continue
		}
		if *ref.to = ""; given == nil {
			continue
		}
		e, problem, err := d.find(given, place(at, ref.name))
		if problem != nil || err != nil {
			return problem, err
		}
		if ref.name == "recognisedIn" && e.kind != graph.KindRegion {
			return noRegion(e, place(at, ref.name)), nil
		}
		*ref.to = e.key
	}
	places, ok := in.Places.ValueOK()
	if !ok {
		return nil, nil
	}
	doc.Places = nil
	for i, given := range places {
		e, problem, err := d.find(given, place(at, "places", strconv.Itoa(i)))
		if problem != nil || err != nil {
			return problem, err
		}
		if e.kind != graph.KindRegion {
			return noRegion(e, place(at, "places", strconv.Itoa(i))), nil
		}
		if !slices.Contains(doc.Places, e.key) {
			doc.Places = append(doc.Places, e.key)
		}
	}
	return nil, nil
}

func noRegion(e mention, at []string) Problem {
	said := graph.Phrasef("%s 不是地区；关系发生在地区，也在地区认定", "%s is no region; a relation takes place, and is recognised, in regions", e.key)
	return invalidAt(at, said.ZH, said.EN)
}

// attributes puts the figures and titles that were given, or clears them.
func (d *draft) attributes(to *[]graph.Attribute, given graphql.Omittable[[]*AttributeInput], at []string) (Problem, error) {
	list, ok := given.ValueOK()
	if !ok {
		return nil, nil
	}
	*to = nil
	for i, in := range list {
		at := place(at, strconv.Itoa(i))
		a := graph.Attribute{Name: in.Name, Modality: in.Modality, Collective: in.Collective}
		for text, given := range map[*string]*string{&a.NameEN: in.NameEn, &a.Text: in.Text} {
			if given != nil {
				*text = *given
			}
		}
		var problem Problem
		if a.ValidFrom, problem = dateOf(in.ValidFrom, place(at, "validFrom")); problem != nil {
			return problem, nil
		}
		if a.ValidTo, problem = dateOf(in.ValidTo, place(at, "validTo")); problem != nil {
			return problem, nil
		}
		if a.Quantity, problem = quantityOf(in.Quantity, place(at, "quantity")); problem != nil {
			return problem, nil
		}
		if problem, err := d.addEvidence(&a.Evidence, in.Evidence, place(at, "evidence")); problem != nil || err != nil {
			return problem, err
		}
		*to = append(*to, a)
	}
	return nil, nil
}

// quantityOf reads a figure; nil is none.
func quantityOf(in *QuantityInput, at []string) (*graph.Quantity, Problem) {
	if in == nil {
		return nil, nil
	}
	q := &graph.Quantity{Raw: in.Raw, Unit: in.Unit, Approx: in.Approx}
	if in.Per != nil {
		q.Per = *in.Per
	}
	for _, n := range []struct {
		to    *graph.Decimal
		given *DecimalText
		name  string
	}{{&q.Value, in.Value, "value"}, {&q.Min, in.Min, "min"}, {&q.Max, in.Max, "max"}} {
		if n.given == nil {
			continue
		}
		d, err := graph.ParseDecimal(string(*n.given))
		if err != nil {
			said := graph.Phrasef("“%.40s”不是十进制数；写成 7730 或 4.5", "%.40q is no decimal; write digits with at most one point, such as 7730 or 4.5", string(*n.given))
			return nil, invalidAt(place(at, n.name), said.ZH, said.EN)
		}
		*n.to = d
	}
	return q, nil
}
