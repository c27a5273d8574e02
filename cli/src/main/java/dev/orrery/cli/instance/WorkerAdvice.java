package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Suggests the command that starts a worker for an app without one. */
public final class WorkerAdvice {
  private WorkerAdvice() {}

  /** Returns true for an instance that only a PowerJob worker can run. */
  public static boolean isForPowerJob(JsonNode instance) {
    return instance.path("processor").asText().equals("powerjob");
  }

  /**
   * Returns the command that starts a worker of the app.
   *
   * @param forPowerJob whether all of its instances that wait need a PowerJob worker
   */
  public static String of(SchedulerClient client, String app, boolean forPowerJob) {
    return of(client, Path.of(".orrery"), app, forPowerJob);
  }

  /**
   * @param files the directory {@code .orrery}
   */
  static String of(SchedulerClient client, Path files, String app, boolean forPowerJob) {
    if (forPowerJob) {
      return "start its PowerJob workers, which join after ./orrery powerjob open " + app;
    }
    return ClientOptions.isOfStack(files, client.url())
        ? "./orrery stop, then ./orrery up" + options(client, app)
        : "create a token with ./orrery token create -a "
            + app
            + " --role worker, then start a worker for app "
            + app
            + " with it";
  }

  /** Names the apps that have workers, too: the stack starts an agent for each. */
  private static String options(SchedulerClient client, String app) {
    Set<String> apps = new TreeSet<>(Set.of(app));
    client
        .get("/workers?limit=500")
        .body()
        .path("items")
        .forEach(worker -> apps.add(worker.path("app").asText()));
    return apps.stream().map(name -> " --app " + name).collect(Collectors.joining());
  }
}
