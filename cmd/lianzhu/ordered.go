package main

import (
	"bytes"
	"encoding/json"
)

// object is a JSON object with its members in the order of the text, which is
// the order in which the fields were asked for.
type object []member

type member struct {
	name  string
	value any
}

// decodeOrdered reads JSON into objects, []any, string, json.Number, bool and
// nil. Data must be valid JSON.
func decodeOrdered(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return decodeValue(dec)
}

func decodeValue(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return decodeObject(dec)
	case json.Delim('['):
		return decodeList(dec)
	}
	return token, nil
}

func decodeObject(dec *json.Decoder) (any, error) {
	o := object{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		value, err := decodeValue(dec)
		if err != nil {
			return nil, err
		}
		o = append(o, member{name.(string), value}) // the decoder gives nothing else here
	}
	_, err := dec.Token()
	return o, err
}

func decodeList(dec *json.Decoder) (any, error) {
	items := []any{}
	for dec.More() {
		item, err := decodeValue(dec)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	_, err := dec.Token()
	return items, err
}
