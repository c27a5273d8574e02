// The live log of an instance: drawn by itself, only the lines in view, so that a long log costs no more than a short one.

import { html, nothing, render } from '../lit.js';
import { API_ROOT, ApiProblem, api, pathOf } from '../api.js';
import { number, t } from '../i18n.js';
import { formatClock, timeMode } from '../time.js';
import { segments as runsOf, visible } from '../ansi.js';
import { followLog, waitFor } from '../event-stream.js';
import { fileName, save } from '../export.js';
import { LogModel, MAX_LINES, SHOWN_CHARACTERS, marked, visibleRange } from '../log-model.js';
import { RowHeights } from '../row-heights.js';
import { openDialog } from './dialog.js';
import { icon } from './icons.js';
import { button, problemBox } from './ui.js';

const ROW_PIXELS = 18;
const NEAR_END_PIXELS = 24;
const SPARE_PIXELS = 20;

export class LogView {
  element = document.createElement('div');
  #id;
  #name;
  #ctx;
  #model;
  #abort = null;
  #state = 'open';
  #problem = null;
  #cursor = null;
  #follow = true;
  #paused = false;
  /** A narrow screen shows the beginning of a line only, and not the error in it. */
  #wrap = globalThis.matchMedia?.('(max-width: 760px)').matches ?? false;
  #times = true;
  #query = '';
  #current = -1;
  #target;
  #heights = new RowHeights();
  #drawing = false;
  #lastTop = 0;
  /** The page itself has moved the view; the event of it is not the reader's. */
  #moved = false;
  #targetShown = false;
  #measured = false;
  #scroller = null;
  #columns = 120;
  #resize;

  /** @param ctx the page's context: the line that is linked to is in its query */
  constructor({ id, name, ctx }) {
    this.#id = id;
    this.#name = name;
    this.#ctx = ctx;
    this.#target = ctx.query.get('line');
    this.#model = new LogModel(MAX_LINES, { linked: this.#target });
    this.#follow = !this.#target;
    this.element.className = 'log';
    this.#resize = new ResizeObserver(() => this.#layout());
    this.#resize.observe(this.element);
    this.#render();
    this.#open();
  }

  close() {
    this.#abort?.abort();
    this.#resize.disconnect();
  }

  /** Follows again after a refusal, such as by a session that had ended. */
  resume() {
    if (this.#state === 'refused') {
      this.#open();
    }
  }

