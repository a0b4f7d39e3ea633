package dataset

import "strings"

// ValidIdentifier tells whether value can be an identifier of scheme: its
// length, its characters and, where the scheme has one, its check digit. Of a
// scheme that it does not know it says true. It knows
//
//	USCC       unified social credit code, GB 32100-2015
//	LEI        legal entity identifier, ISO 17442
//	GB/T 2260  code of an administrative division
//	SSE, SZSE  code of a share listed in Shanghai or Shenzhen
//	HKEX       code of a share listed in Hong Kong
//	Wikidata   item, such as Q831445
func ValidIdentifier(scheme, value string) bool {
	switch scheme {
	case "USCC":
		return ValidUSCC(value)
	case "LEI":
		return ValidLEI(value)
	case "GB/T 2260", "SSE", "SZSE":
		return len(value) == 6 && digitsOnly(value)
	case "HKEX":
		return len(value) >= 4 && len(value) <= 5 && digitsOnly(value)
	case "Wikidata":
		number, isItem := strings.CutPrefix(value, "Q")
		return isItem && number != "" && number[0] != '0' && digitsOnly(number)
	}
	return true
}

func digitsOnly(s string) bool { return strings.Trim(s, "0123456789") == "" }

// usccAlphabet is the character set of GB 32100-2015, in the order of the
// values 0 to 30: without I, O, S, V and Z.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// ValidUSCC tells whether s is a unified social credit code: 18 characters, the
// last of which makes the sum of all, the i-th weighed by 3 to the power i from
// 0 and the last by 1, a multiple of 31.
func ValidUSCC(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(usccAlphabet, s[i])
		if v < 0 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	check := strings.IndexByte(usccAlphabet, s[17])
	return check >= 0 && (sum+check)%31 == 0
}

// ValidLEI tells whether s is a legal entity identifier: 20 characters, the
// last two of them digits, which read as a number (A is 10, Z is 35) leave 1
// when divided by 97.
func ValidLEI(s string) bool {
	if len(s) != 20 || !digitsOnly(s[18:]) {
		return false
	}
	rest := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}
