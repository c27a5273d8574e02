// Messages in the reader's language. A message is a text with {names}, or {one, other} by the value `n`.
// The build makes messages/sentences-*.js of the sentences that alarms and command line say, too.

export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'zh-CN', name: '简体中文' },
];

let code = 'en';
let messages = {};
let numbers = new Intl.NumberFormat('en');

/** The language to start with: the one chosen before, or the browser's if there are messages in it. */
export function preferredLanguage(stored, wanted = []) {
  if (LANGUAGES.some(language => language.code === stored)) {
    return stored;
  }
  for (const tag of wanted) {
    if (tag.toLowerCase().startsWith('zh')) {
      return 'zh-CN';
    }
    if (tag.toLowerCase().startsWith('en')) {
      return 'en';
    }
  }
  return 'en';
}

export async function loadLanguage(wanted) {
  const [own, shared] = await Promise.all(
    wanted === 'zh-CN'
      ? [import('./messages/zh-CN.js'), import('./messages/sentences-zh.js')]
      : [import('./messages/en.js'), import('./messages/sentences-en.js')],
  );
  useMessages(wanted, { ...shared.default, ...own.default });
}

export function useMessages(language, table) {
  code = language;
  messages = table;
  numbers = new Intl.NumberFormat(language);
}

export function language() {
  return code;
}

/** A number with the separators of the language. */
export function number(value) {
  return numbers.format(value);
}

/** A number that was counted in a list; with a plus if the list was cut, because there are more. */
export function counted(value, cut) {
  return cut ? `${number(value)}+` : number(value);
}

/** True if the table of the language has the key. */
export function has(key) {
  return key in messages;
}

/** The message of a key; the key itself if there is none, so that a gap is seen and breaks nothing. */
export function t(key, values) {
  return parts(key, values).join('');
}

/** Like {@link t}, but as a list of texts and values, so that a value can be a template. */
export function parts(key, values = {}) {
  let message = messages[key];
  if (message === undefined) {
    return [key];
  }
  if (typeof message === 'object') {
    message = (values.n === 1 && message.one) || message.other;
  }
  return message
    .split(/\{(\w+)\}/)
    .map((part, index) => {
      if (index % 2 === 0) {
        return part;
      }
      const value = values[part];
      return typeof value === 'number' ? number(value) : (value ?? '');
    })
    .filter(part => part !== '');
}
