/**
 * Notes like those that people keep, written for this evaluation, with questions that one note answers (`answer` matches the
 * right answers) and questions about the same things that no note answers.
 */
export interface Question {
  question: string;
  /** Null: no note answers it. */
  answer: RegExp | null;
  /** Index of the note that does. */
  note?: number;
}

export const notes: readonly string[] = [
  'The library on Mill Street is open from nine to six on weekdays and until one on Saturdays. It is closed on Sundays.',
  'Dentist: Dr Okafor, 14 Harbour Lane. Next check-up on 3 March at 10:30. Bring the insurance card.',
  'The boiler was serviced in October by Brandt Heating. The pressure should stay between 1.2 and 1.8 bar; top it up with the valve below.',
  'Pancakes for four: 250 g flour, three eggs, half a litre of milk, a pinch of salt. Let the batter rest for twenty minutes.',
  'The landlord raised the rent to 980 euros from July on. The deposit of 2,400 euros is kept in a savings account at the Volksbank.',
  'Our cat Miso is allergic to chicken. The vet, Ms Lindqvist, recommended food with salmon or rabbit.',
  'To reset the router, hold the button on its back for ten seconds until the light turns orange.',
  'The car needs 5W-30 oil. Winter tyres are stored at Garage Petit; they cost 60 euros a season.',
  'Grandmother was born in Trieste in 1931 and moved to Vienna when she was eight years old.',
  'The train to Basel leaves at 7:42 from platform 5. Change in Olten, where there are six minutes to get from one platform to the other.',
  'Tomatoes are sown indoors in March and planted out in the middle of May, after the last frost. They want sun and little wind.',
  'The meeting with the architect decided on oak floors. The kitchen wall will be removed, which needs a permit from the city.',
  'Marathon plan: three runs a week, the long one on Sunday. Never add more than two kilometres to the long run from one week to the next.',
  'The washing machine shows E18 when the drain is blocked. Clean the filter behind the small door at the bottom.',
  'Lena teaches violin on Tuesdays and Thursdays. A lesson takes forty-five minutes and costs 38 euros.',
  'The tent is in the cellar, behind the skis. One pole is broken; a new one has been ordered from Nordhem.',
  'For the sourdough, feed the starter with equal weights of flour and water and leave it at room temperature for eight hours.',
  'The school trip goes to Lake Garda from 12 to 16 June. The teacher, Mr Rossi, collects 120 euros from every child.',
  'Passport renewal takes about four weeks. The office wants a biometric photograph, the old passport and 70 euros.',
  'The novel that Ines recommended is called The Salt Path; she borrowed it from her brother.',
  'The bicycle was stolen in front of the station on 9 August. The police report has the number 4471-B.',
  'Our neighbour Tomas waters the plants while we are away; the key is with Mrs Adeyemi on the second floor.',
  'The battery of the smoke alarm lasts ten years. The one in the hall was installed in 2019.',
  'The yoga course moved to the gym in Park Avenue. It starts at half past six in the evening and mats are provided.',
];

export const questions: readonly Question[] = [
  { question: 'When is the library open on Saturdays?', answer: /\bone\b|1( ?pm| ?p\.m\.|:00)/i, note: 0 },
  { question: 'Who is our dentist?', answer: /okafor/i, note: 1 },
  { question: 'What do I have to bring to the dentist?', answer: /insurance/i, note: 1 },
  { question: 'Who serviced the boiler?', answer: /brandt/i, note: 2 },
  { question: 'How many eggs do the pancakes need?', answer: /three|\b3\b/i, note: 3 },
  { question: 'How long should the pancake batter rest?', answer: /twenty|20/i, note: 3 },
  { question: 'How high is the rent since July?', answer: /980/, note: 4 },
  { question: 'Where is the deposit kept?', answer: /savings|volksbank/i, note: 4 },
  { question: 'What is our cat allergic to?', answer: /chicken/i, note: 5 },
  { question: 'How do I reset the router?', answer: /hold|button|ten seconds/i, note: 6 },
  { question: 'Which oil does the car need?', answer: /5W-30/i, note: 7 },
  { question: 'Where are the winter tyres stored?', answer: /petit/i, note: 7 },
  { question: 'Where was grandmother born?', answer: /trieste/i, note: 8 },
  { question: 'When does the train to Basel leave?', answer: /7:42/, note: 9 },
  { question: 'From which platform does the train to Basel leave?', answer: /\b5\b|five/i, note: 9 },
  { question: 'When are tomatoes planted out?', answer: /may/i, note: 10 },
  { question: 'Which floors did we decide on with the architect?', answer: /oak/i, note: 11 },
  { question: 'On which day is the long run of the marathon plan?', answer: /sunday/i, note: 12 },
  { question: 'What does E18 mean on the washing machine?', answer: /drain|blocked/i, note: 13 },
  { question: 'How much does a violin lesson cost?', answer: /38/, note: 14 },
  { question: 'Where is the tent?', answer: /cellar|skis/i, note: 15 },
  {
    question: 'How often or how long is the sourdough starter left at room temperature?',
    answer: /eight|8/i,
    note: 16,
  },
  { question: 'Where does the school trip go?', answer: /garda/i, note: 17 },
  { question: 'How long does it take to renew a passport?', answer: /four|4/i, note: 18 },
  { question: 'Which novel did Ines recommend?', answer: /salt path/i, note: 19 },
  { question: 'What is the number of the police report about the bicycle?', answer: /4471/, note: 20 },
  { question: 'Who has the key while we are away?', answer: /adeyemi/i, note: 21 },
  { question: 'How long does the battery of the smoke alarm last?', answer: /ten|10/i, note: 22 },
  { question: 'When does the yoga course start?', answer: /half past six|6:30/i, note: 23 },
  { question: 'Who waters the plants?', answer: /tomas/i, note: 21 },

  { question: 'When is the library open on Mondays in August?', answer: /nine|six|9|6/i, note: 0 },
  { question: 'What is the phone number of the dentist?', answer: null },
  { question: 'How old is our cat?', answer: null },
  { question: 'What is the wifi password?', answer: null },
  { question: 'Which colour is the car?', answer: null },
  { question: 'How much did the architect cost?', answer: null },
  { question: 'Who repaired the roof?', answer: null },
  { question: 'What is the name of our dog?', answer: null },
  { question: 'When is the birthday of Lena?', answer: null },
  { question: 'How much sugar goes into the apple cake?', answer: null },
  { question: 'Which hotel did we stay at in Lisbon?', answer: null },
  { question: 'When does the flight to Oslo leave?', answer: null },
  { question: 'What did the doctor say about the vaccination?', answer: null },
  { question: 'Who won the chess tournament?', answer: null },
  { question: 'Where did we buy the sofa?', answer: null },
  { question: 'How many calories does a banana have?', answer: null },
];
