/** Labels of jobs as people write them: team:billing, or team=billing as on the command line. */

/** Tells if a text is a name and a value, as the API reads them. */
export function isLabel(text) {
  return /^[\w./-]{1,63}[:=].*\S/.test(text.trim());
}

/** The name and the value of a label; a value may have colons itself. */
export function splitLabel(label) {
  const end = label.search(/[:=]/);
  return end < 0 ? [label.trim(), ''] : [label.slice(0, end).trim(), label.slice(end + 1).trim()];
}

/** The labels of a job as texts, by name. */
export function labelsOf(labels) {
  return Object.entries(labels ?? {}).map(([name, value]) => `${name}:${value}`);
}

/** Tells if a job has all of the labels. */
export function hasLabels(job, labels) {
  return Object.entries(labels ?? {}).every(([name, value]) => Object.hasOwn(job?.labels ?? {}, name) && job.labels[name] === value);
}

/** Tells if a link may be opened: what another release has stored could run a script here. */
export function isWebAddress(url) {
  try {
    return ['http:', 'https:'].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}
