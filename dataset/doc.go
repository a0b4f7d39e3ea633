// Package dataset is how a graph comes in from files and goes out to them, and
// the dataset that is built in. A file is a stream of changes: every reader
// yields [Line], and [Load] writes what any of them yields.
//
// # JSON Lines: the lossless format
//
// [Write] exports a whole graph, [Read] reads such a file. One line is one
// document, as package graph defines it; the first line is the header:
//
//	{"lianzhu":{"format":1}}
//	{"source":{"key":"source:qingdao-daily","title":"..."},"text":"..."}
//	{"entity":{"key":"enterprise:haier-group","kind":"ENTERPRISE","names":[...]}}
//	{"relation":{"type":"INVESTS_IN","source":"enterprise:haier-group","target":"project:...","modality":"ASSERTED",...}}
//
// Sources come first, then entities, then relations, each in the order of their
// keys, so equal graphs give equal bytes and no line refers to a later one. A
// line has at most 16 MiB; a text that does not fit has "more":true beside it
// and goes on in the "text" of the next line. Reading is strict: what is not
// understood is refused, with file, line, column and reason.
//
// # Statements: the readable format
//
// [WriteStatements] and [ReadStatements] keep the same documents, without the
// texts of sources, in a form that a person who knows the domain writes in an
// editor and reviews in a diff. By convention such a file ends in .facts:
//
//	# A comment runs from # to the end of the line.
//	cite source:qingdao-daily                  # from here on "." stands for it
//
//	source source:qingdao-daily
//	  title zh 工业互联网引领
//	  publisher 青岛日报
//	  published XXXX-11-21
//
//	entity enterprise:lihe-weidao ENTERPRISE
//	  name zh official 利和味道 <- .           # <- names the sources of a name
//	  name en transliteration "Lihe Weidao"
//	  id USCC 91370200264574251E
//	  attribute 业务线 / "business lines"
//	    figure 两条 = 2 line
//	    @ . 700-702 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//
//	relation product:sichuan-pepper SUPPLIES project:lihe-longnan-plant
//	  volume 6000余吨 = 6000.. t per year       # at least 6000
//	  place region:621200
//	  @ . 680-745 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//
// A statement begins at the start of a line; what belongs to it is indented by
// two blanks, what belongs to an attribute or a derivation by four. A text with
// blanks stands in quotation marks, with the escapes of Go. These lines exist:
//
//	source    title zh|en, publisher, published, url, license, sha256, length, editions
//	entity    name LANG ROLE TEXT [reading PINYIN] [<- SOURCE...], id SCHEME VALUE [<- SOURCE...], attribute, @
//	relation  planned|reported|negated, confidence, from, to, open, place KEY..., via, amount, share, volume,
//	          subject zh|en, product, recognised in|by KEY, derived RULE, attribute, @
//	attribute NAME [/ ENGLISH-NAME]
//	          text, figure, planned|reported|negated, collective, from, to, @
//	derived   premise SOURCE TYPE TARGET [disc WORD]
//	@         SOURCE [START-END SHA256] [refutes] [by TEXT]
//	figure, amount, share, volume
//	          AS-WRITTEN = [VALUE] [MIN..MAX] UNIT [per PER] [approx]
//
// What says nothing else is asserted; "open" is a list that the source leaves
// open (等). START and END count the characters of the source's text, the end
// not included; SHA256 is that of the span. Relations of one type between the
// same two things are told apart by disc WORD after the target.
//
// # Units and identifiers
//
// [Units] lists the units of figures and how they convert; [ValidIdentifier]
// knows check digits.
//
// # The built-in dataset
//
// [YellowRiver] yields the administrative regions of China and what is known of
// the enterprises of Qingdao in the provinces along the Yellow River. Its files
// are in yellowriver (statements) and regions (lists); NOTICE at the top of the
// project names the origins.
package dataset
