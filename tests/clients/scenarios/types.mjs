// Text, map and array, with values of every kind and text beyond the basic plane.

import { converge } from '../lib/peers.mjs';
import { equal } from '../lib/wait.mjs';

const kValues = {
  null: null,
  true: true,
  integer: -7,
  big: 2 ** 40,
  float: 0.1,
  string: 'é 日本 🧵',
  list: [1, [2, [3]]],
  object: { a: { b: 'c' } },
};

export default [
  {
    name: 'text, map and array carry every kind of value',
    each: true,
    everyWire: true,
    async run(context) {
      const [a, b] = [await context.peer(), await context.peer()];
      a.edit((types) => {
        types.text.insert(0, 'né 日本 🧵🧵 end');
        for (const [key, value] of Object.entries(kValues)) types.set(key, value);
        types.list.insert(0, Object.values(kValues));
      });
      await b.sees('all of it', ({ list }) => list.length === Object.keys(kValues).length);
      equal('the map', b.json.map, kValues);
      equal('the list', b.json.list, Object.values(kValues));
      equal('the text', b.json.text, 'né 日本 🧵🧵 end');
      b.edit((types) => {
        types.text.delete(6, 2);  // one of the two threads: two UTF-16 code units
        types.unset('null');
        types.set('true', false);
        types.list.delete(1, 2);
      });
      const contents = await converge([a, b]);
      equal('the text after deleting', contents.text, 'né 日本 🧵 end');
      equal('the overwritten key', contents.map.true, false);
      equal('the deleted key', 'null' in contents.map, false);
      equal('the shortened list', contents.list.length, Object.keys(kValues).length - 2);
    },
  },
  {
    name: 'a text of 200,000 characters and a list of 20,000 values arrive whole',
    each: true,
    everyWire: true,
    async run(context) {
      const [a, b] = [await context.peer(), await context.peer()];
      const text = 'over and under '.repeat(13_334).slice(0, 200_000);
      const list = Array.from({ length: 20_000 }, (_, i) => i);
      a.edit((types) => {
        types.text.insert(0, text);
        types.list.insert(0, list);
      });
      await b.sees('all of it', (json) => json.list.length === list.length);
      equal('the text', b.json.text === text, true);
      equal('the list', b.json.list, list);
    },
  },
];
