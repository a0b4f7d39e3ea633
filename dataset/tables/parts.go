package tables

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// What is held at once of a part of a workbook while it is read: a row of a
// sheet, a shared text with its formats, or a text or tag in either; in bytes.
const (
	maxItem  = 16 << 20
	maxToken = 1 << 20
	maxTexts = 4 << 20 // how many shared texts there may be: a place of each is held
)

// checkParts refuses a workbook that says it unpacks to more than the bounds, or
// of which too much would be held at once, or in which a sheet is damaged.
func checkParts(packed *zip.Reader) error {
	if len(packed.File) > maxParts {
		return fmt.Errorf("the workbook has more than %d parts", maxParts)
	}
	var rows, parsed, other uint64
	for _, part := range packed.File {
		size := min(part.UncompressedSize64, 1<<40)
		switch {
		case itemOf(part.Name) != "":
			rows += size
		case strings.HasSuffix(part.Name, ".rels"), strings.HasSuffix(part.Name, ".xml") && strings.Count(part.Name, "/") < 2:
			parsed += size
		default:
			other += size
		}
	}
	if rows > maxUnpacked || parsed > maxParsed || other > maxOther {
		return fmt.Errorf("the workbook would unpack to %d MiB, which is more than is read; save the sheet as CSV, or divide it", (rows+parsed+other)>>20)
	}
	for _, part := range packed.File {
		if item := itemOf(part.Name); item != "" {
			if err := checkPart(part, item); err != nil {
				return fmt.Errorf("the workbook's part %s cannot be read: %w", part.Name, err)
			}
		}
	}
	return nil
}

// itemOf is the element of which a part has many, where it is one of those that
// are unpacked into files: a row of a sheet, a shared text.
func itemOf(part string) string {
	switch {
	case strings.HasPrefix(part, "xl/worksheets/") && !strings.HasSuffix(part, ".rels"):
		return "row"
	case strings.EqualFold(part, "xl/sharedStrings.xml"):
		return "si"
	}
	return ""
}

// checkPart unpacks a part, which tells whether it is as long as it says. One that
// is no longer than may be held is not looked into.
func checkPart(part *zip.File, item string) error {
	r, err := part.Open()
	if err != nil {
		return errors.New("it is damaged")
	}
	defer r.Close()
	c := &partCheck{item: item}
	to := io.Writer(c)
	if part.UncompressedSize64 <= maxItem {
		to = io.Discard
	}
	if _, err = io.Copy(to, r); err != nil && c.err == nil {
		return errors.New("it is damaged")
	}
	return c.err
}

// partCheck looks at the XML of a part as it is written to it: how long its
// texts and tags are, and how far its items are from each other. It knows no
// XML beyond that, and refuses what could hide the length of something:
// comments, sections of text that are not escaped, document types, and
// instructions but that at the beginning.
type partCheck struct {
	item string
	err  error

	inTag   bool
	head    []byte // the tag at hand, or its beginning
	tags    int
	token   int // bytes of the text or tag at hand
	since   int // bytes since an item began or ended
	started int // items
}

// Write makes partCheck an [io.Writer]. Its error is kept, too.
func (c *partCheck) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 && c.err == nil {
		end := byte('<')
		if c.inTag {
			end = '>'
		}
		at := bytes.IndexByte(p, end)
		some := p
		if at >= 0 {
			some = p[:at+1]
		}
		c.err = c.take(some, at >= 0)
		p = p[len(some):]
	}
	return n, c.err
}

// take takes a part of a text or tag, which it ends where ends is true.
func (c *partCheck) take(some []byte, ends bool) error {
	c.token += len(some)
	c.since += len(some)
	if c.inTag {
		c.head = append(c.head, some[:min(len(some), maxHead-len(c.head))]...)
	}
	switch {
	case c.token > maxToken:
		return fmt.Errorf("it has a text of more than %d MiB, which no cell holds", maxToken>>20)
	case c.since > maxItem:
		return fmt.Errorf("it has a row or a text of more than %d MiB", maxItem>>20)
	case !ends:
		return nil
	}
	if c.inTag {
		if err := c.tag(); err != nil {
			return err
		}
	}
	c.inTag, c.token, c.head = !c.inTag, 0, c.head[:0]
	return nil
}

// tag looks at a whole tag.
func (c *partCheck) tag() error {
	c.tags++
	switch first := c.head[0]; {
	case first == '!' || first == '?' && (c.tags > 1 || !isDeclaration(c.head)):
		return errors.New("it has a comment or an instruction in it, or is not UTF-8; save the workbook anew, or save the sheet as CSV")
	case string(local(c.head)) != c.item:
		return nil
	case first != '/':
		c.started++
	}
	if c.since = 0; c.item == "si" && c.started > maxTexts {
		return fmt.Errorf("it has more than %d texts; save the sheet as CSV, or divide it", maxTexts)
	}
	return nil
}

// maxHead is how much of a tag is kept to look at.
const maxHead = 256

// isDeclaration tells whether an instruction is that at the beginning of XML, and
// says that what follows is UTF-8, in which no part of a character is like a tag.
func isDeclaration(tag []byte) bool {
	lower := bytes.ToLower(tag)
	return bytes.HasPrefix(lower, []byte("?xml ")) && bytes.HasSuffix(lower, []byte("?>")) &&
		(!bytes.Contains(lower, []byte("encoding")) || bytes.Contains(lower, []byte("utf-8")))
}

// local is the name of a tag without its prefix.
func local(tag []byte) []byte {
	tag = bytes.TrimPrefix(tag, []byte("/"))
	if end := bytes.IndexAny(tag, " \t\r\n/>"); end >= 0 {
		tag = tag[:end]
	}
	if colon := bytes.IndexByte(tag, ':'); colon >= 0 {
		tag = tag[colon+1:]
	}
	return tag
}
