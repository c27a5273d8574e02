package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Combines every overlap policy with every misfire policy, over an outage of all three replicas.
 * Zero, one or three fires are missed, while the previous run has ended (short) or continues
 * (long).
 */
@Tag("thorough")
@AtNight
class PolicyIT {
  /**
   * The outcome of the fire times in order, the first one before the outage: S succeeded, C
   * canceled while running, R replaced before the start, O skipped by overlap, M3 three skipped as
   * missed.
   */
  private static final String EXPECTED =
      """
      overlap        misfire   | short 0 | short 1 | short 3 | long 0 | long 1 | long 3
      skip           skip      | S       | S M1    | S M3    | S      | S M1   | S M3
      skip           fire-once | S       | S S     | S M2 S  | S      | S O    | S M2 O
      skip           fire-all  | S       | S S     | S S O O | S      | S O    | S O O O
      queue-one      skip      | S       | S M1    | S M3    | S      | S M1   | S M3
      queue-one      fire-once | S       | S S     | S M2 S  | S      | S S    | S M2 S
      queue-one      fire-all  | S       | S S     | S S S O | S      | S S    | S S O O
      queue-all      skip      | S       | S M1    | S M3    | S      | S M1   | S M3
      queue-all      fire-once | S       | S S     | S M2 S  | S      | S S    | S M2 S
      queue-all      fire-all  | S       | S S     | S S S S | S      | S S    | S S S S
      allow          skip      | S       | S M1    | S M3    | S      | S M1   | S M3
      allow          fire-once | S       | S S     | S M2 S  | S      | S S    | S M2 S
      allow          fire-all  | S       | S S     | S S S S | S      | S S    | S S S S
      cancel-running skip      | S       | S M1    | S M3    | S      | S M1   | S M3
      cancel-running fire-once | S       | S S     | S M2 S  | S      | R S    | R M2 S
      cancel-running fire-all  | S       | S S     | S R R S | S      | R S    | R R R S
      """;

  private static final String CANCELING =
      "select count(*) from instance where cancel_requested_at is not null";

  private static final Duration PERIOD = Duration.ofSeconds(8);
  private static final int MAX_MISSED = 3;

  /** A cell of the table, tested by one job. */
  private record Cell(String overlap, String misfire, boolean isLong, int missed, String expected) {
    String job() {
      return overlap + "." + misfire + "." + (isLong ? "long" : "short") + "." + missed;
    }

    /** The first fire time is {@code first}, followed by the ones to miss. */
    String document(Instant first, Path release) {
      String processor =
          isLong
              ? "{\"type\":\"shell\",\"script\":\"while [ ! -e %s ]; do sleep 1; done\"}"
                  .formatted(release)
              : "{\"type\":\"noop\"}";
      return """
      {"trigger":{"every":"%s","from":"%s","until":"%s"},"overlap":"%s","misfire":"%s",
       "processor":%s}
      """
          .formatted(
              PERIOD, first, first.plus(PERIOD.multipliedBy(missed)), overlap, misfire, processor);
    }
  }

