// Stand-in for lit-html without a browser: a template keeps its texts and values, and `elementsOf` makes a tree of them.

export const nothing = Symbol('nothing');
export const html = (strings, ...values) => ({ strings, values });
export const svg = html;
export const live = value => value;
export const repeat = (items, key, template) => [...items].map(template ?? key);

/** Keeps the template in the element, for `elementsOf`. */
export function render(template, element) {
  element.template = template;
}

const VOID = ['input', 'br', 'hr', 'img'];
const TOKEN = /<(\/?)([a-z][\w-]*)((?:\s+[@.?]?[\w-]+(?:=(?:"[^"]*"|[^\s">]+))?)*)\s*(\/?)>|<|[^<]+/g;
const ATTRIBUTE = /([@.?]?[\w-]+)(?:=(?:"([^"]*)"|([^\s">]+)))?/g;
const PLACE = /\0(\d+)\0/;

/**
 * The elements of a template: `{tag, attributes, children}`, where a child is an element or a text. Listeners and
 * properties are attributes with their sign: `@click`, `.value`, `?disabled`.
 */
export function elementsOf(template) {
  const root = { tag: '', attributes: {}, children: [] };
  append(template, root);
  return root;
}

function append(value, parent) {
  if (value === nothing || value === undefined || value === null) {
    return;
  }
  if (Array.isArray(value)) {
    value.forEach(one => append(one, parent));
  } else if (value.strings === undefined) {
    parent.children.push(String(value));
  } else {
    parse(value, parent);
  }
}

function parse({ strings, values }, parent) {
  const source = strings.map((text, index) => (index === 0 ? text : `\0${index - 1}\0${text}`)).join('');
  const open = [parent];
  for (const [whole, end, tag, attributes, empty] of source.matchAll(TOKEN)) {
    if (tag === undefined) {
      if (whole === '<') {
        throw new Error(`Not an element: ${source}`);
      }
      whole.split(PLACE).forEach((part, index) => append(index % 2 === 0 ? part.trim() || null : values[part], open.at(-1)));
    } else if (end) {
      const ended = open.pop();
      if (ended.tag !== tag) {
        throw new Error(`</${tag}> ends <${ended.tag}>: ${source}`);
      }
    } else {
      const element = { tag, attributes: attributesOf(attributes, values), children: [], parent: open.at(-1) };
      open.at(-1).children.push(element);
      if (!empty && !VOID.includes(tag)) {
        open.push(element);
      }
    }
  }
  if (open.length > 1) {
    throw new Error(`<${open.at(-1).tag}> has no end: ${source}`);
  }
}

function attributesOf(text, values) {
  const found = {};
  for (const [, name, quoted, bare] of text.matchAll(ATTRIBUTE)) {
    const parts = (quoted ?? bare ?? '').split(PLACE);
    const value = parts.length === 3 && parts[0] === '' && parts[2] === '' ? values[parts[1]] : parts.map((part, index) => (index % 2 === 0 ? part : values[part])).join('');
    if (value !== nothing) {
      found[name] = value;
    }
  }
  return found;
}
