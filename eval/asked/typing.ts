/** How many questions with a typing error are read as those without, and how many plain texts are read as questions. */
import type { Understood } from '../../src/shared/index-types.ts';
import { typingSealed, typingSealedPlain } from './typing-sealed.ts';
import type { World } from './world.ts';

const heard = ({ where, not, exact, sort }: Understood) => JSON.stringify({ where, not, exact, sort });

/** By language. `nothing`: no part of the question with the error is understood. Questions that are not understood without the error either are not counted. */
export async function measureTyping(world: World) {
  const nothing = heard(await world.ask({ text: '', locale: 'en-GB' }));
  const rows: Record<
    string,
    { right: number; nothing: number; questions: number; falselyHeard: number; plain: number }
  > = {};
  for (const [locale, questions] of Object.entries(typingSealed)) {
    const row = { right: 0, nothing: 0, questions: 0, falselyHeard: 0, plain: 0 };
    const ask = async (text: string) => heard(await world.ask({ text, locale }));
    for (const [meant, typed] of questions) {
      const expected = await ask(meant);
      if (expected === nothing) continue;
      row.questions++;
      const found = await ask(typed);
      if (found === expected) row.right++;
      if (found === nothing) row.nothing++;
    }
    for (const text of typingSealedPlain[locale] ?? []) {
      row.plain++;
      if ((await ask(text)) !== nothing) row.falselyHeard++;
    }
    rows[locale] = row;
  }
  return rows;
}
