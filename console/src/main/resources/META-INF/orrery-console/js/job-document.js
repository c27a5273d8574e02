import { YamlError, lineOf, parse, write } from './yaml.js';

/** Job documents: as text, as values, and as the fields of a form. */

const ORDER = [
  'name',
  'description',
  'labels',
  'links',
  'trigger',
  'processor',
  'parameters',
  'overlap',
  'misfire',
  'catchUpWindow',
  'retry',
  'timeout',
  'priority',
  'concurrency',
  'requiredTags',
  'alerts',
  'onFailure',
  'enabled',
];

/** What the scheduler adds to a document. */
const ADDED = ['status', 'change', 'differences', 'fireTimes', 'pause', 'etag'];

export const TRIGGER_KINDS = ['cron', 'every', 'delay', 'at'];
export const PROCESSOR_KINDS = ['shell', 'http', 'java', 'powerjob', 'noop', 'flow'];
export const OVERLAPS = ['skip', 'queue-one', 'queue-all', 'allow', 'cancel-running'];
export const MISFIRES = ['skip', 'fire-once', 'fire-all'];

/** The document of a job as the API returns it, without what a PUT ignores, in the order of the documentation. */
export function documentOf(job) {
  const document = {};
  for (const name of [...ORDER, ...Object.keys(job)]) {
    if (job[name] !== undefined && job[name] !== null && !ADDED.includes(name)) {
      document[name] = job[name];
    }
  }
  return document;
}

export function textOf(document) {
  return write(document);
}

/**
 * Reads the text of an editor.
 *
 * @returns {{document: object, lines: Map<string, number>}|{mistakes: {message?: string, key?: string, line: number}[]}} a
 *   mistake of this module has the key of its message
 */
export function read(text) {
  try {
    const { value, lines } = parse(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      return { mistakes: [{ key: 'editor.notAJob', line: 1 }] };
    }
    if (Array.isArray(value.jobs)) {
      return {
        mistakes: [
          {
            key: 'editor.isAFile',
            line: lineOf(lines, 'jobs'),
          },
        ],
      };
    }
    return { document: value, lines };
  } catch (error) {
    if (error instanceof YamlError) {
      return { mistakes: [{ message: error.message, line: error.line }] };
    }
    throw error;
  }
}

/** The mistakes of a refused document, with their lines in the editor. */
export function mistakesOf(problem, lines) {
  const errors = problem.errors?.length > 0 ? problem.errors : [{ field: problem.field, message: problem.detail }];
  return errors.map(({ field, message }) => ({ field, message, line: lineOf(lines, field) }));
}

/** Returns the value at a path such as `trigger.cron`. */
export function valueAt(document, path) {
  return path
    .split('.')
    .reduce((value, name) => (isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined), document);
}

/** Returns a copy with the value at the path; undefined removes it, and a mapping that is empty then. */
export function withValue(document, path, value) {
  const [name, ...rest] = path.split('.');
  const copy = { ...document };
  if (rest.length === 0) {
    if (value === undefined) {
      delete copy[name];
    } else {
      copy[name] = value;
    }
    return ordered(copy);
  }
  const inner = withValue(isMap(copy[name]) ? copy[name] : {}, rest.join('.'), value);
  if (Object.keys(inner).length === 0) {
    delete copy[name];
  } else {
    copy[name] = inner;
  }
  return ordered(copy);
}

/** Fields of a job in their usual order; others, and those of inner mappings, stay where they are. */
function ordered(map) {
  if (!Object.hasOwn(map, 'processor') && !Object.hasOwn(map, 'trigger')) {
    return map;
  }
  const sorted = {};
  for (const name of ORDER) {
    if (Object.hasOwn(map, name)) {
      sorted[name] = map[name];
    }
  }
  return { ...sorted, ...Object.fromEntries(Object.entries(map).filter(([name]) => !ORDER.includes(name))) };
}

