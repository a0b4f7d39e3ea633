package ask_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"lianzhu/bench/ask"
	"lianzhu/bench/gen"
	"lianzhu/bench/plain"
)

func questions(t *testing.T) []ask.Question {
	t.Helper()
	made, err := gen.New(gen.MinScale, 5)
	if err != nil {
		t.Fatal(err)
	}
	return ask.New(plain.New(made), 5)
}

// body wraps data as a server does.
func body(data []byte) []byte {
	return append(append([]byte(`{"data":`), data...), `,"extensions":{"rev":7}}`...)
}

func TestTheAnswerOfThePlainLoopIsRight(t *testing.T) {
	for _, q := range questions(t) {
		for i, asked := range q.Asked {
			if asked.Answer == nil {
				continue
			}
			if err := q.Check(i, body(asked.Answer(nil))); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAWrongAnswerIsNoticed(t *testing.T) {
	for _, q := range questions(t) {
		asked := q.Asked[0]
		if asked.Answer == nil {
			continue
		}
		right := asked.Answer(nil)
		digit := bytes.IndexAny(right, "23456789")
		changed := bytes.Clone(right)
		changed[digit] = '1'
		for what, wrong := range map[string][]byte{
			"a digit":     changed,
			"a character": bytes.Replace(right, []byte(`"key":"`), []byte(`"key":"x`), 1),
			"all of it":   []byte(`{}`),
			"no data":     []byte(`null`),
		} {
			if bytes.Equal(wrong, right) {
				continue
			}
			if err := q.Check(0, body(wrong)); err == nil {
				t.Errorf("%s was changed in an answer to %s, and nobody noticed:\n%s", what, q.Name, wrong)
			}
		}
	}
}

func TestAnAnswerWithErrorsIsWrong(t *testing.T) {
	q := questions(t)[0]
	for _, answer := range []string{`{"errors":[{"message":"no"}],"data":null}`, `no JSON`, ``} {
		if err := q.Check(0, []byte(answer)); err == nil {
			t.Errorf("%q was taken", answer)
		}
	}
}

func TestEveryQuestionIsAboutSomething(t *testing.T) {
	names := map[string]bool{}
	for _, q := range questions(t) {
		names[q.Name] = true
		if len(q.Asked) == 0 {
			t.Errorf("%s is about nothing", q.Name)
		}
		if !strings.Contains(string(q.Body(0)), `"query":"query `+q.Name[:2]) {
			t.Errorf("%s is asked as %s", q.Name, q.Body(0))
		}
	}
	for n := 1; n <= 9; n++ {
		if !names[fmt.Sprintf("Q%d", n)] {
			t.Errorf("there is no Q%d", n)
		}
	}
}

func TestTheSameSeedAsksTheSame(t *testing.T) {
	first, second := questions(t), questions(t)
	for i, q := range first {
		for n := range q.Asked {
			if !bytes.Equal(q.Body(n), second[i].Body(n)) {
				t.Fatalf("%s, then %s", q.Body(n), second[i].Body(n))
			}
		}
	}
}

// search answers a search from a list of hits in JSON.
func search(total int, hits ...string) []byte {
	return body(fmt.Appendf(nil, `{"search":{"totalCount":%d,"nodes":[%s]}}`, total, strings.Join(hits, ",")))
}

func TestSearchesThatFindTooLittleAreNoticed(t *testing.T) {
	for _, q := range questions(t) {
		if !strings.HasPrefix(q.Name, "Q5") {
			continue
		}
		stranger := `{"score":1,"matched":"无","matchedBy":"EXACT","node":{"id":"x","key":"enterprise:none","name":"无","kind":"ENTERPRISE"}}`
		for what, answer := range map[string][]byte{"nothing": search(0), "a stranger": search(1, stranger), "fewer hits than it counts": search(5)} {
			if err := q.Check(0, answer); err == nil {
				t.Errorf("%s found %s, and nobody noticed", q.Name, what)
			}
		}
	}
}
