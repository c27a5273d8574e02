// An app: its pause, its tokens, its webhooks, and its end.

import { html, nothing } from '../lit.js';
import { api, callOf, readAll } from '../api.js';
import { serverNow } from '../clock.js';
import { t } from '../i18n.js';
import { BASE } from '../router.js';
import { may } from '../session.js';
import { EXPIRY_DAYS, SHOWN_TOKENS, standardDays, tokenBody, tokensToShow } from '../token-form.js';
import { attempt, confirm, toast } from '../components/dialog.js';
import { icon } from '../components/icons.js';
import { noteBody, noteField, pauseText } from '../components/pause.js';
import { showSecret } from '../components/secret.js';
import { table } from '../components/table.js';
import { badge, banner, button, cutNote, empty, pageHead, problemBox, sameBy, section, time } from '../components/ui.js';
import { webhooksSection } from '../components/webhooks.js';

const ROLES = ['viewer', 'operator', 'worker', 'declare'];

function expiry(token) {
  if (token.expiresAt === null || token.expiresAt === undefined) {
    return html`<span class="muted">${t('app.expiresNever')}</span>`;
  }
  const expired = Date.parse(token.expiresAt) <= serverNow();
  return expired ? html`<b>${t('app.expired')}</b> ${time(token.expiresAt)}` : time(token.expiresAt);
}

