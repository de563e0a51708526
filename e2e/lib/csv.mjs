// CSV as RFC 4180 has it.

/** The lines of a file whose first names the columns, as objects. */
export function read(text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1).push(cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else if (c !== '\r') cell += c;
  }
  if (quoted || cell || rows.pop().length) throw new Error('the last line does not end');
  const [names, ...lines] = rows;
  return lines.map((line) => {
    if (line.length !== names.length) throw new Error(`${line.length} cells of ${names.length}: ${line}`);
    return Object.fromEntries(names.map((name, column) => [name, line[column]]));
  });
}
