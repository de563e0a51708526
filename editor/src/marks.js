// What stands at lines: a sign in a column of its own, and the line's ground. Kinds: `bad` (a mistake), `note` (worth knowing),
// `now` (the line that runs next), `stop` (a breakpoint). The sign says it too, so that nothing hangs on a colour.
import { RangeSet, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, gutter } from '@codemirror/view';

import { Sign } from './sign.js';
import { stopSigns, toggle } from './stops.js';

/** Replaces all marks by a list of `{ line, kind, sign, says }`. */
export const setMarks = StateEffect.define();

/** The line of this number, or the nearest that there is. */
export const lineOf = (state, line) => state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));

const none = { lines: Decoration.none, signs: RangeSet.empty };

function placed(state, list) {
  const sorted = list
    .filter(({ line }) => line >= 1 && line <= state.doc.lines)
    .sort((a, b) => a.line - b.line);
  const from = ({ line }) => state.doc.line(line).from;
  return {
    lines: Decoration.set(sorted.map((mark) => Decoration.line({ class: `cm-at-${mark.kind}` }).range(from(mark)))),
    signs: RangeSet.of(sorted.filter((mark) => mark.sign).map((mark) => new Sign(mark).range(from(mark)))),
  };
}

const field = StateField.define({
  create: () => none,
  update(at, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return placed(transaction.state, effect.value);
    if (!transaction.docChanged) return at;
    return { lines: at.lines.map(transaction.changes), signs: at.signs.map(transaction.changes) };
  },
  provide: (it) => EditorView.decorations.from(it, ({ lines }) => lines),
});

export const marks = [field, gutter({
  class: 'cm-signs',
  markers: (view) => [stopSigns(view.state), view.state.field(field).signs],
  domEventHandlers: { mousedown: toggle },
})];