export function page(ctx) {
  const { app } = ctx;
  const state = ctx.poll(signal => api.getApp({ app }, { signal }), { every: 10_000 });
  const operator = may('operator');
  const tokens = operator ? ctx.poll(async signal => readAll(api.listTokens, { app }, { atMost: 500, signal }), { every: 30_000 }) : null;
  const webhooks = operator ? ctx.poll(signal => readAll(api.listWebhooks, { app }, { signal }), { every: 15_000 }) : null;

  async function pause() {
    let note = '';
    const paused = await confirm({
      title: t('app.pauseTitle', { app }),
      text: t('app.pauseText'),
      action: t('app.pause'),
      danger: true,
      form: () => noteField(text => (note = text)),
      act: () => api.pauseApp({ app, body: noteBody(note) }),
    });
    if (paused) {
      toast(t('app.paused', { app }));
      state.refresh();
    }
  }

  async function resume() {
    await attempt(() => api.resumeApp({ app }), { done: t('app.resumed', { app }) });
    state.refresh();
  }

  async function create() {
    let role = ROLES[0];
    let name = '';
    /** Null until the reader chooses. */
    let days = null;
    const chosenDays = () => days ?? standardDays(role);
    const created = await confirm({
      title: t('app.newToken'),
      form: ({ update }) => html`<fieldset class="field">
        <legend>${t('app.role')}</legend>
        ${ROLES.map(
          one => html`<label class="check"
            ><input type="radio" name="token-role" .checked=${one === role} ?autofocus=${one === role} @change=${() => {
              role = one;
              update();
            }} /><span><b>${t(`role.${one}`)}</b> <span class="muted small">${t(`app.role.${one}`)}</span></span></label
          >`,
        )}
      </fieldset>
      <label class="field"
        ><span>${t('app.tokenName')}</span
        ><input type="text" maxlength="100" autocomplete="off" spellcheck="false" @input=${event => (name = event.target.value)}
      /></label>
      <label class="field"
        ><span>${t('app.expires')}</span
        ><select @change=${event => (days = Number(event.target.value))}>
          ${[0, ...EXPIRY_DAYS].map(
            count => html`<option value=${count} .selected=${count === chosenDays()}>${count === 0 ? t('app.expiresNever') : t('app.expiresIn', { n: count })}</option>`,
          )}
        </select></label
      >`,
      action: t('app.createToken'),
      act: () => api.createToken({ app, body: tokenBody({ role, name, days: chosenDays() }, serverNow()) }),
    });
    if (created?.token) {
      tokens.refresh();
      showSecret({ title: t('app.tokenTitle', { id: created.id }), text: t('app.tokenText'), secret: created.token });
    }
  }

  async function revoke(token) {
    const revoked = await confirm({
      title: t('app.revokeTitle', { id: token.id, role: t(`role.${token.role}`) }),
      text: t('app.revokeText'),
      action: t('app.revoke'),
      danger: true,
      act: () => api.revokeToken({ app, id: token.id }),
    });
    if (revoked) {
      toast(t('app.revoked', { id: token.id }));
      tokens.refresh();
    }
  }

  async function remove() {
    let withContents = false;
    const removed = await confirm({
      title: t('app.removeTitle', { app }),
      text: t('app.removeText'),
      form: () => html`<label class="check"
        ><input type="checkbox" .checked=${withContents} @change=${event => (withContents = event.target.checked)} />${t('app.removeContents')}</label
      >`,
      action: t('app.remove'),
      danger: true,
      type: app,
      act: () => api.deleteApp({ app, withContents: withContents || undefined }),
    });
    if (removed) {
      toast(t('app.removed', { app }));
      ctx.navigate(BASE);
    }
  }

  const tokenList = { query: '', all: false };

  function showTokens(changes) {
    Object.assign(tokenList, changes);
    ctx.update();
  }

  function tokenSearch() {
    return html`<div class="filters" role="search">
      <label class="search-field"
        >${icon('search')}<span class="visually-hidden">${t('app.findToken')}</span
        ><input type="search" placeholder=${t('app.findToken')} .value=${tokenList.query} @input=${event => showTokens({ query: event.target.value })}
      /></label>
    </div>`;
  }

  function tokensSection() {
    const items = tokens.data?.items;
    const { shown, more } = items ? tokensToShow(items, tokenList) : { shown: undefined, more: 0 };
    return section({
      title: t('app.tokens'),
      actions: button({ label: t('app.newToken'), icon: 'plus', needs: 'operator', onClick: create }),
      content: html`${problemBox(tokens.problem)} ${items?.length > SHOWN_TOKENS ? tokenSearch() : nothing}
      ${tokens.problem
        ? nothing
        : html`${table({
            label: t('app.tokens'),
            columns: [
              { key: 'id', title: t('app.tokenId'), kind: 'nowrap narrow-hide', cell: token => html`<span class="mono">${token.id}</span>` },
              { key: 'name', title: t('app.tokenName'), kind: 'grow', cell: token => (token.name ? html`<span title=${token.name}>${token.name}</span>` : html`<span title=${token.id}><span class="none narrow-hide">–</span><span class="mono narrow-only">${token.id}</span></span>`) },
              { key: 'role', title: t('app.role'), kind: 'nowrap', cell: token => html`<b>${t(`role.${token.role}`)}</b>` },
              { key: 'may', title: t('app.mayDo'), kind: 'grow narrow-hide', cell: token => html`<span class="muted" title=${t(`app.role.${token.role}`)}>${t(`app.role.${token.role}`)}</span>` },
              { key: 'created', title: t('app.created'), end: true, kind: 'nowrap narrow-hide', cell: token => time(token.createdAt) },
              { key: 'expires', title: t('app.expires'), end: true, kind: 'nowrap', cell: token => expiry(token) },
              { key: 'do', label: t('jobs.actions'), kind: 'actions always', cell: token => button({ label: t('app.revoke'), says: t('app.revokeToken', { name: token.name || token.id }), kind: 'quiet', needs: 'operator', onClick: () => revoke(token) }) },
            ],
            rows: shown,
            skeletonRows: 3,
            empty:
              items?.length > 0
                ? html`<p class="muted">${t('palette.none')}</p>`
                : empty({ title: t('app.noTokens'), command: `orrery token create --app ${app} --role viewer` }),
          })}
          ${more > 0 ? button({ label: t('app.moreTokens', { n: more }), kind: 'quiet', onClick: () => showTokens({ all: true }) }) : nothing} ${cutNote(tokens.data)}`}`,
    });
  }

  return {
    title: () => ({ state: state.data?.paused ? 'PAUSED' : undefined, name: t('nav.settings') }),
    view: () => html`<div class="page">
      ${pageHead({
        title: html`${app} ${state.data?.paused ? badge('PAUSED') : nothing}`,
        facts: state.data?.description || nothing,
        actions: state.data?.paused
          ? button({ label: t('app.resume'), icon: 'play', needs: 'operator', onClick: resume })
          : button({ label: t('app.pause'), icon: 'pause', needs: 'operator', off: state.data ? undefined : t('palette.loading'), onClick: pause }),
      })}
      ${problemBox(state.problem, { retry: () => state.refresh() })}
      ${state.data?.paused ? banner('PAUSED', pauseText(app, state.data)) : nothing}
      ${operator ? html`${tokensSection()} ${webhooksSection(app, webhooks)}` : html`<p class="muted">${t('app.needsOperator')}</p>`}
      ${section({
        title: t('app.end'),
        content: html`<div class="buttons">
          ${button({ label: t('app.remove'), icon: 'trash', kind: 'danger', needs: 'admin', onClick: remove })}<span class="muted">${t('app.endText')}</span>
        </div>`,
      })}
      ${sameBy({
        api: [callOf('getApp', { app }), callOf('listTokens', { app }), callOf('listWebhooks', { app })],
        cli: [`orrery token list --app ${app}`, `orrery webhook list --app ${app}`, `orrery pause --app ${app}`],
      })}
    </div>`,
  };
}
