package graph

// Kind says what an entity is: ENTERPRISE, REGION, ... The [Ontology] lists
// them; the package knows only those below, which carry a rule.
type Kind string

// KindRegion is the kind whose PART_OF relations form the hierarchy that
// "within" follows.
const KindRegion Kind = "REGION"

// Lang is the language of a name.
type Lang string

// The languages of names. Pinyin is a reading, kept where it cannot be derived
// (polyphones) or where a list gives it.
const (
	ZH     Lang = "ZH"
	EN     Lang = "EN"
	Pinyin Lang = "PINYIN"
)

// NameRole says what sort of name a name is.
type NameRole string

// The roles of a name.
const (
	Official        NameRole = "OFFICIAL"
	Short           NameRole = "SHORT"
	Former          NameRole = "FORMER"
	Brand           NameRole = "BRAND"
	Translation     NameRole = "TRANSLATION"
	Transliteration NameRole = "TRANSLITERATION"
)

// Name is one name of an entity. Reading is the spaced pinyin of a Chinese
// name whose characters have several ("chong qing"); empty where the ordinary
// reading holds. Sources are the keys of the sources that give the name.
type Name struct {
	Text    string   `json:"text"`
	Lang    Lang     `json:"lang"`
	Role    NameRole `json:"role"`
	Reading string   `json:"reading,omitempty"`
	Sources []Key    `json:"sources,omitempty"`
}

// Identifier is a code that a registry gives: scheme "USCC", "LEI",
// "GB/T 2260", "SSE", ... and the value as text, leading zeros kept.
type Identifier struct {
	Scheme  string `json:"scheme"`
	Value   string `json:"value"`
	Sources []Key  `json:"sources,omitempty"`
}

// Attribute is a figure or a title that a source gives of an entity or of a
// relation. Name and NameEN are what it is called ("年产值", "annual output
// value"); Text is the value in words, Quantity the value in numbers; at least
// one of them is there. Collective marks one figure for several places or
// parties together, never to be split among them nor counted twice.
type Attribute struct {
	Name       string     `json:"name"`
	NameEN     string     `json:"nameEn,omitempty"`
	Text       string     `json:"text,omitempty"`
	Quantity   *Quantity  `json:"quantity,omitempty"`
	Modality   Modality   `json:"modality"`
	Collective bool       `json:"collective,omitempty"`
	ValidFrom  Date       `json:"validFrom,omitzero"`
	ValidTo    Date       `json:"validTo,omitzero"`
	Evidence   []Evidence `json:"evidence,omitempty"`
}

// Entity is anything that can stand at an end of a relation. The order of
// Names matters: the first of a language is the one that is shown.
type Entity struct {
	Key         Key          `json:"key"`
	Kind        Kind         `json:"kind"`
	Names       []Name       `json:"names"`
	Identifiers []Identifier `json:"identifiers,omitempty"`
	Attributes  []Attribute  `json:"attributes,omitempty"`
	Evidence    []Evidence   `json:"evidence,omitempty"`

	// ID and Rev are the store's: the dense id, and the revision that last
	// wrote the entity. They are no part of the document and a Change that
	// sets them is refused nowhere: they are ignored.
	ID  EntityID `json:"-"`
	Rev Rev      `json:"-"`
}

// UID is the identity of e outside the store.
func (e *Entity) UID() UID { return NewUID(TagEntity, e.Key) }

// Name is the name of e shown in lang. Where e has none in that language it is
// the first name of all, so that something readable is always there.
func (e *Entity) Name(lang Lang) string {
	for i := range e.Names {
		if e.Names[i].Lang == lang {
			return e.Names[i].Text
		}
	}
	if len(e.Names) == 0 {
		return string(e.Key)
	}
	return e.Names[0].Text
}

// Identifier is the value that e has under scheme, or "".
func (e *Entity) Identifier(scheme string) string {
	for _, id := range e.Identifiers {
		if id.Scheme == scheme {
			return id.Value
		}
	}
	return ""
}

// Has tells whether e has a name in lang.
func (e *Entity) Has(lang Lang) bool {
	for i := range e.Names {
		if e.Names[i].Lang == lang {
			return true
		}
	}
	return false
}
