/**
 * Questions that were not used to extend the grammar: they were written before it was extended, and not looked at meanwhile. Today is
 * Saturday, 28 November 2026.
 */
import {
  above,
  askedOf,
  below,
  d,
  either,
  exact,
  kind,
  lacks,
  megabytes,
  near,
  not,
  on,
  type Table,
  tag,
  within,
} from './meant.ts';

const table: Table = {
  'dates on a phone': [
    ['pics from back in march', kind('image'), d('2026-03-01', '2026-04-01')],
    ['stuff i saved yesterday', d('2026-11-27', '2026-11-28')],
    ['plumber quote jan 2025', d('2025-01-01', '2025-02-01')],
    ['roof repair 2019', d('2019-01-01', '2020-01-01')],
    ['notes from 2 weeks ago', kind('note'), d('2026-11-09', '2026-11-16')],
    ['anything from the last 10 days', either(d('2026-11-18'), d('2026-11-18', '2026-11-29'))],
    ['lisbon trip this year', d('2026-01-01', '2027-01-01')],
    ['the mortgage letter from may 22', either(d('2026-05-22', '2026-05-23'), d('2022-05-01', '2022-06-01'))],
    ['tax stuff 2021-2022', d('2021-01-01', '2023-01-01')],
    ['party pics last saturday', kind('image'), either(d('2026-11-21', '2026-11-22'))],
    ['boat trip summer 2023', d('2023-06-01', '2023-09-01')],
    ['what i wrote on new years eve 2022', d('2022-12-31', '2023-01-01')],
    ['recipes i added this week', d('2026-11-23', '2026-11-30')],
    ['marathon in october', d('2026-10-01', '2026-11-01')],
    ['school letters sept 23', either(d('2023-09-01', '2023-10-01'), d('2026-09-23', '2026-09-24'))],
  ],
  'dates in sentences': [
    ['Can you find the minutes of the meeting on 12 March 2024?', d('2024-03-12', '2024-03-13')],
    ['Which invoices did we receive between June and August 2025?', d('2025-06-01', '2025-09-01')],
    ['Show me letters dated before the year 2018.', d(null, '2018-01-01')],
    [
      'I need everything about the kitchen since last Christmas',
      either(d('2025-12-24'), d('2025-12-25'), d('2025-12-26'), d('2025-12-27')),
    ],
    ['photographs taken in the spring of 2021', kind('image'), d('2021-03-01', '2021-06-01')],
    ['documents that are more than five years old', d(null, '2021-11-28')],
    ['drafts older than a year', d(null, '2025-11-28')],
    [
      'essays from the late 2010s',
      either(d('2015-01-01', '2020-01-01'), d('2016-01-01', '2020-01-01'), d('2017-01-01', '2020-01-01')),
    ],
    ['holiday plans from 2016 through 2018', d('2016-01-01', '2019-01-01')],
    ['garden notes from the first half of 2022', d('2022-01-01', '2022-07-01')],
    [
      'Christmas 2023 pictures of the tree',
      either(
        d('2023-12-24', '2023-12-27'),
        d('2023-12-25', '2023-12-26'),
        d('2023-12-24', '2023-12-26'),
        d('2023-12-25', '2023-12-27'),
      ),
      kind('image'),
    ],
    ['letters written after the end of 2020', d('2021-01-01')],
    [
      'offers from mid 2024',
      either(
        d('2024-05-01', '2024-09-01'),
        d('2024-06-01', '2024-08-01'),
        d('2024-06-01', '2024-09-01'),
        d('2024-05-01', '2024-08-01'),
        d('2024-06-01', '2024-07-01'),
      ),
    ],
    ['the minutes from Q2 this year', d('2026-04-01', '2026-07-01')],
    ['receipts from the start of 2025 until now', either(d('2025-01-01'), d('2025-01-01', '2026-11-29'))],
    ['concerts I went to in 2017 or 2018', either(d('2017-01-01', '2019-01-01'))],
    ['bills from 01/02/2023 to 28/02/2023', d('2023-02-01', '2023-03-01')],
    ['diary entries between 3 and 9 April 2022', d('2022-04-03', '2022-04-10')],
  ],
  'prices on a phone': [
    ['sub 50 bucks headphones', below('price', 50)],
    ['trainers under 80', below('price', 80)],
    ['bike < 500 eur', below('price', 500)],
    ['sofa 300 to 600 euros', within('price', 300, 600)],
    ['tent max 200€', below('price', 200)],
    ['monitor 150-300 €', within('price', 150, 300)],
    ['drill under a hundred euros', below('price', 100)],
    ['coat less then 100 euros', below('price', 100)],
    ['lamp no more than 40 quid', below('price', 40)],
    ['rugs 200+ euros', above('price', 200)],
    ['fridge below 1k', below('price', 1000)],
    ['headset abt 60 euros', near('price', 60)],
    ['a bed for around 350', near('price', 350)],
    ['shoes not over 90 euro', below('price', 90)],
    ['guitar for 250ish euros', near('price', 250)],
  ],
  'prices in sentences': [
    ['Is there a desk that costs less than 120 euros?', below('price', 120)],
    ['I would like a watch between €200 and €400', within('price', 200, 400)],
    ['armchairs priced at 150 euros or more', above('price', 150)],
    ['everything I spent more than 500 euros on', above('price', 500)],
    ['Find repairs that cost us over two thousand euros', above('price', 2000)],
    ['curtains that do not cost more than 70 euros', below('price', 70)],
    ['a camera with a price below 800 EUR', below('price', 800)],
    ['necklaces starting from 90 euros', above('price', 90)],
    ['carpets in the range of 100 to 250 euros', within('price', 100, 250)],
    ['budget of 300 euros for a wardrobe', below('price', 300)],
    ['kettles that are cheaper than thirty-five euros', below('price', 35)],
    ['flights costing at least 400 euros', above('price', 400)],
  ],
  'other numbers': [
    ['dinner in under 30 minutes', below('duration_min', 30)],
    ['soup ready in 20 mins or less', below('duration_min', 20)],
    ['walks longer than 2 hours', above('duration_min', 120)],
    ['a cake that takes at most an hour', below('duration_min', 60)],
    ['quick lunch max 15 min', below('duration_min', 15)],
    ['recipes for 4 people', on('servings', 4, { gte: 4 })],
    ['serves at least six', above('servings', 6)],
    ['suitcases lighter than 4 kg', below('weight_kg', 4)],
    ['dumbbells heavier than 10 kilos', above('weight_kg', 10)],
    ['parcels up to 2kg', below('weight_kg', 2)],
    ['panoramas wider than 4000 px', above('width', 4000)],
    ['posters taller than 3000 pixels', above('height', 3000)],
    ['screenshots narrower than 800 pixels', below('width', 800)],
    ['reports longer than 30 pages', above('pages', 30)],
    ['booklets with fewer than 8 pages', below('pages', 8)],
    ['4 star hotels', on('rating', 4, { gte: 4 })],
    ['hikes rated 4 or better', above('rating', 4)],
    ['books i gave at least 3 stars', above('rating', 3)],
    ['films with a rating under 2', below('rating', 2)],
    ['videos bigger than 15mb', kind('video'), megabytes('gt', 15)],
    ['attachments below half a megabyte', megabytes('lt', 0.5)],
    ['files > 8 MB', megabytes('gt', 8)],
  ],
  'kinds and tags': [
    ['urgent emails about the roof', tag('urgent')],
    ['my vegan dinners', tag('vegan')],
    ['gluten free bread', tag('gluten free')],
    ['show only pdfs', kind('pdf')],
    ['tax pdfs', kind('pdf'), tag('tax')],
    ['any videos where grandpa sings', kind('video')],
    ['a spreadsheet with our savings', kind('spreadsheet')],
    ['handwritten notes about chess', kind('note')],
    ['old photos of the harbour', kind('image')],
    ['voice recordings of the lecture', kind('audio')],
    ['#family picnic', tag('family')],
    ['items with tags work and urgent', tag('work'), tag('urgent')],
    ['tagged as holiday, beach', tag('holiday')],
    ['things in my Recipes folder', on('folder', 'Recipes')],
    ['folder: Projects sketches', on('folder', 'Projects')],
    ['the files under Finance about pensions', on('folder', 'Finance')],
    ['urgent ones', tag('urgent')],
    ['is there a pdf on pensions', kind('pdf')],
    ['png or jpg pictures of bridges', kind('image')],
    ['snapshots of the kids', kind('image')],
  ],
  'names and places': [
    ['essays by Mia Lindqvist', on('author', 'Mia Lindqvist')],
    ['what omar haddad wrote about bees', on('author', 'Omar Haddad')],
    ['letters from Mia Lindqvist about the fence', on('author', 'Mia Lindqvist')],
    ['author mia lindqvist', on('author', 'Mia Lindqvist')],
    ['concerts in Lisbon', on('city', 'Lisbon')],
    ['restaurants near kyoto station', on('city', 'Kyoto')],
    ['meetings in oslo or berlin', on('city', { in: ['Oslo', 'Berlin'] })],
    ['city: Berlin museums', on('city', 'Berlin')],
    ['taken with the Fujifilm', on('camera', 'Fujifilm')],
    ['street shots from my Pentax', on('camera', 'Pentax')],
  ],
  'quoted words': [
    ['"notice period" contract', exact('notice period')],
    ['the letter with the words "kind regards"', exact('kind regards')],
    ['contains "green gate"', exact('green gate')],
    ['pages that mention “last call”', exact('last call')],
    ["the exact phrase 'spare key'", exact('spare key')],
  ],
  'not and without': [
    ['nothing vegan', either(lacks('tags', 'vegan'))],
    ['lasagne w/o mushrooms', not('mushrooms')],
    ['dinner ideas no fish', not('fish')],
    ['a salad that has no onions in it', not('onions')],
    ['cake recipes without any eggs please', not('eggs')],
    ['beaches that are not crowded', not('crowded')],
    ['novels but no romance', not('romance')],
    ["music that isn't loud", not('loud')],
    ['walks excluding steep climbs', not('steep climbs')],
    ['parks except the botanical garden', not('botanical garden')],
    ['hotels anywhere but in Berlin', lacks('city', 'Berlin')],
    ['trips outside of Berlin', lacks('city', 'Berlin')],
    ['concerts not in Oslo', lacks('city', 'Oslo')],
    ['photos that are not of people', kind('image'), not('people')],
    ['letters not written by Omar Haddad', lacks('author', 'Omar Haddad')],
    ['invoices not from 2024', { any: [{ not: { date: { gte: '2024-01-01', lt: '2025-01-01' } } }] }],
    ['everything except videos', lacks('kind', 'video')],
    ["don't show me pdfs", lacks('kind', 'pdf')],
    ['no spreadsheets please', lacks('kind', 'spreadsheet')],
    ['recipes not tagged vegan', lacks('tags', 'vegan')],
    ['curry, hold the coriander', not('coriander')],
    ['dairy-free pancakes', not('dairy')],
    ['cats instead of dogs', not('dogs')],
    ['tea rather than coffee', not('coffee')],
    ['desserts with neither nuts nor raisins', not('nuts'), not('raisins')],
    ['summer dresses, not red, not too short', not('red'), not('short')],
    ['old maps -europe', not('europe')],
    ['flats lacking a balcony', not('balcony')],
    ['meals that never use garlic', not('garlic')],
    ['board games, avoid dice', not('dice')],
  ],
  several: [
    ['urgent pdfs from last month', tag('urgent'), kind('pdf'), d('2026-10-01', '2026-11-01')],
    ['vegan recipes under 30 min no nuts', tag('vegan'), below('duration_min', 30), not('nuts')],
    ['photos of Lisbon 2022 without people', kind('image'), d('2022-01-01', '2023-01-01'), not('people')],
    [
      'pdf from 2023 about insurance over 10 pages',
      kind('pdf'),
      d('2023-01-01', '2024-01-01'),
      above('pages', 10),
    ],
    ['shoes between 50 and 100 euros, not leather', within('price', 50, 100), not('leather')],
    [
      'videos from summer 2024 larger than 10 MB',
      kind('video'),
      d('2024-06-01', '2024-09-01'),
      megabytes('gt', 10),
    ],
    [
      'notes by omar haddad since 2024 "team lunch"',
      kind('note'),
      on('author', 'Omar Haddad'),
      d('2024-01-01'),
      exact('team lunch'),
    ],
    [
      'family pics from berlin, last year',
      tag('family'),
      kind('image'),
      on('city', 'Berlin'),
      d('2025-01-01', '2026-01-01'),
    ],
    [
      'rated 4+ dinners for 2, max 45 minutes',
      above('rating', 4),
      on('servings', 2, { gte: 2 }),
      below('duration_min', 45),
    ],
    ['spreadsheets tagged tax from before 2021', kind('spreadsheet'), tag('tax'), d(null, '2021-01-01')],
  ],
  german: [
    ['rechnungen unter 50 euro', below('price', 50)],
    ['fotos vom letzten sommer', kind('image'), d('2026-06-01', '2026-09-01')],
    ['Briefe aus dem März 2024', d('2024-03-01', '2024-04-01')],
    ['suppe ohne zwiebeln', not('zwiebeln')],
    ['notizen von gestern', kind('note'), d('2026-11-27', '2026-11-28')],
    ['Belege seit 2022', d('2022-01-01')],
    ['Sofa zwischen 300 und 600 Euro', within('price', 300, 600)],
    ['Kuchen, aber nicht mit Nüssen', not('nüssen')],
    ['Verträge vor 2020', d(null, '2020-01-01')],
    ['Lampe mindestens 100 €', above('price', 100)],
    ['videos über 10 mb', kind('video'), megabytes('gt', 10)],
    ['pdf zur miete von letztem jahr', kind('pdf'), d('2025-01-01', '2026-01-01')],
    ['Rezepte in höchstens 30 Minuten', below('duration_min', 30)],
    ['Strände, keine Menschen', not('menschen')],
    ['Quittung vom 14. Februar 2023', d('2023-02-14', '2023-02-15')],
  ],
  french: [
    ['factures de moins de 50 euros', below('price', 50)],
    ["photos de l'été dernier", kind('image'), d('2026-06-01', '2026-09-01')],
    ['lettres de mars 2024', d('2024-03-01', '2024-04-01')],
    ['soupe sans oignons', not('oignons')],
    ["notes d'hier", kind('note'), d('2026-11-27', '2026-11-28')],
    ['reçus depuis 2022', d('2022-01-01')],
    ['canapé entre 300 et 600 euros', within('price', 300, 600)],
    ['contrats avant 2020', d(null, '2020-01-01')],
    ['lampe à plus de 100 €', above('price', 100)],
    ['hôtels sauf à Berlin', lacks('city', 'Berlin')],
  ],
  spanish: [
    ['facturas de menos de 50 euros', below('price', 50)],
    ['fotos del verano pasado', kind('image'), d('2026-06-01', '2026-09-01')],
    ['cartas de marzo de 2024', d('2024-03-01', '2024-04-01')],
    ['sopa sin cebolla', not('cebolla')],
    ['recibos desde 2022', d('2022-01-01')],
    ['sofá entre 300 y 600 euros', within('price', 300, 600)],
    ['lámpara de más de 100 €', above('price', 100)],
    ['contratos antes de 2020', d(null, '2020-01-01')],
  ],
};

