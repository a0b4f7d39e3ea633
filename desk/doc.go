// Package desk reads articles for a person who brings what they state into the
// graph: it lists the sentences, recognises who is named in them, proposes
// relations, and makes changes of all that which the person edits and imports.
//
// # A guided tour
//
// [CheckArticle] takes the bytes of a file, or says why they are no article.
// [Desk.Read] makes a [Reading] of the text:
//
//	sentences  a sentence may go on after the end of a page
//	mentions   names and aliases of the graph, the longest at each place; then
//	           names of firms and institutes that the graph does not have, by
//	           how they end: 有限公司, 集团, 大学
//	proposals  relations between the mentions of one sentence, where a cue word
//	           stands between or behind them: 投资, 共建, 供应, 落户, 旗下. Each cue
//	           has types, and the first counts whose ends, as the ontology has
//	           them, are there. 将, 拟, 下一步 before the cue: it is planned.
//
// [Reading.Changes] are the source with its text, the new entities, and the
// relations, each with its locator and with [ProposedConfidence], until somebody
// confirms it. A relation that the graph has already keeps all that is known of
// it and gets the place as another piece of evidence, or is left out where it has
// that place.
//
// Nothing is guessed beyond the sentence: no pronouns, no figures, no dates.
package desk
