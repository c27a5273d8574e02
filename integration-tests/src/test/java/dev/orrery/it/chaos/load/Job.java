package dev.orrery.it.chaos.load;

import dev.orrery.it.chaos.check.Expected;
import dev.orrery.it.chaos.check.Expected.Firing;
import dev.orrery.it.chaos.check.Facts;
import dev.orrery.it.chaos.check.Graph;
import dev.orrery.it.chaos.check.Graph.Step;
import dev.orrery.it.chaos.check.Graph.When;
import dev.orrery.it.chaos.world.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A job of the workload.
 *
 * @param app that it belongs to
 * @param fields of its document, without the processor; lost attempts are always retried unless the
 *     job tests that limit
 * @param parameters of its document
 * @param graph of a flow; null for all other jobs
 */
public record Job(
    String app, Expected expected, String fields, Map<String, String> parameters, Graph graph) {
  private static final String SURVIVES = "\"retry\":{\"maxWorkerLosses\":1000}";

  /** Creates a job of the first app. */
  Job(Expected expected, String fields, Map<String, String> parameters) {
    this(TestCluster.APP, expected, fields, parameters, null);
  }

  /** Creates a flow of the first app. */
  private Job(String name, Graph graph) {
    this(TestCluster.APP, Expected.of(name), "\"timeout\":\"PT1H\"", Map.of(), graph);
  }

  public static final Job QUICK = new Job(Expected.of("quick"), SURVIVES, Map.of());
  public static final Job URGENT =
      new Job(Expected.of("urgent"), SURVIVES + ",\"priority\":9", Map.of());
  public static final Job SLOW = new Job(Expected.of("slow"), SURVIVES, Map.of("sleep", "2500"));
  public static final Job SINGLE =
      new Job(
          Expected.of("single").limit(1), SURVIVES + ",\"concurrency\":1", Map.of("sleep", "10"));
  public static final Job TRIPLE =
      new Job(
          Expected.of("triple").limit(3), SURVIVES + ",\"concurrency\":3", Map.of("sleep", "40"));
  public static final Job FLAKY =
      new Job(
          Expected.of("flaky").fails(3),
          "\"retry\":{\"maxAttempts\":3,\"backoff\":\"PT0.3S\",\"maxWorkerLosses\":1000}",
          Map.of("failsOneOf", "2"));
  public static final Job FRAGILE =
      new Job(
          Expected.of("fragile").survives(1),
          "\"retry\":{\"maxWorkerLosses\":1}",
          Map.of("sleep", "1500"));
  public static final Job TIMED =
      new Job(
          Expected.of("timed").mayTimeOut(),
          SURVIVES + ",\"timeout\":\"PT1S\"",
          Map.of("sleep", "970"));

  public static final Job SHARDS =
      new Job(
          Expected.of("shards"),
          SURVIVES + ",\"fanOut\":{\"type\":\"shards\",\"count\":12,\"parallelism\":4}",
          Map.of("sleep", "20"));

  /** About half of its shards fail, and each of them stops all others. */
  public static final Job BRITTLE =
      new Job(
          Expected.of("brittle").fails(1),
          SURVIVES + ",\"fanOut\":{\"type\":\"shards\",\"count\":4,\"tolerate\":1}",
          Map.of("failsOneOf", "2", "sleep", "50"));

  public static final Job BROADCAST =
      new Job(
          Expected.of("broadcast").survives(0),
          "\"fanOut\":{\"type\":\"broadcast\"}",
          Map.of("sleep", "200"));

  private static final List<Job> WITH_PARTS = List.of(SHARDS, BRITTLE, BROADCAST);

  public static final Job COIN =
      new Job(Expected.of("coin").fails(1), SURVIVES, Map.of("failsOneOf", "3", "sleep", "20"));

  /** A diamond, an alert if a side of it fails, and a clean-up. */
  public static final Job FLOW =
      new Job(
          "flow",
          new Graph(
              List.of(
                  Step.of("fetch", "quick"),
                  Step.of("left", "coin", "fetch"),
                  Step.of("right", "shards", "fetch"),
                  Step.of("join", "quick", "left", "right").from("left"),
                  Step.of("alert", "urgent", "left", "right").when(When.FAILED),
                  Step.of("close", "quick", "join", "alert").when(When.ALWAYS)),
              "join"));

  /** A flow in a flow, shards that may fail, and a node that is always skipped. */
  public static final Job OUTER =
      new Job(
          "outer",
          new Graph(
              List.of(
                  Step.of("inner", "flow"),
                  Step.of("brittle", "brittle").mayFail(),
                  Step.of("after", "quick", "brittle"),
                  Step.of("never", "quick", "after").neverMet("after"),
                  Step.of("last", "urgent", "inner", "never").from("inner")),
              "last"));

  /** Jobs that clients run; flows after the jobs of their nodes. */
  public static final List<Job> CALLED =
      Stream.concat(
              Stream.of(QUICK, URGENT, SLOW, SINGLE, TRIPLE, FLAKY, FRAGILE, TIMED, COIN),
              Stream.concat(WITH_PARTS.stream(), Stream.of(FLOW, OUTER)))
          .toList();

  public static final Job TICK =
      new Job(
          Expected.of("tick").fires(new Firing.Every(Duration.ofSeconds(1), false)),
          SURVIVES
              + ",\"trigger\":{\"cron\":\"* * * * * *\"},\"overlap\":\"allow\","
              + "\"misfire\":\"fire-all\"",
          Map.of());
  public static final Job RATE =
      new Job(
          Expected.of("rate").limit(2).fires(new Firing.Every(Duration.ofSeconds(1), false)),
          SURVIVES
              + ",\"trigger\":{\"every\":\"PT1S\",\"jitter\":\"PT0.4S\"},\"overlap\":\"allow\","
              + "\"misfire\":\"fire-all\",\"concurrency\":2",
          Map.of("sleep", "300"));
  public static final Job QUEUEING =
      new Job(
          Expected.of("queueing").fires(new Firing.Every(Duration.ofSeconds(2), false)),
          SURVIVES
              + ",\"trigger\":{\"cron\":\"*/2 * * * * *\"},\"overlap\":\"queue-all\","
              + "\"misfire\":\"fire-all\"",
          Map.of("sleep", "100"));
  public static final Job SKIPPING =
      new Job(
          Expected.of("skipping").fires(new Firing.Every(Duration.ofSeconds(1), true)),
          SURVIVES + ",\"trigger\":{\"cron\":\"* * * * * *\"},\"overlap\":\"skip\"",
          Map.of("sleep", "1500"));
  public static final Job REPLACING =
      new Job(
          Expected.of("replacing")
              .mayReplace()
              .fires(new Firing.Every(Duration.ofSeconds(3), true)),
          SURVIVES + ",\"trigger\":{\"cron\":\"*/3 * * * * *\"},\"overlap\":\"cancel-running\"",
          Map.of("sleep", "3500"));
  public static final Job DELAYED =
      new Job(
          Expected.of("delayed").fires(new Firing.After(Duration.ofSeconds(1))),
          SURVIVES + ",\"trigger\":{\"delay\":\"PT1S\"}",
          Map.of("sleep", "50"));

  /** Jobs with triggers. */
  public static final List<Job> FIRING =
      List.of(TICK, RATE, QUEUEING, SKIPPING, REPLACING, DELAYED);

  /** Returns the same job in another app. */
  public Job in(String other) {
    return new Job(other, expected, fields, parameters, graph);
  }

  public String name() {
    return expected.job();
  }

  /** Returns a name that is unique over all apps. */
  public String key() {
    return app + "/" + name();
  }

  /** Returns its expected behaviour under this name, and that of its parts. */
  public Stream<Expected> promised() {
    return Stream.of(expected.named(key()), expected.named(key() + Facts.PART))
        .limit(WITH_PARTS.contains(in(TestCluster.APP)) ? 2 : 1);
  }

  public String path() {
    return "/apps/" + app + "/jobs/" + name();
  }

  /**
   * @param enabled whether its trigger fires
   * @param edit makes the document different from earlier ones
   */
  public String document(boolean enabled, int edit) {
    String all =
        Stream.concat(
                parameters.entrySet().stream(), Stream.of(Map.entry("marker", key() + "#" + edit)))
            .map(entry -> "\"%s\":\"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(","));
    String processor = graph == null ? "{\"type\":\"java\",\"name\":\"chaos\"}" : graph.processor();
    return "{\"processor\":%s,\"enabled\":%s,\"parameters\":{%s},%s}"
        .formatted(processor, enabled, all, fields);
  }
}
