import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff, EventParser, followLog } from '../../main/resources/META-INF/orrery-console/js/event-stream.js';

const event = sequence =>
  `content-type:application/json\nid:1-${sequence}\ndata:{"attempt":1,"sequence":${sequence}}\n\n`;
const END = 'content-type:application/json\nevent:end\ndata:{"state":"SUCCEEDED"}\n\n';

test('completes events at their blank line, wherever the stream is split', () => {
  const text = ': comment\n\n' + event(0) + event(1) + END;
  for (let size = 1; size < 40; size++) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < text.length; at += size) {
      events.push(...parser.push(text.slice(at, at + size)));
    }
    assert.deepEqual(
      events.map(({ type, id }) => [type, id]),
      [
        ['message', '1-0'],
        ['message', '1-1'],
        ['end', '1-1'],
      ],
      `pieces of ${size}`,
    );
  }
});

test('reads several data lines and all kinds of line ends', () => {
  const parser = new EventParser();
  assert.deepEqual(parser.push('data: a\r\ndata:b\r\n\r\n'), [{ type: 'message', data: 'a\nb', id: null }]);
});

function stream(text, fault) {
  return new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        fault ? controller.error(fault) : controller.close();
      },
    }),
  );
}

async function follow(answers) {
  const calls = [];
  const states = [];
  const received = [];
  const waits = [];
  await followLog({
    open: async after => {
      calls.push(after);
      const answer = answers.shift();
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    onLines: lines => received.push(...lines.map(line => line.sequence)),
    onState: state => states.push(state),
    signal: new AbortController().signal,
    wait: async millis => waits.push(millis),
  });
  return { calls, states, received, waits };
}

test('resumes an interrupted stream after the last line', async () => {
  const result = await follow([stream(event(0) + event(1)), stream(event(2) + END)]);
  assert.deepEqual(result.calls, [null, '1-1']);
  assert.deepEqual(result.received, [0, 1, 2]);
  assert.deepEqual(result.states, ['open', 'reconnecting', 'open', 'ended']);
});

test('reconnects to an unreachable scheduler with growing pauses', async () => {
  const away = Object.assign(new Error('away'), { status: 503 });
  const result = await follow([away, away, away, stream(END)]);
  assert.deepEqual(result.waits, [1_000, 2_000, 4_000]);
  assert.deepEqual(result.states, ['reconnecting', 'reconnecting', 'reconnecting', 'open', 'ended']);
});

test('retries when there are too many followers, but not after a refusal', async () => {
  const full = Object.assign(new Error('full'), { status: 429 });
  const unknown = Object.assign(new Error('unknown'), { status: 404 });
  const result = await follow([full, unknown]);
  assert.deepEqual(result.states, ['reconnecting', 'refused']);
});

test('bounds the retry pause and resets it after an event', () => {
  const backoff = new Backoff(1, 4);
  assert.deepEqual([backoff.take(), backoff.take(), backoff.take(), backoff.take()], [1, 2, 4, 4]);
  backoff.reset();
  assert.equal(backoff.take(), 1);
});
