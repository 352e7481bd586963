/** Reads the recogniser's output (CTC): a row of probabilities per step along the line, the blank first. */

export interface ReadLine {
  text: string;
  /** Mean probability of its characters; 0 if there are none. */
  score: number;
}

/**
 * The likeliest character of every step; the same one in neighbouring steps is one character, and the blank is none.
 * @param alphabet by index of the output, without the blank
 */
export function decodeLine(outputs: Float32Array, classes: number, alphabet: readonly string[]): ReadLine {
  let text = '';
  let [sum, count, before] = [0, 0, -1];
  for (let from = 0; from + classes <= outputs.length; from += classes) {
    let best = 0;
    for (let i = 1; i < classes; i++) {
      if ((outputs[from + i] as number) > (outputs[from + best] as number)) best = i;
    }
    if (best !== 0 && best !== before) {
      text += alphabet[best - 1] ?? '';
      sum += outputs[from + best] as number;
      count++;
    }
    before = best;
  }
  return { text, score: count > 0 ? sum / count : 0 };
}
