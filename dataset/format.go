package dataset

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"lianzhu/graph"
)

// WriteStatements exports the whole graph in the readable format, in the order
// of [All]. The texts of sources are no part of that format; a comment says
// where one was left out.
func WriteStatements(ctx context.Context, w io.Writer, store graph.Store) error {
	return store.View(ctx, func(r graph.Reader) error { return FormatStatements(w, All(r)) })
}

// FormatStatements writes changes in the readable format, in the order in which
// they come. Reading them back gives equal changes, but for the texts of
// sources. An error of the sequence ends it; a retraction cannot be written.
func FormatStatements(w io.Writer, changes iter.Seq2[graph.Change, error]) error {
	f := formatter{out: bufio.NewWriter(w)}
	for c, err := range changes {
		switch {
		case err != nil:
			return err
		case c.Source != nil:
			f.source(c.Source, c.Text)
		case c.Entity != nil:
			f.entity(c.Entity)
		case c.Relation != nil:
			f.relation(c.Relation)
		default:
			return fmt.Errorf("%s is no source, entity or relation, so there is no statement for it", c.Name())
		}
	}
	return f.out.Flush()
}

// formatter writes statements. Its writer keeps the first error, and Flush
// gives it.
type formatter struct {
	out   *bufio.Writer
	begun bool
}

// line writes words, indented by depth. Empty words are left out: where a word
// must be there the caller quotes it.
func (f *formatter) line(depth int, words ...string) {
	f.out.WriteString(strings.Repeat(" ", depth))
	first := true
	for _, w := range words {
		if w == "" {
			continue
		}
		if !first {
			f.out.WriteByte(' ')
		}
		f.out.WriteString(w)
		first = false
	}
	f.out.WriteByte('\n')
}

// begin writes the first line of a statement, after an empty line.
func (f *formatter) begin(words ...string) {
	if f.begun {
		f.out.WriteByte('\n')
	}
	f.begun = true
	f.line(0, words...)
}

// field writes a text where there is one.
func (f *formatter) field(depth int, name, text string) {
	if text != "" {
		f.line(depth, name, quote(text))
	}
}

// flag writes a keyword where it holds.
func (f *formatter) flag(depth int, name string, is bool) {
	if is {
		f.line(depth, name)
	}
}

func (f *formatter) source(s *graph.Source, text *string) {
	f.begin("source", quote(string(s.Key)))
	f.field(2, "title zh", s.Title)
	f.field(2, "title en", s.TitleEN)
	f.field(2, "publisher", s.Publisher)
	f.field(2, "published", s.PublishedOn.String())
	f.field(2, "url", s.URL)
	f.field(2, "license", s.License)
	f.field(2, "sha256", s.SHA256)
	f.number(2, "length", s.Length)
	f.number(2, "editions", s.Editions)
	if text != nil {
		f.line(2, fmt.Sprintf("# its text (%d characters) is no part of this format", utf8.RuneCountInString(*text)))
	}
}

func (f *formatter) number(depth int, name string, n int) {
	if n != 0 {
		f.line(depth, name, strconv.Itoa(n))
	}
}

func (f *formatter) entity(e *graph.Entity) {
	f.begin("entity", quote(string(e.Key)), quote(string(e.Kind)))
	for _, n := range e.Names {
		reading := ""
		if n.Reading != "" {
			reading = "reading " + quote(n.Reading)
		}
		f.line(2, "name", strings.ToLower(string(n.Lang)), strings.ToLower(string(n.Role)), quote(n.Text), reading, sourceWords(n.Sources))
	}
	for _, id := range e.Identifiers {
		f.line(2, "id", quote(id.Scheme), quote(id.Value), sourceWords(id.Sources))
	}
	f.attributes(e.Attributes)
	f.evidence(2, e.Evidence)
}

func sourceWords(sources []graph.Key) string {
	if len(sources) == 0 {
		return ""
	}
	return "<- " + keyWords(sources)
}

func keyWords(keys []graph.Key) string {
	words := make([]string, len(keys))
	for i, k := range keys {
		words[i] = quote(string(k))
	}
	return strings.Join(words, " ")
}

