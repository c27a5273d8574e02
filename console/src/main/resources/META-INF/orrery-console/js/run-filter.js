/** The filter of the list of runs: in the address, as a query of the API, and as a body of the calls for many. */

import { isLabel, splitLabel } from './job-label.js';

export const ORIGINS = ['SCHEDULED', 'MANUAL', 'BACKFILL', 'RETRY', 'FLOW'];
/** The reasons to wait, in the order in which an instance meets them. */
export const WAITING_FOR = [
  'DUE_TIME',
  'BACKOFF',
  'PAUSED',
  'APP_PAUSED',
  'OVERLAP',
  'CONCURRENCY',
  'PARENT_LIMIT',
  'NO_WORKER',
  'NO_MATCHING_WORKER',
  'CAPACITY',
  'DISPATCH',
];
export const SPANS = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000 };
export const LEAST_ERROR_TEXT = 3;
/** The names of the filter in an address. */
export const NAMES = ['job', 'state', 'waiting', 'worker', 'error', 'parameter', 'label', 'origin', 'span', 'from', 'until'];

/**
 * Reads the filter from the query of an address. `state` is a list: one of them is enough. `unknown` lists the values
 * that select nothing, such as `state=DONE`; without them the list would have more than the reader asked for.
 */
export function fromQuery(query, states) {
  const filter = {};
  for (const name of NAMES) {
    const value = query.get(name);
    if (value !== null && value !== '') {
      filter[name] = value;
    }
  }
  const isKnown = {
    state: value => states.includes(value),
    waiting: value => WAITING_FOR.includes(value),
    origin: value => ORIGINS.includes(value),
    span: value => Object.hasOwn(SPANS, value),
    from: value => !Number.isNaN(Date.parse(value)),
    until: value => !Number.isNaN(Date.parse(value)),
  };
  const unknown = [];
  for (const [name, known] of Object.entries(isKnown)) {
    const wrong = query.getAll(name).filter(value => value !== '' && !known(value));
    unknown.push(...wrong.map(value => `${name}=${value}`));
    if (!known(filter[name])) {
      delete filter[name];
    }
  }
  const chosen = states.filter(state => query.getAll('state').includes(state));
  return {
    ...filter,
    ...(chosen.length > 0 && { state: chosen }),
    ...(unknown.length > 0 && { unknown }),
  };
}

export function isEmpty(filter) {
  return [...NAMES, 'unknown'].every(name => filter[name] === undefined);
}

/** Tells if the text in the error is too short for the API, which then ignores no case but refuses the call. */
export function hasShortError(filter) {
  return filter.error !== undefined && filter.error.trim().length < LEAST_ERROR_TEXT;
}

/** Tells if the parameter is not a name and a value, such as orderId:4711 or orderId=4711. */
export function hasBadParameter(filter) {
  return filter.parameter !== undefined && !/^[\w.-]{1,100}[:=]/.test(filter.parameter.trim());
}

/** Tells if the label is not a name and a value, such as team:billing. */
export function hasBadLabel(filter) {
  return filter.label !== undefined && !isLabel(filter.label);
}

/** Tells if a part of the filter selects nothing as it is written: what the list shows is not what the reader meant. */
export function hasMistake(filter) {
  return hasShortError(filter) || hasBadParameter(filter) || hasBadLabel(filter) || filter.unknown !== undefined;
}

/**
 * The query of `GET …/instances`.
 *
 * @param {number} now spans end here; their start is a full minute, so that repeated calls are equal
 */
export function toApi(filter, now) {
  const query = {};
  for (const name of ['job', 'state', 'worker', 'origin']) {
    if (filter[name] !== undefined) {
      query[name] = filter[name];
    }
  }
  if (filter.waiting !== undefined) {
    query.waitingFor = filter.waiting;
  }
  if (filter.error !== undefined && !hasShortError(filter)) {
    query.errorText = filter.error.trim();
  }
  if (filter.parameter !== undefined && !hasBadParameter(filter)) {
    query.parameter = filter.parameter.trim().replace(/[:=]/, ':');
  }
  if (filter.label !== undefined && !hasBadLabel(filter)) {
    query.label = splitLabel(filter.label).join(':');
  }
  if (filter.span !== undefined) {
    query.createdFrom = new Date(Math.floor((now - SPANS[filter.span]) / 60_000) * 60_000).toISOString();
  } else {
    if (filter.from !== undefined) {
      query.createdFrom = new Date(filter.from).toISOString();
    }
    if (filter.until !== undefined) {
      query.createdUntil = new Date(filter.until).toISOString();
    }
  }
  return query;
}

/** The filter as the body of `instances:cancel` and `instances:retry`, limited to states that the call can change. */
export function toBody(filter, now, states) {
  const { state, parameter, label, ...rest } = toApi(filter, now);
  if (parameter !== undefined) {
    const colon = parameter.indexOf(':');
    rest.parameters = { [parameter.slice(0, colon)]: parameter.slice(colon + 1) };
  }
  if (label !== undefined) {
    rest.labels = Object.fromEntries([splitLabel(label)]);
  }
  return { ...rest, states: state === undefined ? states : states.filter(other => state.includes(other)) };
}

/** Tells if the command line has an option for each part of the filter but the bounds of a span. */
export function hasCommand(filter) {
  return filter.waiting === undefined && (filter.state?.length ?? 0) < 2;
}

/** The command line that lists the same; it has no option for the bounds of a span that the reader chose. */
export function toCommand(app, filter) {
  const options = {
    job: filter.job,
    state: filter.state === undefined ? undefined : [filter.state].flat()[0],
    worker: filter.worker,
    error: hasShortError(filter) ? undefined : filter.error?.trim(),
    parameter: hasBadParameter(filter) ? undefined : filter.parameter?.trim().replace(/[:=]/, '='),
    label: filter.label === undefined || hasBadLabel(filter) ? undefined : splitLabel(filter.label).join('='),
    origin: filter.origin,
    since: filter.span,
  };
  const parts = ['orrery', 'ps', '-a', app];
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) {
      // A value that begins with a hyphen would be read as an option.
      parts.push(...(value.startsWith('-') ? [`--${name}=${word(value)}`] : [`--${name}`, word(value)]));
    }
  }
  return parts.join(' ');
}

/** One word of a shell. Control characters are escaped, so that pasting the command cannot run anything. */
export function word(value) {
  if (/^[\w@%+=:,./-]+$/.test(value)) {
    return value;
  }
  if (/\p{Cc}/u.test(value)) {
    const escaped = value.replace(/[\\']/g, '\\$&').replace(/\p{Cc}/gu, char => `\\u${char.codePointAt(0).toString(16).padStart(4, '0')}`);
    return `$'${escaped}'`;
  }
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

export const CANCELABLE = ['WAITING', 'RUNNING'];
