package dev.orrery.it.harness;

import dev.orrery.protocol.Protocol;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerEndpoint;
import dev.orrery.worker.WorkerSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Workers inside the JVM of the tests, as in an application that embeds the SDK. */
public final class SdkWorkers implements AutoCloseable {
  private final Map<String, OrreryWorker> workers = new HashMap<>();
  private final Map<Long, Integer> runs = new ConcurrentHashMap<>();

  /**
   * Starts a worker for {@code noop}.
   *
   * @param name also its tag, so that jobs can select it
   * @param servers to dial, in this order
   */
  public void start(String name, Protocol protocol, List<Stack> servers) {
    WorkerSettings settings =
        WorkerSettings.of(Stack.APP, servers.get(0).workerToken())
            .name(name)
            .tag(name)
            .capacity(5)
            .processor(
                "noop",
                context -> {
                  runs.merge(context.instance(), 1, Integer::sum);
                  return null;
                });
    servers.forEach(server -> settings.server("http://localhost:" + server.apiPort()));
    if (protocol == Protocol.AKKA) {
      settings.protocol(protocol.canonicalName(), WorkerEndpoint.at("127.0.0.1", 0));
    }
    workers.put(name, settings.start());
  }

  public Map<String, OrreryWorker> all() {
    return Map.copyOf(workers);
  }

  public Map<Long, Integer> runs() {
    return Map.copyOf(runs);
  }

  @Override
  public void close() {
    workers.values().parallelStream().forEach(OrreryWorker::close);
  }
}
