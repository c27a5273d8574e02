import test from 'node:test';
import assert from 'node:assert/strict';
import { SIZE, columnsOf, graphOf } from '../../main/resources/META-INF/orrery-console/js/flow-graph.js';

const HEIGHT = 60;
const node = (name, ...needs) => ({ name, needs });
const DIAMOND = [node('fetch'), node('check', 'fetch'), node('bill', 'fetch'), node('report', 'check', 'bill')];

/** The places of nodes by name. */
const places = graph => Object.fromEntries(graph.nodes.map(({ node: { name }, x, y }) => [name, { x, y }]));

/** The ends of the lines as points, such as `[[from, to], …]`. */
const ends = graph =>
  graph.lines.map(({ path }) => {
    const numbers = path.match(/-?[\d.]+/g).map(Number);
    return [numbers.slice(0, 2), numbers.slice(6, 8)];
  });

/** The pairs of lines between the same two columns that cross. */
function crossings(graph) {
  const lines = ends(graph);
  return lines.flatMap(([from, to], index) =>
    lines.slice(index + 1).filter(([other, end]) => from[0] === other[0] && (from[1] - other[1]) * (to[1] - end[1]) < 0),
  ).length;
}

function overlaps(graph) {
  return graph.nodes.flatMap((one, index) => graph.nodes.slice(index + 1).filter(other => one.x === other.x && Math.abs(one.y - other.y) < HEIGHT)).length;
}

test('puts each node one column after the last node that it needs', () => {
  const nodes = [node('late', 'b', 'a'), node('a'), node('b', 'a'), node('alone')];
  assert.deepEqual(Object.fromEntries(columnsOf(nodes)), { a: 0, alone: 0, b: 1, late: 2 });
});

test('returns null for a cycle, an unknown need, the same name twice, and no nodes', () => {
  assert.equal(columnsOf([node('a', 'b'), node('b', 'a')]), null);
  assert.equal(columnsOf([node('a', 'missing')]), null);
  assert.equal(columnsOf([node('a'), node('a')]), null);
  for (const nodes of [[], [node('a', 'a')]]) {
    assert.equal(graphOf(nodes, { height: HEIGHT }), null);
  }
});

test('draws a diamond in document order, with its ends in the middle', () => {
  const graph = graphOf(DIAMOND, { height: HEIGHT });
  const { fetch, check, bill, report } = places(graph);
  assert.deepEqual([fetch.x, check.x, bill.x, report.x], [0, 1, 1, 2].map(column => column * (SIZE.width + SIZE.gap)));
  assert.equal(check.y, 0);
  assert.equal(bill.y, HEIGHT + SIZE.space);
  assert.equal(fetch.y, bill.y / 2);
  assert.equal(report.y, fetch.y);
  assert.equal(graph.height, bill.y + HEIGHT);
  assert.equal(graph.width, report.x + SIZE.width);
});

test('lists nodes by column and row, which is the order of the keyboard', () => {
  const graph = graphOf([...DIAMOND].reverse(), { height: HEIGHT });
  assert.deepEqual(graph.nodes.map(({ node: { name } }) => name), ['fetch', 'bill', 'check', 'report']);
});

test('orders rows so that lines do not cross', () => {
  const crossed = [node('a'), node('b'), node('c'), node('of-c', 'c'), node('of-b', 'b'), node('of-a', 'a'), node('end', 'of-a', 'of-b', 'of-c')];
  const graph = graphOf(crossed, { height: HEIGHT });
  assert.equal(crossings(graph), 0);
  assert.equal(overlaps(graph), 0);
});

test('routes a line around the nodes of the columns in between', () => {
  const graph = graphOf([node('a'), node('b', 'a'), node('c', 'b'), node('d', 'a', 'c')], { height: HEIGHT });
  const { b, c, d } = places(graph);
  assert.equal(b.y, c.y);
  const passing = graph.lines.filter(({ path }) => path.includes('H'));
  assert.equal(passing.length, 2, 'one for each column that it passes');
  passing.forEach(({ targets }) => assert.deepEqual(targets, ['d']));
  for (const { path } of passing) {
    const y = Number(/ (-?[\d.]+) H/.exec(path)[1]);
    assert.ok(y < b.y - 1 || y > b.y + HEIGHT + 1, `${y} is beside ${b.y}`);
  }
  assert.equal(d.x, 3 * (SIZE.width + SIZE.gap));
});

test('merges the lines of a node to several later nodes until they diverge', () => {
  const graph = graphOf([node('a'), node('b', 'a'), node('c', 'b'), node('d', 'a', 'c'), node('e', 'a', 'c')], { height: HEIGHT });
  const shared = graph.lines.filter(({ targets }) => targets.length === 2);
  assert.equal(shared.length, 2);
  shared.forEach(({ targets }) => assert.deepEqual(targets, ['d', 'e']));
});

test('leaves room for a label before a node, where its lines have merged', () => {
  const graph = graphOf(DIAMOND, { height: HEIGHT, entryOf: name => (name === 'report' ? 70 : 0) });
  const entry = graph.entries.find(({ name }) => name === 'report');
  const { check, report } = places(graph);
  assert.equal(entry.to, report.x);
  assert.equal(entry.from, report.x - 70);
  assert.equal(report.x - check.x, SIZE.width + SIZE.gap + 70);
  const into = ends(graph).filter(([, to]) => to[0] === entry.from);
  assert.deepEqual(into.map(([, to]) => to), [[entry.from, entry.y], [entry.from, entry.y]]);
});

test('draws 200 nodes with 20 needs each without overlaps', () => {
  const nodes = Array.from({ length: 200 }, (_, index) => node(`n${index}`, ...Array.from({ length: Math.min(20, index) }, (_, need) => `n${index - 1 - need}`)));
  const chain = graphOf(nodes, { height: HEIGHT });
  assert.equal(chain.nodes.length, 200);
  assert.ok(chain.lines.length < 2 * 200 * 20, `${chain.lines.length}`);
  const wide = graphOf(
    Array.from({ length: 200 }, (_, index) => (index < 100 ? node(`n${index}`) : node(`n${index}`, ...Array.from({ length: 20 }, (_, need) => `n${(index * 7 + need * 13) % 100}`)))),
    { height: HEIGHT },
  );
  assert.equal(overlaps(wide), 0);
});
