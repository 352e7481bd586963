/** Questions that ask for an order, for which the grammar of orders was written. Items are those of the development set (world.ts). */
import { askedOf, d, not, on, sorted, type Table, tag } from './meant.ts';

const image = on('kind', 'image');

const table: Table = {
  order: [
    ['cheapest kettle', sorted('price', 'asc')],
    ['newest photo of the lake', image, sorted('date', 'desc')],
    ['largest pdf', on('kind', 'pdf'), sorted('size', 'desc')],
    ['the oldest letter', sorted('date', 'asc')],
    ['most expensive watch', sorted('price', 'desc')],
    ['latest invoice', sorted('date', 'desc')],
    ['my last letter from Anna Berger', sorted('date', 'desc'), on('author', 'Anna Berger')],
    ['the last two invoices', sorted('date', 'desc')],
    ['first picture of the house', image, sorted('date', 'asc')],
    ['the three most expensive shoes', sorted('price', 'desc')],
    ['smallest image', image, sorted('size', 'asc')],
    ['longest pdf about tax', on('kind', 'pdf'), sorted('pages', 'desc')],
    ['shortest document', sorted('pages', 'asc')],
    ['best-rated soup', sorted('rating', 'desc')],
    ['lowest rated film', sorted('rating', 'asc')],
    ['vegan recipes, highest rating first', tag('vegan'), sorted('rating', 'desc')],
    ['bikes by price', sorted('price', 'asc')],
    ['invoices sorted by date', sorted('date', 'desc')],
    ['notes ordered by size', on('kind', 'note'), sorted('size', 'desc')],
    ['photos of boats, oldest first', image, sorted('date', 'asc')],
    ['shoes from cheapest to most expensive', sorted('price', 'asc')],
    ['what was my most expensive purchase', sorted('price', 'desc')],
    ['what did I pay the least for', sorted('price', 'asc')],
    ['videos that take the most space', on('kind', 'video'), sorted('size', 'desc')],
    ['the report with the most pages', sorted('pages', 'desc')],
    ['cheapest hotel without breakfast', sorted('price', 'asc'), not('breakfast')],
    ['newest photo from last year', image, sorted('date', 'desc'), d('2025-01-01', '2026-01-01')],
    ['the photo I took last', image, sorted('date', 'desc')],
    ['most recent notes about heating', on('kind', 'note'), sorted('date', 'desc')],
  ],
  german: [
    ['billigster Wasserkocher', sorted('price', 'asc')],
    ['die neuesten Fotos', image, sorted('date', 'desc')],
    ['das größte PDF', on('kind', 'pdf'), sorted('size', 'desc')],
    ['der letzte Brief von Anna Berger', sorted('date', 'desc'), on('author', 'Anna Berger')],
    ['Schuhe nach Preis sortiert', sorted('price', 'asc')],
  ],
  french: [
    ['les photos les plus récentes', image, sorted('date', 'desc')],
    ['la bouilloire la moins chère', sorted('price', 'asc')],
    ['le plus gros fichier', sorted('size', 'desc')],
    ['la dernière lettre', sorted('date', 'desc')],
  ],
  spanish: [
    ['las fotos más recientes', image, sorted('date', 'desc')],
    ['la tetera más barata', sorted('price', 'asc')],
    ['el archivo más grande', sorted('size', 'desc')],
    ['la última carta', sorted('date', 'desc')],
  ],
};

export const orderDevelopment = askedOf(table, { german: 'de', french: 'fr', spanish: 'es' });

/** None of these asks for an order. */
export const orderDevelopmentPlain: readonly string[] = [
  'latest developments in chemistry',
  'the largest lake in africa',
  'the last emperor',
  'first world war',
  'the oldest man in the village',
  'shortest job first scheduling',
  'best man speech',
  'at least two people',
  'last christmas',
  'the biggest dog at the fair',
  'most people smiling',
  'sorting algorithms by speed',
  'in order to save time',
  'what is the longest river',
  'first class tickets',
  'worst storm in years',
  'a boy with the largest smile',
  'last chance saloon',
];
