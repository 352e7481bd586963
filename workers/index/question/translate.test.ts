import { GB } from 'chrono-node/en';
import { expect, test } from 'vitest';
import { createFieldProfile } from './fields.ts';
import { asItIs, translate } from './translate.ts';
import { understand } from './understand.ts';

const now = new Date(2026, 10, 28, 19);
const items = [
  { date: '2024-05-01', price: 12, kind: 'pdf', city: 'Berlin', minutes: 20, tags: ['vegan'] },
  { date: '2026-07-01', price: 800, kind: 'image', city: 'Paris', minutes: 90, tags: ['urgent'] },
  { date: '2026-07-01', price: 80, kind: 'note', city: 'Paris', minutes: 90, tags: ['urgent'] },
];

async function ask(text: string, locale: string) {
  const profile = createFieldProfile();
  for (const metadata of items) profile.add(metadata);
  return understand(await translate(text, locale), { fields: profile.fields(now), now, locale, chrono: GB });
}

const summer = { date: { gte: '2026-06-01', lt: '2026-09-01' } };
const march = { date: { gte: '2024-03-01', lt: '2024-04-01' } };

test.each([
  ['de', 'Rechnungen unter 50 Euro', 'Rechnungen', { price: { lt: 50 } }, []],
  ['de-AT', 'Fotos vom Strand vom letzten Sommer', 'Strand', { kind: 'image', ...summer }, []],
  ['de', 'Briefe aus dem März 2024', 'Briefe', march, []],
  ['de', 'Karten von vor zwei Jahren', 'Karten', { date: { gte: '2024-01-01', lt: '2025-01-01' } }, []],
  ['de', 'Termin am 14. Februar 2023', 'Termin', { date: { gte: '2023-02-14', lt: '2023-02-15' } }, []],
  ['de', 'Suppe ohne Zwiebeln oder Lauch', 'Suppe', {}, ['Zwiebeln', 'Lauch']],
  ['de', 'Schuhe ab 100 €', 'Schuhe', { price: { gte: 100 } }, []],
  ['de', 'Belege ab 2022', 'Belege', { date: { gte: '2022-01-01' } }, []],
  ['de', 'Essen in höchstens 30 Minuten', 'Essen', { minutes: { lte: 30 } }, []],
  ['de', 'Hotels außer in Berlin', 'Hotels', { and: [{ not: { city: 'Berlin' } }] }, []],
  ['fr', 'factures de moins de 50 euros', 'factures', { price: { lt: 50 } }, []],
  ['fr-CA', "photos de bateaux de l'été dernier", 'bateaux', { kind: 'image', ...summer }, []],
  ['fr', 'lettres de mars 2024', 'lettres', march, []],
  ['fr', 'soupe sans oignons', 'soupe', {}, ['oignons']],
  ['fr', 'reçus depuis 2022', 'reçus', { date: { gte: '2022-01-01' } }, []],
  ['fr', 'hôtels sauf à Berlin', 'hôtels', { and: [{ not: { city: 'Berlin' } }] }, []],
  ['es', 'facturas de menos de 50 euros', 'facturas', { price: { lt: 50 } }, []],
  ['es-MX', 'fotos de barcos del verano pasado', 'barcos', { kind: 'image', ...summer }, []],
  ['es', 'cartas de marzo de 2024', 'cartas', march, []],
  ['es', 'sopa sin cebolla', 'sopa', {}, ['cebolla']],
  ['es', 'contratos antes de 2020', 'contratos', { date: { lt: '2020-01-01' } }, []],
] as const)('%s: %s', async (locale, text, left, where, not) => {
  expect(await ask(text, locale)).toMatchObject({ text: left, where, not });
});

test.each([
  ['de', 'die billigste Uhr', 'Uhr', { field: 'price', direction: 'asc' }],
  ['de', 'neuestes Foto vom Hund', 'Hund', { field: 'date', direction: 'desc' }],
  ['de', 'Schuhe nach Preis sortiert', 'Schuhe', { field: 'price', direction: 'asc' }],
  ['fr', "l'hôtel le moins cher", "l'hôtel", { field: 'price', direction: 'asc' }],
  ['fr', 'la dernière facture du plombier', 'facture du plombier', { field: 'date', direction: 'desc' }],
  ['es', 'el reloj más caro', 'el reloj', { field: 'price', direction: 'desc' }],
  ['es', 'la última factura del fontanero', 'factura del fontanero', { field: 'date', direction: 'desc' }],
] as const)('%s: an order is asked for: %s', async (locale, text, left, sort) => {
  expect(await ask(text, locale)).toMatchObject({ text: left, sort });
});

test('what is left, and the reasons, are in the words of the user', async () => {
  const { text, reasons } = await ask('Der Hund und die Katze im Garten unter 50 Euro', 'de');
  expect(text).toBe('Der Hund und die Katze im Garten');
  expect(reasons).toEqual([expect.stringMatching(/^“unter 50 Euro”: price below 50/)]);
});

test.each([
  ['en-GB', 'Rechnungen unter 50 Euro'],
  ['de', 'a photo of the man in war'],
  ['nl', 'rekeningen onder 50 euro'],
])('%s: %s stays as it is', async (locale, text) => {
  expect((await translate(text, locale)).text).toBe(text);
});

test('quoted words are not translated', async () => {
  expect((await translate('Karte mit "ohne Gewähr"', 'de')).text).toBe('Karte with "ohne Gewähr"');
  expect(asItIs('a').restored('a')).toBe('a');
});
