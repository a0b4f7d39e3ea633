package text

import (
	"strings"
	"sync"
)

// knownWords lists words whose characters have several readings, with the one
// they have there: places of the national list whose characters are read
// otherwise elsewhere, then words that stand in names of enterprises and
// products. A syllable with a slash may be typed either way.
const knownWords = `
重庆 chong qing
长子 zhang zi
陕西 shan/shaan xi
六安 lu an
六合 lu he
台州 tai zhou
丽水 li shui
铅山 yan shan
乐清 yue qing
乐亭 lao ting
宝坻 bao di
蔚县 yu xian
万柏林 wan bai lin
调兵山 diao bing shan
繁峙 fan shi
洪洞 hong tong
珲春 hun chun
穆棱 mu ling
绥棱 sui ling
丹棱 dan ling
闵行 min hang
太行 tai hang
蚌埠 beng bu
蚌山 beng shan
枞阳 zong yang
涡阳 guo yang
牟平 mu ping
中牟 zhong mu
东阿 dong e
单县 shan xian
单于 chan yu
浚县 xun xian
召陵 shao ling
泌阳 bi yang
黄陂 huang pi
番禺 pan yu
大埔 da bu
龙圩 long xu
覃塘 qin tang
犍为 qian wei
筠连 jun lian
荥经 ying jing
吴堡 wu bu
红寺堡 hong si bu
崆峒 kong tong
宕昌 tan chang
尉犁 yu li
尉迟 yu chi
伽师 jia shi
三重 san chong
会稽 kuai ji
莘庄 xin zhuang
会计 kuai ji
银行 yin hang
农商行 nong shang hang
分行 fen hang
支行 zhi hang
总行 zong hang
商行 shang hang
车行 che hang
洋行 yang hang
琴行 qin hang
拍卖行 pai mai hang
行业 hang ye
行情 hang qing
重组 chong zu
重阳 chong yang
重复 chong fu
重叠 chong die
成长 cheng zhang
生长 sheng zhang
增长 zeng zhang
市长 shi zhang
院长 yuan zhang
校长 xiao zhang
家长 jia zhang
会长 hui zhang
音乐 yin yue
乐器 yue qi
器乐 qi yue
声乐 sheng yue
乐团 yue tuan
乐队 yue dui
冷藏 leng cang
收藏 shou cang
珍藏 zhen cang
储藏 chu cang
典藏 dian cang
调查 diao cha
调研 diao yan
调度 diao du
大厦 da sha
广厦 guang sha
亚厦 ya sha
人参 ren shen
海参 hai shen
党参 dang shen
玄参 xuan shen
参茸 shen rong
模具 mu ju
模板 mu ban
薄膜 bo mo
薄荷 bo he
给水 ji shui
给排水 ji pai shui
供给 gong ji
自给 zi ji
美的 mei di
的士 di shi
弹簧 tan huang
弹性 tan xing
咖喱 ga li
标识 biao zhi
柏林 bo lin
湖泊 hu po
梁山泊 liang shan po
校准 jiao zhun
传记 zhuan ji
大夫 dai fu
便宜 pian yi
朝阳 chao yang
出差 chu chai
`

// usualReadings puts another reading first where the dictionary's first is not
// the usual one in names.
const usualReadings = `
长 chang zhang
都 du dou
藏 zang cang
调 tiao diao
佛 fo fu bi bo
厦 xia sha
什 shi shen
勒 le lei
曾 zeng ceng
茄 qie jia
泊 bo po
`

// vocabulary finds the known word with which a text begins.
type vocabulary struct {
	byFirst map[rune][]knownWord // the longest first
}

type knownWord struct {
	runes     []rune
	syllables []sound
}

var known = sync.OnceValue(func() vocabulary {
	v := vocabulary{byFirst: map[rune][]knownWord{}}
	for line := range strings.Lines(knownWords) {
		word, reading, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok {
			v.add(knownWord{[]rune(word), knownSounds(reading)})
		}
	}
	return v
})

func (v *vocabulary) add(w knownWord) {
	list := v.byFirst[w.runes[0]]
	at := 0
	for at < len(list) && len(list[at].runes) >= len(w.runes) {
		at++
	}
	list = append(list, knownWord{})
	copy(list[at+1:], list[at:])
	list[at] = w
	v.byFirst[w.runes[0]] = list
}

// longest gives the length of the longest known word with which text begins,
// and its syllables; 0 where there is none.
func (v vocabulary) longest(text []rune) (int, []sound) {
	for _, w := range v.byFirst[text[0]] {
		if len(text) >= len(w.runes) && string(text[:len(w.runes)]) == string(w.runes) {
			return len(w.runes), w.syllables
		}
	}
	return 0, nil
}

// knownSounds reads syllables, each with its only reading.
func knownSounds(reading string) []sound {
	var out []sound
	for _, syllable := range strings.Fields(reading) {
		var s sound
		for _, manner := range strings.Split(syllable, "/") {
			for _, spelling := range spellings(manner) {
				s.add(spelling)
			}
		}
		s.usual = len(s.spellings)
		out = append(out, s)
	}
	return out
}

// preferred are the readings of characters whose usual one the dictionary does
// not list first.
var preferred = sync.OnceValue(func() map[rune]sound {
	m := map[rune]sound{}
	for line := range strings.Lines(usualReadings) {
		word, readings, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok {
			m[[]rune(word)[0]] = parseSound(readings)
		}
	}
	return m
})
