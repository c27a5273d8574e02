// One job: its state, what can be done with it, and tabs for its runs, schedule, definition, versions, notifications.

import { html, nothing } from '../lit.js';
import { api, callOf } from '../api.js';
import { t } from '../i18n.js';
import { pauseJobs, resumeJobs } from '../job-actions.js';
import { to } from '../router.js';
import { visible } from '../ansi.js';
import { drafts } from '../unsaved.js';
import { processorWords } from '../processor-words.js';
import { triggerWords } from '../trigger-words.js';
import { overdueWords } from '../job-statistics.js';
import { jobAbout } from '../components/job-about.js';
import { jobDefinition } from '../components/job-definition.js';
import { jobNotifications } from '../components/job-notifications.js';
import { jobRuns } from '../components/job-runs.js';
import { jobSchedule } from '../components/job-schedule.js';
import { jobVersions } from '../components/job-versions.js';
import { openRun } from '../components/run-dialogs.js';
import {
  badge,
  banner,
  button,
  linkButton,
  pageHead,
  problemBox,
  sameBy,
  skeleton,
  tabs,
  time,
} from '../components/ui.js';

const TABS = {
  runs: jobRuns,
  schedule: jobSchedule,
  definition: jobDefinition,
  versions: jobVersions,
  notifications: jobNotifications,
};

export function page(ctx) {
  const { app } = ctx;
  const { job } = ctx.params;
  let tab = null;
  let open = null;
  let polls = [];
  const loaded = ctx.poll(signal => api.getJob({ app, job }, { signal, full: true }), {
    every: 5000,
    onChange: ({ data }) => {
      if (data) {
        open?.changed?.();
        select();
      }
    },
  });
  const owner = ctx.poll(signal => api.getApp({ app }, { signal }), { every: 30_000 });

  /** Opens the tab of the address; the polls of the tab before end. */
  function select() {
    const wanted = Object.hasOwn(TABS, ctx.query.get('tab') ?? '') ? ctx.query.get('tab') : 'runs';
    if (wanted === tab) {
      open.queryChanged?.();
      return;
    }
    open?.close?.();
    polls.forEach(poll => ctx.drop(poll));
    polls = [];
    tab = wanted;
    open = TABS[tab]({
      ctx: tabContext(),
      app,
      job,
      loaded: () => loaded.data,
      stored: () => loaded.data.body,
      trigger: () => loaded.data.body.trigger,
      isOff: () => loaded.data.body.enabled === false || loaded.data.body.status?.paused === true,
      refresh: () => loaded.refresh(),
    });
  }

  function tabContext() {
    return Object.create(ctx, {
      poll: {
        value: (load, options) => {
          const poll = ctx.poll(load, options);
          polls.push(poll);
          return poll;
        },
      },
    });
  }

  async function run(body) {
    if (await openRun({ app, job, parameters: body.parameters ?? {} })) {
      open.refresh?.();
    }
  }

  async function pauseOrResume(isPaused) {
    if (await (isPaused ? resumeJobs(app, [job]) : pauseJobs(app, [job]))) {
      loaded.refresh();
    }
  }

  function view() {
    if (loaded.data === undefined || open === null) {
      return html`<div class="page">${loaded.problem ? problemBox(loaded.problem, { retry: () => loaded.refresh() }) : skeleton(8)}</div>`;
    }
    const { body } = loaded.data;
    const isPaused = body.status?.paused === true;
    const address = key => to.job(app, job, { tab: key === 'runs' ? null : key });
    return html`<div class="page">
      ${pageHead({
        title: job,
        facts: facts(body, isPaused),
        actions: html`${button({ label: t('job.run'), icon: 'play', kind: 'primary', needs: 'operator', onClick: () => run(body) })}
        ${button({
          label: isPaused ? t('job.resume') : t('job.pause'),
          icon: isPaused ? 'play' : 'pause',
          needs: 'operator',
          onClick: () => pauseOrResume(isPaused),
        })}
        ${linkButton({ label: t('job.copy'), icon: 'copy', href: to.newJob(app, { copy: job }) })}`,
      })}
      ${jobAbout(body, label => to.jobs(app, { label }))}
      ${loaded.problem ? problemBox(loaded.problem) : nothing} ${owner.data?.paused ? banner('PAUSED', t('job.appPaused', { app })) : nothing}
      ${isPaused ? pauseBanner(body.pause ?? body.status?.pause) : nothing}
      ${body.status?.overdueSince ? overdueBanner(body) : nothing}
      ${body.status?.declaration?.missingFrom ? undeclaredBanner(body) : nothing}
      ${tabs({
        label: t('job.tabs'),
        selected: tab,
        items: Object.keys(TABS).map(key => ({ key, label: tabLabel(key), href: address(key) })),
      })}
      ${open.view()}
      ${sameBy({ api: callOf(...open.calls.api), cli: open.calls.cli })}
    </div>`;
  }

  function tabLabel(key) {
    return key === 'definition' && drafts.of(`${app}/${job}`) ? t('job.draft') : t(`job.tab.${key}`);
  }

  function facts(body, isPaused) {
    return html`${isPaused ? badge('PAUSED') : body.enabled === false ? badge('DISABLED') : nothing}
      <span>${triggerWords(body.trigger)}</span>
      ${body.status?.nextFireTime && !isPaused && body.enabled !== false ? html`<span>${t('job.next')} ${time(body.status.nextFireTime, { focusable: true })}</span>` : nothing}
      <span>${t('run.version', { version: String(body.status?.version ?? '') })}</span>
      <span class="mono">${visible(processorWords(body.processor))}</span>
      ${body.status?.owner ? html`<span>${t('job.owner', { owner: body.status.owner })}</span>` : nothing}`;
  }

  return {
    view,
    queryChanged: () => loaded.data && select(),
    title: () => ({ state: loaded.data?.body.status?.paused ? 'PAUSED' : undefined, name: job }),
    close: () => open?.close?.(),
  };
}

function overdueBanner(job) {
  return banner('OVERDUE', html`<p>${overdueWords(job)}</p><p class="muted small">${t('job.overdueSince')} ${time(job.status.overdueSince)}</p>`);
}

/** For a job that the application which owns it no longer declares. */
function undeclaredBanner({ enabled, status: { owner, declaration } }) {
  const isDisabled = Boolean(declaration.disabledAt) && enabled === false;
  return banner(
    'PAUSED',
    html`<p>${t(isDisabled ? 'job.undeclaredDisabled' : 'job.undeclared', { owner, version: declaration.missingFrom })}</p>
      <p class="muted small">${t('job.undeclaredSince')} ${time(isDisabled ? declaration.disabledAt : declaration.missingSince)}</p>`,
  );
}

function pauseBanner(pause) {
  return banner(
    'PAUSED',
    html`${pause?.note ? html`<p>${visible(pause.note)}</p>` : html`<p>${t('job.isPaused')}</p>`}
      ${pause?.at ? html`<p class="muted small">${t('job.pausedBy')} ${byWords(pause.by)} ${time(pause.at)}</p>` : nothing}`,
  );
}

function byWords(by) {
  return typeof by === 'string' ? by : by ? [by.token, by.role?.toLowerCase()].filter(Boolean).join(', ') : '';
}