func (f *formatter) attributes(attributes []graph.Attribute) {
	for _, a := range attributes {
		english := ""
		if a.NameEN != "" {
			english = "/ " + quote(a.NameEN)
		}
		f.line(2, "attribute", quote(a.Name), english)
		f.field(4, "text", a.Text)
		f.quantity(4, "figure", a.Quantity)
		f.modality(4, a.Modality)
		f.flag(4, "collective", a.Collective)
		f.field(4, "from", a.ValidFrom.String())
		f.field(4, "to", a.ValidTo.String())
		f.evidence(4, a.Evidence)
	}
}

func (f *formatter) modality(depth int, m graph.Modality) {
	f.flag(depth, strings.ToLower(string(m)), m != graph.Asserted)
}

func (f *formatter) evidence(depth int, evidence []graph.Evidence) {
	for _, e := range evidence {
		place, refutes, by := "", "", ""
		if e.Located() {
			place = fmt.Sprintf("%d-%d %s", e.Start, e.End, quote(e.SHA256))
		}
		if e.Refutes {
			refutes = "refutes"
		}
		if e.AssertedBy != "" {
			by = "by " + quote(e.AssertedBy)
		}
		f.line(depth, "@", quote(string(e.Source)), place, refutes, by)
	}
}

func (f *formatter) quantity(depth int, name string, q *graph.Quantity) {
	if q == nil {
		return
	}
	bounds, per, approx := "", "", ""
	if q.Min != "" || q.Max != "" {
		bounds = string(q.Min) + ".." + string(q.Max)
	}
	if q.Per != "" {
		per = "per " + quote(q.Per)
	}
	if q.Approx {
		approx = "approx"
	}
	f.line(depth, name, quote(q.Raw), "=", string(q.Value), bounds, quoteUnit(q.Unit), per, approx)
}

// quoteUnit quotes a unit that could be read as a number.
func quoteUnit(unit string) string {
	if w := (word{text: unit}); unit != "" && (isNumber(w) || isRange(w)) {
		return strconv.Quote(unit)
	}
	return quote(unit)
}

func (f *formatter) relation(r *graph.Relation) {
	disc := ""
	if r.Disc != "" {
		disc = "disc " + quote(r.Disc)
	}
	f.begin("relation", quote(string(r.Source)), quote(string(r.Type)), quote(string(r.Target)), disc)
	f.modality(2, r.Modality)
	if r.Confidence != 0 {
		f.line(2, "confidence", strconv.FormatFloat(r.Confidence, 'g', -1, 64))
	}
	f.field(2, "from", r.ValidFrom.String())
	f.field(2, "to", r.ValidTo.String())
	f.flag(2, "open", r.OpenEnded)
	for _, k := range r.Places {
		f.line(2, "place", quote(string(k)))
	}
	f.field(2, "via", string(r.Via))
	f.quantity(2, "amount", r.Amount)
	f.quantity(2, "share", r.Share)
	f.field(2, "subject zh", r.Subject)
	f.field(2, "subject en", r.SubjectEN)
	f.field(2, "product", string(r.Product))
	f.quantity(2, "volume", r.Volume)
	f.field(2, "recognised in", string(r.RecognisedIn))
	f.field(2, "recognised by", string(r.RecognisedBy))
	f.derivation(r.Derivation)
	f.attributes(r.Attributes)
	f.evidence(2, r.Evidence)
}

func (f *formatter) derivation(d *graph.Derivation) {
	if d == nil {
		return
	}
	f.line(2, "derived", quote(d.Rule))
	for _, k := range d.Premises {
		f.line(4, "premise", premiseWords(k))
	}
}

// premiseWords writes the key of a relation as the relation begins.
func premiseWords(k graph.Key) string {
	parts := strings.Split(string(k), "|")
	if len(parts) != 3 && len(parts) != 4 {
		return quote(string(k))
	}
	words := quote(parts[1]) + " " + quote(parts[0]) + " " + quote(parts[2])
	if len(parts) == 4 {
		words += " disc " + quote(parts[3])
	}
	return words
}
