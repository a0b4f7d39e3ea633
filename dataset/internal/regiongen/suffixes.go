package main

// suffixes are the readings of the characters that follow a short name: words
// for divisions and names of peoples. Several of them have other readings
// elsewhere (省 xing, 藏 cang, 朝 zhao).
var suffixes = map[rune]string{
	'市': "shi", '区': "qu", '省': "sheng", '县': "xian", '旗': "qi", '盟': "meng", '州': "zhou", '地': "di", '林': "lin", '镇': "zhen",
	'特': "te", '别': "bie", '行': "xing", '政': "zheng", '自': "zi", '治': "zhi", '各': "ge", '族': "zu",
	'满': "man", '蒙': "meng", '古': "gu", '回': "hui", '达': "da", '斡': "wo", '尔': "er", '朝': "chao", '鲜': "xian", '畲': "she",
	'土': "tu", '家': "jia", '苗': "miao", '瑶': "yao", '侗': "dong", '壮': "zhuang", '仫': "mu", '佬': "lao", '毛': "mao", '南': "nan",
	'黎': "li", '羌': "qiang", '彝': "yi", '藏': "zang", '仡': "ge", '布': "bu", '依': "yi", '水': "shui", '傣': "dai", '哈': "ha",
	'尼': "ni", '纳': "na", '西': "xi", '拉': "la", '祜': "hu", '佤': "wa", '朗': "lang", '白': "bai", '景': "jing", '颇': "po",
	'傈': "li", '僳': "su", '独': "du", '龙': "long", '怒': "nu", '普': "pu", '米': "mi", '裕': "yu", '固': "gu", '萨': "sa",
	'克': "ke", '保': "bao", '安': "an", '东': "dong", '乡': "xiang", '撒': "sa", '维': "wei", '吾': "wu", '柯': "ke", '孜': "zi",
	'塔': "ta", '吉': "ji", '锡': "xi", '伯': "bo",
}
