package ask

import (
	"bytes"
	"encoding/json"
	"fmt"

	"lianzhu/bench/drive"
)

// Question is a question of the benchmark, asked about several things.
type Question struct {
	Name  string
	Query string
	Loop  bool // a plain loop is measured, too
	Asked []Asked
}

// Asked is a question about one thing.
type Asked struct {
	Variables map[string]any
	// Check tells what is wrong with the data of an answer.
	Check func(data []byte) error
	// Answer appends the data of the right answer; nil where only Check knows it.
	Answer func(b []byte) []byte
}

// Body is the request's body.
func (q *Question) Body(i int) []byte {
	body, err := json.Marshal(map[string]any{"query": q.Query, "variables": q.Asked[i].Variables})
	if err != nil {
		panic(err) // texts and numbers only
	}
	return body
}

// Check tells what is wrong with the answer's body to the i-th request.
func (q *Question) Check(i int, body []byte) error {
	data, err := dataOf(body)
	if err == nil {
		err = q.Asked[i].Check(data)
	}
	if err != nil {
		return fmt.Errorf("%s about %v: %w", q.Name, q.Asked[i].Variables, err)
	}
	return nil
}

// dataOf takes the data out of an answer, which must have no errors.
func dataOf(body []byte) ([]byte, error) {
	var answer struct {
		Data   json.RawMessage
		Errors json.RawMessage
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("the answer is not JSON: %w", err)
	}
	if answer.Errors != nil {
		return nil, fmt.Errorf("the server answered with errors: %.300s", answer.Errors)
	}
	return answer.Data, nil
}

// exactly checks for equal bytes.
func exactly(answer func([]byte) []byte) Asked {
	return Asked{Answer: answer, Check: func(data []byte) error {
		want := answer(nil)
		if bytes.Equal(data, want) {
			return nil
		}
		at := 0
		for at < len(data) && at < len(want) && data[at] == want[at] {
			at++
		}
		return fmt.Errorf("the answer is wrong from byte %d on: it has …%s… where …%s… is right", at, around(data, at), around(want, at))
	}}
}

func around(b []byte, at int) []byte {
	return b[max(0, at-60):min(len(b), at+60)]
}

func (a Asked) about(variables map[string]any) Asked {
	a.Variables = variables
	return a
}

// Once asks a server once and decodes the data of its answer.
func Once(addr, query string, variables map[string]any, into any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	c, err := drive.Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	answer, err := c.Do(drive.Request(addr, "/graphql", body))
	if err != nil {
		return err
	}
	data, err := dataOf(answer)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
