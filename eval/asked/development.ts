/** Questions as people type them, for which the grammar was extended. Today is Saturday, 28 November 2026. */
import {
  above,
  askedOf,
  below,
  d,
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
  'date, absolute': [
    ['invoices from March 2024', d('2024-03-01', '2024-04-01')],
    ['letters written in 2019', d('2019-01-01', '2020-01-01')],
    ['what happened on 3 May 2025', d('2025-05-03', '2025-05-04')],
    ['meeting notes 12/05/2025', d('2025-05-12', '2025-05-13')],
    ['notes of 2023-07-14', d('2023-07-14', '2023-07-15')],
    ['garden plans dated January 5th, 2022', d('2022-01-05', '2022-01-06')],
    ['contracts signed in Sept 2021', d('2021-09-01', '2021-10-01')],
    ['hotel bookings 2024', d('2024-01-01', '2025-01-01')],
    ['INSURANCE PAPERS FROM 2020', d('2020-01-01', '2021-01-01')],
    ['dentist bill, 14.02.2023', d('2023-02-14', '2023-02-15')],
    ['letters from the second quarter of 2024', d('2024-04-01', '2024-07-01')],
    ['Q3 2025 report', d('2025-07-01', '2025-10-01')],
  ],
  'date, relative': [
    ['emails about the boiler from yesterday', d('2026-11-27', '2026-11-28')],
    ['things I wrote last week', d('2026-11-16', '2026-11-23')],
    ['drawings from this month', d('2026-11-01', '2026-12-01')],
    ['hiking trips last year', d('2025-01-01', '2026-01-01')],
    ['notes from last month about taxes', d('2026-10-01', '2026-11-01')],
    ['recipes added this year', d('2026-01-01', '2027-01-01')],
    ['shopping list from last friday', d('2026-11-27', '2026-11-28')],
    [
      'stuff from two years ago',
      on('date', { gte: '2024-01-01', lt: '2025-01-01' }, { gte: '2024-11-28', lt: '2024-11-29' }),
    ],
    ['bike repair in march', d('2026-03-01', '2026-04-01')],
    ["today's notes", d('2026-11-28', '2026-11-29')],
    ['lectures on monday', on('date', { gte: '2026-11-23', lt: '2026-11-24' })],
    [
      'could you please show me the bills that came in the last 3 months',
      on(
        'date',
        { gte: '2026-08-28' },
        { gte: '2026-08-28', lt: '2026-11-29' },
        { gte: '2026-08-28', lt: '2026-11-28' },
        { gte: '2026-08-01', lt: '2026-11-01' },
      ),
    ],
  ],
  'date, range': [
    ['wedding photos before 2020', d(null, '2020-01-01')],
    ['receipts since 2022', d('2022-01-01')],
    ['articles after 2021', d('2022-01-01')],
    ['rent payments from 2019 to 2021', d('2019-01-01', '2022-01-01')],
    ['walks between March and May 2024', d('2024-03-01', '2024-06-01')],
    ['letters until June 2018', on('date', { lt: '2018-07-01' }, { lt: '2018-06-01' })],
    ['papers older than 2017', d(null, '2017-01-01')],
    ['photos of the lake newer than 2023', on('date', { gte: '2024-01-01' }, { gte: '2023-01-01' })],
    ['bank statements Jan-Mar 2025', d('2025-01-01', '2025-04-01')],
    ['the diary from the 1st to the 10th of July 2022', d('2022-07-01', '2022-07-11')],
    ['travel costs 2018-2020', d('2018-01-01', '2021-01-01')],
    ['invoices no later than 31 March 2023', d(null, '2023-04-01')],
  ],
  'date, season or holiday': [
    ['picnics last summer', d('2026-06-01', '2026-09-01')],
    [
      'pictures from winter 2022',
      on('date', { gte: '2022-12-01', lt: '2023-03-01' }, { gte: '2021-12-01', lt: '2022-03-01' }),
    ],
    ['seed orders from spring 2025', d('2025-03-01', '2025-06-01')],
    [
      'baking at christmas 2024',
      on(
        'date',
        { gte: '2024-12-24', lt: '2024-12-27' },
        { gte: '2024-12-25', lt: '2024-12-26' },
        { gte: '2024-12-25', lt: '2024-12-27' },
        { gte: '2024-12-24', lt: '2024-12-26' },
      ),
    ],
    ['party on new years eve 2023', on('date', { gte: '2023-12-31', lt: '2024-01-01' })],
    ['leaves in autumn 2021', d('2021-09-01', '2021-12-01')],
    ['cards from fall 2020', d('2020-09-01', '2020-12-01')],
    ['what I noted in the summer of 2019', d('2019-06-01', '2019-09-01')],
  ],
  'date, unresolvable': [
    ['photos from before I moved'],
    ['letters from when I was a student'],
    ['notes from the week after the wedding'],
    ['things I wrote before the baby came'],
    ['papers from back then'],
    ['contract after the merger'],
  ],
  price: [
    ['shoes under 50 euros', below('price', 50)],
    ['lamp over 100€', above('price', 100)],
    ['desk for at most 250 eur', below('price', 250)],
    ['chairs between 20 and 40 euros', within('price', 20, 40)],
    ['bags cheaper than €75', below('price', 75)],
    ['watches that cost more than 1,000 euros', above('price', 1000)],
    ['camera less than 1.200 €', below('price', 1200)],
    ['tents up to 300 euro', below('price', 300)],
    ['bike €500-€800', within('price', 500, 800)],
    ['I would be grateful for rugs priced below 120 euros', below('price', 120)],
    ['coats 80 euros or less', below('price', 80)],
    ['laptop min 600 euros', above('price', 600)],
    ['sofa < 900 €', below('price', 900)],
    ['table >= 150 euros', above('price', 150)],
    ['phone under 2k euros', below('price', 2000)],
    ['kettle not more than thirty euros', below('price', 30)],
    ['mirror no more than 60 euros', below('price', 60)],
    ['garden bench starting at 200 euros', above('price', 200)],
    ['jacket price over 90', above('price', 90)],
    ['toaster UNDER 40 EUROS', below('price', 40)],
  ],
  approximate: [
    ['headphones around 50 euros', near('price', 50)],
    ['a coat for about 100 euros', near('price', 100)],
    ['boots roughly €150', near('price', 150)],
    ['bike approx. 400 euros', near('price', 400)],
    ['suitcase ~80 euros', near('price', 80)],
  ],
  'size and pixels': [
    ['pdfs larger than 2 MB', kind('pdf'), megabytes('gt', 2)],
    ['videos over 10 mb', kind('video'), megabytes('gt', 10)],
    ['scans smaller than 1MB', megabytes('lt', 1)],
    ['anything bigger than 5 megabytes', megabytes('gt', 5)],
    ['files under 500 kB about rent', on('size', { lt: 500_000 }, { lt: 512_000 })],
    ['pictures wider than 2000 pixels', kind('image'), above('width', 2000)],
    ['images at least 1000 px high', kind('image'), above('height', 1000)],
    ['photos with width over 3000', kind('image'), above('width', 3000)],
    ['reports with more than 20 pages', above('pages', 20)],
    ['documents of 10 pages or fewer', below('pages', 10)],
    ['rated above 3', above('rating', 3)],
    ['books with at least 4 stars', above('rating', 4)],
  ],
  camera: [
    ['portraits taken with a Canon', on('camera', 'Canon')],
    ['street scenes shot on the nikon', on('camera', 'Nikon')],
    ['camera: Leica', on('camera', 'Leica')],
    ['sunsets taken with my Sony', on('camera', 'Sony')],
  ],
  kind: [
    ['pdf about rent', kind('pdf')],
    ['videos of the dog', kind('video')],
    ['all my notes on baking', kind('note')],
    ['show me images of boats', kind('image')],
    ['PDFS ABOUT THE CAR', kind('pdf')],
    ['only spreadsheets with the budget', kind('spreadsheet')],
    ['the spreadsheet for the holiday', kind('spreadsheet')],
    ['is there a video where we swim', kind('video')],
    ['photos of mountains', kind('image')],
    ['pictures of grandma', kind('image')],
    ['spredsheets about heating', kind('spreadsheet')],
    ['kind:pdf heating', kind('pdf')],
  ],
  'tag or folder': [
    ['soups tagged vegan', tag('vegan')],
    ['#urgent letters', tag('urgent')],
    ['letters with the tag paid', tag('paid')],
    ['notes in the folder Work', on('folder', 'Work')],
    ['everything in Travel folder about trains', on('folder', 'Travel')],
    ['urgent papers', tag('urgent')],
    ['tag:family beach', tag('family')],
    ['things labelled paid', tag('paid')],
    ['folder Taxes invoice', on('folder', 'Taxes')],
    ['from my Work folder: budget', on('folder', 'Work')],
  ],
  name: [
    ['letters by Anna Berger', on('author', 'Anna Berger')],
    ['notes written by Tom Okafor', on('author', 'Tom Okafor')],
    ['what did Anna Berger write about the roof', on('author', 'Anna Berger')],
    ['author: Tom Okafor heating', on('author', 'Tom Okafor')],
    ['poems from priya nair', on('author', 'Priya Nair')],
  ],
  quoted: [
    ['"security deposit" letter', exact('security deposit')],
    ['the note that says "silver harbour"', exact('silver harbour')],
    ['find “open window” in letters', exact('open window')],
    ['exactly "blue door"', exact('blue door')],
    ['"annual fee" 2024', exact('annual fee'), d('2024-01-01', '2025-01-01')],
  ],
  negation: [
    ['soup without onions', not('onions')],
    ['curry, not spicy', not('spicy')],
    ['cakes but no nuts', not('nuts')],
    ['hotels except in Berlin', not('berlin')],
    ['beaches but not crowded', not('crowded')],
    ['drinks other than coffee', not('coffee')],
    ['salad w/o tomatoes', not('tomatoes')],
    ['trips excluding flights', not('flights')],
    ['pizza -mushrooms', not('mushrooms')],
    ['dogs on a lawn, no people please', not('people')],
    ["films that aren't sad", not('sad')],
    ['anything but football', not('football')],
    ['pasta minus cheese', not('cheese')],
    ['jackets that do not have a hood', not('hood')],
    ['a house with no garden', not('garden')],
    ['songs, please leave out the slow ones', not('slow ones')],
    ['flowers apart from roses', not('roses')],
    ['birds rather than bats', not('bats')],
    ['not urgent letters', lacks('tags', 'urgent')],
    ['files that are not pdfs', lacks('kind', 'pdf')],
  ],
  several: [
    ['pdf about rent from last year, not Berlin', kind('pdf'), d('2025-01-01', '2026-01-01'), not('berlin')],
    ['urgent pdf before 2020', tag('urgent'), kind('pdf'), d(null, '2020-01-01')],
    ['lamp under 80 euros not plastic', below('price', 80), not('plastic')],
    ['images 2023 Canon', kind('image'), d('2023-01-01', '2024-01-01'), on('camera', 'Canon')],
    [
      'paid spreadsheets since 2024 over 100 euros',
      tag('paid'),
      kind('spreadsheet'),
      d('2024-01-01'),
      above('price', 100),
    ],
    [
      'videos of the sea from summer 2024 without people',
      kind('video'),
      d('2024-06-01', '2024-09-01'),
      not('people'),
    ],
    [
      'Would you kindly find notes by Anna Berger from October 2025?',
      kind('note'),
      on('author', 'Anna Berger'),
      d('2025-10-01', '2025-11-01'),
    ],
    ['pdf rent 2024 "flat 3"', kind('pdf'), d('2024-01-01', '2025-01-01'), exact('flat 3')],
  ],
};

