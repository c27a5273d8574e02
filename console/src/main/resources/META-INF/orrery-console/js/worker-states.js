// The state of workers, and the lanes of waiting work that no worker serves.

/** DRAINING, FULL or CONNECTED; FULL is a word of the console for a worker without a free slot. */
export function workerState(worker) {
  if (worker.draining) {
    return 'DRAINING';
  }
  return worker.held >= worker.capacity ? 'FULL' : 'CONNECTED';
}

/** Number of workers by state, with the refused ones, and the slots of those that take work. */
export function summary(workers, refused) {
  const states = { CONNECTED: 0, FULL: 0, DRAINING: 0, REFUSED: refused.length };
  let held = 0;
  let capacity = 0;
  for (const worker of workers) {
    states[workerState(worker)]++;
    held += worker.held;
    capacity += worker.draining ? 0 : worker.capacity;
  }
  return { states, held, capacity };
}

/** Lanes (processor and required tags) of waiting instances that no worker takes work from: `{processor, tags, count, oldest}`. */
export function unservedLanes(instances, workers) {
  const lanes = new Map();
  for (const instance of instances) {
    if (instance.waitingFor !== 'NO_WORKER' && instance.waitingFor !== 'NO_MATCHING_WORKER') {
      continue;
    }
    const tags = [...(instance.requiredTags ?? [])].sort();
    const lacking = missing(instance, workers);
    if (lacking !== null && lacking.processor === null && lacking.tags.length === 0) {
      // A worker has connected since the instance was read.
      continue;
    }
    const key = JSON.stringify([instance.processor, tags]);
    const lane = lanes.get(key) ?? { key, processor: instance.processor, tags, count: 0, oldest: instance, missing: lacking };
    lane.count++;
    if (instance.dueAt < lane.oldest.dueAt) {
      lane.oldest = instance;
    }
    lanes.set(key, lane);
  }
  return [...lanes.values()].sort((one, other) => other.count - one.count);
}

/** What the closest worker lacks: the processor, or some tags; null if there is no worker at all. */
export function missing(instance, workers) {
  if (workers.length === 0) {
    return null;
  }
  const offering = workers.filter(worker => worker.processors.includes(instance.processor));
  if (offering.length === 0) {
    return { processor: instance.processor, tags: [] };
  }
  const lacking = offering.map(worker => (instance.requiredTags ?? []).filter(tag => !worker.tags.includes(tag)));
  return { processor: null, tags: lacking.sort((one, other) => one.length - other.length)[0] };
}

/** Workers with all words of the query in their name, processors, tags or version. */
export function filterWorkers(workers, query) {
  const words = query.toLowerCase().split(/\s+/).filter(word => word !== '');
  return workers.filter(worker => {
    const text = [worker.name, worker.softwareVersion, worker.agreement?.protocol, worker.agreement?.dialect, ...worker.processors, ...worker.tags].join(' ').toLowerCase();
    return words.every(word => text.includes(word));
  });
}
