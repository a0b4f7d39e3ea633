package main

import (
	"fmt"
	"io"
	"iter"
	"mime/multipart"

	"lianzhu/dataset"
)

// formLines yields the lines of the files of a form, one after the other as they
// come: the part mapping, if there is one, and then parts with file names.
func (x *httpImport) formLines(body io.Reader, boundary string, q importRequest) iter.Seq2[dataset.Line, error] {
	return func(yield func(dataset.Line, error) bool) {
		if boundary == "" {
			yield(dataset.Line{}, &requestError{"the form has no boundary"})
			return
		}
		form := multipart.NewReader(body, boundary)
		files := 0
		for {
			part, err := form.NextPart()
			switch {
			case err == io.EOF && files == 0:
				yield(dataset.Line{}, &requestError{"the form has no file; send -F mapping=@mapping.yaml -F file=@table.csv"})
				return
			case err == io.EOF:
				return
			case err != nil:
				yield(dataset.Line{}, err)
				return
			}
			if part.FileName() == "" || part.FormName() == "mapping" {
				if q.mapping, err = formMapping(part); err != nil {
					yield(dataset.Line{}, err)
					return
				}
				continue
			}
			files++
			here := q
			here.name = part.FileName()
			if !x.fileLines(part, here, yield) {
				return
			}
		}
	}
}

// formMapping reads the mapping of a form.
func formMapping(part *multipart.Part) (dataset.Text, error) {
	if part.FormName() != "mapping" {
		return dataset.Text{}, &requestError{fmt.Sprintf("the form has a part %.40q that is neither mapping nor a file", part.FormName())}
	}
	data, err := io.ReadAll(io.LimitReader(part, maxMapping+1))
	if err == nil && len(data) > maxMapping {
		err = &requestError{fmt.Sprintf("the mapping is longer than %d MiB", maxMapping>>20)}
	}
	name := part.FileName()
	if name == "" {
		name = "mapping"
	}
	return dataset.Text{Name: name, Data: data}, err
}
