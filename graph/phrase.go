package graph

import "fmt"

// Phrase is something said in both languages.
type Phrase struct{ ZH, EN string }

// Say is p in Chinese or else in English.
func (p Phrase) Say(lang Lang) string {
	if lang == ZH {
		return p.ZH
	}
	return p.EN
}

// Phrasef makes a phrase of two formats with the same arguments; %[2]v and the
// like put them in another order.
func Phrasef(zh, en string, args ...any) Phrase {
	return Phrase{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}
