// What can be done with one job or many. Each asks with the names and the count first.

import { html } from './lit.js';
import { api, newKey } from './api.js';
import { t } from './i18n.js';
import { withEnabled } from './job-edit.js';
import { to } from './router.js';
import { noteBody, noteField } from './components/pause.js';
import { confirm, toast } from './components/dialog.js';

const AT_ONCE = 4;

/** Runs each of the jobs once, all or none of them. */
export function runJobsNow(app, names) {
  // One key for the dialog: if the answer to the first call was lost, a second click runs nothing twice.
  const key = newKey();
  return confirm({
    title: t('jobs.run.title', { n: names.length }),
    text: nameList(names),
    action: t('jobs.run.action', { n: names.length }),
    act: async () => {
      const { ids } = await api.runJobs({
        app,
        body: { instances: names.map(job => ({ job })) },
        idempotencyKey: key,
      });
      toast(t('jobs.run.done', { n: ids.length }), {
        link: ids.length === 1 ? { href: to.run(app, ids[0]), label: t('jobs.run.open') } : { href: to.runs(app), label: t('nav.runs') },
      });
      return ids;
    },
  });
}

/** Pauses jobs, with a note for the others of the team. */
export function pauseJobs(app, names) {
  let note = '';
  return confirm({
    title: t('jobs.pause.title', { n: names.length }),
    text: html`${nameList(names)}<p class="muted">${t('jobs.pause.text')}</p>`,
    form: () => noteField(text => (note = text)),
    action: t('jobs.pause.action', { n: names.length }),
    act: () =>
      each(names, job => api.pauseJob({ app, job, body: noteBody(note) }), 'jobs.pause.done'),
  });
}

export function resumeJobs(app, names) {
  return confirm({
    title: t('jobs.resume.title', { n: names.length }),
    text: html`${nameList(names)}<p class="muted">${t('jobs.resume.text')}</p>`,
    action: t('jobs.resume.action', { n: names.length }),
    act: () => each(names, job => api.resumeJob({ app, job }), 'jobs.resume.done'),
  });
}

/** Enables or disables the triggers of jobs, all or none; an edit in between is refused by its ETag. */
export function enableJobs(app, names, enabled) {
  const what = enabled ? 'enable' : 'disable';
  return confirm({
    title: t(`jobs.${what}.title`, { n: names.length }),
    text: html`${nameList(names)}<p class="muted">${t(`jobs.${what}.text`)}</p>`,
    action: t(`jobs.${what}.action`, { n: names.length }),
    act: async () => {
      const jobs = await inTurn(names, async job => {
        const { body, etag } = await api.getJob({ app, job }, { full: true });
        return withEnabled(body, enabled, etag);
      });
      await api.applyJobs({ app, body: { jobs } });
      toast(t(`jobs.${what}.done`, { n: names.length }));
      return true;
    },
  });
}

/** Carries out an action for each name; some may succeed although others are refused. */
async function each(names, act, done) {
  let refused = null;
  let succeeded = 0;
  await inTurn(names, async name => {
    try {
      await act(name);
      succeeded++;
    } catch (problem) {
      refused ??= problem;
    }
  });
  if (succeeded === 0 && refused) {
    throw refused;
  }
  toast(t(done, { n: succeeded }));
  if (refused) {
    toast(t('jobs.someRefused', { n: names.length - succeeded }), { problem: refused });
  }
  return true;
}

/** Some calls at a time, results in the order of the names. */
async function inTurn(names, act) {
  const results = [];
  for (let start = 0; start < names.length; start += AT_ONCE) {
    results.push(...(await Promise.all(names.slice(start, start + AT_ONCE).map(act))));
  }
  return results;
}

function nameList(names) {
  const shown = names.slice(0, 8);
  return html`<ul class="name-list">
    ${shown.map(name => html`<li><code>${name}</code></li>`)}
    ${names.length > shown.length ? html`<li class="muted">${t('jobs.andMore', { n: names.length - shown.length })}</li>` : ''}
  </ul>`;
}
