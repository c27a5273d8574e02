/** The graph of a flow as places: a column for each node by its longest path from a root, rows with few crossings, lines. */

export const SIZE = { width: 168, gap: 40, space: 14, line: 10 };

const SWEEPS = 8;

/**
 * The column of each node: 0 without needs, otherwise one behind the last of what it needs.
 *
 * @param nodes `{name, needs}`
 * @returns a map by name; null if the nodes contain a cycle, need one that does not exist, or share a name
 */
export function columnsOf(nodes) {
  const columns = new Map();
  let left = nodes;
  while (left.length > 0) {
    const ready = left.filter(({ needs }) => needs.every(need => columns.has(need)));
    if (ready.length === 0) {
      return null;
    }
    const found = ready.map(({ name, needs }) => [name, 1 + Math.max(-1, ...needs.map(need => columns.get(need)))]);
    found.forEach(([name, column]) => columns.set(name, column));
    left = left.filter(node => !ready.includes(node));
  }
  return columns.size === nodes.length ? columns : null;
}

/**
 * @param nodes `{name, needs}`
 * @param height of a node
 * @param entryOf `name => width`: room for words on the last stretch before the node, where all its lines are one
 * @returns `{width, height, nodes, lines, entries}`, null for nodes without columns. `nodes` are `{node, x, y}` by column
 *   and row; `lines` have the `path` and the names of all nodes that they lead to, as `targets`; `entries` are
 *   `{name, from, to, y}`
 */
export function graphOf(nodes, { height, entryOf = () => 0 }) {
  const columns = columnsOf(nodes);
  if (columns === null || nodes.length === 0) {
    return null;
  }
  const layers = orderedLayers(layersOf(nodes, columns));
  placeRows(layers, height);
  const items = layers.flat();
  const bottom = Math.max(...items.map(item => item.center + item.height / 2));
  let x = 0;
  layers.forEach((layer, column) => {
    const entry = Math.max(0, ...layer.filter(item => item.node).map(item => entryOf(item.node.name)));
    x += column === 0 ? 0 : SIZE.gap + entry;
    layer.forEach(item => Object.assign(item, { x, end: x + SIZE.width, port: item.node ? x - entryOf(item.node.name) : x }));
    x += SIZE.width;
  });
  return {
    width: x,
    height: bottom,
    nodes: items.filter(item => item.node).map(item => ({ node: item.node, x: item.x, y: round(item.center - height / 2) })),
    lines: items.flatMap(item => linesTo(item)),
    entries: items
      .filter(item => item.node?.needs.length > 0)
      .map(item => ({ name: item.node.name, from: item.port, to: item.x, y: round(item.center) })),
  };
}

/**
 * Items by column: nodes, and a thin item in each column that lines of a node pass. Lines from one node share these, so
 * that they part as late as they can.
 */
function layersOf(nodes, columns) {
  const layers = Array.from({ length: 1 + Math.max(...columns.values()) }, () => []);
  const add = (column, item) => {
    layers[column].push({ before: [], after: [], ...item });
    return layers[column].at(-1);
  };
  const items = new Map(nodes.map(node => [node.name, add(columns.get(node.name), { node, targets: [node.name] })]));
  for (const { name } of nodes) {
    const targets = nodes.filter(({ needs }) => needs.includes(name)).map(target => items.get(target.name));
    const last = Math.max(...targets.map(target => columns.get(target.node.name)));
    let from = items.get(name);
    for (let column = columns.get(name) + 1; column <= last; column++) {
      const here = targets.filter(target => columns.get(target.node.name) === column);
      here.forEach(target => link(from, target));
      const beyond = targets.filter(target => columns.get(target.node.name) > column);
      if (beyond.length > 0) {
        const passing = add(column, { node: null, targets: beyond.map(target => target.node.name) });
        link(from, passing);
        from = passing;
      }
    }
  }
  return layers;
}

function link(from, to) {
  from.after.push(to);
  to.before.push(from);
}

