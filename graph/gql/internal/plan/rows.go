package plan

// WriteEntity writes v, an object of type t, from its header and tells whether
// it could; where it could not, b is as it was.
func WriteEntity(b []byte, s *Set, t *Type, v EntityHeading) ([]byte, bool) {
	h := v.EntityHeader()
	if h == nil {
		return b, false
	}
	p, known := find(s.kinds.Load(), string(h.Kind))
	if !known {
		p = s.learn(&s.kinds, t, string(h.Kind))
	}
	if p == nil {
		return b, false
	}
	r := run{}
	return r.write(b, p, at{entity: h})
}

// WriteRelation is WriteEntity for relations.
func WriteRelation(b []byte, s *Set, t *Type, v RelationHeading) ([]byte, bool) {
	h := v.RelationHeader()
	if h == nil {
		return b, false
	}
	p, known := find(s.links.Load(), string(h.Type))
	if !known {
		p = s.learn(&s.links, t, string(h.Type))
	}
	if p == nil {
		return b, false
	}
	r := run{terms: v.Terms(), single: v}
	return r.write(b, p, at{relation: h})
}

// WriteRows writes the value of s, a list without a null whose items are rows,
// each by its headers where they tell all that is asked of it, and else by item
// from the nouns. Items are objects of type t or, where t is nil, what the
// column of the list says. Done is false where the nouns cannot be had: nothing is
// written then, and nothing has been reported.
func WriteRows[T any](w *Writer, b []byte, s *Step, rows Rows, t *Type, nouns func() ([]T, error), item func(*Writer, []byte, *Step, T) ([]byte, bool)) (_ []byte, ok, done bool) {
	p := s.Set.itemProgram(t, s)
	if p == nil {
		return b, false, false
	}
	r := run{terms: rows.Terms(), rows: rows}
	var list []T
	start, whole := len(b), true
	b = append(b, '[')
	w.EnterList()
	defer w.Leave()
	for i, n := 0, rows.Len(); i < n && !w.Stopped(); i++ {
		if i > 0 {
			b = append(b, ',')
		}
		if b, ok = r.write(b, p, at{i: i}); ok {
			continue
		}
		if list == nil {
			var err error
			if list, err = nouns(); err != nil {
				return b[:start], false, false
			}
		}
		w.At(i)
		b, ok = item(w, b, s, list[i])
		whole = whole && ok
	}
	if whole && !w.stopped {
		return append(b, ']'), true, true
	}
	return b[:start], false, true
}
