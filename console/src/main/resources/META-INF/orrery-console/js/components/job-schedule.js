// The tab Schedule of a job: its next fires, a month, and backfills.

import { html, nothing } from '../lit.js';
import { api, newKey, readAll } from '../api.js';
import { serverNow } from '../clock.js';
import { SPANS, wallSpan } from '../backfill-spans.js';
import { language, number, t } from '../i18n.js';
import { browserZone, formatInZone } from '../time.js';
import {
  dayOf,
  fireRows,
  instantOfWall,
  knownZone,
  monthGrid,
  monthOf,
  monthText,
  offsetText,
  startOfDay,
} from '../zone-times.js';
import { triggerMeaning } from '../trigger-words.js';
import { confirm, toast } from './dialog.js';
import { icon } from './icons.js';
import { table } from './table.js';
import { INSTANCE_STATES } from '../states.js';
import { badge, button, cutNote, empty, problemBox, section, skeleton, stateWord, time } from './ui.js';

const NEXT_FIRES = 20;
const FIRST_FIRES = 10;
const FIRES_PER_CALL = 100;
const MOST_CALLS_OF_MONTH = 10;
const MOST_CALLS_OF_COUNT = 20;
const MOST_RUNS_OF_MONTH = 1000;

export function jobSchedule({ ctx, app, job, trigger, isOff }) {
  const zone = knownZone(trigger()?.zone ?? 'UTC');
  const here = browserZone();
  const next = ctx.poll(signal => api.listJobFireTimes({ app, job, count: NEXT_FIRES }, { signal }), { every: 30_000 });
  const backfills = ctx.poll(signal => api.listBackfills({ app, job, limit: 20 }, { signal }), { every: 10_000 });
  let month = currentMonth();
  let fires = loadMonth();
  let all = false;
  const form = { from: '', until: '', overlap: 'queue-all', count: null, problem: null, busy: false };

  function currentMonth() {
    return monthOf(ctx.query.get('month')) ?? monthOf(dayOf(serverNow(), zone).slice(0, 7));
  }

  function loadMonth() {
    const { year, month: number } = month;
    const start = startOfDay(year, number, 1, zone);
    const end = startOfDay(number === 12 ? year + 1 : year, number === 12 ? 1 : number + 1, 1, zone);
    return [
      ctx.poll(signal => plannedIn(start, end, signal), { every: 0 }),
      ctx.poll(signal => pastIn(start, end, signal), { every: 0 }),
    ];
  }

  /** Fire times to come in the month; a job that fires very often has more than are read. */
  async function plannedIn(start, end, signal) {
    return start > serverNow() || end > serverNow()
      ? countFires(Math.max(start, serverNow()), end, MOST_CALLS_OF_MONTH, signal)
      : { planned: [], cut: false };
  }

  async function countFires(start, end, mostCalls, signal) {
    const planned = [];
    let from = new Date(start - 1).toISOString();
    for (let calls = 0; calls < mostCalls; calls++) {
      const { fireTimes } = await api.listJobFireTimes({ app, job, count: FIRES_PER_CALL, from }, { signal });
      planned.push(...fireTimes.filter(at => Date.parse(at) < end));
      if (fireTimes.length < FIRES_PER_CALL || Date.parse(fireTimes.at(-1)) >= end) {
        return { planned, cut: false };
      }
      from = fireTimes.at(-1);
    }
    return { planned, cut: true };
  }

  /** What became of the fires of the month. */
  async function pastIn(start, end, signal) {
    if (start > serverNow()) {
      return { past: [], pastCut: false };
    }
    const args = {
      app,
      job,
      createdFrom: new Date(start).toISOString(),
      createdUntil: new Date(Math.min(end, serverNow())).toISOString(),
    };
    const { items, next: more } = await readAll(api.listInstances, args, { atMost: MOST_RUNS_OF_MONTH, signal });
    return { past: items.filter(run => run.fireTime), pastCut: more !== null };
  }

  function queryChanged() {
    const wanted = currentMonth();
    if (monthText(wanted) !== monthText(month)) {
      month = wanted;
      fires.forEach(poll => ctx.drop(poll));
      fires = loadMonth();
    }
  }

  function nextFires() {
    if (next.problem) {
      return problemBox(next.problem, { retry: () => next.refresh() });
    }
    if (next.data === undefined) {
      return skeleton(8);
    }
    const rows = fireRows(next.data.fireTimes, zone, here, serverNow()).filter(row => Date.parse(row.at) >= serverNow() - 1000);
    return html`<p>${triggerMeaning(trigger(), next.data.description) ?? t('schedule.noTrigger')}</p>
      ${trigger() && isOff() ? html`<p class="hint">${t('schedule.off')}</p>` : nothing}
      ${table({
        label: t('schedule.next'),
        rows: all ? rows : rows.slice(0, FIRST_FIRES),
        key: row => row.at,
        empty: empty({
          title: t('schedule.noFires'),
          text: trigger() ? t('schedule.noFiresText') : t('schedule.noTrigger'),
        }),
        columns: [
          {
            key: 'job',
            title: t('schedule.inZone', { zone }),
            kind: 'nowrap',
            cell: row =>
              html`${wall(row.at, zone)} <span class="muted">${offsetText(row.offset)}</span>${shiftMark(row.shift, zone)}`,
          },
          zone === here
            ? null
            : {
                key: 'here',
                title: t('schedule.here', { zone: here }),
                kind: 'nowrap narrow-hide',
                cell: row =>
                  html`${wallBeside(row.at, here, zone)} <span class="muted">${offsetText(row.readerOffset)}</span>${shiftMark(row.readerShift, here)}`,
              },
          { key: 'relative', title: t('schedule.when'), end: true, kind: 'nowrap', cell: row => time(row.at, { ahead: true }) },
        ].filter(Boolean),
      })}
      ${all || rows.length <= FIRST_FIRES ? nothing : html`<div>${button({ label: t('schedule.more', { n: rows.length }), onClick: showAll })}</div>`}`;
  }

  function showAll() {
    all = true;
    ctx.update();
  }

  function shiftMark(shift, where) {
    return shift === 0
      ? nothing
      : html` <span class="shift" title=${t('schedule.shiftText', { zone: where, time: offsetText(shift) })}
          >${icon('warning')}${t('schedule.shift', { time: offsetText(shift) })}</span
        >`;
  }

  function monthView() {
    const { year, month: number_ } = month;
    const data = { planned: [], past: [], ...fires[0].data, ...fires[1].data };
    const events = [
      ...data.planned.map(at => ({ at, kind: 'planned' })),
      ...data.past.map(run => ({ at: run.fireTime, kind: run.endReason === 'MISSED' ? 'missed' : run.state })),
    ];
    const weeks = monthGrid(year, number_, events, zone, serverNow());
    const names = new Intl.DateTimeFormat(language(), { weekday: 'short', timeZone: 'UTC' });
    const title = new Intl.DateTimeFormat(language(), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      Date.UTC(year, number_ - 1, 1),
    );
    return section({
      title: html`<span class="month-title">${title}</span>`,
      actions: html`${button({ label: t('schedule.previousMonth'), icon: 'previous', hidden: true, onClick: () => ctx.setQuery({ month: monthText(month, -1) }) })}
      ${button({ label: t('schedule.nextMonth'), icon: 'next', hidden: true, onClick: () => ctx.setQuery({ month: monthText(month, 1) }) })}`,
      content: html`${problemBox(fires[0].problem ?? fires[1].problem)}
        <table class="month" aria-label=${title}>
          <thead>
            <tr>
              ${Array.from({ length: 7 }, (_, index) => html`<th scope="col">${names.format(Date.UTC(2024, 0, index + 1))}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${weeks.map(
              week =>
                html`<tr>
                  ${week.map(day => (day === null ? html`<td class="month-none"></td>` : dayCell(day)))}
                </tr>`,
            )}
          </tbody>
        </table>
        ${data.cut || data.pastCut ? html`<p class="hint">${t('schedule.monthCut')}</p>` : nothing}`,
    });
  }

  function dayCell(day) {
    const counts = [...INSTANCE_STATES, 'missed', 'planned'].filter(kind => day.counts[kind] > 0);
    return html`<td class=${day.today ? 'today' : ''}>
      <span class="day-number">${day.number}${day.shift === 0 ? nothing : html`<span class="shift" title=${t('schedule.shiftText', { zone, time: offsetText(day.shift) })}>${icon('warning')}<span class="visually-hidden">${t('schedule.shift', { time: offsetText(day.shift) })}</span></span>`}</span>
      ${counts.map(kind => {
        const state = kind === 'missed' ? 'SKIPPED' : kind === 'planned' ? 'OTHER' : kind;
        const word = kind === 'missed' || kind === 'planned' ? t(`schedule.${kind}`) : stateWord(kind);
        return html`<span class="day-count state-${state}" title=${word}><span class="swatch ${kind === 'planned' ? 'hollow' : ''}"></span><b>${number(day.counts[kind])}</b><span class="day-word">${word}</span></span>`;
      })}
    </td>`;
  }

  async function count() {
    const span = spanOf();
    if (span === null) {
      return;
    }
    form.busy = true;
    form.problem = null;
    ctx.update();
    try {
      const { planned, cut } = await countFires(span.from, span.until + 1, MOST_CALLS_OF_COUNT);
      form.count = { n: planned.length, cut, first: planned[0], last: planned.at(-1), ...span };
    } catch (problem) {
      form.problem = problem;
    }
    form.busy = false;
    ctx.update();
  }

  function preset(span) {
    Object.assign(form, wallSpan(span, serverNow(), zone));
    form.count = null;
    return count();
  }

  function spanOf() {
    const from = instantOfWall(form.from, zone);
    const until = form.until === '' ? serverNow() : instantOfWall(form.until, zone);
    form.problem =
      from === null || until === null
        ? { detail: t('backfill.noSpan') }
        : until < from
          ? { detail: t('backfill.backwards') }
          : until > serverNow() + 60_000
            ? { detail: t('backfill.future') }
            : null;
    ctx.update();
    return form.problem === null ? { from, until } : null;
  }

  async function start() {
    const { from, until, n, cut } = form.count;
    const many = cut ? t('backfill.moreThan', { n }) : number(n);
    const key = newKey();
    const made = await confirm({
      title: t('backfill.title', { job }),
      text: html`<p>${t('backfill.text', { count: many })}</p>
        <p class="muted">${formatInZone(from, zone)} – ${formatInZone(until, zone)}, ${zone} · ${t(`backfill.overlap.${form.overlap}`)}</p>`,
      action: t('backfill.start'),
      act: () =>
        api.startBackfill({
          app,
          job,
          body: { from: new Date(from).toISOString(), until: new Date(until).toISOString(), overlap: form.overlap },
          idempotencyKey: key,
        }),
    });
    if (made) {
      toast(made.instances === 0 ? t('backfill.nothing') : t('backfill.started', { n: made.instances }), {
        note: made.instances === 0,
      });
      form.count = null;
      backfills.refresh();
    }
  }

  async function cancelBackfill(backfill) {
    const done = await confirm({
      title: t('backfill.cancelTitle'),
      text: t('backfill.cancelText', { id: backfill.id, job }),
      action: t('backfill.cancel'),
      danger: true,
      act: () => api.cancelBackfill({ app, job, id: backfill.id }),
    });
    if (done) {
      backfills.refresh();
    }
  }

  function backfillForm() {
    const bound = name =>
      html`<label class="field"
        ><span>${t(`backfill.${name}`)}</span
        ><input type="datetime-local" step="1" .value=${form[name]}
          @input=${event => {
            form[name] = event.target.value;
            form.count = null;
            ctx.update();
          }}
      /></label>`;
    return html`<form class="form" @submit=${event => {
      event.preventDefault();
      count();
    }}>
        <p class="hint">${t('backfill.hint', { zone })}</p>
        <div class="presets" role="group" aria-label=${t('backfill.presets')}>
          ${SPANS.map(span => button({ label: t(`backfill.span.${span}`), busy: form.busy, onClick: () => preset(span) }))}
        </div>
        <div class="form-row">
          ${bound('from')} ${bound('until')}
          <label class="field"
            ><span>${t('backfill.order')}</span
            ><select
              @change=${event => {
                form.overlap = event.target.value;
                ctx.update();
              }}
            >
              ${['queue-all', 'allow'].map(key => html`<option value=${key} ?selected=${form.overlap === key}>${t(`backfill.overlap.${key}`)}</option>`)}
            </select></label
          >
          <div class="form-end">${button({ label: t('backfill.count'), type: 'submit', busy: form.busy })}</div>
        </div>
        ${problemBox(form.problem)} ${countView()}
      </form>`;
  }

  function countView() {
    const found = form.count;
    if (found === null) {
      return nothing;
    }
    return html`<div class="backfill-count" role="status">
      <p>
        ${
          found.n === 0
            ? t('backfill.none')
            : t('backfill.found', {
                count: found.cut ? t('backfill.moreThan', { n: found.n }) : number(found.n),
                first: formatInZone(found.first, zone),
                last: formatInZone(found.last, zone),
              })
        }
      </p>
      ${
        found.n === 0
          ? nothing
          : button({
              label: t('backfill.start'),
              kind: 'primary',
              needs: 'operator',
              off: trigger() ? undefined : t('schedule.noTrigger'),
              onClick: start,
            })
      }
    </div>`;
  }

  function backfillList() {
    return table({
      label: t('backfill.list'),
      rows: backfills.data?.items,
      skeletonRows: 2,
      empty: html`<p class="muted">${t('backfill.no')}</p>`,
      columns: [
        { key: 'id', title: t('runs.id'), kind: 'mono', cell: row => row.id },
        {
          key: 'span',
          title: t('backfill.span'),
          kind: 'nowrap',
          cell: row => `${formatInZone(row.from, zone)} – ${formatInZone(row.until, zone)}`,
        },
        { key: 'instances', title: t('backfill.instances'), end: true, cell: row => number(row.instances) },
        {
          key: 'states',
          title: t('runs.state'),
          cell: row =>
            html`<span class="pills">${Object.entries(row.states).map(([state, n]) => html`<span title=${stateWord(state)}>${badge(state)} ${number(n)}</span>`)}</span>`,
        },
        { key: 'made', title: t('backfill.made'), kind: 'nowrap', cell: row => time(row.createdAt) },
        {
          key: 'cancel',
          label: t('backfill.cancel'),
          kind: 'actions',
          cell: row =>
            button({
              label: t('backfill.cancel'),
              needs: 'operator',
              off: row.canceledAt ? t('backfill.canceled') : isActive(row) ? undefined : t('backfill.ended'),
              onClick: () => cancelBackfill(row),
            }),
        },
      ],
    });
  }

  function isActive({ states }) {
    return (states.WAITING ?? 0) + (states.RUNNING ?? 0) > 0;
  }

  function view() {
    return html`<div class="grid">
        <div class="half">${section({ title: t('schedule.next'), content: nextFires() })}</div>
        <div class="half stack">${monthView()} ${section({ title: t('backfill.heading'), content: backfillForm() })}</div>
      </div>
      ${section({ title: t('backfill.list'), content: html`${backfillList()} ${cutNote(backfills.data)}` })}`;
  }

  return {
    view,
    queryChanged,
    calls: {
      api: ['listJobFireTimes', { app, job, count: NEXT_FIRES }],
      cli: `orrery next ${job} -a ${app} --count ${NEXT_FIRES}`,
    },
  };
}

/** The wall time of a fire beside that of another zone: without the date, or the year, if it is the same in both. */
function wallBeside(at, zone, other) {
  const text = wall(at, zone);
  const beside = wall(at, other);
  const same = [11, 5].find(length => text.slice(0, length) === beside.slice(0, length)) ?? 0;
  return text.slice(same);
}

/** The wall time of a fire; most have a second of 0, which is left out. */
function wall(at, zone) {
  return formatInZone(at, zone).replace(/:00$/, '');
}
