// The form of a webhook: from its document to fields, and back.

export const EVENTS = ['failed', 'recovered', 'missed', 'late'];

/** The fields of a document; without one, those of a new webhook. */
export function fieldsOf(webhook) {
  return {
    name: webhook?.name ?? '',
    url: webhook?.url ?? '',
    events: webhook?.events ?? [...EVENTS],
    jobs: (webhook?.jobs ?? []).join('\n'),
    threshold: String(webhook?.threshold ?? 1),
    window: webhook?.window ?? 'PT10M',
    lateAfter: webhook?.lateAfter ?? 'PT1M',
    enabled: webhook?.enabled ?? true,
  };
}

/** The state of a webhook with its reason: DISABLED, FAILING if its newest message was not delivered, otherwise ENABLED. */
export function stateOf({ enabled, status }) {
  if (enabled === false) {
    return { state: 'DISABLED', reason: status?.disabledReason };
  }
  return status?.lastError ? { state: 'FAILING', reason: status.lastError } : { state: 'ENABLED', reason: undefined };
}

/** The document of the fields: all events and no names of jobs are left out, so that they mean all of the future, too. */
export function documentOf(fields) {
  const jobs = fields.jobs.split(/[\s,]+/).filter(name => name !== '');
  const document = {
    url: fields.url.trim(),
    window: fields.window.trim(),
    lateAfter: fields.lateAfter.trim(),
    enabled: fields.enabled,
  };
  if (/^\d+$/.test(fields.threshold.trim())) {
    document.threshold = Number(fields.threshold);
  } else {
    // The API names the mistake.
    document.threshold = fields.threshold;
  }
  if (fields.events.length < EVENTS.length) {
    document.events = EVENTS.filter(event => fields.events.includes(event));
  }
  if (jobs.length > 0) {
    document.jobs = jobs;
  }
  return document;
}
