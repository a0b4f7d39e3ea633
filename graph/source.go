package graph

// Source is a text or a list that states facts. SHA256 (hex) and Length (in
// runes) are those of its UTF-8 text and empty while only locators are known;
// the text itself is lent by [Reader.Text]. Editions counts how many different
// texts were added under the key.
type Source struct {
	Key         Key    `json:"key"`
	Title       string `json:"title"`
	TitleEN     string `json:"titleEn,omitempty"`
	Publisher   string `json:"publisher,omitempty"`
	PublishedOn Date   `json:"publishedOn,omitzero"`
	URL         string `json:"url,omitempty"`
	License     string `json:"license,omitempty"`
	SHA256      string `json:"sha256,omitempty"`
	Length      int    `json:"length,omitempty"`
	Editions    int    `json:"editions,omitempty"`

	// Rev is the store's; see Entity.ID.
	Rev Rev `json:"-"`
}

// UID is the identity of s outside the store.
func (s *Source) UID() UID { return NewUID(TagSource, s.Key) }
