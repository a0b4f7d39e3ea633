package interchange

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// ReadFtM is the format of FollowTheMoney: entities, or statements on them, in
// JSON a line each; statements in CSV, too.
func ReadFtM() dataset.Format {
	return dataset.Format{Name: "ftm", Endings: []string{".ftm.jsonl", ".ftm.json", ".ftm.csv"}, Says: "FollowTheMoney entities and statements", Read: reader(readFtM), Rejects: newFtMRejects}
}

// ftmLine is an entity, or a statement on one.
type ftmLine struct {
	ftmEntity
	EntityID    string `json:"entity_id"`
	CanonicalID string `json:"canonical_id"`
	Prop        string `json:"prop"`
	Value       string `json:"value"`
}

// ftmReader gathers the statements on an entity.
type ftmReader struct {
	*reading
	said []byte // what stands before each row of a record; made with the head
}

func readFtM(r *reading) error {
	f := &ftmReader{reading: r}
	newWindow(r, f.gathered)
	in := bufio.NewReader(r.in.Reader)
	r.in.Reader = in
	read := func() error { return eachValue(r, f.line, f.lost) }
	if begun, _ := in.Peek(64); !bytes.ContainsAny(begun[:min(1, len(begun))], "{[") && (isTable(r.in.Name) || looksLikeTable(begun)) {
		read = f.table
	}
	if err := read(); err != nil {
		return err
	}
	return f.window.rest()
}

// looksLikeTable tells whether a file of any name begins as a table of statements
// does.
func looksLikeTable(begun []byte) bool {
	begun = bytes.TrimLeft(begun, "\ufeff \t\r\n")
	return len(begun) > 0 && begun[0] != '{' && begun[0] != '[' && bytes.IndexByte(begun, ',') > 0
}

func (f *ftmReader) line(at place, raw json.RawMessage) error {
	var l ftmLine
	if err := json.Unmarshal(raw, &l); err != nil {
		return f.refuse(at, "", "it is no entity of FollowTheMoney: %s", jsonFlaw(err))
	}
	if l.Properties == nil && l.Prop != "" {
		return f.statement(at, &l)
	}
	if l.ID == "" || l.Schema == "" {
		return f.refuse(at, "", "it has no id or no schema, so it is no entity of FollowTheMoney")
	}
	return f.entity(at, &l.ftmEntity)
}

// statement takes a statement into the window, whose subjects have the schema
// for a class.
func (f *ftmReader) statement(at place, l *ftmLine) error {
	id := l.CanonicalID
	if id == "" {
		id = l.EntityID
	}
	switch {
	case id == "":
		return f.refuse(at, "entity_id", "the statement lacks its entity")
	case l.Schema == "":
		return f.window.flaw(id, at, f.problem(at, "schema", "the statement lacks its schema"))
	}
	err := f.window.say(id, at, len(l.Schema), rdfType, term{value: l.Schema})
	if err != nil || l.Prop == "id" {
		return err
	}
	return f.window.say(id, at, at.end-at.start, l.Prop, term{value: l.Value})
}

// gathered reads an entity of its statements.
func (f *ftmReader) gathered(s *subject) error {
	e := &ftmEntity{ID: s.iri, Schema: s.classes[len(s.classes)-1], Properties: map[string][]string{}}
	for _, said := range s.said {
		for _, v := range said.objects {
			e.add(said.property, v.value)
		}
	}
	return f.entity(s.at, e)
}

// table reads statements in CSV.
func (f *ftmReader) table() error {
	t := &tape{r: f.in.Reader}
	in := csv.NewReader(t)
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		return f.tableBroken(t, err)
	}
	header = slices.Clone(header)
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for {
		from := in.InputOffset()
		row, err := in.Read()
		var flaw *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.As(err, &flaw):
			return f.tableBroken(t, err)
		}
		at, text := t.cut(from, in.InputOffset())
		if flaw != nil {
			if flaw.Line == at.line {
				at.column = 1 + utf8.RuneCount(text[:min(max(flaw.Column-1, 0), len(text))])
			}
			// What can be told of the row is whose statement it is.
			l := f.cells(header, readLoosely(text))
			at.record = f.rows(header, text, nil)
			err = f.flaw(at, cmp.Or(l.CanonicalID, l.EntityID), f.problem(at, "", "it is no CSV: %s", flaw.Err))
		} else {
			err = f.row(at, text, header, row)
		}
		if err != nil {
			return err
		}
	}
}

// cells is the statement of a row.
func (f *ftmReader) cells(header, row []string) *ftmLine {
	cell := func(name string) string {
		if i := slices.Index(header, name); i >= 0 && i < len(row) {
			return row[i]
		}
		return ""
	}
	l := &ftmLine{EntityID: cell("entity_id"), CanonicalID: cell("canonical_id"), Prop: cell("prop"), Value: cell("value")}
	l.Schema = cell("schema")
	return l
}

// row reads a statement.
func (f *ftmReader) row(at place, text []byte, header, row []string) error {
	if i := slices.Index(header, rejectedColumns()[0]); i >= 0 && i < len(row) {
		if err := f.comeFrom(row[i]); err != nil {
			return err
		}
	}
	at.record = f.rows(header, text, row)
	l := f.cells(header, row)
	switch {
	case !utf8.Valid(text):
		return f.flaw(at, cmp.Or(l.CanonicalID, l.EntityID), f.problem(at, "", notUTF8))
	case strings.TrimSpace(strings.Join(withoutSaid(header, row), "")) == "":
		return nil // a blank row, or one in which only a reason stands
	}
	return f.statement(at, l)
}

