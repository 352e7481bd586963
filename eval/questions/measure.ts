/** The suite `questions`: what a search finds for questions with conditions, and whether it understood them as intended. */

import { mean } from '../../workers/statistics.ts';
import type { Measured } from '../measure.ts';
import type { FoundItems } from '../page/page.ts';
import type { Session } from '../session.ts';
import { type DrawnQuestion, drawQuestions } from './draw.ts';
import { judge } from './judge.ts';
import { heldBack } from './wording.ts';

type FamilyRow = Measured & { suite: string; family: string };

/** @param plain questions that ask for no condition, of a collection of passages */
export async function questions(
  session: Session,
  seed: number,
  count: number,
  plain: readonly string[],
): Promise<FamilyRow[]> {
  const { items, questions } = drawQuestions(seed, count, new Date(), heldBack);
  const stored = items.map(({ id, text, metadata }) => ({ id, text, metadata }));
  const rows: FamilyRow[] = [];
  for (const think of ['never', 'auto'] as const) {
    const asked = [...questions.map(({ text }) => text), ...plain];
    const found = await session.search({ items: stored, questions: asked, think });
    const row = (
      family: string,
      metric: FamilyRow['metric'],
      values: readonly number[],
      of: readonly FoundItems[],
    ) => {
      const ms = mean(of.map(({ ms }) => ms));
      rows.push({
        suite: 'questions',
        family,
        think,
        metric,
        value: mean(values),
        n: values.length,
        tokens: 0,
        ms,
      });
    };
    const drawn = questions.map((question, i) => ({ question, found: found[i] as FoundItems }));
    for (const [family, is] of Object.entries(FAMILIES)) {
      const some = drawn.filter(({ question }) => is(question));
      const hits = some.map(({ question, found }) =>
        question.relevant.includes(found.ids[0] ?? '') ? 100 : 0,
      );
      row(
        family,
        'hit@1',
        hits,
        some.map(({ found }) => found),
      );
    }
    if (think === 'never') continue;
    // A condition that the question does not contain counts as a wrong part.
    const parts = drawn.flatMap(({ question, found }) => {
      if (found.understood === null) return [];
      const { right, meant, extra } = judge(question.parts, found.understood, items);
      return Array.from({ length: meant + extra }, (_, i) => (i < right ? 100 : 0));
    });
    row(
      'all',
      'parts',
      parts,
      drawn.map(({ found }) => found),
    );
    const others = found.slice(questions.length);
    const wrong = others.map(({ understood }) =>
      understood && Object.keys(understood.where).length + understood.exact.length > 0 ? 100 : 0,
    );
    if (wrong.length > 0) row('plain', 'wrong-filter', wrong, others);
  }
  return rows;
}

const has = (question: DrawnQuestion, kind: string) => question.parts.some((part) => part.kind === kind);

const FAMILIES: Readonly<Record<string, (question: DrawnQuestion) => boolean>> = {
  all: () => true,
  conditions: (question) => has(question, 'where'),
  exclusions: (question) => has(question, 'not'),
  exact: (question) => has(question, 'exact'),
};
