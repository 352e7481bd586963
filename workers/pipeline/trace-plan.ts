/** Decides whether an input is embedded with a trace, and what became of that trace. */
import { TteError } from '../../src/shared/errors.ts';
import type { Role, ThinkDecision, ThinkMode, Trace } from '../../src/shared/types.ts';
import { asksForMovement } from '../reasoner/clip/read.ts';
import { decide } from '../reasoner/gate.ts';
import { parseTrace } from '../reasoner/trace.ts';
import type { Shown } from '../reasoner/types.ts';
import type { Input } from './input.ts';
import type { TraceResult, TraceSource } from './types.ts';

export interface TracePlan {
  decision: ThinkDecision;
  /** The trace supplied by the caller, parsed. */
  supplied: Trace | null;
  /** The decision depends on what the image or the clip shows, so it has to be looked at first. */
  dependsOn?: 'image' | 'clip';
}

/** @throws TteError unsupported, if a trace is requested and there is no reasoner */
export function planTrace(
  input: Input,
  mode: ThinkMode,
  role: Role,
  traceSource: TraceSource | null,
): TracePlan {
  if (input.trace !== null) {
    const { text, ...by } = input.trace;
    const supplied: Trace = { ...parseTrace(text), tokens: 0, ...by, stop: 'supplied' };
    const form = supplied.thinking === '' ? 'answer' : 'full';
    return { decision: { mode: form, reason: 'A trace was supplied.' }, supplied };
  }
  if (mode === 'auto' && traceSource?.readsPrint && input.layout === 'pages') {
    return { decision: { mode: 'answer', reason: 'Pages: the words on them are read.' }, supplied: null };
  }
  if (mode === 'auto' && traceSource?.shows && isImageAlone(input)) {
    return { decision: { mode: 'answer', reason: REASONS.photograph }, supplied: null, dependsOn: 'image' };
  }
  if (mode === 'auto' && traceSource?.followsObjects && showsMovement(input, role)) {
    return { decision: { mode: 'answer', reason: REASONS.movement }, supplied: null, dependsOn: 'clip' };
  }
  return { decision: choose(input, mode, role, traceSource), supplied: null };
}

const REASONS: Readonly<Record<Exclude<Shown, 'thing'>, string>> = {
  photograph: 'A photograph: the objects in it are named.',
  print: 'There are words in the image: they are read.',
  movement: 'A clip: what happens in it is told.',
};

const NOTHING_SHOWN: Readonly<Record<NonNullable<TracePlan['dependsOn']>, string>> = {
  image: 'A drawing that nothing was asked about.',
  clip: 'A clip in which nothing is seen to move.',
};

/** The final plan. @param look looks at the image or the clip, if the plan depends on it */
export async function settlePlan(plan: TracePlan, look: () => Promise<Shown | null>): Promise<TracePlan> {
  if (!plan.dependsOn) return plan;
  const shown = await look();
  if (shown === 'thing') {
    return {
      decision: { mode: 'never', reason: 'A photograph of one thing: its looks name it best.' },
      supplied: null,
    };
  }
  if (shown !== null) return { ...plan, decision: { ...plan.decision, reason: REASONS[shown] } };
  return { decision: { mode: 'never', reason: NOTHING_SHOWN[plan.dependsOn] }, supplied: null };
}

function isImageAlone({ images, text, instruction }: Input): boolean {
  return images.length === 1 && `${text}${instruction}`.trim() === '';
}

/** Whether what is to be embedded may be what happens in a clip: nothing was asked about it, or just that. */
function showsMovement({ images, layout, text, instruction }: Input, role: Role): boolean {
  if (layout !== 'frames' || images.length < 2) return false;
  const asked = text.trim() || instruction.trim();
  return asked === '' || (role === 'query' && asksForMovement(asked));
}

function choose(input: Input, mode: ThinkMode, role: Role, traceSource: TraceSource | null): ThinkDecision {
  if (mode === 'never') return { mode, reason: 'Thinking is switched off.' };
  if (!traceSource) {
    if (mode === 'auto') return { mode: 'never', reason: 'No reasoner is loaded.' };
    throw new TteError(
      'unsupported',
      `think: "${mode}" needs a reasoner; name one in createEmbedder, or supply input.trace.`,
    );
  }
  const blind = !traceSource.supportsImages && input.images.length > 0;
  if (mode === 'auto') {
    if (blind) return { mode: 'never', reason: 'The reasoner does not read images.' };
    const { text, instruction, images } = input;
    return decide({ text, instruction, images: images.length, role, longestMode: traceSource.longestMode });
  }
  if (blind && input.text === '') {
    throw new TteError(
      'unsupported',
      `${traceSource.id} does not read images, and there is no text to think about.`,
    );
  }
  return { mode, reason: `Think mode as requested: ${mode}.` };
}

/** The final decision and trace: a discarded trace becomes null, and the decision says why. */
export function resolvePlan(
  plan: TracePlan,
  thought: TraceResult | null,
): { decision: ThinkDecision; trace: Trace | null } {
  if (plan.supplied) {
    const { answer, text } = plan.supplied;
    if (answer.trim() !== '' || text.trim() !== '') return { decision: plan.decision, trace: plan.supplied };
    return {
      decision: { mode: 'never', reason: 'The supplied trace is empty.', discarded: 'empty' },
      trace: null,
    };
  }
  if (!thought?.discarded) return { decision: plan.decision, trace: thought?.trace ?? null };
  return {
    decision: {
      mode: 'never',
      reason: `The trace ${FAULTS[thought.discarded]} and was left out.`,
      discarded: thought.discarded,
    },
    trace: null,
  };
}

/** What was wrong with a discarded trace. */
const FAULTS = {
  empty: 'was empty',
  loop: 'repeated itself',
  refused: 'refused the task',
  ungrounded: 'said what no passage says',
} as const;
