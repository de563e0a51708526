// A page as a screen reader has it: Chromium's own accessibility tree, with roles, names, values and states, and keys pressed on its nodes.
import assert from 'node:assert/strict';

import { until } from './person.mjs';

/** Nodes below this one with a role and a name; a text is the whole name. */
export function all(node, role, name) {
  const is = (it) => it.role === role && (name === undefined || (typeof name === 'string' ? it.name === name : name.test(it.name)));
  return node.parts.flatMap((part) => [...(is(part) ? [part] : []), ...all(part, role, name)]);
}

/** The first of them, which has to be there. */
export function one(node, role, name) {
  const [found] = all(node, role, name);
  assert(found, `no ${role} ${name ?? ''} in ${node.role} “${node.name}”, but: ${all(node, role).map((it) => `“${it.name}”`)}`);
  return found;
}

/** All that is read out below a node. */
export const says = (node) =>
  (node.role === 'StaticText' ? node.name : node.parts.map(says).join(' ')).replace(/\s+([.,;:]|$)/g, '$1').replace(/\s+/g, ' ').trim();

/** Someone who has this page's tree and a keyboard. */
export async function blind(page) {
  const debug = await page.context().newCDPSession(page);

  async function read() {
    const { nodes } = await debug.send('Accessibility.getFullAXTree');
    const by = new Map(nodes.map((node) => [node.nodeId, node]));
    const state = (node, name) => node.properties?.find((it) => it.name === name)?.value.value;
    const parts = (node) => (node.childIds ?? []).map((id) => by.get(id)).filter(Boolean).flatMap(made);
    // What the tree leaves out is not read; what stands in it is. A line's pieces are those of its text.
    const made = (node) => {
      if (node.role?.value === 'InlineTextBox') return [];
      if (node.ignored) return parts(node);
      return [{
        role: node.role.value,
        name: node.name?.value ?? '',
        value: node.value?.value,
        checked: state(node, 'checked') === 'true',
        disabled: state(node, 'disabled') === true,
        focused: state(node, 'focused') === true,
        id: node.backendDOMNodeId,
        parts: parts(node),
      }];
    };
    return made(nodes[0])[0];
  }

  return {
    read,
    /** Waits until something of the tree can be found, without an error and true. */
    waits: (find, what) => until(async () => {
      const tree = await read();
      try {
        return find(tree);
      } catch {
        return undefined;
      }
    }, what ?? String(find)),
    /** Goes to a node and presses keys there. */
    async press(node, ...keys) {
      await debug.send('DOM.focus', { backendNodeId: node.id });
      for (const key of keys) await page.keyboard.press(key);
    },
    /** Goes to a field and writes this in place of what is there. */
    async write(node, text) {
      await debug.send('DOM.focus', { backendNodeId: node.id });
      await page.keyboard.press('Control+A');
      await page.keyboard.type(text);
    },
  };
}