export const sealed = askedOf(table, { german: 'de-DE', french: 'fr-FR', spanish: 'es-ES' });

/** In these no word is a condition on an item. */
export const sealedPlain: readonly string[] = `the winter's tale
to kill a mockingbird
for whom the bell tolls
the girl with the dragon tattoo
a midsummer night's dream
a room with a view
to be or not to be that is the question
all that glitters is not gold
no man is an island
i came i saw i conquered
less haste more speed
no pain no gain
better late than never
you can't always get what you want
nothing is certain but death and taxes
not with a bang but a whimper
it's not you it's me
there is no place like home
don't look back in anger
don't stop me now
never gonna give you up
no woman no cry
with or without you
without you i'm nothing
ain't no mountain high enough
nothing else matters
not afraid
no surprises
december 1963 oh what a night
september by earth wind and fire
the summer of 69
april come she will
november rain
wake me up when september ends
may the force be with you
june bug
march of the penguins
monday monday
ruby tuesday
friday i'm in love
black friday
good friday agreement
super bowl sunday
boxing day tsunami
christmas pudding
halloween costumes
easter eggs
new year's resolutions
99 luftballons
7 nation army
50 ways to leave your lover
500 miles
25 or 6 to 4
1984 by george orwell
1917 film
2012 disaster movie
the hateful eight
the magnificent seven
ocean's eleven
twelve angry men
around the world in 80 days
20000 leagues under the sea
101 dalmatians
one flew over the cuckoo's nest
two and a half men
three body problem
four weddings and a funeral
the sixth sense
seven years in tibet
eight legged freaks
nine to five
the ten commandments
gone in 60 seconds
28 days later
48 hours
the 40 year old virgin
65 million years ago
10 downing street
5th avenue
world cup 1966
why was the treaty of 1919 a failure
what caused the crash of 1929
who won the election in 1945
how many people live in a city of over a million
when did the war between 1914 and 1918 begin
how long is a marathon in miles
what is 5 kg in pounds
why do birds sing before dawn
why is there no sound in space
do fish sleep at night
why can't penguins fly
what happens if you don't sleep
how to stop a cat from scratching without hurting it
is water without salt heavier
how does a plant grow without light
what animals live above the tree line
what is the difference between jam and marmalade
how tall is a giraffe
how much does an elephant weigh
what is the largest ocean
newest ideas in physics
the oldest trick in the book
under construction
over the hill
above and beyond
below the surface
beneath the planet of the apes
up to no good
more than a feeling
less than zero
at most one solution
at least one root
between the lines
before the dawn
after dark
since time immemorial
until the end of time
from here to eternity
in the year 2525
life in the fast lane
long distance runners
wide open spaces
tall tales
the heaviest metal
the lighter side of life
cheap thrills
expensive taste
half a sixpence
a hundred years of cinema
thousands of stars
million dollar question
a penny for your thoughts
dollar store economics
a pound of flesh
the price is right
family values
family business
work life balance
holiday blues
tax reform
vegan activism
an urgent appeal
berlin wall
kyoto protocol
oslo accords
lisbon treaty
picture perfect
photo finish
video killed the radio star
note to self
notes on a scandal
audio engineering
the pdf of a normal distribution
image processing without neural networks
learning without forgetting
folder of secrets
mother and child walking a dog
a man in a red shirt jumping over a puddle
two girls under an umbrella
three dogs running in the snow
a boy not looking at the camera
people at a market in the morning
information retrieval systems before computers
number theory for beginners`.split('\n');