// flaw refuses a statement and with it the thing of which it is, where that can
// be told.
func (f *ftmReader) flaw(at place, id string, p *dataset.Problem) error {
	if id == "" || !utf8.ValidString(id) {
		return f.tell(p)
	}
	return f.window.flaw(id, at, p)
}

// lost refuses a line that is no JSON. That of a statement mostly tells whose it
// is all the same.
func (f *ftmReader) lost(at place, text []byte, p *dataset.Problem) error {
	id := ""
	if m := whoseStatement.FindSubmatch(text); m != nil {
		id = string(m[1])
	}
	return f.flaw(at, id, p)
}

// whoseStatement finds the entity of a statement; the canonical one comes first.
var whoseStatement = regexp.MustCompile(`"(?:canonical_id|entity_id)"\s*:\s*"([^"\\]+)"`)

// rows keeps a row as it stands, below the header and behind what a table of
// refused rows says, where that is wanted. A row without cells could not be read.
func (f *ftmReader) rows(header []string, text []byte, row []string) *dataset.Record {
	if !f.in.Records {
		return nil
	}
	record := f.record(nil, func() []byte {
		f.said = append(csvLine([]string{f.origin(), "", "", ""}), ',')
		return csvLine(slices.Concat(rejectedColumns(), withoutSaid(header, header)))
	})
	text = bytes.TrimRight(text, "\r\n")
	switch {
	case !saysWhy(header):
		text = slices.Concat(f.said, text)
	case row != nil:
		text = slices.Concat(f.said, csvLine(withoutSaid(header, row)))
	}
	record.Text, record.Sep = text, ','
	return record
}

func (f *ftmReader) tableBroken(t *tape, err error) error {
	var long errTooLong
	var parse *csv.ParseError
	switch {
	case errors.As(err, &long):
		return f.problem(place{line: long.line}, "", "%s", long)
	case errors.As(err, &parse):
		return f.problem(place{line: parse.Line}, "", "it is no CSV: %s", parse.Err)
	case errors.Is(err, io.EOF):
		return f.problem(place{line: 1}, "", "the file is empty")
	}
	return err
}

// ftmKinds are the kinds of what FollowTheMoney calls so.
func ftmKinds() map[string]graph.Kind {
	return map[string]graph.Kind{"Company": enterprise, "LegalEntity": enterprise, "Organization": institution, "PublicBody": institution, "Project": "PROJECT"}
}

// entity reads an entity: a party, or a link between two.
func (f *ftmReader) entity(at place, e *ftmEntity) error {
	if kind := ftmKinds()[e.Schema]; kind != "" {
		return f.party(at, kind, e)
	}
	switch e.Schema {
	case "Ownership":
		return f.link(at, e, "owner", "asset", string(investsIn))
	case "UnknownLink":
		return f.link(at, e, "subject", "object", "")
	case "Person":
		return f.refuse(at, "schema", "%s: it is a person; the graph has no kind for persons", e.ID)
	}
	return f.refuse(at, "schema", "%s: the graph has nothing for %.60q of FollowTheMoney", e.ID, e.Schema)
}

func (f *ftmReader) party(at place, kind graph.Kind, e *ftmEntity) error {
	b := &bag{}
	b.add("kind", string(kind))
	names := map[string]string{"name": "name", "alias": "alias", "weakAlias": "alias", "abbreviation": "alias", "previousName": "formerName",
		"uscCode": codePrefix + "USCC", "leiCode": codePrefix + "LEI", "registrationNumber": codePrefix + "registrationNumber",
		"taxNumber": codePrefix + "taxNumber", "isin": codePrefix + "ISIN", "ticker": codePrefix + "ticker"}
	for property, values := range ordered(e.Properties) {
		switch name := names[property]; {
		case name != "":
			for _, v := range values {
				b.add(name, textOf(v))
			}
		case property == "parent":
		default:
			b.add(property, values...)
		}
	}
	key := f.keyIn(e.ID)
	if err := f.giveEntity(at, key, b); err != nil {
		return err
	}
	for _, parent := range e.Properties["parent"] {
		b := &bag{}
		b.add("type", string(subsidiaryOf))
		if err := f.giveRelation(at, key, f.keyIn(parent), b); err != nil {
			return err
		}
	}
	return nil
}

// link reads a link between two entities, each pair of its ends.
func (f *ftmReader) link(at place, e *ftmEntity, from, to, typ string) error {
	role := first(e.Properties["role"])
	if typ == "" {
		if _, ok := f.typeOf(role); !ok {
			return f.refuse(at, "role", "%s: a link in the role of %.60q is no type of relation", e.ID, role)
		}
		typ = role
	}
	if len(e.Properties[from]) == 0 || len(e.Properties[to]) == 0 {
		return f.refuse(at, from, "%s: one side of it is missing", e.ID)
	}
	for _, source := range e.Properties[from] {
		for _, target := range e.Properties[to] {
			b := &bag{}
			b.add("type", typ)
			b.add("validFrom", first(e.Properties["startDate"]))
			b.add("validTo", first(e.Properties["endDate"]))
			percentageIn(b, typ, first(e.Properties["percentage"]))
			if err := f.giveRelation(at, f.keyIn(source), f.keyIn(target), b); err != nil {
				return err
			}
		}
	}
	return nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// percentageIn puts the share of an owner into the bag: as a number where it is
// one, else as an attribute in its own words.
func percentageIn(b *bag, typ, text string) {
	if text == "" || typ != string(investsIn) {
		return
	}
	value, err := graph.ParseDecimal(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%")))
	if err != nil {
		b.add("percentage", text)
		return
	}
	b.add("share", strings.TrimSuffix(text, "%")+"%")
	b.add("shareValue", string(value))
	b.add("shareUnit", "%")
}
