/** Summary of the scenes: hit@1 on the four families that the method is claimed to improve, and their mean, for each kind of art. */
import { mean } from '../workers/statistics.ts';
import type { Row } from './family.ts';

/** Column → families whose mean it shows. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  qa: ['qa'],
  category: ['category'],
  composed: ['composed', 'related'],
  grounding: ['grounding'],
};

export interface Line {
  art: string;
  system: Row['system'];
  think: Row['think'];
  /** Values by column, and their `mean`. */
  values: Readonly<Record<string, number>>;
  tokens: number;
}

/** One line per art, system and mode for which all families were measured, in the order of the rows. */
export function summary(rows: readonly Row[]): Line[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.suite !== 'scenes' || row.metric !== 'hit@1') continue;
    const key = [artOf(row), row.system, row.think].join();
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group as [Row];
    const art = artOf(first);
    const columns = Object.entries(COLUMNS).map(([column, families]) => {
      const found = families.map((family) => group.find((row) => row.family === `${art}/${family}`));
      return { column, found };
    });
    const used = columns.flatMap(({ found }) => found);
    if (used.includes(undefined)) return [];
    const values = columns.map(
      ({ column, found }) => [column, mean((found as Row[]).map(({ value }) => value))] as const,
    );
    return {
      art,
      system: first.system,
      think: first.think,
      values: Object.fromEntries([...values, ['mean', mean(values.map(([, value]) => value))]]),
      tokens: mean((used as Row[]).map(({ tokens }) => tokens)),
    };
  });
}

function artOf({ family }: Row): string {
  return family.split('/')[0] as string;
}

/** Formats the lines as a Markdown table, with the gain over direct embedding next to the mean. */
export function table(lines: readonly Line[]): string {
  const heads = ['art', 'system', 'think', ...Object.keys(COLUMNS), 'mean', 'over direct', 'tokens'];
  const direct = new Map(
    lines.flatMap(({ art, system, values }) => (system === 'direct' ? [[art, values.mean as number]] : [])),
  );
  const cells = lines.map(({ art, system, think, values, tokens }) => {
    const from = direct.get(art);
    const gain = from === undefined || system === 'direct' ? '' : ((values.mean as number) - from).toFixed(1);
    return [
      art,
      system,
      think,
      ...Object.values(values).map((value) => value.toFixed(1)),
      gain,
      tokens.toFixed(1),
    ];
  });
  return [heads, heads.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
