package tables

import (
	"fmt"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"lianzhu/dataset"
	"lianzhu/graph"
)

// Mapping says what the columns of tables mean. It is written in YAML; see
// docs/import.md for a description with examples. Wherever a text is wanted, it
// is a template: {column} stands for a cell of the row, {item} for an item of a
// cell with several, and {column|pad:6} for what a function makes of it; see
// docs/import.md. A template of which a cell is empty gives nothing.
type Mapping struct {
	Version int         `yaml:"lianzhu-mapping"`
	About   string      `yaml:"about"`
	Source  *SourceSpec `yaml:"source"`

	// Labels, Types and Groups say what those of bulk files are: a label's kind,
	// a type's relation type, and what stands before the ids of a group in keys.
	Labels map[string]string `yaml:"labels"`
	Types  map[string]string `yaml:"types"`
	Groups map[string]string `yaml:"groups"`

	// Vocabularies translate values: {column|in:NAME}.
	Vocabularies map[string]map[string]string `yaml:"vocabularies"`

	Tables []Table `yaml:"tables"`
}

// SourceSpec describes the source that a file is. {file} stands for its name
// and {hash} for the beginning of its hash.
type SourceSpec struct {
	Key       string `yaml:"key"`
	Title     string `yaml:"title"`
	TitleEN   string `yaml:"titleEn"`
	Publisher string `yaml:"publisher"`
	Published string `yaml:"published"`
	URL       string `yaml:"url"`
	License   string `yaml:"license"`
}

// Table says what the rows of files whose name fits File mean.
type Table struct {
	File      string   `yaml:"file"`      // a pattern such as stock*.csv; "": every file
	Encoding  string   `yaml:"encoding"`  // utf-8, gb18030, utf-16; a byte order mark tells it, too
	Delimiter string   `yaml:"delimiter"` // one character
	Sheet     string   `yaml:"sheet"`     // of a workbook; "": the first
	Skip      int      `yaml:"skip"`      // rows before the header
	Columns   []string `yaml:"columns"`   // the names, where the file has no header

	Where     []Condition    `yaml:"where"` // which rows count
	Entities  []EntitySpec   `yaml:"entities"`
	Relations []RelationSpec `yaml:"relations"`
}

// Condition is met by a row; all that is given must hold.
type Condition struct {
	Column  string   `yaml:"column"`
	Is      []string `yaml:"is"`
	Not     []string `yaml:"not"`
	Matches string   `yaml:"matches"` // a regular expression
	Empty   *bool    `yaml:"empty"`
}

// Each repeats what it stands in for the items of a cell.
type Each struct {
	Column    string `yaml:"each"`
	Separator string `yaml:"separator"` // "" with each: ;
}

// EntitySpec makes an entity of a row.
type EntitySpec struct {
	As          string `yaml:"as"` // what relations of this table call it
	Each        `yaml:",inline"`
	When        []Condition      `yaml:"when"`
	Optional    bool             `yaml:"optional"` // a row without a key for it is fine
	Key         string           `yaml:"key"`
	Kind        string           `yaml:"kind"`
	Find        []FindSpec       `yaml:"find"` // before it is made: the entity that is meant, if the graph has it
	Name        string           `yaml:"name"` // short for one official Chinese name
	Names       []NameSpec       `yaml:"names"`
	Identifiers []IdentifierSpec `yaml:"identifiers"`
	Attributes  []AttributeSpec  `yaml:"attributes"`
	Evidence    string           `yaml:"evidence"` // the column that says so; "": the row
	Write       string           `yaml:"write"`    // add, replace or make
}

// FindSpec names an entity by one of its names or by an identifier.
type FindSpec struct {
	Name       string          `yaml:"name"`
	Identifier *IdentifierSpec `yaml:"identifier"`
}

// NameSpec makes a name.
type NameSpec struct {
	Each    `yaml:",inline"`
	Text    string `yaml:"text"`
	Lang    string `yaml:"lang"` // zh, en, pinyin; "": by its characters
	Role    string `yaml:"role"` // official, short, former, brand, translation, transliteration
	Reading string `yaml:"reading"`
}

// IdentifierSpec makes an identifier.
type IdentifierSpec struct {
	Scheme string `yaml:"scheme"`
	Value  string `yaml:"value"`
}

// QuantitySpec makes a figure: of a number and its unit, or of a text with both.
type QuantitySpec struct {
	Value string `yaml:"value"`
	Unit  string `yaml:"unit"`
	Per   string `yaml:"per"`
}

// AttributeSpec makes an attribute.
type AttributeSpec struct {
	Each       `yaml:",inline"`
	Name       string        `yaml:"name"`
	NameEN     string        `yaml:"nameEn"`
	Text       string        `yaml:"text"`
	Quantity   *QuantitySpec `yaml:"quantity"`
	Modality   string        `yaml:"modality"`
	Collective bool          `yaml:"collective"`
	ValidFrom  string        `yaml:"validFrom"`
	ValidTo    string        `yaml:"validTo"`
	Evidence   string        `yaml:"evidence"`
}

// EndSpec names an end of a relation in one of four ways.
type EndSpec struct {
	As         string          `yaml:"as"`  // an entity of this table
	Key        string          `yaml:"key"` // its key
	Name       string          `yaml:"name"`
	Identifier *IdentifierSpec `yaml:"identifier"`
	Kind       string          `yaml:"kind"` // with Name and Identifier: of this kind only
}