  #open() {
    const abort = new AbortController();
    this.#abort = abort;
    followLog({
      open: (after, signal) => this.#call(after, signal),
      onLines: lines => this.#append(lines),
      onState: (state, detail) => this.#setState(state, detail),
      signal: abort.signal,
      wait: waitFor,
      after: this.#cursor,
    });
  }

  async #call(after, signal) {
    const path = pathOf('getInstanceLog', { id: this.#id, follow: true, after });
    const response = await fetch(API_ROOT + path.slice(1), { credentials: 'same-origin', cache: 'no-store', signal });
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      throw new ApiProblem({ code: 'UNKNOWN', detail: `HTTP ${response.status}`, ...problem, status: response.status });
    }
    return response;
  }

  #append(lines) {
    const last = lines.at(-1);
    this.#cursor = `${last.attempt}-${last.sequence}`;
    const removed = this.#model.append(lines);
    if (removed > 0 && !this.#follow && this.#scroller) {
      // What is read stays where it is while lines above it go.
      this.#scroller.scrollTop -= this.#heights.top(removed);
    }
    this.#measured = false;
    this.#draw();
  }

  #setState(state, detail) {
    this.#state = state;
    this.#problem = state === 'refused' ? detail : null;
    this.#draw();
  }

  #draw() {
    if (!this.#drawing) {
      this.#drawing = true;
      requestAnimationFrame(() => {
        this.#drawing = false;
        this.#render();
      });
    }
  }

  /** The heights of all rows: one line each, or as many as the text takes at this width. */
  #measure() {
    this.#measured = true;
    const model = this.#model;
    this.#heights.set(model.length, this.#wrap ? index => this.#rowsOf(model.at(index)) : null, ROW_PIXELS);
  }

  #rowsOf(line) {
    const length = Math.min(line.plain.length, SHOWN_CHARACTERS) + (line.plain.length > SHOWN_CHARACTERS ? 30 : 0);
    return Math.max(1, Math.ceil(length / this.#columns));
  }

  #layout() {
    const scroller = this.#scroller;
    const probe = this.element.querySelector('.log-probe');
    if (scroller && probe) {
      const gutter = this.element.querySelector('.log-line-head')?.offsetWidth ?? 120;
      const columns = Math.max(10, Math.floor((scroller.clientWidth - gutter - 16) / (probe.offsetWidth / 20)));
      if (columns !== this.#columns) {
        this.#columns = columns;
        this.#measure();
      }
    }
    this.#draw();
  }

  #render() {
    if (!this.#measured) {
      this.#measure();
    }
    render(this.#view(), this.element);
    this.#scroller = this.element.querySelector('.log-scroll');
    const lines = this.element.querySelector('.log-lines');
    if (!this.#scroller || !lines) {
      return;
    }
    const body = this.element.querySelector('.log-body');
    body.style.height = `${this.#heights.total}px`;
    // A short log takes only the room that it needs.
    this.#scroller.style.setProperty('--log-height', `${this.#heights.total + SPARE_PIXELS}px`);
    if (this.#follow) {
      this.#scroller.scrollTop = this.#heights.total;
      this.#lastTop = this.#scroller.scrollTop;
    }
    this.#renderLines();
    this.#showTarget();
  }

  #renderLines() {
    const { from, until } = this.#range();
    const lines = this.element.querySelector('.log-lines');
    lines.style.transform = `translateY(${this.#heights.top(from)}px)`;
    const current = this.#current >= 0 ? this.#model.matches[this.#current] : -1;
    render(
      this.#model.slice(from, until).map((line, index) => this.#line(line, from + index === current)),
      lines,
    );
  }

  #range() {
    const { scrollTop, clientHeight } = this.#scroller;
    if (!this.#wrap) {
      return visibleRange(scrollTop, clientHeight || 400, ROW_PIXELS, this.#model.length);
    }
    const from = Math.max(0, this.#heights.at(scrollTop) - 10);
    return { from, until: Math.min(this.#model.length, this.#heights.at(scrollTop + (clientHeight || 400)) + 10) };
  }

  #line(line, isCurrent) {
    const cut = line.text.length > SHOWN_CHARACTERS;
    const runs = marked(runsOf(cut ? line.text.slice(0, SHOWN_CHARACTERS) : line.text), this.#model.query);
    const chosen = line.id === this.#target;
    return html`<div class="log-line log-${['stdout', 'stderr', 'orrery'].includes(line.stream) ? line.stream : 'stdout'} ${chosen ? 'log-target' : ''} ${isCurrent ? 'log-current' : ''}">
      <span class="log-line-head"
        ><a href="?line=${line.id}" class="log-number" tabindex="-1" title=${t('log.linkTo', { line: line.id })} @click=${event => this.#link(event, line.id)}
          >${this.#model.attempts.size > 1 ? `${line.attempt}·` : ''}${line.sequence + 1}</a
        >${this.#times ? html`<time datetime=${line.at} title=${line.at}>${clock(line.at)}</time>` : nothing}<span class="log-stream"
          >${line.stream === 'stdout' ? '' : line.stream === 'stderr' ? 'err' : line.stream === 'orrery' ? 'orrery' : visible(line.stream).slice(0, 8)}</span
        ></span
      ><span class="log-text" dir="ltr"
        >${runs.map(run =>
          run.match
            ? html`<mark class=${run.classes}>${visible(run.text)}</mark>`
            : run.classes
              ? html`<span class=${run.classes}>${visible(run.text)}</span>`
              : visible(run.text),
        )}${
          cut
            ? html`<button type="button" class="log-more" @click=${() => this.#openLine(line)}>${t('log.more', { n: line.text.length - SHOWN_CHARACTERS })}</button>`
            : nothing
        }</span
      >
    </div>`;
  }

  #openLine(line) {
    openDialog({
      title: t('log.line', { line: line.id }),
      kind: 'wide',
      content: () => html`<pre class="log-whole" tabindex="0">${visible(line.plain)}</pre>`,
    });
  }

  #link(event, id) {
    event.preventDefault();
    event.stopPropagation();
    this.#target = this.#target === id ? null : id;
    this.#follow = false;
    this.#ctx.setQuery({ line: this.#target });
    this.#draw();
  }

  /** Scrolls to the line of the address once, when it has arrived. */
  #showTarget() {
    if (this.#target && !this.#targetShown) {
      const position = this.#model.positionOf(this.#target);
      if (position >= 0) {
        this.#targetShown = true;
        this.element.scrollIntoView({ block: 'start' });
        this.#scrollTo(position);
      }
    }
  }

  #scrollTo(position) {
    this.#follow = false;
    this.#moved = true;
    this.#scroller.scrollTop = Math.max(0, this.#heights.top(position) - this.#scroller.clientHeight / 2);
    this.#lastTop = this.#scroller.scrollTop;
    this.#renderLines();
  }

  /** A reader who scrolls up stops following, and one who scrolls to the end goes on. */
  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    const atEnd = scrollTop + clientHeight >= scrollHeight - NEAR_END_PIXELS;
    const follow = atEnd
      ? this.#follow || (!this.#moved && scrollTop > this.#lastTop)
      : this.#follow && scrollTop >= this.#lastTop;
    this.#moved = false;
    this.#lastTop = scrollTop;
    if (follow !== this.#follow) {
      this.#follow = follow;
      this.#draw();
    }
    this.#renderLines();
  }

  #search(text) {
    this.#query = text;
    this.#model.search(text);
    this.#current = -1;
    if (this.#model.matches.length > 0) {
      this.#step(false);
    } else {
      this.#draw();
    }
  }

  #step(backwards) {
    const from = this.#current >= 0 ? this.#model.matches[this.#current] : this.#range().from - 1;
    this.#current = this.#model.nextMatch(from, backwards);
    if (this.#current >= 0) {
      this.#scrollTo(this.#model.matches[this.#current]);
    }
    this.#draw();
  }

  #pause() {
    this.#paused = !this.#paused;
    if (this.#paused) {
      this.#abort.abort();
    } else {
      this.#open();
    }
    this.#draw();
  }

  #show(change) {
    change();
    this.#current = -1;
    this.#measure();
    this.#draw();
  }

  /** All lines from the API, not from the page, which may have dropped some. */
  async #download() {
    const parts = [];
    let after;
    let attempt = 0;
    for (;;) {
      const { items, next } = await api.getInstanceLog({ id: this.#id, after });
      for (const line of items) {
        if (line.attempt !== attempt) {
          attempt = line.attempt;
          parts.push(`==> attempt ${attempt} <==\n`);
        }
        parts.push(`${line.text}\n`);
      }
      if (items.length === 0 || next === after) {
        break;
      }
      after = next;
    }
    save(fileName([this.#name, this.#id], 'log'), 'text/plain;charset=utf-8', parts);
  }

  #view() {
    const model = this.#model;
    return html`${this.#toolbar()}
      ${model.notices.map(
        notice =>
          html`<p class="log-notice state-TIMED_OUT">${icon('warning')}<span>${t(`log.notice.${notice.kind}`, { n: notice.attempt })} <code>${notice.text}</code></span></p>`,
      )}
      ${model.dropped > 0 ? html`<p class="log-notice state-OTHER">${icon('info')}<span>${t('log.dropped', { n: model.dropped, most: MAX_LINES })}</span></p>` : nothing}
      ${this.#problem ? problemBox(this.#problem) : nothing}
      <div class="log-scroll ${this.#wrap ? 'wrap' : ''}" role="region" aria-label=${t('log.title')} tabindex="0" @scroll=${() => this.#scrolled()}>
        <span class="log-probe" aria-hidden="true">00000000000000000000</span>
        <div class="log-body"><div class="log-lines"></div></div>
        ${model.length === 0 ? html`<p class="log-empty">${this.#emptyWords()}</p>` : nothing}
      </div>
      <p class="log-foot muted small" role="status">${this.#stateWords()}</p>`;
  }

  #emptyWords() {
    if (this.#model.size > 0) {
      return t('log.hidden');
    }
    return this.#state === 'ended' ? t('log.none') : t('log.waiting');
  }

  #stateWords() {
    const lines = t('log.lines', { n: this.#model.size });
    if (this.#paused) {
      return `${lines} · ${t('log.state.paused')}`;
    }
    return `${lines} · ${t(`log.state.${this.#state}`)}`;
  }

  #toolbar() {
    const model = this.#model;
    const streams = [...model.streams].sort().reverse();
    return html`<div class="log-bar">
      <span class="search-field">
        ${icon('search')}
        <input type="search" placeholder=${t('log.search')} aria-label=${t('log.search')} autocomplete="off" spellcheck="false" .value=${this.#query}
          @input=${event => this.#search(event.target.value)}
          @keydown=${event => {
            if (event.key === 'Enter') {
              event.preventDefault();
              this.#step(event.shiftKey);
            }
          }} />
      </span>
      ${
        this.#query === ''
          ? nothing
          : html`<span class="small numbers" role="status">${model.matches.length === 0 ? t('log.noMatch') : `${number(this.#current + 1)}/${number(model.matches.length)}`}</span>
            ${button({ label: t('log.previous'), icon: 'up', kind: 'quiet', hidden: true, onClick: () => this.#step(true) })}
            ${button({ label: t('log.next'), icon: 'down', kind: 'quiet', hidden: true, onClick: () => this.#step(false) })}`
      }
      ${
        streams.length > 1
          ? streams.map(stream =>
              toggle(visible(stream), !model.isHidden(stream), shown =>
                this.#show(() => model.setStream(stream, shown)),
              ),
            )
          : nothing
      }
      ${
        model.attempts.size > 1
          ? html`<select aria-label=${t('log.attempt')} @change=${event => this.#show(() => model.setAttempt(event.target.value === '' ? null : Number(event.target.value)))}>
            <option value="">${t('log.allAttempts')}</option>
            ${[...model.attempts].map(attempt => html`<option value=${attempt}>${t('timeline.attempt', { n: attempt })}</option>`)}
          </select>`
          : nothing
      }
      ${model.hasProgress ? toggle(t('log.progress'), model.showsProgress, shown => this.#show(() => model.setProgress(shown))) : nothing}
      ${toggle(t('log.wrap'), this.#wrap, wrap =>
        this.#show(() => {
          this.#wrap = wrap;
          this.#layout();
        }),
      )}
      ${toggle(t('log.times'), this.#times, times =>
        this.#show(() => {
          this.#times = times;
          requestAnimationFrame(() => this.#layout());
        }),
      )}
      <span class="log-bar-end">
        ${
          this.#state === 'ended'
            ? nothing
            : html`${toggle(t('log.follow'), this.#follow, follow => {
                this.#follow = follow;
                this.#draw();
              })}
              ${button({
                label: t(this.#paused ? 'log.continue' : 'log.pause'),
                icon: this.#paused ? 'play' : 'pause',
                onClick: () => this.#pause(),
              })}`
        }
        ${button({ label: t('log.download'), icon: 'download', hidden: true, onClick: () => this.#download() })}
      </span>
    </div>`;
  }
}

function toggle(label, on, onChange) {
  return html`<label class="check small"><input type="checkbox" .checked=${on} @change=${event => onChange(event.target.checked)} />${label}</label>`;
}

/** The time of a line to the millisecond, in UTC if the switch says so. */
function clock(at) {
  const date = new Date(at);
  const seconds = String(date.getUTCSeconds()).padStart(2, '0');
  return `${formatClock(at, timeMode() === 'utc' ? 'utc' : 'local')}:${seconds}.${String(date.getUTCMilliseconds()).padStart(3, '0')}`;
}
