// The list of jobs: the call that its address means, and the pages that the reader has turned.

import { isLabel, splitLabel } from './job-label.js';
import { readSort } from './job-statistics.js';
import { word } from './run-filter.js';

export const STATES = ['', 'failing', 'overdue', 'paused', 'disabled'];
/** The sorts of an address, and what the API calls them. */
const SORTS = { name: 'name', state: 'state', next: 'nextFireTime', success: 'successRate', duration: 'runMillisP95' };
const PAGE_SIZE = 100;
const ENDS = 20;
const LONGEST_SEARCH = 100;

export function sortOf(query) {
  return readSort(query.get('sort'), Object.keys(SORTS), { key: 'name', down: false });
}

/** The query of `GET …/jobs` for an address. The scheduler searches, selects and sorts, so each page is one call. */
export function toApi(query) {
  const search = (query.get('q') ?? '').trim().slice(0, LONGEST_SEARCH);
  const state = query.get('state') ?? '';
  const label = query.get('label') ?? '';
  const { key, down } = sortOf(query);
  return {
    search: search || undefined,
    label: isLabel(label) ? splitLabel(label).join(':') : undefined,
    filter: state !== '' && STATES.includes(state) ? state.toUpperCase() : undefined,
    sort: key === 'name' && !down ? undefined : `${down ? '-' : ''}${SORTS[key]}`,
    limit: PAGE_SIZE,
    ends: ENDS,
  };
}

/** Tells if the label of an address is not a name and a value, or its state is not known. */
export function hasMistake(query) {
  return hasBadLabel(query) || unknownOf(query) !== null;
}

export function hasBadLabel(query) {
  const label = query.get('label') ?? '';
  return label !== '' && !isLabel(label);
}

/** The state of an address that is not known, as `state=broken`; null if it is known. */
export function unknownOf(query) {
  const state = query.get('state') ?? '';
  return STATES.includes(state) ? null : `state=${state}`;
}

/** The command line that lists the jobs with the label. */
export function jobsCommand(app, label) {
  return `orrery jobs --app ${app}${isLabel(label) ? ` --label ${word(splitLabel(label).join('='))}` : ''}`;
}

/** Jobs and figures of an answer by name, with the ends of each job in the order of time. */
export function fromApi(page) {
  const figures = new Map((page.statistics ?? []).map(item => [item.job, { ...item, ends: [...item.ends].reverse() }]));
  return { ...page, figures };
}

/** The pages that the reader has turned: the cursor of each, and the number of items before it. */
export class PageTrail {
  #pages = [{ before: 0 }];

  get after() {
    return this.#pages.at(-1).after;
  }

  /** The number of items on the pages before. */
  get before() {
    return this.#pages.at(-1).before;
  }

  get isFirst() {
    return this.#pages.length === 1;
  }

  next(page) {
    this.#pages.push({ after: page.next, before: this.before + page.items.length });
  }

  back() {
    if (!this.isFirst) {
      this.#pages.pop();
    }
  }

  restart() {
    this.#pages = [{ before: 0 }];
  }
}
