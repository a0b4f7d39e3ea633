package text

import (
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// CompanyName is what a Chinese company name consists of, each part as it is
// written: 青岛海尔智能家电科技有限公司 is 青岛, 海尔, 智能家电科技 and 有限公司. What a
// name lacks is "". Branch is what stands after the legal form: 北京分公司.
type CompanyName struct {
	Region, Brand, Trade, LegalForm, Branch string
}

// Core is the name without its legal form.
func (c CompanyName) Core() string { return c.Region + c.Brand + c.Trade }

// Companies parses names of companies. It does not change and may be used by
// several goroutines.
type Companies struct {
	regions map[string]bool
	longest int // region, in characters
	forms   []string
	trades  map[string]bool
	branch  []string
}

// NewCompanies makes a parser that knows these names of regions, full and short.
func NewCompanies(regions iter.Seq[string]) *Companies {
	p := &Companies{regions: map[string]bool{}, forms: strings.Fields(legalForms), trades: map[string]bool{}, branch: strings.Fields(branchWords)}
	p.addRegions(regions)
	for _, word := range strings.Fields(tradeWords) {
		p.trades[word] = true
	}
	return p
}

func (p *Companies) addRegions(names iter.Seq[string]) {
	for name := range names {
		if n := utf8.RuneCountInString(name); n > 1 {
			p.regions[name] = true
			p.longest = max(p.longest, n)
		}
	}
}

// Parse takes a name apart. The region stands at the beginning, or in brackets;
// the longest region counts, and those below it that follow. The legal form is
// the longest that the name ends with. Of what is left, the end that consists of
// words of trade is the trade, and two characters at least are the brand. A name
// of which nothing but words of trade is left has them as its brand.
func (p *Companies) Parse(name string) CompanyName {
	var c CompanyName
	rest := strings.Join(strings.Fields(width.Fold.String(name)), "")
	rest, c.Region = p.bracketed(rest)
	rest, c.Branch = p.cutBranch(rest)
	rest, c.LegalForm = p.cutForm(rest)
	if region := p.region(rest); c.Region == "" && utf8.RuneCountInString(rest)-utf8.RuneCountInString(region) >= 2 {
		c.Region, rest = region, rest[len(region):]
	}
	c.Brand, c.Trade = p.cutTrade(rest)
	return c
}

// bracketed takes a region in brackets out of a name: 伊克斯达(青岛)控股有限公司.
// Of another first pair of brackets only the brackets go.
func (p *Companies) bracketed(name string) (rest, region string) {
	before, after, opened := strings.Cut(name, "(")
	inner, after, closed := strings.Cut(after, ")")
	if !opened || !closed {
		return name, ""
	}
	if p.region(inner) == inner && before != "" && inner != "" {
		return before + after, inner
	}
	return before + inner + after, ""
}

// cutBranch takes the name of a branch from behind the legal form.
func (p *Companies) cutBranch(name string) (rest, branch string) {
	for _, word := range p.branch {
		if !strings.HasSuffix(name, word) {
			continue
		}
		if i := strings.Index(name, "公司"); i >= 0 && i+len("公司") < len(name) {
			return name[:i+len("公司")], name[i+len("公司"):]
		}
	}
	return name, ""
}

// cutForm takes the longest legal form from the end of a name, unless it is all
// of it.
func (p *Companies) cutForm(name string) (rest, form string) {
	folded := strings.ToLower(name)
	for _, f := range p.forms {
		if len(f) > len(form) && len(f) < len(name) && strings.HasSuffix(folded, f) {
			form = f
		}
	}
	at := len(name) - len(form)
	if at < 0 || len(folded) != len(name) {
		return name, ""
	}
	return strings.TrimRight(name[:at], ",."), name[at:]
}

// region is the longest region with which name begins, with those that follow
// it directly in full: 山东省济南市. 中国 and 国家 count as one.
func (p *Companies) region(name string) string {
	at := 0
	for {
		step := p.regionAt(name[at:])
		last, _ := utf8.DecodeLastRuneInString(name[:at+step])
		if step == 0 || at > 0 && !strings.ContainsRune("省市区县州盟旗", last) {
			return name[:at]
		}
		at += step
	}
}

func (p *Companies) regionAt(name string) (size int) {
	if strings.HasPrefix(name, "中国") {
		return len("中国")
	}
	runes := 0
	for i := range name {
		if runes > p.longest {
			break
		}
		if p.regions[name[:i]] {
			size = i
		}
		runes++
	}
	if p.regions[name] {
		size = len(name)
	}
	return size
}

// cutTrade divides what is between region and legal form.
func (p *Companies) cutTrade(rest string) (brand, trade string) {
	runes := []rune(rest)
	for i := 2; i < len(runes); i++ {
		if p.allTrade(runes[i:]) {
			return string(runes[:i]), string(runes[i:])
		}
	}
	return rest, ""
}

// longestTrade is the length of the longest word of trade, in characters.
const longestTrade = 5

// allTrade tells whether words consists of words of trade.
func (p *Companies) allTrade(words []rune) bool {
	ends := make([]bool, len(words)+1)
	ends[0] = true
	for i := 1; i <= len(words); i++ {
		for size := 1; size <= min(longestTrade, i) && !ends[i]; size++ {
			ends[i] = ends[i-size] && p.trades[string(words[i-size:i])]
		}
	}
	return ends[len(words)]
}

// legalForms are the ends of names that say what a firm is in law, and what
// stands for them where a name is shortened.
const legalForms = `
股份有限公司 有限责任公司 有限公司 股份公司 总公司 公司 集团股份有限公司 集团有限责任公司 集团有限公司 集团总公司 集团公司 集团 股份
控股股份有限公司 控股有限责任公司 控股有限公司 控股集团有限公司 控股集团 合伙企业有限合伙 合伙企业普通合伙 合伙企业特殊普通合伙 合伙企业 有限合伙 普通合伙
农民专业合作社 专业合作社 农民专业合作社联合社 合作社 个体工商户 经营部 门市部 工作室 事务所 商行
co.,ltd. co.,ltd co.ltd. coltd limited ltd. ltd inc. inc corporation corp. corp company plc gmbh
`

// branchWords end the name of a branch.
const branchWords = `分公司 子公司 办事处 代表处 分厂 营业部 分行 支行`

// tradeWords are words that tell in names what a firm does.
const tradeWords = `
科技 技术 信息 信息技术 网络 软件 数据 数码 数字 智能 智能制造 智能装备 智能家电 智慧 电子 电子商务 电子信息 电器 电气 电力 电机 电缆 电池 电源 电工 家电 家居 家具 家用电器 半导体 芯片 集成电路 微电子
光电 光学 光伏 光缆 通信 通讯 物联 物联网 互联网 工业互联网 物联科技 云计算 人工智能 机器人 自动化 传感器 仪器 仪表 仪器仪表 测控 检测 计量
机械 机床 机电 机车 机车车辆 车辆 汽车 客车 汽车零部件 零部件 轨道交通 轨道 交通 运输 铁路 航空 航天 船舶 海工 重工 装备 装备制造 设备 制造 工业 实业 轮胎 橡胶 橡塑 塑料 塑胶 齿轮 轴承 阀门 模具 五金 紧固件 锅炉 泵业
化工 化学 石油 石化 石油化工 炼化 天然气 燃气 油气 煤炭 煤业 焦化 能源 新能源 氢能 动力 氢能动力 储能 风电 电站 热力 热电 水务 水利 环保 环境 生态 节能 再生资源 循环 循环利用
材料 新材料 钢铁 冶金 冶炼 有色金属 金属 金属材料 铝业 铜业 矿业 矿产 稀土 建材 水泥 玻璃 陶瓷 玻纤 碳纤维 涂料 颜料
生物 生物科技 生物工程 医药 制药 药业 医疗 医疗器械 器械 健康 大健康 中药 疫苗 基因
食品 饮料 乳业 粮油 粮食 肉类 水产 水产品 海洋 海洋科技 渔业 农业 农业科技 农牧 牧业 养殖 种业 种植 园艺 林业 果业 果蔬 蔬菜 调味品 调味食品 酒业 啤酒 茶业 花卉 香料 饲料 化肥
纺织 服装 服饰 印染 鞋业 皮革 造纸 纸业 包装 印刷 印务 玩具 工艺品 日化 日用品 用品 体育用品 文具
贸易 商贸 进出口 国际贸易 国际 物流 供应链 供应链管理 仓储 港口 港务 快递 零售 百货 超市 连锁
建设 建筑 建工 工程 工程建设 工程技术 建筑工程 路桥 市政 地产 房地产 置业 开发 园区 置地 物业 物业管理 装饰 设计 规划 勘察 勘测 园林 城市建设 城市 基础设施
投资 投资管理 资产 资产管理 资本 金融 金融科技 融资租赁 租赁 担保 保险 银行 证券 基金 信托 期货 小额贷款 财务 股权投资 控股
文化 传媒 文化传媒 传播 广告 影视 出版 教育 培训 旅游 酒店 餐饮 体育 会展 咨询 服务 管理 企业管理 咨询服务 人力资源 知识产权 认证 研究 研究所 研究院 研发 创新 孵化器 产业 产业园 发展 经营 运营 生产 加工 销售 营销 总厂 厂
`