function isMap(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Which kind of trigger a document has; null for none. */
export function triggerKind(document) {
  return TRIGGER_KINDS.find(kind => valueAt(document, `trigger.${kind}`) !== undefined) ?? null;
}

/** A trigger of another kind; bounds and jitter stay. */
export function withTrigger(document, kind, value, more = {}) {
  const { from, until, jitter } = isMap(document.trigger) ? document.trigger : {};
  const kept = Object.fromEntries(Object.entries({ from, until, jitter }).filter(([, bound]) => bound !== undefined));
  return withValue(document, 'trigger', kind === null ? undefined : { [kind]: value, ...more, ...kept });
}

/** A processor of another type, with a value for what that type needs. */
export function withProcessor(document, type) {
  const start = {
    noop: { type: 'noop' },
    shell: { type: 'shell', script: 'echo "hello"\n' },
    http: { type: 'http', method: 'GET', url: 'https://example.com/' },
    java: { type: 'java', name: 'my-processor' },
    powerjob: { type: 'powerjob', processorInfo: 'com.example.MyProcessor' },
    flow: {
      type: 'flow',
      nodes: [
        { name: 'first', job: 'first-job' },
        { name: 'second', job: 'second-job', needs: ['first'] },
      ],
    },
  };
  return withValue(document, 'processor', start[type]);
}

/** Rows of a table of parameters as a map; null with the reason if it is not one. */
export function parametersOf(rows) {
  const map = {};
  for (const { name, value } of rows) {
    if (name === '' && value === '') {
      continue;
    }
    if (!/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(name)) {
      return { refused: 'name', name };
    }
    if (Object.hasOwn(map, name)) {
      return { refused: 'twice', name };
    }
    Object.defineProperty(map, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return { map };
}

/**
 * What one reader changed, applied to what another one stored: fields that were changed here are kept, all others are as
 * stored. Where both changed a field, the change of this reader wins; the difference before saving shows it.
 */
export function merged(base, mine, stored) {
  const result = {};
  for (const name of new Set([...Object.keys(stored), ...Object.keys(mine)])) {
    const value = mergedValue(ownValue(base, name), ownValue(mine, name), ownValue(stored, name));
    if (value !== undefined) {
      Object.defineProperty(result, name, { value, enumerable: true, writable: true, configurable: true });
    }
  }
  return ordered(result);
}

function mergedValue(base, mine, stored) {
  if (isSame(mine, base)) {
    return stored;
  }
  return isMap(mine) && isMap(stored) && !isSame(stored, base) ? merged(isMap(base) ? base : {}, mine, stored) : mine;
}

function ownValue(map, name) {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Equal as JSON, in whatever order mappings have their fields. */
function isSame(one, other) {
  if (isMap(one) && isMap(other)) {
    const names = Object.keys(one);
    return (
      names.length === Object.keys(other).length &&
      names.every(name => Object.hasOwn(other, name) && isSame(one[name], other[name]))
    );
  }
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The rules of a document that the scheduler fills in if it lacks them. */
export const STANDARDS = {
  overlap: 'skip',
  misfire: 'fire-once',
  catchUpWindow: 'PT1H',
  retry: { maxAttempts: 1, backoff: 'PT10S', maxBackoff: 'PT10M', maxWorkerLosses: 3 },
  priority: 5,
  enabled: true,
};

/** Tells if a document has a rule of its own for retries, overlap or limits. */
export function hasRules(document) {
  const rules = ['timeout', 'concurrency', 'requiredTags', 'alerts', 'onFailure', ...Object.keys(STANDARDS)];
  return rules.some(name => {
    const value = ownValue(document, name);
    const standard = STANDARDS[name];
    const isStandard = isMap(value) && isMap(standard) ? isSame({ ...standard, ...value }, standard) : isSame(value, standard);
    return value !== undefined && value !== null && !isStandard && !(Array.isArray(value) && value.length === 0);
  });
}

/** A start for a new job. */
export function newDocument() {
  return {
    name: 'my-job',
    processor: { type: 'shell', script: 'echo "hello"\n' },
  };
}
