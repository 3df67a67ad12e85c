// Other people's carets and selections, and our own for them.
//
// Speaks y-codemirror.next's awareness fields: `cursor: {anchor, head}` (relative positions) and
// `user: {name, color}`. Draws itself what that package would: there the label is seen on hover
// alone, keeps an old name, and puts whatever a peer calls a colour into a style attribute.

import { Annotation } from '@codemirror/state';
import { Decoration, EditorView, ViewPlugin, WidgetType } from '@codemirror/view';
import * as Y from 'yjs';
import { shownPerson } from './names.js';

const peersMoved = Annotation.define();

class Caret extends WidgetType {
  constructor(peer) {
    super();
    this.peer = peer;
  }

  // A caret that moved is drawn anew, which shows its label again for a while.
  eq(other) {
    const [a, b] = [this.peer, other.peer];
    return a.id === b.id && a.moves === b.moves && a.name === b.name && a.color === b.color;
  }

  toDOM() {
    const caret = document.createElement('span');
    caret.className = 'peer-caret';
    caret.style.setProperty('--peer', this.peer.color);
    caret.setAttribute('aria-hidden', 'true');
    const label = document.createElement('span');
    label.className = 'peer-label';
    label.textContent = this.peer.name;
    caret.append(label);
    return caret;
  }

  ignoreEvent() {
    return true;
  }
}

class Cursors {
  decorations = Decoration.none;
  #peers = new Map();  // client id -> {cursor as JSON text, moves}

  constructor(view, text, awareness) {
    this.text = text;
    this.awareness = awareness;
    this.listener = ({ added, updated, removed }) => {
      const others = [...added, ...updated, ...removed].some((id) => id !== awareness.clientID);
      if (others) view.dispatch({ annotations: peersMoved.of(true) });
    };
    awareness.on('change', this.listener);
  }

  destroy() {
    this.awareness.off('change', this.listener);
  }

  update(update) {
    if (update.selectionSet || update.docChanged || update.focusChanged) this.#publish(update.view);
    const moved = update.transactions.some((t) => t.annotation(peersMoved));
    if (moved || update.docChanged) this.decorations = this.#draw(update.state.doc);
  }

  #publish(view) {
    if (!view.hasFocus) return;
    const { anchor, head } = view.state.selection.main;
    const at = (index) => Y.createRelativePositionFromTypeIndex(this.text, index);
    const cursor = { anchor: at(anchor), head: at(head) };
    const known = this.awareness.getLocalState();
    if (known !== null && JSON.stringify(known.cursor) !== JSON.stringify(cursor)) {
      this.awareness.setLocalStateField('cursor', cursor);
    }
  }

  #draw(doc) {
    const ranges = [];
    const states = this.awareness.getStates();
    for (const id of this.#peers.keys()) if (!states.has(id)) this.#peers.delete(id);
    for (const [id, state] of states) {
      if (id === this.awareness.clientID) continue;
      const cursor = absoluteCursor(state.cursor, this.text, doc.length);
      if (cursor !== null) drawPeer(ranges, doc, cursor, this.#peer(id, state));
    }
    return Decoration.set(ranges, true);
  }

  #peer(id, state) {
    const where = JSON.stringify(state.cursor);
    const known = this.#peers.get(id) ?? { where: '', moves: 0 };
    if (known.where !== where) this.#peers.set(id, { where, moves: known.moves + 1 });
    return { id, moves: this.#peers.get(id).moves, ...shownPerson(state.user, id) };
  }
}

function drawPeer(ranges, doc, { anchor, head }, peer) {
  if (anchor !== head) {
    const mark = Decoration.mark({
      class: 'peer-selection',
      attributes: { style: `--peer: ${peer.color}` },
    });
    ranges.push(mark.range(Math.min(anchor, head), Math.max(anchor, head)));
  }
  const caret = Decoration.widget({ widget: new Caret(peer), side: head > anchor ? -1 : 1 });
  ranges.push(caret.range(head));
}

/** {anchor, head} as indexes, or null where a peer sent something that is no place in this text. */
function absoluteCursor(cursor, text, length) {
  const index = (position) => {
    const relative = Y.createRelativePositionFromJSON(position);
    const absolute = Y.createAbsolutePositionFromRelativePosition(relative, text.doc);
    return absolute?.type === text && absolute.index <= length ? absolute.index : null;
  };
  try {
    const [anchor, head] = [index(cursor.anchor), index(cursor.head)];
    return anchor === null || head === null ? null : { anchor, head };
  } catch {
    return null;
  }
}

/** To be placed after yCollab, whose plugin must have written a change to `text` first. */
export function peerCursors(text, awareness) {
  return ViewPlugin.define((view) => new Cursors(view, text, awareness), {
    decorations: (plugin) => plugin.decorations,
  });
}

/** Scrolls to where a peer writes; false if that peer has no caret here. */
export function showPeer(view, text, awareness, clientId) {
  const cursor = awareness.getStates().get(clientId)?.cursor;
  const place = absoluteCursor(cursor, text, view.state.doc.length);
  if (place === null) return false;
  view.dispatch({ effects: EditorView.scrollIntoView(place.head, { y: 'center' }) });
  return true;
}
