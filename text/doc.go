// Package text says how words are found: the same terms and the same ranking
// for every store.
//
// # A guided tour
//
// [Fold] makes texts comparable: 卡奧斯 and 卡奥斯, ＣＯＳＭＯ Ｐlat and cosmoplat,
// lǒng nán and longnan are one. [Terms] says under which terms a store lists an
// entity. [Find] answers a search, and [Named] finds who has a name, from
// nothing but such lists: a store implements [Postings], two methods.
//
// # What is found, and in which order
//
// Every hit has a rank, which is its score: 1 for rank 0, a 64th less for each
// rank below. Hits of one rank come in the order of their ids. From the best:
//
//	EXACT       the first or an official name, the whole of it
//	IDENTIFIER  a whole identifier
//	ALIAS       another name, the whole of it
//	PINYIN      the whole pinyin of a name in its usual reading: kaaosi, ka ao si, ka奥斯
//	INITIALS    the initials of a whole name, three or more: kas
//	PREFIX      the beginning of a name; then that of an identifier, from three characters
//	PINYIN      the beginning of the pinyin; then readings that are not the usual ones
//	INITIALS    the beginning of the initials; then those of other readings
//	FULLTEXT    a part of a name; then all the words, in any order and in any of the names
//	FUZZY       a name but for one slip; then a part or a word of a name but for one slip
//
// So a whole name comes before a part of one, however it was typed. Where only a
// part of a name matches, shorter names come first, in eight steps of length.
// What has one or two Han characters is found from one character on; parts of
// Latin names, pinyin and initials from two letters on.
//
// A slip is one wrong, missing or additional character, or two neighbours
// swapped. Slips are sought only where no whole name and fewer than ten entities
// are found without, in Han names from three characters and Latin names, words
// of them and pinyin from five letters on. Two Han characters find, only where
// nothing else does, whole names of three whose middle is missing (卡斯 is 卡奥斯),
// then those of two of which one is wrong (郑卅 is 郑州).
//
// # How it is found
//
// The rank of a match is the last byte of a term, and an entity has each key
// under one rank only, its best. So the lists of a key, best rank first, are
// the answer to a query that is a key: one or two characters cost a look at a
// few lists, and their lengths are the total.
//
// A longer text is covered by overlapping keys, whose lists are intersected, the
// rarest first. Whoever has 工业, 业互 and 互联 has 工业互联 in one piece if 业 and
// 互 stand in one neighbourhood only in all of his names; a term says where that
// is not so, and only there the entity is read and looked at. What the lists
// cannot settle (words of several names, long pinyin, slips) is looked at too.
// The total is always exact.
//
// # Readings
//
// [Pinyin] and [PinyinKey] read names. A stored reading is believed; then comes
// a list of known words (重庆 is chong qing), then what the dictionary gives
// first: that is the usual reading. All other readings of the dictionary are
// found too, below it, at most one character of a match read so: chongqing is
// 重庆, and zhongqing, after those who are read so, is 重庆 as well. The tables
// are embedded as bytes and read in place, so that start-up pays
// nothing; data/ORIGIN.md names where they come from.
//
// # Versions
//
// [Version] is 3. Version 1 gave names with a stored reading or a known word no
// other one, kept stored pinyin names among the readings, and had no slips of
// two characters; version 2 did not tell apart joints in names that are parts of
// others. A store that keeps terms must not answer from those of another
// version: its entities stay as they are, and only its lists are made anew,
// which storage/bolt does when it opens a file.
package text
