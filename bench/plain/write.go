package plain

import "strconv"

// writer writes JSON by hand. Nothing that is written needs escaping.
type writer struct{ b []byte }

// lit writes text as it is.
func (w *writer) lit(s string) { w.b = append(w.b, s...) }

// str writes a string.
func (w *writer) str(s []byte) {
	w.b = append(w.b, '"')
	w.b = append(w.b, s...)
	w.b = append(w.b, '"')
}

func (w *writer) num(n int) { w.b = strconv.AppendInt(w.b, int64(n), 10) }

// comma separates items of a list.
func (w *writer) comma(i int) {
	if i > 0 {
		w.b = append(w.b, ',')
	}
}

// yes writes a truth value.
func (w *writer) yes(b bool) { w.b = strconv.AppendBool(w.b, b) }

// complete writes the object completeness{complete reasons}.
func (w *writer) complete(reasons []string) {
	w.lit(`"completeness":{"complete":`)
	w.yes(len(reasons) == 0)
	w.lit(`,"reasons":[`)
	for i, r := range reasons {
		w.comma(i)
		w.str([]byte(r))
	}
	w.lit(`]}`)
}

// note notes a reason once.
func note(reasons []string, why string) []string {
	for _, r := range reasons {
		if r == why {
			return reasons
		}
	}
	return append(reasons, why)
}