  private static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (String line : EXPECTED.lines().skip(1).toList()) {
      String[] columns = line.split("\\|", -1);
      String[] policies = columns[0].trim().split(" +", 2);
      for (int column = 1; column < columns.length; column++) {
        int missed = List.of(0, 1, MAX_MISSED).get((column - 1) % 3);
        cells.add(new Cell(policies[0], policies[1], column > 3, missed, columns[column].trim()));
      }
    }
    return cells;
  }

  @Test
  void followsOverlapAndMisfirePoliciesInEveryCombination() throws Exception {
    List<Cell> cells = cells();
    assertThat(cells).hasSize(90);
    try (Stack first = new Stack("policy-1");
        Postgres database = Postgres.start(first.directory());
        Stack second = new Stack("policy-2");
        Stack third = new Stack("policy-3")) {
      List<Stack> replicas = List.of(first, second, third);
      first.startSchedulerOn(database);
      second.startSchedulerOn(database);
      third.startSchedulerOn(database);
      first.startAgent(
          "-Dorrery.worker.capacity=200",
          "-Dorrery.worker.server=http://localhost:%d,http://localhost:%d,http://localhost:%d"
              .formatted(first.httpPort(), second.httpPort(), third.httpPort()));
      Path release = first.directory().resolve("release");
      Instant start = Instant.now().plusSeconds(15).truncatedTo(ChronoUnit.SECONDS);
      for (Cell cell : cells) {
        first.api().putJob(Stack.APP, cell.job(), cell.document(start, release));
      }

      assertThat(Instant.now()).as("time to write the jobs").isBefore(start);
      Await.until(
          "the first fires have ended or run",
          Duration.ofSeconds(15).plus(PERIOD),
          () -> firstFiresAreThere(first, cells));
      replicas.forEach(Stack::killScheduler);
      assertThat(Instant.now()).as("the outage begins").isBefore(start.plus(PERIOD));

      // A fire is missed once it is later than 10 seconds.
      Instant end = start.plus(PERIOD.multipliedBy(MAX_MISSED)).plusSeconds(11);
      Await.until("the outage is long enough", PERIOD.multipliedBy(5), () -> end.isBefore(now()));
      replicas.forEach(replica -> replica.launchSchedulerOn(database));
      replicas.forEach(Stack::awaitScheduler);
      Await.until(
          "all fire times are dealt with",
          Duration.ofSeconds(30),
          () -> dueTriggers(database) == 0);
      Await.until(
          "what was to be canceled has ended",
          Duration.ofSeconds(30),
          () -> database.count(CANCELING) == 0);
      Files.createFile(release);
      Await.until("all instances have ended", Duration.ofSeconds(90), () -> unended(database) == 0);

      verify(first, cells, start);
    }
  }

  private static void verify(Stack stack, List<Cell> cells, Instant start) {
    Map<String, List<String>> matrix = new LinkedHashMap<>();
    SoftAssertions all = new SoftAssertions();
    for (Cell cell : cells) {
      List<JsonNode> fires =
          stack.api().instances(Stack.APP, cell.job()).stream()
              .sorted(Comparator.comparing(PolicyIT::fireTime))
              .toList();
      String outcome = String.join(" ", fires.stream().map(PolicyIT::letter).toList());
      matrix
          .computeIfAbsent(cell.overlap() + " " + cell.misfire(), policies -> new ArrayList<>())
          .add("%-7s".formatted(outcome));
      all.assertThat(outcome).as(cell.job()).isEqualTo(cell.expected());
      all.assertThat(fires).as(cell.job()).extracting(PolicyIT::fireTime).doesNotHaveDuplicates();
      all.assertThat(accountedFor(fires)).as(cell.job()).isEqualTo(1 + cell.missed());
      all.assertThat(fireTime(fires.get(0))).as(cell.job()).isEqualTo(start);
      if (!cell.overlap().equals("allow")) {
        all.assertThat(overlapping(fires)).as(cell.job() + " overlaps").isFalse();
      }
    }
    matrix.forEach(
        (policies, row) ->
            System.out.printf("PolicyIT: %-25s %s%n", policies, String.join(" | ", row)));
    all.assertAll();
  }

  private static Instant now() {
    return Instant.now();
  }

  private static boolean firstFiresAreThere(Stack stack, List<Cell> cells) {
    Map<Boolean, Integer> there = new TreeMap<>(Map.of(false, 0, true, 0));
    String after = "";
    do {
      JsonNode page = stack.api().get("/apps/" + Stack.APP + "/instances?limit=500" + after);
      for (JsonNode fire : page.get("items")) {
        boolean isLong = fire.get("job").asText().contains(".long.");
        String wanted = isLong ? "RUNNING" : "SUCCEEDED";
        if (fire.get("state").asText().equals(wanted)) {
          there.merge(isLong, 1, Integer::sum);
        }
      }
      after = page.hasNonNull("next") ? "&after=" + page.get("next").asText() : "";
    } while (!after.isEmpty());
    return there.get(true) + there.get(false) == cells.size();
  }

  private static long dueTriggers(Postgres database) throws Exception {
    return database.count("select count(*) from trigger where next_fire_at is not null");
  }

  private static long unended(Postgres database) throws Exception {
    return database.count("select count(*) from instance");
  }

  private static Instant fireTime(JsonNode fire) {
    return Instant.parse(fire.get("fireTime").asText());
  }

  private static String letter(JsonNode fire) {
    String state = fire.get("state").asText();
    String reason = fire.path("endReason").asText();
    return switch (state + "/" + reason) {
      case "SUCCEEDED/null" -> "S";
      case "SKIPPED/OVERLAP" -> "O";
      case "SKIPPED/MISSED" -> "M" + fire.get("skippedCount").asInt();
      case "CANCELED/REPLACED" -> "R";
      default -> state + "/" + reason;
    };
  }

  /** Returns the number of fire times that the rows account for. */
  private static int accountedFor(List<JsonNode> fires) {
    return fires.stream()
        .mapToInt(fire -> fire.hasNonNull("skippedCount") ? fire.get("skippedCount").asInt() : 1)
        .sum();
  }

  private static boolean overlapping(List<JsonNode> fires) {
    List<JsonNode> ran = fires.stream().filter(fire -> fire.hasNonNull("startedAt")).toList();
    for (int i = 1; i < ran.size(); i++) {
      Instant before = Instant.parse(ran.get(i - 1).get("endedAt").asText());
      if (Instant.parse(ran.get(i).get("startedAt").asText()).isBefore(before)) {
        return true;
      }
    }
    return false;
  }
}
