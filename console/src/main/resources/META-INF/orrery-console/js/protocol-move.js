// The port plan, and the move of all replicas and workers to another main protocol, as steps with their state.

/** The state of a port: `open` or `closed` at the scheduler, `planned` for one of agents, whose plan alone is known. */
export function portState({ open, side }) {
  return !open ? 'closed' : side === 'agent' ? 'planned' : 'open';
}

/** The protocols that a move can lead to, the recorded main one included: its move may lack the last steps. */
export function targets(protocol) {
  const known = new Set(protocol.ports.map(port => port.name).filter(name => name === 'http' || name === 'akka'));
  protocol.active.forEach(name => known.add(name));
  return [...known].sort();
}

/**
 * The steps from `from` to `target`: `{key, done, have, all, names}`. A step without figures needs no count.
 *
 * @param replicas replicas of the cluster
 * @param workers `{items, next}`: connected workers of all apps, and the cursor of those that were not read
 * @param ports the port plan
 */
export function moveSteps({ from, target, recordedMain, replicas, workers, ports }) {
  const live = replicas.filter(replica => replica.live);
  const having = live.filter(replica => replica.protocols.includes(target));
  const moved = workers.items.filter(worker => worker.agreement.protocol === target);
  const without = live.filter(replica => !replica.protocols.includes(from));
  const port = ports.find(one => one.name === from);
  return [
    { key: 'activate', ...counted(having, live), names: names(live, having) },
    { key: 'workers', ...counted(moved, workers.items, workers.next), names: workers.items.filter(worker => !moved.includes(worker)).map(worker => worker.name) },
    { key: 'record', done: recordedMain === target },
    { key: 'deactivate', ...counted(without, live), names: names(live, without) },
    { key: 'close', done: port !== undefined && port.mayBeClosed && recordedMain === target, port: port?.number, reason: port?.reason },
  ];
}

function counted(have, all, next = null) {
  return { have: have.length, all: all.length, more: next !== null, done: have.length === all.length && next === null };
}

function names(all, without) {
  return all.filter(one => !without.includes(one)).map(replica => replica.address ?? replica.id);
}
