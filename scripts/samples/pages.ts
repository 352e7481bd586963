/** The sample pages: written for this project, set as HTML, and turned a little, as a scanner or a camera would see them. */

export interface Page {
  name: string;
  title: string;
  /** Pixels. */
  width: number;
  height: number;
  style: string;
  body: string;
}

const SERIF = "font: 19px/1.45 'Liberation Serif', serif";
const SANS = "font: 18px/1.45 'Liberation Sans', sans-serif";
const MONO = "font: 19px/1.4 'Liberation Mono', monospace";
const PORTRAIT = { width: 620, height: 820 };

const table = (...rows: string[]) =>
  `<table>${rows.map((row) => `<tr>${row.replaceAll(/ ?\| ?|^/g, '<td>')}</tr>`).join('')}</table>`;
const paragraphs = (...texts: string[]) => texts.map((text) => `<p>${text}</p>`).join('');

export const PAGES: readonly Page[] = [
  {
    name: 'receipt',
    title: 'Receipt of a café',
    width: 420,
    height: 560,
    style: `${MONO}; text-align: center; td + td { text-align: right }`,
    body: `<h3>CAFE LINDEN</h3>Station Road 12<br>14 March 2025, 09:41<hr>${table(
      '2 cappuccino | 7.80',
      '1 almond croissant | 3.40',
      '1 orange juice | 4.10',
      '1 cheese toast | 6.50',
    )}<hr>${table('TOTAL | 21.80', 'paid by card | 21.80')}<hr>Table 7<br>Thank you, come again!`,
  },
  {
    name: 'letter',
    title: 'Letter from the landlord',
    ...PORTRAIT,
    style: SERIF,
    body: `<p style="text-align: right">Marlow, 3 February</p><p>Dear Ms Okafor,</p>${paragraphs(
      'the heating in your flat will be repaired on Thursday, 12 February, between eight and eleven in the morning. The plumber has to reach the boiler in the kitchen and every radiator, so please move furniture away from them the evening before.',
      'The water will be off for about two hours. If nobody can be at home, leave a key with the caretaker on the ground floor; he will stay with the plumber all the time.',
      'The repair costs you nothing. I am sorry that the living room has been cold since January, and will take forty pounds off the rent for March.',
    )}<p>Yours sincerely,<br><i>Thomas Hale</i></p>`,
  },
  {
    name: 'timetable',
    title: 'Timetable of the ferry',
    ...PORTRAIT,
    style: `${SANS}; td { border-bottom: 1px solid #999; padding: 7px 4px }`,
    body: `<h2>Island ferry, summer timetable</h2>${table(
      '<b>Harbour</b> | <b>Seal Rock</b> | <b>North Beach</b>',
      '07:15 | 07:50 | 08:20',
      '09:30 | 10:05 | 10:35',
      '11:45 | 12:20 | 12:50',
      '14:00 | 14:35 | 15:05',
      '16:15 | 16:50 | 17:20',
      '18:30 | 19:05 | 19:35',
    )}<p>Bicycles travel free. Dogs need a muzzle. No service on 21 June because of the regatta.</p>
<p>In high wind the ferry does not stop at Seal Rock: ask at the ticket office or call 0555 2047.</p>`,
  },
  {
    name: 'recipe',
    title: 'Recipe for pumpkin soup',
    ...PORTRAIT,
    style: SERIF,
    body: `<h2>Pumpkin soup with ginger</h2><p><i>For four people, forty minutes</i></p>${table(
      'pumpkin | 1 kg',
      'onions | 2',
      'fresh ginger | a thumb',
      'vegetable stock | 800 ml',
      'coconut milk | 200 ml',
    )}${paragraphs(
      'Cut the pumpkin into pieces; the skin of a Hokkaido may stay on. Chop the onions and the ginger and fry both gently in oil.',
      'Add pumpkin and stock and let it simmer until it is soft, about twenty minutes. Blend it smooth, stir in the coconut milk, and season with salt, pepper and the juice of half a lime.',
      'Serve with roasted seeds and dark bread.',
    )}`,
  },
  {
    name: 'lighthouse',
    title: 'Newspaper about a lighthouse',
    width: 820,
    height: 700,
    style: `${SERIF}; h1 { font-size: 40px; margin: 0 0 12px } .columns { columns: 2; column-gap: 36px; text-align: justify }`,
    body: `<h1>Lighthouse keeper retires after 41 years</h1><div class="columns">${paragraphs(
      'On Friday evening Agnes Bell climbed the 162 steps of Gull Point lighthouse for the last time. From Monday on the lamp will be switched by a computer two hundred miles away.',
      'Bell came to the rock as an assistant when she was nineteen. In the winter storm of 1991 she rowed out to a stranded trawler and brought back its crew of six, for which she was given a medal that hangs in the village pub.',
      'She will not miss the foghorn, she says, but she will miss the seals. The council wants to turn the keeper’s house into a hostel for walkers, with beds for twelve and a small museum about wrecks on the coast.',
      'Visitors can see the lamp room on the first Sunday of each month. Sturdy shoes are advised, as the path from the car park is steep.',
    )}</div>`,
  },
  {
    name: 'slide',
    title: 'Slide about solar power',
    width: 820,
    height: 470,
    style: "font: 27px/1.5 'Liberation Sans', sans-serif; background: #16324a; color: #f2f6fa",
    body: `<h2>Solar panels on the school roof</h2><ul><li>96 panels, facing south</li><li>38,000 kWh in the first year</li><li>a third more than the school uses</li><li>paid back after nine years</li></ul>`,
  },
  {
    name: 'notice',
    title: 'Notice about a lost cat',
    width: 560,
    height: 700,
    style: "font: 25px/1.5 'Liberation Sans', sans-serif; text-align: center; background: #fff6c9",
    body: `<h1 style="font-size: 62px; margin: 10px">LOST CAT</h1>${paragraphs(
      'Grey, with white paws and a torn left ear. Answers to <b>Biscuit</b>.',
      'Last seen on Mill Lane on Saturday night, near the bakery.',
      'Please look in sheds and garages!',
      'Reward of 50 pounds<br><b>Call Nadia: 0555 7712</b>',
    )}`,
  },
  {
    name: 'lecture',
    title: 'Lecture notes about glaciers',
    ...PORTRAIT,
    style: SANS,
    body: `<h2>Lecture 6: How glaciers move</h2>${paragraphs(
      '<b>1. Creep.</b> Ice under pressure deforms like thick honey. Near the surface it is brittle, and crevasses open where the bed bends.',
      '<b>2. Sliding.</b> Meltwater reaches the bed and lifts the ice off the rock. Glaciers therefore move faster in the afternoon and in summer.',
      '<b>3. Traces.</b> Stones frozen into the base scratch the rock; the scratches show which way the ice went. What it leaves at its end is called a moraine.',
      '<b>For next week:</b> read chapter nine, and find out why icebergs turn over.',
    )}`,
  },
];

/** @param turn degrees, clockwise; @param seed of the paper's noise */
export function htmlOf({ width, height, style, body }: Page, turn: number, seed: number): string {
  const rules = style.match(/[^;{}]+\{[^}]*\}/g) ?? [];
  const own = rules.reduce((left, rule) => left.replace(rule, ''), style);
  return `<!doctype html><style>
* { box-sizing: border-box }
body { margin: 0; width: ${width}px; height: ${height}px; overflow: hidden; background: #fff; color: #1a1a1a; ${own} }
.sheet { padding: 48px; transform: rotate(${turn.toFixed(2)}deg) }
table { width: 100%; border-collapse: collapse }
td { padding: 2px 4px; text-align: left; vertical-align: top }
${rules.join('\n')}
svg { position: fixed; inset: 0; opacity: 0.12; mix-blend-mode: multiply }
</style><div class="sheet">${body}</div>
<svg width="100%" height="100%"><filter id="n"><feTurbulence type="fractalNoise" baseFrequency="0.8" seed="${seed}"/><feColorMatrix type="saturate" values="0"/></filter><rect width="100%" height="100%" filter="url(#n)"/></svg>`;
}
