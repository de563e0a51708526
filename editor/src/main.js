// The editor of the site's pages: CodeMirror with Python, in the site's own colours. `cargo xtask` bundles it into one
// module, `editor.js`, which static/js/editing.js asks for when somebody is about to write.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { pythonLanguage } from '@codemirror/lang-python';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLineGutter, keymap, lineNumbers, placeholder } from '@codemirror/view';

import { looks } from './looks.js';
import { lineOf, marks, setMarks } from './marks.js';
import { setStops, stopping, toggle } from './stops.js';
import './sheets.js';
import { wrapping } from './wrapping.js';

/** After Escape, Tab leaves, however long one waits; any other key ends that. CodeMirror's own way lasts two seconds. */
const leave = (leaving) => EditorView.domEventObservers({
  keydown({ key }, view) {
    if (key === 'Escape') {
      view.setTabFocusMode(true);
      leaving();
    } else if (!['Tab', 'Shift'].includes(key)) {
      view.setTabFocusMode(false);
    }
  },
  blur: (_, view) => view.setTabFocusMode(false),
});

/**
 * Puts an editor into `parent`.
 *
 * `label` is its name, `describedBy` the id of what explains its keys, `text` what it begins with and `select` what of it is selected, `hint` what stands in it while
 * it is empty; `changed()` hears of every change, `leaving()` that Tab would now leave. `stopped(lines)`, if given, hears where the breakpoints are: there are some then.
 */
export function open(parent, { label, describedBy, text = '', select, hint = '', locked = false, stopped, changed = () => {}, leaving = () => {} }) {
  const lock = new Compartment();
  const locking = (on) => [EditorState.readOnly.of(on), EditorView.editable.of(!on)];
  const view = new EditorView({
    parent,
    doc: text,
    selection: select && { anchor: select[0], head: select[1] },
    extensions: [
      lineNumbers(stopped && { domEventHandlers: { mousedown: toggle } }),
      highlightActiveLineGutter(),
      history(),
      bracketMatching(),
      indentOnInput(),
      indentUnit.of('    '),
      wrapping,
      pythonLanguage,
      placeholder(hint),
      marks,
      stopped ? stopping(stopped) : [],
      looks,
      lock.of(locking(locked)),
      EditorView.contentAttributes.of({
        'aria-label': label,
        'aria-multiline': 'true',
        tabindex: '0',
        ...(describedBy && { 'aria-describedby': describedBy }),
        spellcheck: 'false',
        autocorrect: 'off',
        autocapitalize: 'off',
      }),
      keymap.of([
        ...defaultKeymap,
        ...historyKeymap,
        indentWithTab,
      ]),
      leave(leaving),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed();
      }),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    /** Replaces everything; one step for whoever undoes it. */
    set: (now) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } }),
    /** What stands at lines, in place of what stood there: `{ line, kind, sign, says }`. */
    mark: (list) => view.dispatch({ effects: setMarks.of(list) }),
    /** Sets the breakpoints: lines. */
    stops: (lines) => view.dispatch({ effects: setStops.of(lines) }),
    /** The line of the cursor. */
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    /** Brings a line into sight and the cursor to its beginning. */
    go: (line) => {
      const { from } = lineOf(view.state, line);
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
      view.focus();
    },
    focus: () => view.focus(),
    lock: (on) => view.dispatch({ effects: lock.reconfigure(locking(on)) }),
    close: () => view.destroy(),
  };
}