export const development = askedOf(table);

/** In these no word is a condition. */
export const developmentPlain: readonly string[] = `Not without my daughter
2001: A Space Odyssey
the may flower
a march on Rome
under the bridge
over 9000 meme
how to march in step
will may come to the party
april o'neil
a tale of two cities
blade runner 2049
the year of the monkey
catch-22
room 101
one hundred years of solitude
nineteen eighty four
no country for old men
nothing compares to you
no time to die
I can't get no satisfaction
the importance of not being seen
not all who wander are lost
never say never again
24 hour race
a few dollars more
the million dollar baby
five easy pieces
over the rainbow
under pressure
above the clouds
below zero
between two ferns
before sunrise
after the storm
since you have been gone
the long winter
winter is coming
summer wine
spring in a bed
fall from a horse
august wilson plays
june carter songs
friday night lights
sunday roast
a monday kind of feeling
saturday night fever
christmas carol by dickens
easter island statues
the day after tomorrow
yesterday by the beatles
seven samurai
apollo 13
windows 95 startup sound
area 51
fahrenheit 451
route 66
boeing 747
formula 1 drivers
the 39 steps
50 shades
less is more
more than words
at least we tried
how big is a whale
canon law in the middle ages
a paid actor
the family tree
vegan leather
a work of art
travel broadens the mind
urgent care for children
why does bread without yeast rise
people without a country
what is the difference between cats and dogs
how do planes not fall
why is the sky not green
can you live without sleep
exercise with no equipment
world war 2 tanks
the 1920s jazz age
the french revolution of 1789
the moon landing
the battle of hastings in 1066
a study of 12 patients
three men in a boat
10 things I hate about you`.split('\n');
