package tables

import (
	"bytes"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// bulkField is a column of a bulk file: name:type(group), and [] after the type
// where a cell holds several values, parted by semicolons.
type bulkField struct {
	name, kind, group string
	list              bool
}

// bulkHeader matches a column's header.
const bulkHeader = `^([^:]*)(?::([A-Za-z_]+)(\[\])?(?:\(([^()]*)\))?(?:\{[^{}]*\})?)?$`

// bulkKinds are the types that a column may have.
const bulkKinds = " ID LABEL TYPE START_ID END_ID IGNORE int long float double byte short boolean string char date time localtime datetime localdatetime duration point "

// parseBulk reads the header of a bulk file. A row that is none gives nil.
func parseBulk(head []string) ([]bulkField, error) {
	form := regexp.MustCompile(bulkHeader)
	fields := make([]bulkField, len(head))
	count := map[string]int{}
	for i, cell := range head {
		m := form.FindStringSubmatch(strings.TrimSpace(cell))
		if m == nil {
			fields[i] = bulkField{name: cell, kind: "string"}
			continue
		}
		f := bulkField{name: m[1], kind: m[2], group: m[4], list: m[3] != ""}
		if f.kind == "" {
			f.kind = "string"
		}
		count[f.kind]++
		fields[i] = f
	}
	if count["ID"]+count["LABEL"]+count["TYPE"]+count["START_ID"]+count["END_ID"] == 0 {
		return nil, nil
	}
	for i, f := range fields {
		if !strings.Contains(bulkKinds, " "+f.kind+" ") {
			return nil, fmt.Errorf("the column %q has the type %q, which is none of%s", head[i], f.kind, strings.TrimRight(bulkKinds, " "))
		}
	}
	ends := count["START_ID"] + count["END_ID"]
	switch {
	case count["ID"] == 1 && ends == 0 && count["LABEL"] <= 1:
	case count["ID"] == 0 && count["START_ID"] == 1 && count["END_ID"] == 1 && count["TYPE"] <= 1:
	default:
		return nil, fmt.Errorf("the header is neither that of nodes (one :ID, and :LABEL) nor that of relationships (one :START_ID, one :END_ID, and :TYPE)")
	}
	return fields, nil
}

// bulkReader makes entities or relations of the rows of a bulk file.
type bulkReader struct {
	fields []bulkField
	start  int // the column :ID or :START_ID
	end    int // :END_ID; -1 in a file of nodes
	label  int // :LABEL or :TYPE; -1 where there is none
	words  words
	source []graph.Key // of the file, shared by all names

	kinds  map[string]graph.Kind         // by label, as far as met
	types  map[string]graph.RelationType // by type, as far as met
	prefix map[string]string             // by group

	line [1]dataset.Line // of the row, handed out and used again
	id   []byte          // a key that is being made
}

// words are what a mapping says of the labels, types and groups of bulk files.
type words struct {
	ontology *graph.Ontology
	labels   map[string]string
	types    map[string]string
	groups   map[string]string
}

func newBulkReader(fields []bulkField, w words, source graph.Key) *bulkReader {
	b := &bulkReader{fields: fields, words: w, source: []graph.Key{source}, end: -1, label: -1,
		kinds: map[string]graph.Kind{}, types: map[string]graph.RelationType{}, prefix: map[string]string{}}
	for i, f := range fields {
		switch f.kind {
		case "ID", "START_ID":
			b.start = i
		case "END_ID":
			b.end = i
		case "LABEL", "TYPE":
			b.label = i
		}
	}
	return b
}

// lines makes the line of a row, or its problem.
func (b *bulkReader) lines(r *row) ([]dataset.Line, *dataset.Problem) {
	if len(r.cells) != len(b.fields) {
		return nil, &dataset.Problem{Column: r.columnOf(len(b.fields)), Reason: fmt.Sprintf("the row has %d cells, the header %d", len(r.cells), len(b.fields))}
	}
	if b.end >= 0 {
		return b.relation(r)
	}
	return b.entity(r)
}

// at makes the problem of a cell.
func (b *bulkReader) at(r *row, i int, format string, args ...any) *dataset.Problem {
	return &dataset.Problem{Column: columnAt(r.raw, r.cells[i].start), Field: b.fields[i].title(), Reason: fmt.Sprintf(format, args...)}
}

func (f bulkField) title() string {
	if f.name != "" {
		return f.name
	}
	return ":" + f.kind
}

// key makes the key of the id in a cell.
func (b *bulkReader) key(r *row, i int) (graph.Key, *dataset.Problem) {
	c := r.cells[i]
	if c.start == c.end {
		return "", b.at(r, i, "the id is empty")
	}
	group := b.fields[i].group
	prefix, known := b.prefix[group]
	if !known {
		prefix = b.words.prefix(group)
		b.prefix[group] = prefix
	}
	id := r.raw[c.start:c.end]
	if prefix == "" && bytes.IndexByte(id, ':') <= 0 {
		prefix = "node:"
	}
	if c.doubled {
		return graph.Key(prefix + c.value(r.raw)), nil
	}
	b.id = append(append(b.id[:0], prefix...), id...)
	return graph.Key(b.id), nil
}

// prefix is what stands before the ids of a group. Ids of no group that are
// keys already have none.
func (w words) prefix(group string) string {
	if p, ok := w.groups[group]; ok {
		if strings.HasSuffix(p, ":") || strings.Contains(p, ":") {
			return p
		}
		return p + ":"
	}
	if group == "" {
		return ""
	}
	return strings.ToLower(slug(group)) + ":"
}

func (b *bulkReader) relation(r *row) ([]dataset.Line, *dataset.Problem) {
	rel := &graph.Relation{Modality: graph.Asserted}
	var p *dataset.Problem
	if rel.Source, p = b.key(r, b.start); p != nil {
		return nil, p
	}
	if rel.Target, p = b.key(r, b.end); p != nil {
		return nil, p
	}
	if rel.Type, p = b.relationType(r); p != nil {
		return nil, p
	}
	rel.Evidence = []graph.Evidence{cite(b.source[0], r, 0, len(r.raw))}
	for i, f := range b.fields {
		if f.isProperty() && r.cells[i].start < r.cells[i].end {
			if p := b.relationProperty(rel, r, i); p != nil {
				return nil, p
			}
		}
	}
	b.line[0] = dataset.Line{Change: graph.Change{Relation: rel}, Mode: dataset.Add}
	return b.line[:], nil
}

func (f bulkField) isProperty() bool {
	switch f.kind {
	case "ID", "LABEL", "TYPE", "START_ID", "END_ID", "IGNORE":
		return false
	}
	return true
}

// relationProperty takes a cell that is no end and no type.
func (b *bulkReader) relationProperty(rel *graph.Relation, r *row, i int) *dataset.Problem {
	text := r.cells[i].value(r.raw)
	var err error
	switch b.fields[i].name {
	case "validFrom":
		rel.ValidFrom, err = dataset.ParseDate(text)
	case "validTo":
		rel.ValidTo, err = dataset.ParseDate(text)
	case "confidence":
		rel.Confidence, err = strconv.ParseFloat(text, 64)
	case "disc":
		rel.Disc = text
	case "modality":
		rel.Modality = graph.Modality(strings.ToUpper(text))
	default:
		return b.attributes(&rel.Attributes, rel.Evidence, r, i)
	}
	if err != nil {
		return b.at(r, i, "%s", err)
	}
	return nil
}

// attributes makes attributes of the values of a cell. A number stands for
// itself, in words, since bulk files know no units.
func (b *bulkReader) attributes(to *[]graph.Attribute, evidence []graph.Evidence, r *row, i int) *dataset.Problem {
	for _, text := range b.values(r, i) {
		if reason := b.fields[i].problem(text); reason != "" {
			return b.at(r, i, "%s", reason)
		}
		*to = append(*to, graph.Attribute{Name: b.fields[i].name, Text: text, Modality: graph.Asserted, Evidence: evidence})
	}
	return nil
}

// values are those of a cell, the empty ones left out.
func (b *bulkReader) values(r *row, i int) []string {
	text := r.cells[i].value(r.raw)
	if !b.fields[i].list {
		return []string{text}
	}
	return slices.DeleteFunc(strings.Split(text, ";"), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// problem tells why a value is not of the column's type, or "".
func (f bulkField) problem(text string) string {
	var err error
	switch f.kind {
	case "int", "long", "byte", "short":
		_, err = strconv.ParseInt(text, 10, 64)
	case "float", "double":
		_, err = strconv.ParseFloat(text, 64)
	case "boolean":
		if text != "true" && text != "false" {
			return fmt.Sprintf("%q is neither true nor false", text)
		}
	case "date":
		_, err = dataset.ParseDate(text)
	}
	if err != nil {
		return fmt.Sprintf("%q is no %s", text, f.kind)
	}
	return ""
}

// relationType is that of a row.
func (b *bulkReader) relationType(r *row) (graph.RelationType, *dataset.Problem) {
	if b.label < 0 || r.cells[b.label].start == r.cells[b.label].end {
		return "", &dataset.Problem{Column: r.columnOf(max(b.label, 0)), Reason: "there is no :TYPE"}
	}
	c := r.cells[b.label]
	if t, met := b.types[string(r.raw[c.start:c.end])]; met {
		return t, nil
	}
	word := c.value(r.raw)
	t, ok := b.words.relationType(word)
	if !ok {
		return "", b.at(r, b.label, "there is no relation type %q; a mapping can say which is meant, such as types: {%s: SUPPLIES}", word, word)
	}
	b.types[string(r.raw[c.start:c.end])] = t
	return t, nil
}

func (w words) relationType(word string) (graph.RelationType, bool) {
	if mapped, ok := w.types[word]; ok {
		word = mapped
	}
	for _, def := range w.ontology.Relations() {
		if alike(word, string(def.Type)) || alike(word, def.ZH) || alike(word, def.EN) {
			return def.Type, true
		}
	}
	return "", false
}

// kind is that of the first label of a row that is one.
func (b *bulkReader) kind(r *row) (graph.Kind, *dataset.Problem) {
	if b.label < 0 || r.cells[b.label].start == r.cells[b.label].end {
		return "", &dataset.Problem{Column: r.columnOf(max(b.label, 0)), Reason: "there is no :LABEL"}
	}
	c := r.cells[b.label]
	if k, met := b.kinds[string(r.raw[c.start:c.end])]; met {
		return k, nil
	}
	label := c.value(r.raw)
	for word := range strings.SplitSeq(label, ";") {
		if k, ok := b.words.kind(strings.TrimSpace(word)); ok {
			b.kinds[string(r.raw[c.start:c.end])] = k
			return k, nil
		}
	}
	return "", b.at(r, b.label, "there is no kind %q; a mapping can say which is meant, such as labels: {%s: ENTERPRISE}", label, label)
}

func (w words) kind(word string) (graph.Kind, bool) {
	if mapped, ok := w.labels[word]; ok {
		word = mapped
	}
	for _, def := range w.ontology.Kinds() {
		if alike(word, string(def.Kind)) || alike(word, def.ZH) || alike(word, def.EN) {
			return def.Kind, true
		}
	}
	return "", false
}

// alike compares words of the ontology: IndustryChain, INDUSTRY_CHAIN and
// "industry chain" are one.
func alike(a, b string) bool {
	return strings.EqualFold(letters(a), letters(b)) && b != ""
}

func letters(s string) string {
	if !strings.ContainsAny(s, "_- ") {
		return s
	}
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(s)
}

func (b *bulkReader) entity(r *row) ([]dataset.Line, *dataset.Problem) {
	e := &graph.Entity{}
	var p *dataset.Problem
	if e.Key, p = b.key(r, b.start); p != nil {
		return nil, p
	}
	if e.Kind, p = b.kind(r); p != nil {
		return nil, p
	}
	e.Evidence = []graph.Evidence{cite(b.source[0], r, 0, len(r.raw))}
	for i, f := range b.fields {
		if f.isProperty() && r.cells[i].start < r.cells[i].end {
			if p := b.entityProperty(e, r, i); p != nil {
				return nil, p
			}
		}
	}
	if len(e.Names) == 0 {
		e.Names = b.names(nil, r.cells[b.start].value(r.raw), "", graph.Official)
	}
	b.line[0] = dataset.Line{Change: graph.Change{Entity: e}}
	return b.line[:], nil
}

// entityProperty takes a cell of a node that is neither its id nor its label.
func (b *bulkReader) entityProperty(e *graph.Entity, r *row, i int) *dataset.Problem {
	lang, role := nameColumn(b.fields[i].name)
	if role == "" {
		return b.attributes(&e.Attributes, e.Evidence, r, i)
	}
	for _, text := range b.values(r, i) {
		e.Names = b.names(e.Names, strings.TrimSpace(text), lang, role)
	}
	if role == graph.Official && lang == "" { // the shown name stands first
		slices.SortStableFunc(e.Names, func(x, y graph.Name) int { return rank(x.Role) - rank(y.Role) })
	}
	return nil
}

func rank(r graph.NameRole) int {
	if r == graph.Official {
		return 0
	}
	return 1
}

// nameColumn tells what name a column of this name holds; no role: none.
func nameColumn(name string) (graph.Lang, graph.NameRole) {
	switch strings.ToLower(name) {
	case "name", "名称", "title":
		return "", graph.Official
	case "name_zh", "namezh", "zh":
		return graph.ZH, graph.Official
	case "name_en", "nameen", "en", "英文名":
		return graph.EN, graph.Translation
	case "alias", "aliases", "别名", "short_name", "简称":
		return "", graph.Short
	}
	return "", ""
}

// names adds a name; a language that is not told is Chinese where there are
// Chinese characters, else English.
func (b *bulkReader) names(to []graph.Name, text string, lang graph.Lang, role graph.NameRole) []graph.Name {
	if text == "" {
		return to
	}
	if lang == "" {
		lang = languageOf(text)
	}
	return append(to, graph.Name{Text: text, Lang: lang, Role: role, Sources: b.source})
}

func languageOf(text string) graph.Lang {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return graph.ZH
		}
	}
	return graph.EN
}

// readBulk yields the rows after the header of a bulk file.
//
// A node's key is its group in small letters and its id, stock:600616 for
// ":ID(Stock)"; a mapping may say another prefix, and an id without a group that
// has a colon is a key already. Its kind is the first of its labels that the
// ontology has, by any of its names, or that the mapping translates. The column
// name is its name, name_en its English one, alias further ones; the others are
// attributes. A relationship is a relation of the type, cited by its row; the
// columns validFrom, validTo, modality, confidence and disc are what they are
// called, the others attributes.
func readBulk(t *table, fields []bulkField) iter.Seq2[dataset.Line, error] {
	b := newBulkReader(fields, t.words, t.source.Key)
	return t.rows(b.lines)
}
