// CodeMirror's style sheets without a <style> element: the content security policy refuses those, adopted sheets it allows.
// style-mod adopts only in a shadow root; in one, the page's labels, colours and keys would not reach the editor.
import { StyleModule } from 'style-mod';

const sheet = new CSSStyleSheet();
const mounted = new Set();

StyleModule.mount = (root, modules) => {
  for (const module of [modules].flat()) {
    if (mounted.has(module)) continue;
    mounted.add(module);
    for (const rule of module.rules) sheet.insertRule(rule, sheet.cssRules.length);
  }
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
};
