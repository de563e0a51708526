// Breakpoints: lines that stay with their text while one writes. A press on a line's number or F9 sets one, or takes it away.
import { RangeSet, StateEffect, StateField } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';

import { Sign } from './sign.js';
import { RUN_STOPS_HERE } from './texts.js';

/** Replaces all breakpoints by those at these lines. */
export const setStops = StateEffect.define();

const sign = new Sign({ kind: 'stop', sign: '■', says: RUN_STOPS_HERE });
const at = (state, lines) => RangeSet.of(
  [...new Set(lines)].filter((line) => line >= 1 && line <= state.doc.lines).sort((a, b) => a - b).map((line) => sign.range(state.doc.line(line).from)),
);

const field = StateField.define({
  create: () => RangeSet.empty,
  update(stops, transaction) {
    for (const effect of transaction.effects) if (effect.is(setStops)) return at(transaction.state, effect.value);
    if (!transaction.docChanged) return stops;
    // Two lines that became one have one breakpoint, and it stands at the line's beginning.
    return at(transaction.state, linesOf(transaction.state, stops.map(transaction.changes)));
  },
});

function linesOf(state, stops) {
  const lines = [];
  for (const it = stops.iter(); it.value; it.next()) lines.push(state.doc.lineAt(it.from).number);
  return [...new Set(lines)];
}

/** The signs of the breakpoints, where there may be any. */
export const stopSigns = (state) => state.field(field, false) ?? RangeSet.empty;

function flip(view, pos) {
  const stops = view.state.field(field, false);
  if (!stops) return false;
  const { number } = view.state.doc.lineAt(pos);
  const lines = linesOf(view.state, stops);
  view.dispatch({ effects: setStops.of(lines.includes(number) ? lines.filter((it) => it !== number) : [...lines, number]) });
  return true;
}

/** A press in a column beside the lines. */
export const toggle = (view, { from }) => flip(view, from);

/** Breakpoints; `told(lines)` hears of every change. */
export const stopping = (told) => [
  field,
  keymap.of([{ key: 'F9', run: (view) => flip(view, view.state.selection.main.head) }]),
  EditorView.updateListener.of(({ startState, state, transactions }) => {
    const [before, now] = [startState, state].map((it) => linesOf(it, it.field(field)));
    const set = transactions.some(({ effects }) => effects.some((it) => it.is(setStops)));
    if (set || before.join() !== now.join()) told(now);
  }),
];
