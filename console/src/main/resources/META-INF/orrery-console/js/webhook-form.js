// The form of a webhook: from its document to fields, and back.

import { labelsOf, splitLabel } from './job-label.js';

export const EVENTS = ['failed', 'recovered', 'closed', 'missed', 'late', 'overdue', 'slow', 'paused'];

/** Message formats by their API names, with the labels of the form. */
export const FORMATS = {
  json: 'JSON',
  slack: 'Slack',
  teams: 'Microsoft Teams',
  discord: 'Discord',
  dingtalk: 'DingTalk',
  feishu: 'Feishu / Lark',
  wecom: 'WeCom',
  pagerduty: 'PagerDuty',
  mail: 'E-mail',
};

/** The formats whose receivers give a key. */
export const WITH_KEY = ['dingtalk', 'feishu', 'pagerduty'];

/** The languages of all formats but json. */
export const LANGUAGES = { en: 'English', zh: '中文' };

/** The fields of a document; without one, those of a new webhook. */
export function fieldsOf(webhook) {
  return {
    name: webhook?.name ?? '',
    format: webhook?.format ?? 'json',
    url: webhook?.url ?? '',
    secret: '',
    language: webhook?.language ?? 'en',
    events: webhook?.events ?? [...EVENTS],
    jobs: (webhook?.jobs ?? []).join('\n'),
    labels: labelsOf(webhook?.labels).join('\n'),
    threshold: String(webhook?.threshold ?? 1),
    window: webhook?.window ?? 'PT10M',
    lateAfter: webhook?.lateAfter ?? 'PT1M',
    remindAfter: webhook?.remindAfter ?? '',
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
  const labels = fields.labels.split('\n').filter(line => line.trim() !== '');
  const document = {
    url: fields.url.trim(),
    window: fields.window.trim(),
    lateAfter: fields.lateAfter.trim(),
    enabled: fields.enabled,
  };
  if (fields.remindAfter.trim() !== '') {
    document.remindAfter = fields.remindAfter.trim();
  }
  if (fields.format !== 'json') {
    document.format = fields.format;
    document.language = fields.language;
  }
  if (WITH_KEY.includes(fields.format) && fields.secret.trim() !== '') {
    document.secret = fields.secret.trim();
  }
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
  if (labels.length > 0) {
    document.labels = Object.fromEntries(labels.map(splitLabel));
  }
  return document;
}
