// Long lines are broken, so that a phone shows them whole; what is left of one goes on further in than it began.
import { Decoration, EditorView, ViewPlugin } from '@codemirror/view';

const MORE = 2; // letters further in
const MOST = 12; // so that a narrow screen has room for what follows

const hanging = Array.from({ length: MOST + 1 }, (_, by) =>
  Decoration.line({ attributes: { style: `padding-left: calc(6px + ${by}ch); text-indent: -${by}ch` } }));

function hung(view) {
  const ranges = [];
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = view.state.doc.lineAt(at);
      const indent = /^ */.exec(line.text)[0].length;
      ranges.push(hanging[Math.min(indent + MORE, MOST)].range(line.from));
      at = line.to + 1;
    }
  }
  return Decoration.set(ranges);
}

const plugin = ViewPlugin.define((view) => ({
  lines: hung(view),
  update({ docChanged, viewportChanged, view: now }) {
    if (docChanged || viewportChanged) this.lines = hung(now);
  },
}), { decorations: ({ lines }) => lines });

export const wrapping = [EditorView.lineWrapping, plugin];
