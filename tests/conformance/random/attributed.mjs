// What @y/y 14 says of the second half of a user's updates: as the difference of two documents, as
// id maps with an author, and as two snapshots. attributed.cpp does the same with the engine.

import { Y } from '../updates/yjs14.mjs';

const kRoots = ['array', 'map', 'xml', 'text'];

function docOf(updates) {
  const doc = new Y.Doc({ gc: false });
  for (const update of updates) Y.applyUpdate(doc, update);
  for (const name of kRoots) doc.get(name);
  return doc;
}

const rendered = (doc, manager) =>
  kRoots.map((name) => JSON.stringify(doc.get(name).toDeltaDeep(manager))).join('\n');

/** Relative positions among what is shown in each root, and where they lead. */
function shownPlaces(doc, manager) {
  const places = [];
  for (const name of kRoots) {
    const type = doc.get(name);
    for (const assoc of [0, -1]) {
      for (let index = 0; index < 40; index += 3) {
        const place = Y.createRelativePositionFromTypeIndex(type, index, assoc, manager);
        const bytes = Buffer.from(Y.encodeRelativePosition(place)).toString('hex');
        const back = Y.createAbsolutePositionFromRelativePosition(place, doc, true, manager);
        places.push(`${bytes}=${back.index}`);
      }
    }
  }
  return places.join(' ');
}

/** One text for each way of looking at it. */
export function attributedTexts(updates) {
  const previous = docOf(updates.slice(0, Math.floor(updates.length / 2)));
  const next = docOf(updates);
  const changed = Y.excludeContentIds(
    Y.createContentIdsFromDoc(next),
    Y.createContentIdsFromDoc(previous),
  );
  const map = Y.createContentMapFromContentIds(
    changed,
    [Y.createContentAttribute('insert', 'Ann'), Y.createContentAttribute('insertedAt', 7)],
    [Y.createContentAttribute('delete', 'Bob'), Y.createContentAttribute('_hidden', 1)],
  );
  const plain = Y.createAttributionManagerFromDiff(previous, next);
  const said = Y.createAttributionManagerFromDiff(previous, next, { attrs: map });
  const twoset = new Y.TwosetAttributionManager(map.inserts, map.deletes);
  const texts = {
    diff: JSON.stringify(Y.diffDocsToDelta(previous, next, { am: plain })),
    plain: rendered(next, plain),
    said: rendered(next, said),
    twoset: rendered(next, twoset),
    snapshots: rendered(
      next,
      Y.createAttributionManagerFromSnapshots(Y.snapshot(previous), Y.snapshot(next)),
    ),
    before: rendered(next, Y.createAttributionManagerFromSnapshots(Y.snapshot(previous))),
    places: [plain, twoset].map((manager) => shownPlaces(next, manager)).join('\n'),
  };
  plain.destroy();
  said.destroy();
  return texts;
}