// RelationSpec makes a relation of a row; where an end is an entity that each
// item of a cell makes, one for each.
type RelationSpec struct {
	Each         `yaml:",inline"`
	When         []Condition     `yaml:"when"`
	Optional     bool            `yaml:"optional"` // a row without one of the ends is fine
	Type         string          `yaml:"type"`
	From         EndSpec         `yaml:"from"`
	To           EndSpec         `yaml:"to"`
	Disc         string          `yaml:"disc"`
	Modality     string          `yaml:"modality"`
	Confidence   string          `yaml:"confidence"`
	ValidFrom    string          `yaml:"validFrom"`
	ValidTo      string          `yaml:"validTo"`
	OpenEnded    bool            `yaml:"openEnded"`
	Places       []string        `yaml:"places"`
	Via          string          `yaml:"via"`
	Amount       *QuantitySpec   `yaml:"amount"`
	Share        *QuantitySpec   `yaml:"share"`
	Volume       *QuantitySpec   `yaml:"volume"`
	Subject      string          `yaml:"subject"`
	SubjectEN    string          `yaml:"subjectEn"`
	Product      string          `yaml:"product"`
	RecognisedIn string          `yaml:"recognisedIn"`
	RecognisedBy string          `yaml:"recognisedBy"`
	Attributes   []AttributeSpec `yaml:"attributes"`
	Evidence     string          `yaml:"evidence"`
	Write        string          `yaml:"write"`
}

// ParseMapping reads a mapping. Unknown fields are refused, with line and
// column; so are YAML's anchors, with which a small file could become a huge one.
func ParseMapping(text dataset.Text) (*Mapping, error) {
	for _, t := range lexer.Tokenize(string(text.Data)) {
		if t.Type == token.AnchorType || t.Type == token.AliasType || t.Type == token.MergeKeyType {
			return nil, &dataset.Problem{File: text.Name, Line: t.Position.Line, Column: t.Position.Column, Reason: "anchors and aliases are not used in mappings; write it out"}
		}
	}
	var m Mapping
	if err := yaml.UnmarshalWithOptions(text.Data, &m, yaml.Strict()); err != nil {
		return nil, mappingProblem(text.Name, err)
	}
	if m.Version != 1 {
		return nil, &dataset.Problem{File: text.Name, Reason: `a mapping begins with "lianzhu-mapping: 1"`}
	}
	for i := range m.Tables {
		if reason := m.Tables[i].problem(); reason != "" {
			return nil, &dataset.Problem{File: text.Name, Reason: fmt.Sprintf("tables, number %d: %s", i+1, reason)}
		}
	}
	return &m, nil
}

// maxSkip bounds the rows before a header.
const maxSkip = 100

// problem tells what is wrong with how a table is to be read, or "".
func (t *Table) problem() string {
	if _, err := encodingOf(t.Encoding); err != nil {
		return err.Error()
	}
	switch {
	case t.Skip < 0 || t.Skip > maxSkip:
		return fmt.Sprintf("skip is a number of rows up to %d", maxSkip)
	case len(t.Delimiter) > 1 || t.Delimiter != "" && strings.ContainsAny(t.Delimiter, "\"\r\n"):
		return "the delimiter is one character of ASCII, such as ; or |, and no quotation mark"
	case t.Columns != nil && len(t.Columns) == 0:
		return "columns is empty; name them, or leave it out where the file has a header"
	}
	return ""
}

// mappingProblem tells an error of YAML with its place.
func mappingProblem(name string, err error) error {
	p := &dataset.Problem{File: name, Reason: err.Error()}
	if y, ok := err.(yaml.Error); ok {
		p.Reason = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			p.Line, p.Column = t.Position.Line, t.Position.Column
		}
	}
	return p
}

// tableOf is the first table whose pattern fits the name of a file.
func (m *Mapping) tableOf(name string) *Table {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	for i := range m.Tables {
		if fits, err := path.Match(m.Tables[i].File, base); err == nil && fits || m.Tables[i].File == "" {
			return &m.Tables[i]
		}
	}
	return nil
}

func (m *Mapping) words(o *graph.Ontology) words {
	return words{ontology: o, labels: m.Labels, types: m.Types, groups: m.Groups}
}

// source describes a document as a source. Without a mapping its title is the
// name of the file.
func (m *Mapping) source(d *document) (*graph.Source, error) {
	s := &graph.Source{Key: d.key(), Title: d.name}
	if m == nil || m.Source == nil {
		return s, nil
	}
	fill := strings.NewReplacer("{file}", slug(d.name), "{hash}", d.sha256[:12]).Replace
	if m.Source.Key != "" {
		s.Key = graph.Key(fill(m.Source.Key))
	}
	if m.Source.Title != "" {
		s.Title = strings.ReplaceAll(m.Source.Title, "{file}", d.name)
	}
	s.TitleEN = strings.ReplaceAll(m.Source.TitleEN, "{file}", d.name)
	s.Publisher, s.URL, s.License = m.Source.Publisher, m.Source.URL, m.Source.License
	published, err := graph.ParseDate(m.Source.Published)
	if err != nil {
		return nil, fmt.Errorf("the mapping's source: %w", err)
	}
	s.PublishedOn = published
	return s, nil
}
