package graph

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// flaw is what is wrong with a document: where in it, and what, in both
// languages. The zero flaw is none.
type flaw struct {
	path []string
	Phrase
}

func (f flaw) is() bool { return f.EN != "" }

// flawed makes a flaw of two formats with the same arguments.
func flawed(zh, en string, args ...any) flaw {
	if len(args) == 0 {
		return flaw{nil, Phrase{zh, en}}
	}
	return flaw{nil, Phrase{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}}
}

// at puts a step before the path of f.
func (f flaw) at(step string) flaw {
	if f.is() {
		f.path = append([]string{step}, f.path...)
	}
	return f
}

// under puts words before what f says.
func (f flaw) under(zh, en string) flaw {
	if f.is() {
		f.Phrase = Phrase{zh + f.ZH, en + f.EN}
	}
	return f
}

// item is f of the i-th item of a list.
func (f flaw) item(list string, i int) flaw { return f.at(strconv.Itoa(i)).at(list) }

// firstFlaw is the first of several that is one.
func firstFlaw(flaws ...flaw) flaw {
	for _, f := range flaws {
		if f.is() {
			return f
		}
	}
	return flaw{}
}

// refuse makes the error of a document that has a flaw, or nil.
func (f flaw) refuse(op, key string) error {
	if !f.is() {
		return nil
	}
	return &Error{Code: CodeInvalid, Op: op, Key: key, Detail: f.EN, DetailZH: f.ZH, Path: f.path, Index: -1}
}

// keyFlaw tells why k cannot name an entity or a source.
func keyFlaw(k Key) flaw {
	if en := keyProblem(k); en != "" {
		return flaw{nil, Phrase{keyProblemsZH[en], en}}
	}
	return flaw{}
}

// keyProblemsZH says in Chinese what keyProblem says.
var keyProblemsZH = map[string]string{
	"the key is empty":                                      "键是空的",
	"the key is longer than 512 bytes":                      "键超过 512 字节",
	"the key has no prefix, such as enterprise:haier-group": "键没有前缀，应如 enterprise:haier-group",
	"the key holds a space, a character that is not to be seen, a | or a broken character": "键里有空格、看不见的字符、| 或坏字符",
}

// textFlaw tells why s cannot be stored as text of so many bytes.
func textFlaw(s string, most int) flaw {
	switch {
	case len(s) > most:
		return flawed("太长", "it is too long")
	case !utf8.ValidString(s):
		return flawed("不是有效的 UTF-8", "it is not valid UTF-8")
	}
	for i := range len(s) {
		if s[i] == 0 {
			return flawed("含有 NUL 字节", "it holds a NUL byte")
		}
	}
	return flaw{}
}

// wordsFlaw looks at a text of a document; name is its field.
func wordsFlaw(name, s string, needed bool) flaw {
	return wordsCalled(name, name, s, needed)
}

// wordsCalled is wordsFlaw of a field that is called otherwise in a sentence.
func wordsCalled(name, called, s string, needed bool) flaw {
	if needed && isBlank(s) {
		return flaw{[]string{name}, Phrase{called + " 是空的", "its " + called + " is empty"}}
	}
	f := textFlaw(s, maxWords)
	if f.is() {
		f = f.under(called+" 不能保存：", "its "+called+" cannot be stored: ").at(name)
	}
	return f
}

// TextProblem tells what keeps s from being stored as words, or the zero Phrase.
func TextProblem(s string) Phrase { return textFlaw(s, maxWords).Phrase }
