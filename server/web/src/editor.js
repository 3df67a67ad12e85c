// CodeMirror 6 for prose: Markdown that looks like what it means, and nothing between the writer
// and the text.

import { defaultKeymap } from '@codemirror/commands';
import {
  HighlightStyle, Language, LanguageSupport, defineLanguageFacet, syntaxHighlighting,
} from '@codemirror/language';
import { EditorSelection, EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { GFM, parser } from '@lezer/markdown';
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next';
import { peerCursors } from './cursors.js';

// @codemirror/lang-markdown would bring HTML, CSS and JavaScript along; this parser is enough.
const markdown = new LanguageSupport(
  new Language(defineLanguageFacet({}), parser.configure(GFM), [], 'markdown'),
);

const marks = HighlightStyle.define([
  { tag: tags.heading1, class: 'md-h1' },
  { tag: tags.heading2, class: 'md-h2' },
  { tag: [tags.heading3, tags.heading4, tags.heading5, tags.heading6], class: 'md-h3' },
  { tag: tags.strong, class: 'md-strong' },
  { tag: tags.emphasis, class: 'md-em' },
  { tag: tags.strikethrough, class: 'md-strike' },
  { tag: tags.monospace, class: 'md-code' },
  { tag: tags.quote, class: 'md-quote' },
  { tag: [tags.link, tags.url], class: 'md-link' },
  { tag: [tags.processingInstruction, tags.contentSeparator], class: 'md-mark' },
]);

/** A command that puts `mark` around the selection, or takes it away again. */
function toggle(mark) {
  const width = mark.length;
  return ({ state, dispatch }) => {
    const change = state.changeByRange(({ from, to }) => {
      const [left, right] = [from - width, to + width];
      const held = left >= 0 && state.sliceDoc(left, from) === mark &&
        state.sliceDoc(to, right) === mark;
      if (held) {
        return {
          changes: [{ from: left, to: from }, { from: to, to: right }],
          range: EditorSelection.range(left, to - width),
        };
      }
      return {
        changes: [{ from, insert: mark }, { from: to, insert: mark }],
        range: EditorSelection.range(from + width, to + width),
      };
    });
    dispatch(state.update(change, { scrollIntoView: true, userEvent: 'input' }));
    return true;
  };
}

const kHint = 'Start writing. Whoever opens this page writes along.';

/** An editor in `parent` on the Y.Text `text`. `onChange` is told of each new state. */
export function openEditor(parent, text, awareness, onChange) {
  const state = EditorState.create({
    doc: text.toString(),
    extensions: [
      yCollab(text, null),
      peerCursors(text, awareness),
      keymap.of([
        { key: 'Mod-b', run: toggle('**') },
        { key: 'Mod-i', run: toggle('_') },
        ...yUndoManagerKeymap,
        ...defaultKeymap,
      ]),
      markdown,
      syntaxHighlighting(marks),
      placeholder(kHint),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        'aria-label': 'Document text',
        spellcheck: 'true',
        autocapitalize: 'sentences',
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state);
      }),
    ],
  });
  return new EditorView({ state, parent });
}
