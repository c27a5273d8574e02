// The tab Runs of a job: its last ends at a glance, how long they took, and the list.

import { html, nothing } from '../lit.js';
import { api } from '../api.js';
import { serverNow } from '../clock.js';
import { bars, squares } from '../charts.js';
import { t } from '../i18n.js';
import { to } from '../router.js';
import { exact, formatMillis } from '../time.js';
import { hoursSpan, kindOf } from '../run-grid.js';
import { RunList } from '../run-list.js';
import { figuresOf } from '../run-figures.js';
import { END_STATES } from '../states.js';
import { flowPreview, jobOf } from './flow-view.js';
import { daysGrid, gridZone, hoursGrid } from './run-grid.js';
import { runsTable } from './runs-table.js';
import { freshRows } from './table.js';
import { empty, linkButton, problemBox, section, skeleton, stateWord } from './ui.js';

const PAGE_SIZE = 100;
const EVERY_MINUTE = 60_000;

/** @param stored `() =>` the job as the API has it now */
export function jobRuns({ ctx, app, job, stored }) {
  const list = new RunList();
  let hours = null;
  const poll = ctx.poll(signal => api.listInstances({ app, job, limit: PAGE_SIZE }, { signal }), {
    every: 5000,
    onChange: ({ data }) =>
      data && list.take(data, scrollY > 60 || document.querySelector('.runs-list:hover') !== null),
  });

  async function countHours(signal) {
    const { from, until } = hoursSpan(serverNow(), gridZone());
    const bounds = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
    const { items } = await api.countEnds({ app, job, bucket: 'PT1H', ...bounds }, { signal });
    return { from, until, items };
  }

  /** Only a job that runs often needs the counts. */
  function runGrid() {
    if (poll.data === undefined) {
      return skeleton(4);
    }
    const { items: runs, next } = poll.data;
    const more = next !== null && next !== undefined;
    if (runs.length === 0) {
      return nothing;
    }
    if (kindOf(runs, more, serverNow()) === 'days') {
      return daysGrid({ app, runs, more });
    }
    hours ??= ctx.poll(countHours, { every: EVERY_MINUTE });
    return hours.problem
      ? problemBox(hours.problem, { retry: () => hours.refresh() })
      : hours.data === undefined
        ? skeleton(8)
        : hoursGrid({ app, job, counts: hours.data, runs });
  }

  function view() {
    if (poll.problem) {
      return problemBox(poll.problem, { retry: () => poll.refresh() });
    }
    const ends = list.rows
      .filter(run => END_STATES.includes(run.state))
      .map(measured)
      .reverse()
      .slice(-PAGE_SIZE);
    const ran = ends.filter(run => run.runMillis !== null && run.runMillis !== undefined);
    const figures = figuresOf(ends);
    return html`<div class="grid">
        <div class="third">
          ${section({
            title: t('job.ends', { n: ends.length }),
            content: html`<div class="ends-grid">${squaresRows(ends, app)}</div>
              <dl class="figures small-figures">
                ${figure(t('job.success'), figures.successRate === null ? '–' : `${Math.round(figures.successRate * 1000) / 10} %`)}
                ${figure('p50', formatMillis(figures.p50))} ${figure('p95', formatMillis(figures.p95))}
              </dl>`,
          })}
        </div>
        <div class="two-thirds">
          ${section({
            title: t('job.durations'),
            content:
              ran.length === 0
                ? html`<p class="muted">${t('job.noDurations')}</p>`
                : bars(
                    ran.map(run => ({
                      value: run.runMillis,
                      state: run.state,
                      href: to.run(app, run.id),
                      title: `${stateWord(run.state)}, ${formatMillis(run.runMillis)}, ${exact(run.endedAt)}`,
                    })),
                    {
                      label: t('job.durationsLabel', {
                        n: ran.length,
                        p50: formatMillis(figures.p50),
                        p95: formatMillis(figures.p95),
                      }),
                      format: formatMillis,
                    },
                  ),
          })}
        </div>
      </div>
      ${flowPreview(stored(), jobOf(app))} ${runGrid()}
      ${section({
        title: t('runs.title'),
        actions: html`${freshRows(list, ctx.update)} ${linkButton({ label: t('job.allRuns'), icon: 'search', href: to.runs(app, { job }) })}`,
        content: html`<div class="runs-list">
          ${runsTable({
            label: t('runs.title'),
            rows: poll.data === undefined ? undefined : list.rows,
            app,
            withJob: false,
            left: list.left,
            empty: empty({ title: t('runs.none'), text: t('job.neverRan'), command: `orrery run ${job} -a ${app}` }),
          })}
        </div>`,
      })}`;
  }

  return {
    view,
    refresh: () => poll.refresh(),
    calls: { api: ['listInstances', { app, job, limit: PAGE_SIZE }], cli: `orrery ps -a ${app} --job ${job}` },
  };
}

/** No worker measures a run with parts or nodes; it ran from its start to its end. */
function measured(run) {
  return (run.parts || run.nodes) && run.startedAt ? { ...run, runMillis: Date.parse(run.endedAt) - Date.parse(run.startedAt) } : run;
}

/** Rows of 20, the newest last. */
function squaresRows(ends, app) {
  const rows = [];
  for (let end = ends.length; end > 0; end -= 20) {
    rows.unshift(ends.slice(Math.max(0, end - 20), end));
  }
  return rows.length === 0 ? squares([]) : rows.map(row => squares(row, { href: end => to.run(app, end.id) }));
}

function figure(label, value) {
  return html`<div class="figure"><dt>${label}</dt><dd>${value ?? nothing}</dd></div>`;
}
