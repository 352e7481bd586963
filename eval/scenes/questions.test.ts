import { expect, test } from 'vitest';
import { names, readData } from '../names.ts';
import { createRandom } from '../random.ts';
import { ask, caption, description, isRight, type Task, teacherTraces } from './questions.ts';
import { wording } from './wording.ts';

interface Sample {
  places: Record<string, string>;
  incoming: string;
  at: number;
  questions: {
    task: Task;
    instruction: string;
    text: string;
    answer: string;
    traces: { answer: string; full: string };
  }[];
}

const byName = new Map(names.map((name) => [name.name, name]));
const thing = (name: string) => byName.get(name) as (typeof names)[number];

/** Samples written by training, compared with what this grammar generates. */
test.each(readData<Sample[]>('samples.json'))('training’s own questions and traces, sample %#', (sample) => {
  const things = wording.places.map((place) => thing(sample.places[place] as string));
  const change = { incoming: thing(sample.incoming), at: sample.at };
  const wanted = new Map(
    sample.questions.map(({ task, instruction, text, answer, traces }) => [
      JSON.stringify([task, instruction, text]),
      { answer, traces },
    ]),
  );
  const random = createRandom(1, 'grammar');
  for (let draws = 0; wanted.size > 0 && draws < 100_000; draws++) {
    const { task } = sample.questions[draws % sample.questions.length] as Sample['questions'][number];
    const { instruction, text, answer, traces } = ask(task, things, random, change);
    const key = JSON.stringify([task, instruction, text]);
    const want = wanted.get(key);
    if (!want) continue;
    expect({ answer, traces }).toEqual(want);
    wanted.delete(key);
  }
  expect([...wanted.keys()]).toEqual([]);
});

test('equal seeds give equal questions, different seeds different ones', () => {
  const things = names.slice(0, 4);
  const change = { incoming: names[4] as (typeof names)[number], at: 2 };
  const drawn = (seed: number) => {
    const random = createRandom(seed, 'questions');
    const tasks: Task[] = ['qa', 'category', 'ground', 'composed', 'related', 'qa', 'ground'];
    return [...tasks.map((task) => ask(task, things, random, change)), caption(things, random)];
  };
  expect(drawn(3)).toEqual(drawn(3));
  expect(drawn(3)).not.toEqual(drawn(4));
});

test('a description lists what is visible; for a single thing it also says what it is', () => {
  const [lion, cake] = [
    { name: 'lion', kind: 'mammal' },
    { name: 'cake', kind: 'dish' },
  ];
  expect(description([lion]).full).toBe('<think> lion whole lion ; </think> lion : mammal , animal');
  expect(description([lion, cake, cake, lion]).answer).toBe('</think> lion , cake , cake , lion');
});

test('a conclusion is right regardless of the text before it', () => {
  const { full, answer } = teacherTraces([], 'lion northwest , right northeast : ice cream');
  expect(isRight(full, answer)).toBe(true);
  expect(isRight('</think> tiger northwest, right northeast: ice cream', full)).toBe(true);
  expect(isRight('</think> lion northwest , right northeast : cream', full)).toBe(false);
  expect(isRight('</think> lion', full)).toBe(false);
});
