package dataset

import (
	"math/big"
)

// chineseDigits are the digits, in ordinary and in financial writing.
var chineseDigits = map[rune]int64{
	'〇': 0, '零': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
	'壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9,
}

// chineseTens multiply the digit before them, chineseMyriads all that stands
// before.
var (
	chineseTens    = map[rune]int64{'十': 10, '百': 100, '千': 1000, '拾': 10, '佰': 100, '仟': 1000}
	chineseMyriads = map[rune]int64{'万': 1e4, '萬': 1e4, '亿': 1e8, '億': 1e8}
)

// chineseNumber reads a number in Chinese numerals, such as 三千二百万.
func chineseNumber(s string) (*big.Rat, bool) {
	var total, section, digit int64
	seen := false
	for _, r := range s {
		if d, ok := chineseDigits[r]; ok {
			digit, seen = d, true
			continue
		}
		if t, ok := chineseTens[r]; ok {
			if !seen {
				digit = 1 // 十二
			}
			section += digit * t
			digit, seen = 0, true
			continue
		}
		m, ok := chineseMyriads[r]
		if !ok || !seen || total > 1e14 {
			return nil, false
		}
		total = (total + section + digit) * m
		section, digit = 0, 0
	}
	return new(big.Rat).SetInt64(total + section + digit), seen
}