/** The layers with the order of rows that has the fewest crossings of those tried; at first that of the document. */
function orderedLayers(layers) {
  let best = layers;
  let fewest = crossings(layers);
  let tried = layers;
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const [side, step] = sweep % 2 === 0 ? ['before', 1] : ['after', -1];
    const sorted = [...tried];
    for (let column = step > 0 ? 0 : tried.length - 1; column >= 0 && column < tried.length; column += step) {
      number(tried[column]);
      number(sorted[column - step] ?? []);
      const weight = new Map(tried[column].map(item => [item, item[side].length > 0 ? mean(item[side].map(({ row }) => row)) : item.row]));
      sorted[column] = [...tried[column]].sort((one, other) => weight.get(one) - weight.get(other));
    }
    tried = sorted;
    const count = crossings(tried);
    if (count < fewest) {
      [best, fewest] = [tried, count];
    }
  }
  return best;
}

/** The number of pairs of lines that cross. */
function crossings(layers) {
  layers.forEach(number);
  return layers.reduce((sum, layer) => sum + inversions(layer.flatMap(item => item.after.map(({ row }) => row).sort((a, b) => a - b))), 0);
}

/** The pairs of which the larger number comes first, counted while the numbers are merged. */
function inversions(numbers) {
  if (numbers.length < 2) {
    return 0;
  }
  const half = numbers.length >> 1;
  const [left, right] = [numbers.slice(0, half), numbers.slice(half)];
  let count = inversions(left) + inversions(right);
  for (let at = 0, l = 0, r = 0; at < numbers.length; at++) {
    if (r === right.length || (l < left.length && left[l] <= right[r])) {
      numbers[at] = left[l++];
    } else {
      numbers[at] = right[r++];
      count += left.length - l;
    }
  }
  return count;
}

function number(layer) {
  layer.forEach((item, row) => Object.assign(item, { row }));
}

/** Places each item near those that it is linked with, in the order of its layer and without overlaps. */
function placeRows(layers, height) {
  for (const item of layers.flat()) {
    Object.assign(item, { height: item.node ? height : SIZE.line, center: 0 });
  }
  const sides = [['before'], ['after'], ['before', 'after'], ['before', 'after']];
  for (const near of sides) {
    const order = near[0] === 'after' ? [...layers].reverse() : layers;
    order.forEach(layer => place(layer, item => near.flatMap(side => item[side])));
  }
  const top = Math.min(...layers.flat().map(item => item.center - item.height / 2));
  layers.flat().forEach(item => (item.center -= top));
}

/** Items that wish for the same place form a block; the block stands where its items are nearest to their wishes. */
function place(layer, neighbours) {
  const blocks = [];
  let offset = 0;
  for (const item of layer) {
    const near = neighbours(item);
    const wish = near.length > 0 ? mean(near.map(({ center }) => center)) : item.center;
    const middle = offset + item.height / 2;
    let block = { items: [{ item, middle }], sum: wish - middle, size: 1 };
    while (blocks.length > 0 && blocks.at(-1).sum / blocks.at(-1).size >= block.sum / block.size) {
      const above = blocks.pop();
      block = { items: [...above.items, ...block.items], sum: above.sum + block.sum, size: above.size + block.size };
    }
    blocks.push(block);
    offset += item.height + SIZE.space;
  }
  for (const { items, sum, size } of blocks) {
    items.forEach(({ item, middle }) => (item.center = middle + sum / size));
  }
}

/** The lines that end at an item; across a column that they pass they are straight. */
function linesTo(item) {
  const across = item.node ? '' : ` H${item.end}`;
  return item.before.map(from => {
    const [y, until] = [round(from.center), round(item.center)];
    const middle = round((from.end + item.port) / 2);
    return { path: `M${from.end} ${y}C${middle} ${y} ${middle} ${until} ${item.port} ${until}${across}`, targets: item.targets };
  });
}

function mean(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
