/** What the items of the suite `questions` are of: things people keep, with traits by which they may be unwanted. */

export type Area = 'dish' | 'thing' | 'paper' | 'picture';

export interface Topic {
  area: Area;
  /** What an item of it is called. */
  name: string;
  /** What a question calls it. */
  asked: string;
}

const topics: Readonly<Record<Area, readonly string[]>> = {
  dish: [
    ...[
      'Lentil soup',
      'Apple cake',
      'Potato gratin',
      'Chicken curry',
      'Bread rolls',
      'Rice pudding',
      'Fish pie',
    ],
    ...[
      'Pumpkin risotto',
      'Noodle salad',
      'Bean stew',
      'Chocolate biscuits',
      'Vegetable lasagne',
      'Pancakes',
      'Plum jam',
    ],
  ],
  thing: [
    ...[
      'Running shoes',
      'Desk lamp',
      'Winter jacket',
      'Rucksack',
      'Kettle',
      'Bicycle bell',
      'Office chair',
      'Headphones',
    ],
    ...['Garden table', 'Wristwatch', 'Sleeping bag', 'Curtains', 'Umbrella', 'Coffee grinder'],
  ],
  paper: [
    ...[
      'Rental contract',
      'Dentist bill',
      'Electricity statement',
      'Train ticket',
      'Car insurance',
      'School report',
    ],
    ...['Gym membership', 'Tax notice', 'Phone bill', 'Warranty card', 'Vaccination record', 'Parking fine'],
  ],
  picture: [
    ...[
      'Dog on a beach',
      'Birthday party in the garden',
      'Snow on the church roof',
      'Boat at the pier',
      'Hikers on a ridge',
    ],
    ...[
      'Cat asleep on a sofa',
      'Market with flowers',
      'Old stone bridge',
      'Children at a fountain',
      'Lighthouse in fog',
    ],
  ],
};

const traits: Readonly<Record<Area, readonly string[]>> = {
  dish: [
    'walnuts',
    'garlic',
    'chili',
    'cream',
    'bacon',
    'mushrooms',
    'onions',
    'raisins',
    'cheese',
    'ginger',
  ],
  thing: ['leather', 'plastic', 'wool', 'batteries', 'stripes', 'velvet', 'zips', 'chrome'],
  paper: ['reminders', 'signatures', 'stamps', 'penalties', 'handwriting', 'discounts'],
  picture: ['umbrellas', 'crowds', 'bicycles', 'balloons', 'graffiti', 'scaffolding', 'pigeons'],
};

const tags: Readonly<Record<Area, readonly string[]>> = {
  dish: ['vegan', 'quick', 'festive', 'freezable', 'for guests'],
  thing: ['present', 'outdoor', 'second hand', 'wishlist', 'returned'],
  paper: ['tax return', 'urgent', 'shared', 'paid', 'archive'],
  picture: ['favourite', 'printed', 'family', 'black and white', 'holiday'],
};

export const areas: readonly Area[] = ['dish', 'thing', 'paper', 'picture'];
export const traitsOf = (area: Area): readonly string[] => traits[area];
export const tagsOf = (area: Area): readonly string[] => tags[area];
export const allTopics: readonly Topic[] = areas.flatMap((area) =>
  topics[area].map((name) => ({ area, name, asked: name.charAt(0).toLowerCase() + name.slice(1) })),
);
/** Two of them are what an item says of itself, to be quoted. */
export const sayings: readonly string[] =
  'amber quiet silver north harbour maple copper violet river granite meadow falcon cedar ivory'.split(' ');
