package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Example is a worked example: a GraphQL document with one operation, as it stands in a tab of the
// playground.
type Example struct {
	Name      string          `json:"-"`                   // file name without its ending: 01-overview.zh
	Title     string          `json:"title"`               // first comment line
	About     string          `json:"about"`               // second comment line, one sentence
	Lang      string          `json:"lang"`                // zh or en
	Query     string          `json:"query"`               // the whole file
	Variables json.RawMessage `json:"variables,omitempty"` // a JSON object, nil for none
}

// Examples returns the worked examples in the order of their names. It fails only where a file
// is not of the shape that the package comment gives, and names the file.
func Examples() ([]Example, error) {
	return readExamples(files)
}

func readExamples(fsys fs.FS) ([]Example, error) {
	names, err := fs.Glob(fsys, "examples/*.graphql")
	if err != nil {
		return nil, err
	}
	examples := make([]Example, 0, len(names))
	for _, name := range names {
		example, err := readExample(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		examples = append(examples, example)
	}
	return examples, nil
}

func readExample(fsys fs.FS, file string) (Example, error) {
	query, err := fs.ReadFile(fsys, file)
	if err != nil {
		return Example{}, err
	}
	title, about, err := heading(string(query))
	if err != nil {
		return Example{}, err
	}
	stem := strings.TrimSuffix(file, ".graphql")
	lang := strings.TrimPrefix(path.Ext(stem), ".")
	if lang != "zh" && lang != "en" {
		return Example{}, errors.New("the name must end in .zh.graphql or .en.graphql")
	}
	variables, err := readVariables(fsys, stem+".json")
	if err != nil {
		return Example{}, err
	}
	return Example{path.Base(stem), title, about, lang, string(query), variables}, nil
}

// heading returns what the first two lines say, without the comment signs.
func heading(query string) (title, about string, err error) {
	first, rest, _ := strings.Cut(query, "\n")
	second, _, _ := strings.Cut(rest, "\n")
	title, isTitle := strings.CutPrefix(first, "# ")
	about, isAbout := strings.CutPrefix(second, "# ")
	if !isTitle || !isAbout {
		return "", "", errors.New(`the first two lines must be "# title" and "# one sentence"`)
	}
	return title, about, nil
}

func readVariables(fsys fs.FS, file string) (json.RawMessage, error) {
	text, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, fmt.Errorf("variables in %s: %w", path.Base(file), err)
	}
	return text, nil
}
