// The console without a browser: opens a page or a tab, presses its buttons, and records the calls it sends.

import { register } from 'node:module';
import { webcrypto } from 'node:crypto';

register('./resolver.js', import.meta.url);

const JS = '../../../main/resources/META-INF/orrery-console/js/';
const CONTROLS = ['input', 'textarea', 'select'];
const SENT = ['If-Match', 'If-None-Match', 'Idempotency-Key'];

/** Loads a module of the console, such as `components/pause.js`. A static import would come before the resolver. */
export const load = module => import(JS + module);

const { elementsOf } = await import('./lit-html.js');
const { OPERATIONS } = await load('api.js');
const { Poll } = await load('live.js');
const { loadLanguage, t } = await load('i18n.js');
const { setSession } = await load('session.js');
await loadLanguage('en');

export { t };

class FakeElement extends EventTarget {
  template = [];
  classList = { add() {}, remove() {}, toggle() {}, contains: () => false };

  constructor(tag) {
    super();
    this.tag = tag;
  }

  append(child) {
    body.push(child);
  }

  remove() {
    body = body.filter(other => other !== this);
  }

  close() {
    this.dispatchEvent(new Event('close'));
  }

  focus() {}
  setAttribute() {}
  showModal() {}
  showPopover() {}
  hidePopover() {}
  matches = () => false;
  querySelector = selector => (selector === 'input' ? new FakeElement(selector) : null);
  querySelectorAll = () => [];
}

let body = [];
let timers = [];
let calls = [];
let answers = {};
const everSent = new Set();

globalThis.document = Object.assign(new FakeElement('html'), {
  body: new FakeElement('body'),
  activeElement: null,
  hidden: false,
  createElement: tag => new FakeElement(tag),
});
globalThis.crypto ??= webcrypto;
globalThis.scrollY = 0;
globalThis.addEventListener = () => {};
globalThis.removeEventListener = () => {};
globalThis.setTimeout = (run, millis) => {
  timers.push({ run, millis });
  return timers.at(-1);
};
globalThis.clearTimeout = timer => {
  timers = timers.filter(other => other !== timer);
};
globalThis.requestAnimationFrame = run => setTimeout(run, 0);
globalThis.ResizeObserver = class {
  observe() {}
  disconnect() {}
};
globalThis.fetch = async (url, { method = 'GET', headers = {}, body: sent }) => {
  const { pathname, search } = new URL(url);
  const path = decodeURIComponent(pathname.slice(pathname.indexOf('/api/v1/') + '/api/v1'.length) + search);
  const call = { call: `${method} ${path}` };
  SENT.filter(name => headers[name] !== undefined).forEach(name => (call[name] = headers[name]));
  if (sent !== undefined) {
    call.body = JSON.parse(sent);
  }
  calls.push(call);
  everSent.add(call.call);
  const [, answer] = Object.entries(answers).find(([start]) => call.call.startsWith(start)) ?? [null, {}];
  const { status = 200, etag, body: json = {} } = typeof answer === 'function' ? answer(call) : answer;
  return { ok: status < 300, status, headers: new Headers(etag ? { ETag: etag } : {}), text: async () => JSON.stringify(json), json: async () => json };
};

/**
 * Signs in, and forgets what was open.
 *
 * @param answers by the start of their call, `{'GET /apps/demo/jobs/a': {body, etag, status}}` or a function of the call;
 *     the first that fits counts, and other calls get `{}`
 */
export function open({ role = 'operator', answers: given = {} } = {}) {
  setSession({ role: role.toUpperCase(), app: role === 'admin' ? null : 'demo' });
  body = [];
  timers = [];
  calls = [];
  answers = given;
}

/** The context of a page. `moves` has the addresses it went to. */
export function contextOf(params, query = '') {
  const ctx = {
    app: params.app,
    params,
    query: new URLSearchParams(query),
    moves: [],
    update: () => {},
    showApp: () => {},
    navigate: address => ctx.moves.push(address),
    setQuery: () => {},
    guard: () => () => {},
    poll: (read, options) => new Poll(read, options),
    drop: poll => poll.close(),
  };
  return ctx;
}

/** Opens a page of `pages/` after `open()`, and waits for its answers. */
export async function openPage(name, params, query) {
  const { page } = await load(`pages/${name}.js`);
  const ctx = contextOf(params, query);
  const opened = page(ctx);
  await settled();
  return screenOf(opened.view, ctx);
}

