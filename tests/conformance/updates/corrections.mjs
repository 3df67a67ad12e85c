// Loader hooks: @y/y 14.0.0-rc.7 with the mistakes put right in which Weft does not follow it. Each
// is a place where Yjs loses or spoils data; later candidates put some of them right.

const kSliceLeft = 'sliceStruct(lblock, ';
const kSliceRight = 'sliceStruct(rblock, ';
const kCorrections = {
  // Where updates overlap, merging cuts a struct by the length that it should keep.
  'BlockSet.js': [
    [
      `${kSliceLeft}lblock.id.clock + lblock.length - nextExpectedClock)`,
      `${kSliceLeft}nextExpectedClock - lblock.id.clock)`,
    ],
    [
      `${kSliceRight}rblock.id.clock + rblock.length - nextExpectedClock)`,
      `${kSliceRight}nextExpectedClock - rblock.id.clock)`,
    ],
    // An update loses its end when its last struct is cut where a known part begins in it.
    [
      'const idranges = range.getIds()',
      'const lastClock = lastStruct.id.clock + lastStruct.length\n' +
        '      const idranges = range.getIds()',
    ],
    [
      'if (range.clock >= lastStruct.id.clock + lastStruct.length)',
      'if (range.clock >= lastClock)',
    ],
    [
      'if (range.clock + range.len < lastStruct.id.clock + lastStruct.length)',
      'if (range.clock + range.len < lastClock)',
    ],
  ],
  // intersectUpdateWithContentIds forgets what follows a struct that it leaves out.
  'updates.js': [
    ['inserts.slice(currClientId, nextClock, ', 'inserts.slice(currClientId, curr.id.clock, '],
  ],
  // insertIntoIdMap takes what is not sorted for sorted.
  'ids.js': [
    // The holes of a document count as what it inserted.
    [
      'const iditems = _createInsertSliceFromStructs(structs, filterDeleted)',
      "const iditems = structs.filter((s) => s.constructor.name !== 'Skip' && !(filterDeleted && " +
        's.deleted)).map((s) => new IdRange(s.id.clock, s.length))',
    ],
    ['const res = srcRanges.copy()', 'srcRanges.getIds()\n      const res = srcRanges.copy()'],
  ],
  // What redoes the value of a key names a left neighbour in another type: other replicas put it
  // there (Yjs 13.6.28 put that right).
  'UndoManager.js': [
    [
      '        return null\n      }\n    } else {\n      left = parentType',
      '        return null\n      }\n      if (left?.parent._item !== parentItem) {\n' +
        '        left = parentType._map.get(item.parentSub) || null\n      }\n    } else {\n' +
        '      left = parentType',
    ],
  ],
  'AttributionManager.js': [
    // What the older document has collected cannot be read.
    [
      'const diffStart = s.clock - prevItem.id.clock\n        content',
      'if (!prevItem.isItem) continue\n' +
        '        const diffStart = s.clock - prevItem.id.clock\n        content',
    ],
    // Reading shortens what is known to be deleted, so that the rest of it is not shown again.
    [
      'slice(client, clock, _content.getLength())',
      'slice(client, clock, _content.getLength())' +
        '.map((s) => createMaybeAttrRange(s.clock, s.len, s.attrs))',
    ],
    // Rejecting looks for what the older document never had, and takes the content of a part for
    // that of a whole.
    [
      'const splicedItem = getItemCleanStart(tr, createID(itemClient, s.clock))\n' +
        '          if (s.attrs != null) {\n' +
        '            splicedItem.content = getItemContent(am._prevDocStore, itemClient, s.clock, ' +
        's.len)\n          }',
      `let part = getItemCleanStart(tr, createID(itemClient, s.clock))
          const previous = am._prevDocStore
          for (let left = s.attrs == null ? 0 : s.len; left > 0;) {
            if (!(part.content instanceof ContentDeleted)) break
            if (part.id.clock >= previous.getClock(itemClient)) break
            const item = previous.getItem(part.id)
            if (!item.isItem || item.content instanceof ContentDeleted) break
            const length = Math.min(left, item.id.clock + item.length - part.id.clock)
            const rest = createID(itemClient, part.id.clock + length)
            if (length < part.length) getItemCleanStart(tr, rest)
            const content = getItemContent(previous, itemClient, part.id.clock, length)
            part.content = item.length > 1 ? content : content.copy()
            left -= length
            if (left > 0) part = getItemCleanStart(tr, rest)
          }`,
    ],
  ],
  'ytype.js': [
    // A delta takes an item of several values for one unit.
    ['d.delete(1)', 'd.delete(c.content.getLength())'],
    ['d.retain(1)', 'd.retain(c.content.getLength())'],
    // Having cut deleted content that is shown, it goes on with less than no units.
    [
      'c.clock + c.content.getLength() + length))',
      'c.clock + c.content.getLength() + length))\n              length = 0',
    ],
    // An attribute that is younger than a snapshot, or hidden, cannot be read.
    [
      'const { deleted, attrs, content, render } = cs[cs.length - 1]',
      'if (cs.length === 0) return\n' +
        '    const { deleted, attrs, content, render } = cs[cs.length - 1]',
    ],
    // An event does not tell of an attribute that was deleted.
    [
      'if (!render) return',
      'if (!render && !(deleted && itemsToRender?.hasId(item.lastId))) return',
    ],
  ],
};

/** The loader hook: corrects the sources, and refuses those that have changed. */
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const name = /\/@y\/y\/src\/(?:utils\/)?([^/]+)$/.exec(url)?.[1];
  if (kCorrections[name] === undefined) return loaded;
  let source = loaded.source.toString();
  for (const [wrong, right] of kCorrections[name]) {
    if (source.split(wrong).length !== 2) throw new Error(`${name} has changed: ${wrong}`);
    source = source.replace(wrong, right);
  }
  return { ...loaded, source };
}
