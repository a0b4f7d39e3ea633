package dataset

import (
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"lianzhu/graph"
)

// The sources of what the list of regions states.
const (
	divisionsSource graph.Key = "source:administrative-divisions"
	ownSource       graph.Key = "source:lianzhu-dataset"
)

// divisionScheme is the scheme of a region's code.
const divisionScheme = "GB/T 2260"

// RegionKey is the key of the region with a code of GB/T 2260.
func RegionKey(code string) graph.Key { return graph.Key("region:" + code) }

// readRegions makes the entities of the list and the relations that join each
// to the region that contains it.
func readRegions(files fs.FS) ([]Line, error) {
	english, err := readEnglish(files)
	if err != nil {
		return nil, err
	}
	const file = "regions/regions.csv"
	var lines []Line
	codes := map[string]bool{}
	err = eachRow(files, file, 4, func(n int, row []string) error {
		codes[row[0]] = true
		e := regionEntity(row, english[row[0]])
		lines = append(lines, Line{File: file, Number: n, Change: graph.Change{Entity: e}})
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		code := line.Change.Entity.Identifier(divisionScheme)
		if parent := containing(code, codes); parent != "" {
			lines = append(lines, Line{File: file, Number: line.Number, Change: graph.Change{Relation: partOf(code, parent)}})
		}
	}
	return lines, nil
}

// eachRow calls visit for the rows of a CSV file after its header, with the
// number of the line.
func eachRow(files fs.FS, name string, columns int, visit func(n int, row []string) error) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = columns
	for n := 1; ; n++ {
		row, err := r.Read()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		case n == 1:
			continue
		}
		if err := visit(n, row); err != nil {
			return err
		}
	}
}

// readEnglish reads the English names that are no plain transliteration: by
// code the short and the full one, which may be empty.
func readEnglish(files fs.FS) (map[string][]string, error) {
	english := map[string][]string{}
	err := eachRow(files, "regions/english.csv", 3, func(_ int, row []string) error {
		english[row[0]] = row[1:]
		return nil
	})
	return english, err
}

// regionEntity makes the entity of a row (code, full name, short name, reading
// of the full name) and its English names.
func regionEntity(row, english []string) *graph.Entity {
	code, full, short, reading := row[0], row[1], row[2], row[3]
	syllables := strings.Fields(reading)[:utf8.RuneCountInString(short)]
	shortReading := strings.Join(syllables, " ")
	name := func(text string, lang graph.Lang, role graph.NameRole, reading string, source graph.Key) graph.Name {
		return graph.Name{Text: text, Lang: lang, Role: role, Reading: reading, Sources: []graph.Key{source}}
	}
	names := []graph.Name{name(full, graph.ZH, graph.Official, reading, divisionsSource)}
	if short != full {
		names = append(names, name(short, graph.ZH, graph.Short, shortReading, divisionsSource))
	}
	for _, text := range english {
		if text != "" {
			names = append(names, name(text, graph.EN, graph.Translation, "", ownSource))
		}
	}
	if len(english) == 0 {
		names = append(names, name(transliterate(short, syllables), graph.EN, graph.Transliteration, "", divisionsSource))
	}
	names = append(names, name(shortReading, graph.Pinyin, graph.Transliteration, "", divisionsSource))
	return &graph.Entity{
		Key: RegionKey(code), Kind: graph.KindRegion, Names: names,
		Identifiers: []graph.Identifier{{Scheme: divisionScheme, Value: code, Sources: []graph.Key{divisionsSource}}},
		Evidence:    []graph.Evidence{{Source: divisionsSource, Start: -1, End: -1}},
	}
}

// transliterate writes a short name in Latin letters. Where the short name
// keeps the word for city, district or county, because without it another region
// has the same, that word is English: 东营区 is Dongying District.
func transliterate(short string, syllables []string) string {
	base := syllables[:len(syllables)-1]
	if len(base) >= 2 {
		for word, english := range map[string]string{"市": " City", "区": " District", "县": " County"} {
			if strings.HasSuffix(short, word) {
				return joinPinyin(base) + english
			}
		}
	}
	return joinPinyin(syllables)
}

// joinPinyin writes syllables as one word with a capital: an apostrophe parts a
// syllable that begins with a vowel from the one before (Xi'an), and v is ü.
func joinPinyin(syllables []string) string {
	var b strings.Builder
	for i, s := range syllables {
		s = strings.Replace(s, "v", "ü", 1)
		if i == 0 {
			s = strings.ToUpper(s[:1]) + s[1:]
		} else if strings.IndexByte("aeo", s[0]) >= 0 {
			b.WriteByte('\'')
		}
		b.WriteString(s)
	}
	return b.String()
}

// containing is the code of the region that directly contains code: of a
// county the prefecture, or where the list has none the province; "" for a
// province.
func containing(code string, codes map[string]bool) string {
	province := code[:2] + "0000"
	prefecture := code[:4] + "00"
	switch {
	case code == province:
		return ""
	case code != prefecture && codes[prefecture]:
		return prefecture
	}
	return province
}

func partOf(code, parent string) *graph.Relation {
	return &graph.Relation{
		Type: graph.PartOf, Source: RegionKey(code), Target: RegionKey(parent), Modality: graph.Asserted,
		Evidence: []graph.Evidence{{Source: divisionsSource, Start: -1, End: -1}},
	}
}
