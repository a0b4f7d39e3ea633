package dataset

import "testing"

func TestAnIdentifierIsCheckedByItsScheme(t *testing.T) {
	cases := []struct {
		name, scheme, value string
		want                bool
	}{
		{"a credit code with its check digit", "USCC", "91650000299201121Q", true},
		{"a credit code whose check digit is 1", "USCC", "91370200264574251E", true},
		{"a credit code with two digits exchanged", "USCC", "91650000299201211Q", false},
		{"a credit code with another check digit", "USCC", "91650000299201121R", false},
		{"a credit code with a letter the standard leaves out", "USCC", "9165000029920112IQ", false},
		{"a credit code that is too short", "USCC", "91650000299201121", false},
		{"a credit code in small letters", "USCC", "91650000299201121q", false},
		{"the example of the LEI standard's registry", "LEI", "5493001KJTIIGC8Y1R12", true},
		{"an LEI with another check digit", "LEI", "5493001KJTIIGC8Y1R13", false},
		{"an LEI with letters for check digits", "LEI", "5493001KJTIIGC8Y1RAA", false},
		{"an LEI with a blank", "LEI", "5493001KJTIIGC8Y 112", false},
		{"a region", "GB/T 2260", "621200", true},
		{"a region that lost its zero", "GB/T 2260", "62120", false},
		{"a share in Shanghai", "SSE", "600690", true},
		{"a share in Shenzhen that lost its zeros", "SZSE", "599", false},
		{"a share in Hong Kong", "HKEX", "6690", true},
		{"a Wikidata item", "Wikidata", "Q831445", true},
		{"a Wikidata property", "Wikidata", "P31", false},
		{"a scheme nobody here knows", "inhouse", "x", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := ValidIdentifier(c.scheme, c.value); got != c.want {
				t.Errorf("ValidIdentifier(%q, %q) = %v", c.scheme, c.value, got)
			}
		})
	}
}

func TestEveryWrongCharacterOfACreditCodeIsFound(t *testing.T) {
	const right = "914100007457748527"
	if !ValidUSCC(right) {
		t.Fatal(right, "is right")
	}
	for i := range right {
		for _, c := range usccAlphabet {
			wrong := right[:i] + string(c) + right[i+1:]
			if wrong != right && ValidUSCC(wrong) {
				t.Errorf("%s passes though character %d is wrong", wrong, i)
			}
		}
	}
}
