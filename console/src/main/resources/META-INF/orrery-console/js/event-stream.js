/**
 * A reader of event streams over `fetch`, because EventSource hides why a call was refused (429, 404).
 */

/** Takes the text of a stream in pieces and returns the events that are complete. */
export class EventParser {
  #rest = '';
  #data = [];
  #type = '';
  #id = null;

  /** @returns {{type: string, data: string, id: string|null}[]} */
  push(text) {
    const events = [];
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        this.#dispatch(events);
      } else {
        this.#field(line);
      }
    }
    return events;
  }

  #field(line) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') {
      this.#data.push(value);
    } else if (name === 'event') {
      this.#type = value;
    } else if (name === 'id' && !value.includes('\0')) {
      this.#id = value;
    }
  }

  #dispatch(events) {
    if (this.#data.length > 0) {
      events.push({ type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id });
    }
    this.#data = [];
    this.#type = '';
  }
}

/** Waits between connections: a second, doubled to half a minute, from the start after an event has arrived. */
export class Backoff {
  constructor(first = 1_000, most = 30_000) {
    this.first = first;
    this.most = most;
    this.next = first;
  }

  reset() {
    this.next = this.first;
  }

  take() {
    const wait = this.next;
    this.next = Math.min(this.most, wait * 2);
    return wait;
  }
}

/**
 * Follows the log of an instance until its end, and reconnects behind the last line.
 *
 * @param {object} options
 * @param {(after: string|null, signal: AbortSignal) => Promise<Response>} options.open makes the call; rejects with the
 *   API's problem, whose `status` decides if a repetition can help
 * @param {(lines: object[]) => void} options.onLines gets the lines of each piece of the stream
 * @param {(state: "open"|"reconnecting"|"ended"|"refused", detail: any) => void} options.onState
 * @param {AbortSignal} options.signal ends the call
 * @param {(millis: number, signal: AbortSignal) => Promise<void>} options.wait
 */
export async function followLog({ open, onLines, onState, signal, wait, after = null }) {
  const backoff = new Backoff();
  let cursor = after;
  while (!signal.aborted) {
    try {
      const response = await open(cursor, signal);
      onState('open');
      const end = await readAll(response, signal, events => {
        backoff.reset();
        cursor = events.findLast(event => event.id !== null)?.id ?? cursor;
        const lines = events.filter(event => event.type === 'message').map(event => JSON.parse(event.data));
        if (lines.length > 0) {
          onLines(lines);
        }
      });
      if (end !== undefined) {
        onState('ended', JSON.parse(end.data));
        return;
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408) {
        onState('refused', error);
        return;
      }
      onState('reconnecting', error);
      await wait(backoff.take(), signal);
      continue;
    }
    if (!signal.aborted) {
      onState('reconnecting', null);
      await wait(backoff.take(), signal);
    }
  }
}

async function readAll(response, signal, onEvents) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read();
      if (done) {
        return undefined;
      }
      const events = parser.push(decoder.decode(value, { stream: true }));
      if (events.length > 0) {
        onEvents(events);
      }
      const end = events.find(event => event.type === 'end');
      if (end !== undefined) {
        return end;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
  return undefined;
}

/** Resolves after the time, or at once when the signal aborts. */
export function waitFor(millis, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
