/** What a question does not want: not spicy, without nuts, anything but pasta, -jazz. */
import { before, type Span, type Spans } from './spans.ts';

export interface Exclusion {
  span: Span;
  /** What is not wanted, each for itself. */
  phrases: readonly string[];
}

/** Stands before a condition, which it turns round: not from 2019, no PDFs, except those tagged work. */
const NEGATOR =
  /(?:(?:,|\b(?:but|and|or|that|which|who|they|it|just|please))\s+)*(?:\b(?:are|is|was|were|do|does|did|has|have|should|must|can)\s*(?:n['’]t|not)(?:\s+(?:be|have|include|come|contain|want|need|been|to see))*|\b(?:ar|is|was|were|do|does|did|has|have|ca|wo)n['’]t(?:\s+(?:be|have|include|come|contain|want|need|been|to see))*|\b(?:but not|not|no|without|except(?:ing)?(?: for)?|excluding|excepting|exclude|w\/o|outside(?: of)?|away from|anywhere but|anywhere except|omit(?:ting)?|leav(?:e|ing) out|skip(?:ping)?|other than|apart from|aside from|minus|never|nothing|none|anything but|everything but|everything except|avoid(?:ing)?|ignor(?:e|ing)|rather not|instead of|rather than|lacking|(?:do not|don['’]t) (?:want|show|include|need|give|list)(?: me)?)|\bnon-)(?:\s+(?:any|anything|everything|the|those|ones?|these|my|all|of|that|which|are|were|is|was|i|have))*\s*$/i;

/** Where it begins, or null. */
export function negatorBefore(text: string, at: number): number | null {
  const head = `${before(text, at)} `;
  const match = NEGATOR.exec(head);
  return match === null || match[0].trim() === '' ? null : match.index;
}

const ANY = String.raw`(?:(?:any|anything|the|a|an|those|ones?|with|that|which|is|are|has|have|containing|about|of|from|involving|including|my|some|too|very|so|really|in it|all)\s+)*`;
/** Sure anywhere: they exclude and nothing else. */
const OPENERS = [
  String.raw`(?:,\s*)?(?:\b(?:but|and|just|please)\s+)*\b(?:(?<!\b(?:or|li[fv](?:e|ing)|world|going|doing|being|sleeping|coping|years?|days?)\s)without|w\/o(?:ut)?|sans(?! serif)|besides|unrelated to|not relat(?:ed|ing) to|except(?:ing)?(?: (?:for|in|at|on|from|near|by|to|with))?|excluding|other than|apart from|aside from|(?:any|every)(?:thing|where|one) (?:but|except)|(?:with |has |have |having )?neither|free of|free from|lacking|(?:but|and|just|only|though|with|please)(?: please| definitely| certainly| absolutely| really| preferably| ideally)* (?:no|not|nothing|none)(?: with| of)?|(?:having|has|have|contains?|containing|that has) (?:no|nothing|none)(?: of)?|nothing|nor|hold the)\s+`,
  String.raw`(?:,\s*)?(?:\b(?:but|and)\s+)?\b(?:that|which|who)\s+(?:(?:is|are|was|were|do|does|did|has|have)\s*(?:n['’]t|not)|(?:is|are|was|were|do|does|did|has|have)n['’]t|(?:has|have|is|are) no|never)\s+(?:(?:contain|include|have|show|mention|involve|need|use|require|be|been)\s+)?`,
  String.raw`(?:[.,;!]\s*|^\s*|\b(?:and|but|please)\s+)(?:please\s+)?(?:i\s+)?(?:do not|don['’]t|do n['’]t)\s+(?:want|show|include|need|like|give)(?:\s+(?:me|to see))?\s+`,
  String.raw`(?:[.,;!:–—]\s*|^\s*|\b(?:and|but|please)\s+)(?:please\s+)?(?:exclude|omit(?:ting)?|leav(?:e|ing) out|skip(?:ping)?|minus|avoid(?:ing)?|ignor(?:e|ing))\s+`,
  String.raw`(?<=\s|^)[-–−](?=\p{L})`,
  String.raw`[;,(]\s*(?:but\s+)?(?:not|no)\s+`,
  // Not "methods for avoiding deadlock".
  String.raw`(?:,\s*)?(?<!\b(?:for|of|to|on|by|in|how|and|about|with|when|while|are|is)\s)\b(?:avoiding|skipping|omitting|leaving out|minus)\s+`,
];
/** Of an exclusion these leave no doubt, in questions about the world, too. */
const EXPLICIT = String.raw`(?:,\s*)?\b(?:except(?:ing)?(?: for)?|excluding|other than|apart from|aside from|but not)\s+`;
/** Sure only in few words that ask nothing: curry not spicy; not in "why do cells not divide". */
const SHORT_OPENERS = [
  String.raw`(?:,\s*)?(?<!\b(?:is|are|was|were|has|have|had|be|to|there['’]s)\s)\b(?:not|no|never|skip)\s+`,
  String.raw`(?:,\s*)?\b(?:rather than|instead of|as opposed to|in place of)\s+`,
];
// A word is cut from the next in one way only: a question without an end to be found would else be tried in exponentially many.
const WORD = String.raw`(?!(?:or|nor|and) )[\p{L}\p{N}][\p{L}\p{N}'’&/-]*`;
const JOINT = String.raw`(?:,? (?:or|nor|and) |, (?=[\p{L}-]+ ?(?:,|or|and)) ?| )`;
/** Ends of what is excluded. */
const endWith = (comma: string) =>
  String.raw`(?=\s*(?:${comma}|[.;:!?()\x00]|$)|\s+[-–−]\p{L}|\s+(?:but|and (?:with|from|in|not|no|without)|with|from|since|before|after|under|over|below|above|between|for|in|on|at|please|taken|made|written|that|which|who|where|when|while|because|if|by|as|to|during|of the|instead|later|earlier|prior|predat\w+|cheaper|pricier|older|newer|more|less|priced|dated|rated|saying|mentioning|containing|reading|\p{L}+ed (?:in|on|by|from|since|before|after|between)|called|named|labell?ed|marked|filed|stamped|back|or (?:in|on|from|with)|costing|tagged|is|are|was|were|has|have)\b|\s+\p{L}+ed\s+\x00|\s{3,})`;
const END = endWith(',');
/** Of words that exclude and nothing else, a list is meant whole: excluding ducks, geese and swans. */
const NAME = String.raw`[\p{L}'’-]+(?: [\p{L}'’-]+)?`;
const END_OF_LIST = endWith(`,(?! ${NAME}(?:, ${NAME})*,? (?:and|or|nor) ${NAME} ?(?:[.,;!?]|$))`);
const TRAILING =
  /\s+(?:please|thanks|thank you|in it|in them|in there|at all|either|though|too|whatsoever)$/i;
/** Not excluded: figures of speech. */
const IDIOM =
  /^(?:only|just|sure|yet|to|necessarily|more|less|fewer|longer|later|earlier|matter|doubt|one|so|too|even|be|been|being|the (?:same|only|less|case)|have|having|know|exclusively|in the|as|at|on|from|in|for|until|limited|known|related|all|way|end|limits?|well|enough|much|many|very|really|like|than|then|less than|more than|far|far from|yet|always|any more|anymore|longer than|knowing|saying|after|before|when|if|while|\d|(?:found|handled|recogni[sz]ed|supported|defined|installed|implemented|allowed|detected|available|(?:respond|work|start|load|charg|connect|print|sync)ing)(?=\s*$))\b/i;

/** Before a negation, which it takes back: not without, can't get no. */
const DOUBLED = /(?:\bnot|n['’]t(?:\s+\S+)?)\s*$/i;
const BARE = /^\s*(?:without|w\/o(?:ut)?|no|not|never|nothing|neither)\b/i;

/** @param manner `short`: so few words that a bare `not` excludes, too; `explicit`: only what leaves no doubt */
export function findExclusions(spans: Spans, manner: 'short' | 'long' | 'explicit'): Exclusion[] {
  const found: Exclusion[] = [];
  const openers =
    manner === 'explicit' ? [EXPLICIT] : manner === 'long' ? OPENERS : [...OPENERS, ...SHORT_OPENERS];
  for (const opener of openers) {
    const end = SHORT_OPENERS.includes(opener) ? END : END_OF_LIST;
    const pattern = new RegExp(`${opener}(${ANY})(${WORD}(?:${JOINT}${WORD})*?)${end}`, 'giu');
    // Taken words are barriers: they end what is excluded.
    const left = spans.left().replace(/ {3,}/g, (blank) => ` ${'\0'.repeat(blank.length - 2)} `);
    for (const match of left.matchAll(pattern)) {
      const span = { from: match.index, to: match.index + match[0].trimEnd().length };
      const head = left.slice(0, match.index);
      if (!spans.isFree(span) || DOUBLED.test(head)) continue;
      // What begins so says what it is: No Time to Die; without nuts, please.
      if (head.trim() === '' && BARE.test(match[0]) && !/^\s*[,;:]/.test(left.slice(span.to))) continue;
      const words = (match[2] as string).trim().replace(TRAILING, '');
      if ((IDIOM.test(words) && !match[1]) || /\bnot$/i.test(words)) continue;
      const phrases = words
        .split(/\s*(?:,\s*(?:or|nor|and)?|\b(?:or|nor|and)\b)\s*/i)
        .map((phrase) =>
          phrase.replace(/^(?:(?:any|the|an?|with|no|not|too|very|my|without)\s+)+/i, '').trim(),
        )
        .filter((phrase) => phrase !== '');
      if (phrases.length === 0 || phrases.some((phrase) => phrase.split(/\s+/).length > 5)) continue;
      found.push({ span, phrases });
      spans.take(span);
    }
  }
  return found.sort((a, b) => a.span.from - b.span.from);
}

/** The word before "-free": nut-free, sugar-free. */
const FREE =
  /(?<![\p{L}\p{N}])(?!(?:duty|royalty|hands|carefree|stress|tax|rent|care|trouble|scot|context|error|interest|toll|free|ad|drug)-)([\p{L}]{3,})-free\b/giu;

export function findFree(spans: Spans): Exclusion[] {
  return [...spans.matches(FREE)].map((match) => {
    const span = { from: match.index, to: match.index + match[0].length };
    return { span, phrases: [match[1] as string] };
  });
}
