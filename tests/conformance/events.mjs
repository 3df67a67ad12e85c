// What the deep observers of a document's roots are told, as one line of text for each event: the
// path from the root, whether the sequence changed, the keys, the delta. weft_events.cpp writes the
// same.

import * as Y from 'yjs';
import { jsonText } from './values.mjs';

const shown = (value) => (value instanceof Y.AbstractType ? '<type>' : jsonText(value));

function deltaText(delta, isText) {
  const steps = delta.map(({ retain, delete: removed, insert, attributes }) => {
    const formats = attributes === undefined ? '' : jsonText(attributes);
    if (retain !== undefined) return `=${retain}${formats}`;
    if (removed !== undefined) return `-${removed}`;
    if (!isText) return `+[${insert.map(shown).join()}]`;
    return `+${shown(insert)}${formats}`;
  });
  return steps.join(' ');
}

function eventText(event) {
  const keys = [...event.changes.keys].map(
    ([key, { action, oldValue }]) => ` ${jsonText(key)} ${action} ${shown(oldValue)}`,
  );
  const touched = event.transaction.changed.get(event.target);
  const names = [...touched].filter((key) => key !== null).map(jsonText);
  if (touched.has(null)) names.unshift('*');
  const isText = event.target instanceof Y.Text;
  const delta = deltaText(event.changes.delta, isText);
  return `${jsonText(event.path)} ${names}${keys.join('')} ${delta}\n`;
}

/** Returns a function that takes what was told since its last call. */
export function observeRoots(doc, roots) {
  let told = '';
  for (const { name } of roots) {
    doc.share.get(name).observeDeep((events) => {
      told += `${name}:\n${events.map(eventText).join('')}`;
    });
  }
  return () => {
    const text = told;
    told = '';
    return text;
  };
}
