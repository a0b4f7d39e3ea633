package record

import "lianzhu/graph"

// thawEntity reads the cold part of an entity into e. It is false, and e is
// worth nothing, where that is not as appendEntityCold writes it.
func thawEntity(cold []byte, e *graph.Entity) bool {
	t := newThaw(cold)
	t.members(func(key byte) {
		switch key {
		case 1:
			e.Key = graph.Key(t.string())
		case 2:
			e.Names = list(t, thawName)
		case 3:
			e.Identifiers = list(t, thawIdentifier)
		case 4:
			e.Attributes = list(t, thawAttribute)
		case 5:
			e.Evidence = list(t, thawEvidence)
		default:
			t.fail()
		}
	})
	return t.done()
}

// thawRelation is thawEntity for a relation.
func thawRelation(cold []byte, r *graph.Relation) bool {
	t := newThaw(cold)
	t.members(func(key byte) {
		if key <= 9 {
			t.relationMember(r, key)
		} else {
			t.figureOrEvidence(r, key)
		}
	})
	return t.done()
}

// relationMember reads a member that relations of many types have.
func (t *thaw) relationMember(r *graph.Relation, key byte) {
	switch key {
	case 1:
		r.Source = graph.Key(t.string())
	case 2:
		r.Target = graph.Key(t.string())
	case 3:
		r.Disc = t.string()
	case 4:
		r.ValidFrom = t.date()
	case 5:
		r.ValidTo = t.date()
	case 6:
		r.Places = t.keys()
	case 7:
		r.Via = graph.Key(t.string())
	case 8:
		r.Attributes = list(t, thawAttribute)
	case 9:
		r.Derivation = thawDerivation(t)
	}
}

// figureOrEvidence reads a member that relations of some types have, or their
// evidence.
func (t *thaw) figureOrEvidence(r *graph.Relation, key byte) {
	switch key {
	case 10:
		r.Amount = t.quantity()
	case 11:
		r.Share = t.quantity()
	case 12:
		r.Subject = t.string()
	case 13:
		r.SubjectEN = t.string()
	case 14:
		r.Product = graph.Key(t.string())
	case 15:
		r.Volume = t.quantity()
	case 16:
		r.RecognisedIn = graph.Key(t.string())
	case 17:
		r.RecognisedBy = graph.Key(t.string())
	case 18:
		r.Evidence = list(t, thawEvidence)
	default:
		t.fail()
	}
}

// thawSource is thawEntity for a source.
func thawSource(cold []byte, s *graph.Source) bool {
	t := newThaw(cold)
	t.members(func(key byte) {
		switch key {
		case 1:
			s.Key = graph.Key(t.string())
		case 2:
			s.Title = t.string()
		case 3:
			s.TitleEN = t.string()
		case 4:
			s.Publisher = t.string()
		case 5:
			s.PublishedOn = t.date()
		case 6:
			s.URL = t.string()
		case 7:
			s.License = t.string()
		case 8:
			s.SHA256 = t.hash()
		case 9:
			s.Length = t.int()
		case 10:
			s.Editions = t.int()
		default:
			t.fail()
		}
	})
	return t.done()
}
