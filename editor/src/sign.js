// A sign in the column beside the lines.
import { GutterMarker } from '@codemirror/view';

/** Of a mark `{ kind, sign, says }`. */
export class Sign extends GutterMarker {
  constructor(mark) {
    super();
    this.mark = mark;
  }

  eq({ mark: { kind, sign, says } }) {
    return kind === this.mark.kind && sign === this.mark.sign && says === this.mark.says;
  }

  toDOM() {
    const { kind, sign, says } = this.mark;
    const dom = document.createElement('span');
    dom.className = `sign ${kind}`;
    dom.textContent = sign;
    if (says) dom.title = says;
    return dom;
  }
}
