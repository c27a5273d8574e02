package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs benchmarks through the script, in a tiny size: those that are compared with each other, and
 * a part of the others. It does not check the results.
 */
@Tag("thorough")
@AtNight
class BenchIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DIRECTORY = Stack.work().resolve("bench");
  private static final List<String> RATES =
      List.of(
          "throughput",
          "parameters",
          "small-agents",
          "replicas",
          "parts",
          "flows",
          "raw-own",
          "raw-bare",
          "db-scheduler");
  private static final Pattern SCENARIO = Pattern.compile("  ([a-z-]+) {2,}\\S");

  @Test
  void reportsPlausibleFiguresOfScenariosInOneObject() throws Exception {
    Path out = DIRECTORY.resolve("out.json");
    List<String> chosen = chosen(scenarios());
    List<String> arguments = new ArrayList<>(chosen);
    arguments.addAll(List.of("--json", "--size", "small", "--rounds", "1"));
    Process bench = bench(arguments.toArray(new String[0])).redirectOutput(out.toFile()).start();
    String err;
    try (BufferedReader reader = bench.errorReader()) {
      err = String.join("\n", reader.lines().toList());
    }

    assertThat(bench.waitFor()).as(err).isZero();
    JsonNode report = JSON.readTree(Files.readString(out));
    assertThat(report.fieldNames()).toIterable().containsExactly("scenarios");
    Map<String, JsonNode> scenarios = new HashMap<>();
    report.get("scenarios").forEach(one -> scenarios.put(one.get("scenario").asText(), one));
    assertThat(scenarios).containsOnlyKeys(chosen);

    RATES.forEach(rate -> assertRates(scenarios.get(rate)));
    RATES.stream()
        .filter(rate -> !rate.equals("db-scheduler"))
        .forEach(rate -> assertNothingLost(scenarios.get(rate)));
    assertThat(scenarios.get("throughput").get("instances").asInt()).isEqualTo(2_000);
    assertThat(scenarios.get("throughput").get("moreThanOneAttempt").asInt(-1)).isZero();
    assertThat(scenarios.get("parts").get("shards").asInt()).isEqualTo(1_000);
    assertThat(scenarios.get("parts").get("moreThanOneAttempt").asInt(-1)).isZero();
    assertThat(scenarios.get("flows").get("nodes").asInt()).isEqualTo(500);
    assertThat(scenarios.get("flows").get("moreThanOneAttempt").asInt(-1)).isZero();
    assertPositive(scenarios.get("flows"), "runP50Millis", "flowP50Millis", "flowRatioToRun");
    assertThat(scenarios.get("db-scheduler").get("twice").asInt(-1)).isZero();
    // At best one commit for each of them; more statements would be something else.
    assertThat(scenarios.get("db-scheduler").get("statementsPerInstance").asDouble())
        .isBetween(1.0, 2.0);
    assertThat(scenarios.get("raw-own").get("statementsPerInstance").asDouble())
        .isBetween(0.06, 0.2);
    chosen.stream()
        .filter(name -> !RATES.contains(name))
        .forEach(name -> assertPlausible(name, scenarios.get(name)));
    assertNothingIsLeft();
  }

  /** Returns all that are compared, then the others. */
  private static List<String> chosen(List<String> all) {
    List<String> chosen = new ArrayList<>(RATES);
    all.stream().filter(name -> !RATES.contains(name)).forEach(chosen::add);
    return chosen;
  }

  private static void assertRates(JsonNode scenario) {
    assertPositive(
        scenario,
        "perSecond",
        "ratioToRawOwn",
        "ratioToRawBare",
        "statementsPerInstance",
        "commitsPerInstance",
        "walBytesPerInstance");
  }

  private static void assertNothingLost(JsonNode scenario) {
    assertThat(scenario.get("lost").asInt(-1)).as(scenario.get("scenario").asText()).isZero();
  }

  private static void assertPlausible(String name, JsonNode scenario) {
    switch (name) {
      case "lateness" -> {
        assertNothingLost(scenario);
        assertOrdered(scenario, "p50Millis", "p99Millis", "maxMillis");
      }
      case "latency" -> {
        assertOrdered(scenario, "p50Millis", "p99Millis", "maxMillis");
        assertOrdered(scenario, "dueP50Millis", "dueP99Millis", "dueMaxMillis");
        // An unshared run takes three transactions: insert, claim and end.
        assertThat(scenario.get("commitsPerInstance").asDouble()).isBetween(3.0, 5.0);
      }
      case "backlog" -> assertBacklog(scenario);
      case "idle" ->
          assertPositive(
              scenario,
              "statementsPerSecond",
              "schedulerMegabytes",
              "databaseMegabytes",
              "sessions");
      case "recovery" -> assertRecovery(scenario);
      case "consoles" -> assertConsoles(scenario);
      case "soak" -> assertSoak(scenario);
      default -> throw new AssertionError("no check of the scenario " + name);
    }
  }

  private static void assertBacklog(JsonNode backlog) {
    assertRates(backlog);
    assertPositive(
        backlog,
        "lowPerSecond",
        "lowWithOpenTransactionPerSecond",
        "middlePerSecond",
        "highPerSecond",
        "highBehindIneligiblePerSecond",
        "highWithOpenTransactionPerSecond",
        "highClaimMicros");
  }

  private static void assertRecovery(JsonNode recovery) {
    assertNothingLost(recovery);
    assertThat(recovery.get("agentKilledSeconds").asDouble())
        .as("nobody starts it before its lease is over, of which renewals left two thirds")
        .isGreaterThan(recovery.get("leaseSeconds").asDouble() / 2);
    assertPositive(recovery, "schedulerKilledSeconds", "heldByKilledAgent");
  }

  private static void assertConsoles(JsonNode consoles) {
    assertNothingLost(consoles);
    assertPositive(
        consoles,
        "endedPerSecondWithout",
        "endedPerSecondWith",
        "callsPerSecond",
        "callP50Millis",
        "schedulerCpuRatio",
        "databaseCpuRatio",
        "statementsRatio");
  }

  private static void assertSoak(JsonNode soak) {
    assertNothingLost(soak);
    assertPositive(
        soak,
        "firstPerSecond",
        "lastPerSecond",
        "firstSchedulerMegabytes",
        "lastSchedulerMegabytes",
        "lastAgentsMegabytes",
        "lastDatabaseMegabytes",
        "lastQueueMegabytes",
        "lastQueueIndexMegabytes");
  }

  /** Returns the scenarios that the help explains. */
  private static List<String> scenarios() throws Exception {
    Process help = bench("--help").start();
    try (BufferedReader reader = help.inputReader()) {
      return reader
          .lines()
          .dropWhile(line -> !line.equals("Scenarios:"))
          .map(SCENARIO::matcher)
          .filter(Matcher::lookingAt)
          .map(scenario -> scenario.group(1))
          .toList();
    }
  }

  private static void assertPositive(JsonNode scenario, String... figures) {
    for (String figure : figures) {
      assertThat(scenario.path(figure).asDouble())
          .as(scenario.get("scenario").asText() + "." + figure)
          .isPositive();
    }
  }

  private static void assertOrdered(JsonNode scenario, String... figures) {
    double last = 0;
    for (String figure : figures) {
      double value = scenario.path(figure).asDouble(-1);
      assertThat(value).as(figure).isGreaterThanOrEqualTo(last);
      last = value;
    }
  }

  @Test
  void endsAllStartedProcessesOnCtrlC() throws Exception {
    ProcessBuilder builder = bench("throughput", "--size", "small", "--rounds", "100000");
    // A shell starts its background jobs with SIGINT ignored, and what is ignored is inherited.
    builder.command().addAll(0, List.of("env", "--default-signal=INT"));
    Process bench = builder.start();
    List<ProcessHandle> started = new ArrayList<>();
    try (BufferedReader err = bench.errorReader()) {
      String line = err.readLine();
      while (line != null && !line.contains("round 2/")) {
        line = err.readLine();
      }
      assertThat(line).as("it gets going").isNotNull();
      bench.descendants().forEach(started::add);
      assertThat(started).as("database with its processes, scheduler, agent").hasSizeGreaterThan(5);

      new ProcessBuilder("/bin/sh", "-c", "kill -INT " + bench.pid()).start().waitFor();

      assertThat(bench.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      bench.destroyForcibly();
    }
    assertThat(started).noneMatch(ProcessHandle::isAlive);
    assertNothingIsLeft();
  }

  private static void assertNothingIsLeft() {
    assertThat(DIRECTORY.resolve("bench/data")).doesNotExist();
  }

  private static ProcessBuilder bench(String... arguments) throws Exception {
    Files.createDirectories(DIRECTORY);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorrery.home=" + Stack.root(),
                "-jar",
                Stack.root().resolve("benchmarks/target/orrery-bench.jar").toString()));
    command.addAll(List.of(arguments));
    command.add("--dir");
    command.add(DIRECTORY.resolve("bench").toString());
    return new ProcessBuilder(command);
  }
}
