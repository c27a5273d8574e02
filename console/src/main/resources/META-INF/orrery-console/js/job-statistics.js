// Figures over the last ends of jobs, and the state of a job that follows from them.

const MOST_PER_CALL = 100;

/** Reads the figures of jobs, 100 a call: a map by name. Ends are put in the order of time, oldest first. */
export async function loadStatistics(api, app, names, { last = 20, signal } = {}) {
  const found = new Map();
  for (let start = 0; start < names.length; start += MOST_PER_CALL) {
    const job = names.slice(start, start + MOST_PER_CALL);
    const { items } = await api.getJobStatistics({ app, job, last }, { signal });
    for (const item of items) {
      found.set(item.job, oldestFirst(item));
    }
  }
  return found;
}

/** The figures of a job with its ends in the order of time. */
export function oldestFirst(item) {
  return { ...item, ends: [...(item.ends ?? [])].reverse() };
}

/** PAUSED, DISABLED, FAILING, or null for a job that needs no attention; a pause hides that it fails. */
export function attentionOf(job, statistics) {
  if (job.status?.paused) {
    return 'PAUSED';
  }
  if (job.enabled === false) {
    return 'DISABLED';
  }
  return statistics?.failingSince ? 'FAILING' : null;
}

/** Jobs with all words of the query in their name or processor, and in the wanted state (`failing`, `paused`, …). */
export function filterJobs(jobs, { query = '', state = '' }, statistics = new Map()) {
  const words = query.toLowerCase().split(/\s+/).filter(word => word !== '');
  return jobs.filter(job => {
    const text = `${job.name} ${job.processor?.type ?? ''} ${job.processor?.name ?? ''} ${job.status?.owner ?? ''}`.toLowerCase();
    const matches = words.every(word => text.includes(word));
    return matches && (state === '' || attentionOf(job, statistics.get(job.name)) === state.toUpperCase());
  });
}

const VALUES = {
  name: job => job.name,
  next: job => (job.status?.paused || job.enabled === false ? undefined : job.status?.nextFireTime),
  success: (job, figures) => figures?.successRate,
  duration: (job, figures) => figures?.runMillisP95,
};

/** Sorts by a column; jobs without a value come last in both directions, and equal ones are sorted by name. */
export function sortJobs(jobs, { key, down }, statistics = new Map()) {
  const valueOf = VALUES[key] ?? VALUES.name;
  const direction = down ? -1 : 1;
  return jobs
    .map(job => ({ job, value: valueOf(job, statistics.get(job.name)) ?? undefined }))
    .sort((one, other) => {
      if (one.value === undefined || other.value === undefined) {
        return (one.value === undefined) - (other.value === undefined) || byName(one.job, other.job);
      }
      return direction * compare(one.value, other.value) || byName(one.job, other.job);
    })
    .map(({ job }) => job);
}

function compare(one, other) {
  return typeof one === 'number' ? one - other : one.localeCompare(other);
}

function byName(one, other) {
  return one.name.localeCompare(other.name);
}

/** `-next` is `{key: 'next', down: true}`. */
export function readSort(text, keys, otherwise) {
  const down = text?.startsWith('-') ?? false;
  const key = down ? text.slice(1) : text;
  return keys.includes(key) ? { key, down } : otherwise;
}

/** The sort after a click on a head: the same column turns around. */
export function nextSort(current, key, { downFirst = [] } = {}) {
  const down = current.key === key ? !current.down : downFirst.includes(key);
  return `${down ? '-' : ''}${key}`;
}