/** Returns the visible text of `view`, a function that returns a template, or of the topmost dialog if one is open. */
export function screenOf(view, ctx) {
  const tree = () => elementsOf(body.findLast(element => element.tag === 'dialog')?.template ?? view());
  const only = (found, what) => {
    if (found.length !== 1) {
      throw new Error(`${found.length} × ${what} in: ${textOf(tree())}`);
    }
    return found[0];
  };
  const control = label =>
    only(
      all(tree(), ({ tag }) => CONTROLS.includes(tag)).filter(input => labelOf(input, tree()) === label),
      label,
    );
  const send = async (element, type, event = {}) => {
    element.attributes[`@${type}`]?.({ preventDefault() {}, stopPropagation() {}, target: {}, currentTarget: new FakeElement(''), ...event });
    await settled();
  };
  const buttons = label => all(tree(), one => one.tag === 'button' && (textOf(one) || one.attributes['aria-label']) === label);
  return {
    moves: ctx?.moves,
    text: () => textOf(tree()),
    /** The group of this pattern in the addresses of links, in their order on the page. */
    links: pattern => all(tree(), ({ tag }) => tag === 'a').flatMap(({ attributes }) => pattern.exec(attributes.href)?.[1] ?? []),
    /** The texts of the cells of the table with this name, row by row. */
    rows: label =>
      all(only(all(tree(), ({ tag, attributes }) => tag === 'table' && attributes['aria-label'] === label), label), ({ tag }) => tag === 'tr')
        .map(row => all(row, ({ tag }) => tag === 'td').map(textOf))
        .filter(cells => cells.length > 0),
    /** The number of elements with this tooltip. */
    titles: title => all(tree(), ({ attributes }) => attributes.title === title).length,
    /** True if the button is there for this reader, and can be pressed. */
    canPress: label => buttons(label).some(({ attributes }) => attributes['aria-disabled'] !== 'true'),
    /** Presses the button with this text or name. One that submits sends its form. */
    async press(label) {
      const pressed = only(buttons(label), label);
      if (pressed.attributes['aria-disabled'] === 'true') {
        throw new Error(`${pressed.attributes['aria-label'] ?? label} is disabled`);
      }
      await send(pressed, 'click');
      if (pressed.attributes.type === 'submit') {
        let form = pressed;
        while (form.tag !== 'form') {
          form = form.parent;
        }
        await send(form, 'submit');
      }
    },
    /** Types into the field with this label, without leaving it, or chooses its value. */
    async type(label, value) {
      const input = control(label);
      const isText = input.attributes.type === 'text' || input.attributes['@input'];
      await send(input, isText ? 'input' : 'change', { target: { value } });
    },
    /** Clicks the entry of a list box whose text has this part. */
    async choose(part) {
      await send(only(all(tree(), one => one.attributes.role === 'option' && textOf(one).includes(part)), part), 'click');
    },
    /** What the field with this label shows. */
    value: label => control(label).attributes['.value'],
    /** Leaves the field with this label, as a click elsewhere does. */
    leave: label => send(control(label), 'change', { target: { value: control(label).attributes['.value'] } }),
    async check(label, checked = true) {
      await send(control(label), 'change', { target: { checked } });
    },
  };
}

/** The calls since `open()` that change something. */
export function writes() {
  return calls.filter(({ call }) => !call.startsWith('GET ') && !call.includes('dryRun=true'));
}

/** The calls since `open()` that only read, without their method. */
export function reads() {
  return calls.filter(({ call }) => call.startsWith('GET ')).map(({ call }) => call.slice('GET '.length));
}

/** The operations of the API that change something and that no test of this file has sent. */
export function unsentWrites() {
  return Object.entries(OPERATIONS)
    .filter(([, [method]]) => method !== 'GET')
    .filter(([, [method, path]]) => {
      const sent = new RegExp(`^${method} ${path.slice('/api/v1'.length).replace(/\{\w+\}/g, '[^/]+')}(\\?|$)`);
      return ![...everSent].some(call => sent.test(call));
    })
    .map(([name]) => name);
}

/** Runs the timers by which an editor waits for the end of typing. */
export async function pause() {
  timers.splice(0).forEach(timer => timer.millis <= 500 && timer.run());
  await settled();
}

async function settled() {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

function all(element, matches) {
  return element.children.flatMap(child => (typeof child === 'string' ? [] : [...(matches(child) ? [child] : []), ...all(child, matches)]));
}

function textOf(element) {
  return element.children
    .map(child => (typeof child === 'string' ? child : textOf(child)))
    .filter(text => text !== '')
    .join(' ');
}

function labelOf(input, tree) {
  let label = input.parent;
  while (label && label.tag !== 'label') {
    label = label.parent;
  }
  label ??= all(tree, one => one.tag === 'label' && one.attributes.for === input.attributes.id)[0];
  return input.attributes['aria-label'] ?? (label && textOf({ children: label.children.filter(child => !CONTROLS.includes(child.tag)) }));
}
