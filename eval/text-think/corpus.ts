/**
 * Ninety short passages, and a question for each of fifty-one of them, written for this evaluation. A passage is about the answer
 * and avoids the question's words; other passages are about related things (other cities, planets, painters …), so that knowing the
 * answer helps and matching words does not.
 */
export interface Entry {
  passage: string;
  question?: string;
}

export const corpus: readonly Entry[] = [
  {
    passage: 'Paris lies on the Seine and is visited for the Louvre and the Eiffel Tower.',
    question: 'What is the capital of France?',
  },
  {
    passage: 'Jupiter is banded with clouds, and its Great Red Spot is a storm older than any record of it.',
    question: 'Which planet is the largest one in our solar system?',
  },
  {
    passage:
      'Shakespeare was baptised in Stratford-upon-Avon and worked in London with his own company of actors.',
    question: 'Who wrote Romeo and Juliet?',
  },
  {
    passage: 'Oxygen makes up about a fifth of the atmosphere and feeds every flame.',
    question: 'Which gas do people need to breathe?',
  },
  {
    passage: 'Lions live in prides; the females do most of the hunting.',
    question: 'Which animal is called the king of the jungle?',
  },
  {
    passage: 'Honey keeps for years in a closed jar because it holds so little water.',
    question: 'What do bees make?',
  },
  {
    passage: 'The heart has four chambers and beats about a hundred thousand times a day.',
    question: 'Which organ pumps blood through the body?',
  },
  {
    passage: 'Ice floats, since it takes up more room than the liquid it came from.',
    question: 'What is frozen water called?',
  },
  {
    passage: 'Canberra was planned from the start, with an artificial lake in its middle.',
    question: 'What is the capital of Australia?',
  },
  {
    passage: 'Mercury has no moon, and its days are scorching while its nights are far below freezing.',
    question: 'Which planet is closest to the sun?',
  },
  {
    passage: 'The Pacific reaches from Asia to the Americas and holds the deepest trench on Earth.',
    question: 'What is the largest ocean?',
  },
  {
    passage: 'Mount Everest grows by a few millimetres a year as two plates push against each other.',
    question: 'What is the highest mountain in the world?',
  },
  {
    passage: 'Giraffes rest with their necks bent back and drink with their front legs spread wide.',
    question: 'Which animal is the tallest?',
  },
  {
    passage: 'Einstein worked at a patent office in Bern before universities asked for him.',
    question: 'Who came up with the theory of relativity?',
  },
  {
    passage: 'Tokyo was once called Edo, and its metro carries millions of passengers every morning.',
    question: 'What is the capital of Japan?',
  },
  {
    passage: 'The Nile floods used to leave black mud on the fields every summer.',
    question: 'What is the longest river in Africa?',
  },
  {
    passage: 'Leonardo da Vinci filled notebooks with machines, muscles and mirror writing.',
    question: 'Who painted the Mona Lisa?',
  },
  {
    passage: 'A thermometer holds a liquid that rises in a thin tube as it gets warmer.',
    question: 'What do you use to measure temperature?',
  },
  {
    passage: 'Diamonds form under great pressure and are cut with dust of their own kind.',
    question: 'What is the hardest natural material?',
  },
  {
    passage: 'Rome was built on seven hills, and its Colosseum could be flooded for shows.',
    question: 'What is the capital of Italy?',
  },
  {
    passage: 'Caterpillars eat without pause before they hang themselves up and form a chrysalis.',
    question: 'What is a butterfly before it has wings?',
  },
  {
    passage: 'The moon shows us always the same side and pulls the sea twice a day.',
    question: 'What causes the tides?',
  },
  {
    passage: 'Gravity bends the path of a thrown ball and holds the air close to the ground.',
    question: 'Why do things fall down?',
  },
  {
    passage: 'The Amazon is home to pink dolphins, and thousands of streams feed it.',
    question: 'Which river carries the most water?',
  },
  {
    passage: 'Neil Armstrong left footprints in the dust that no wind will ever blow away.',
    question: 'Who was the first person to walk on the moon?',
  },
  {
    passage: 'Cows chew the same grass twice and have a stomach of four parts.',
    question: 'Which animal gives us most of our milk?',
  },
  {
    passage: 'A calendar of three hundred and sixty-five days needs an extra one now and then.',
    question: 'How many days does a year have?',
  },
  {
    passage: 'Green appears on the palette where a painter lets two other pigments run into each other.',
    question: 'What colour do you get when you mix blue and yellow?',
  },
  {
    passage: 'Penguins lose their flight feathers’ use in the air but row through the sea with them.',
    question: 'Which bird cannot fly but swims very well?',
  },
  {
    passage:
      'Spiders keep the silk dry in glands and pull it out with their hind legs; there are eight of those limbs.',
    question: 'How many legs does a spider have?',
  },
  { passage: 'Bread rises because yeast turns sugar into bubbles.' },
  { passage: 'A violin has four strings and no frets.' },
  { passage: 'Glaciers carve round valleys, rivers carve sharp ones.' },
  { passage: 'The printing press made books cheap within one lifetime.' },
  { passage: 'Chess began in India and came to Europe through Persia.' },
  { passage: 'Volcanoes build islands where the sea floor is thin.' },
  { passage: 'Owls turn their heads because their eyes cannot roll.' },
  { passage: 'Coffee plants grow best in the shade of taller trees.' },
  { passage: 'Trains need tracks of one width, or travellers must change.' },
  { passage: 'Libraries lend what few people could buy for themselves.' },
  {
    passage: 'Madrid stays awake late, and its Prado shows Goya and Velázquez.',
    question: 'What is the capital of Spain?',
  },
  {
    passage: 'Berlin still shows in its pavement where the Wall once stood.',
    question: 'What is the capital of Germany?',
  },
  { passage: 'Ottawa skates on its canal all winter long.', question: 'What is the capital of Canada?' },
  {
    passage: 'Venus spins the wrong way round under clouds of acid.',
    question: 'Which planet is the hottest?',
  },
  { passage: 'Saturn would float in a bathtub, and its rings are mostly ice.' },
  {
    passage: 'Mars has rust in its soil and two small moons shaped like potatoes.',
    question: 'Which planet is called the red one?',
  },
  { passage: 'Neptune was found with a pencil before anybody had seen it.' },
  {
    passage: 'Beethoven went on composing when he could no longer hear.',
    question: 'Which composer was deaf?',
  },
  { passage: 'Mozart wrote his first pieces before he could reach the pedals.' },
  {
    passage: 'Van Gogh sold hardly a picture and wrote long letters to his brother.',
    question: 'Who painted Starry Night?',
  },
  { passage: 'Picasso went through a blue time and a rose one before he took faces apart.' },
  { passage: 'Michelangelo lay on his back under a chapel’s ceiling for years.' },
  {
    passage: 'Newton ground his own lenses and ran the Royal Mint.',
    question: 'Who discovered gravity when an apple fell?',
  },
  {
    passage: 'Darwin spent eight years on barnacles before he published anything on finches.',
    question: 'Who wrote about the origin of species?',
  },
  {
    passage: 'Marie Curie’s notebooks are still kept in boxes lined with lead.',
    question: 'Who discovered radium?',
  },
  {
    passage: 'Edison slept little and filed more than a thousand patents.',
    question: 'Who invented the light bulb?',
  },
  {
    passage: 'Bell’s first words over the wire were a call to his assistant.',
    question: 'Who invented the telephone?',
  },
  { passage: 'Homer may have been one singer or many.' },
  {
    passage: 'Dickens read his own novels on stage until it wore him out.',
    question: 'Who wrote Oliver Twist?',
  },
  { passage: 'Tolstoy gave up his copyrights and ploughed his own fields.' },
  {
    passage: 'Elephants greet each other with their trunks and walk around their dead.',
    question: 'Which land animal is the heaviest?',
  },
  {
    passage: 'Cheetahs have to rest for half an hour after each chase.',
    question: 'Which animal runs the fastest?',
  },
  {
    passage: 'Blue whales sing so low that nobody on board can hear it.',
    question: 'Which creature is the biggest that ever lived?',
  },
  { passage: 'Kangaroos cannot walk backwards, and their young stay in the pouch for months.' },
  {
    passage: 'Bats hang in caves by day and find moths by their echo at night.',
    question: 'Which mammal can truly fly?',
  },
  { passage: 'Sharks lose teeth all their lives and grow new ones.' },
  { passage: 'The Danube passes through four capitals on its way to a delta.' },
  { passage: 'The Rhine carries barges past castles and vineyards.' },
  {
    passage: 'The Sahara has buried whole caravans under its dunes.',
    question: 'What is the largest hot desert?',
  },
  {
    passage: 'Greenland is mostly white, whatever its settlers called it.',
    question: 'What is the largest island?',
  },
  { passage: 'K2 kills more of those who try it than its taller neighbour.' },
  { passage: 'Kilimanjaro keeps a little snow close to the equator.' },
  { passage: 'The Atlantic was crossed by steam before it was crossed by cable.' },
  { passage: 'Nitrogen is what most of every breath consists of, and it leaves again unchanged.' },
  { passage: 'Helium escapes from balloons within a day and makes voices squeak.' },
  { passage: 'Carbon dioxide makes the bubbles in lemonade.' },
  { passage: 'Iron turns red and crumbles where rain gets at it.' },
  { passage: 'Gold does not tarnish and can be beaten thinner than paper.' },
  {
    passage: 'Lungs would cover half a tennis court if they were spread out.',
    question: 'Which organ do we breathe with?',
  },
  { passage: 'Kidneys clean a bathtub of blood every day.' },
  { passage: 'The liver grows back if a piece of it is given away.' },
  {
    passage: 'The skin is shed and renewed about once a month.',
    question: 'What is the largest organ of the body?',
  },
  { passage: 'Eagles see a rabbit from two miles up.' },
  { passage: 'Ostriches run from danger and lay eggs as heavy as two dozen of a hen’s.' },
  { passage: 'Wasps chew wood into paper for their nests.' },
  { passage: 'Silkworms eat nothing but mulberry leaves.' },
  { passage: 'A scale tells the baker how much flour is in the bowl.' },
  { passage: 'A ruler has centimetres along one edge and inches along the other.' },
  { passage: 'Goats climb trees where grass is scarce.' },
  { passage: 'A leap second has been slipped in now and then to keep the clocks right.' },
];
