package dev.orrery.cli;

import static dev.orrery.cli.FakeScheduler.page;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.FakeScheduler.Result;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests {@code tree} and {@code parts}, and how other commands show instances with parts. */
class TreeCommandsTest {
  private static final String RUNNING =
      "{\"id\":\"7\",\"app\":\"a\",\"job\":\"import\",\"state\":\"RUNNING\",\"attempt\":1,"
          + "\"dueAt\":\"2027-01-01T00:00:00Z\",\"startedAt\":\"2027-01-01T00:00:01Z\","
          + "\"parts\":{\"total\":500,\"made\":105,\"active\":93,\"succeeded\":11,\"failed\":1}}";
  private static final String FAILED =
      "{\"id\":\"7\",\"app\":\"a\",\"job\":\"import\",\"state\":\"FAILED\",\"attempt\":1,"
          + "\"dueAt\":\"2027-01-01T00:00:00Z\",\"startedAt\":\"2027-01-01T00:00:01Z\","
          + "\"endedAt\":\"2027-01-01T00:00:03Z\",\"endReason\":\"PARTS_FAILED\","
          + "\"error\":\"2 of 2 parts did not succeed; the job tolerates 1\","
          + "\"parts\":{\"total\":2,\"made\":2,\"active\":0,\"succeeded\":0,\"failed\":2}}";
  private static final String SUCCEEDED =
      "{\"id\":\"7\",\"app\":\"a\",\"job\":\"import\",\"state\":\"SUCCEEDED\",\"attempt\":1,"
          + "\"dueAt\":\"2027-01-01T00:00:00Z\",\"startedAt\":\"2027-01-01T00:00:01Z\","
          + "\"endedAt\":\"2027-01-01T00:00:03Z\","
          + "\"parts\":{\"total\":2,\"made\":2,\"active\":0,\"succeeded\":2,\"failed\":0}}";

  private final FakeScheduler scheduler = new FakeScheduler();

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void showsCountsAndFailedPartsFirstInTree() {
    tree(
        RUNNING,
        page(part(9, "FAILED", "disk full")),
        page(running(2), running(3)),
        page(part(1, "SUCCEEDED", null)));

    Result result = scheduler.run("tree", "7", "--utc");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines().map(String::stripTrailing))
        .containsSequence(
            "instance    7",
            "job         import (app a)",
            "state       RUNNING",
            "parts       [----------] 12/500: 1 failed, 93 active, 11 succeeded, 395 not made");
    List<String> table = tableOf(result);
    assertThat(table.get(0)).matches("PART +ID +STATE +ATTEMPT +AGE +DURATION +WORKER +ERROR");
    assertThat(table.get(1)).startsWith("9     109  FAILED").endsWith("disk full");
    assertThat(table.subList(2, 6))
        .satisfiesExactly(
            second -> assertThat(second).startsWith("2     102  RUNNING"),
            third -> assertThat(third).startsWith("3     103  RUNNING"),
            fourth -> assertThat(fourth).startsWith("1     101  SUCCEEDED"),
            last -> assertThat(last).isEqualTo("… and 101 more: ./orrery parts 7"));
  }

  @Test
  void limitsTreeTo20Parts() {
    scheduler
        .on("GET /instances/7", 200, RUNNING)
        .on(
            "GET /instances/7/parts?only=failed&limit=20",
            200,
            page(
                IntStream.range(0, 20)
                    .mapToObj(number -> part(number, "FAILED", "disk full"))
                    .toArray(String[]::new)));

    Result result = scheduler.run("tree", "7");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines().filter(line -> line.contains("disk full"))).hasSize(20);
    assertThat(result.out()).endsWith("… and 85 more: ./orrery parts 7\n");
  }

  @Test
  void printsInstanceWithFirstPartsAsJson() {
    failed();

    Result result = scheduler.run("tree", "7", "-o", "json");

    assertThat(result.out().strip())
        .isEqualTo(
            FAILED.substring(0, FAILED.length() - 1)
                + ",\"firstParts\":["
                + part(0, "FAILED", "disk full")
                + ","
                + part(1, "CANCELED", null)
                + "]}");
  }

  @Test
  void showsInstanceWithoutParts() {
    scheduler
        .on("GET /instances/7", 200, RUNNING.replaceAll("\"parts\":\\{[^}]*}", "\"parts\":null"))
        .on("GET /instances/7/nodes", 200, page());

    Result result = scheduler.run("tree", "7");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("parts       none\n");
  }

  @Test
  void namesParentOfPart() {
    scheduler.on(
        "GET /instances/102",
        200,
        "{\"id\":\"102\",\"state\":\"RUNNING\",\"parent\":\"7\",\"part\":2}");

    Result result = scheduler.run("tree", "102");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("Instance 102 is part 2 of 7: ./orrery tree 7");
  }

  @Test
  void printsChangesUntilEndWhenWatched() {
    String active = page(running(0), running(1));
    tree(RUNNING, page(), active, active);
    failed();

    Result result = scheduler.run("tree", "7", "--watch");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out().lines())
        .containsExactly(
            "RUNNING [----------] 12/500: 1 failed, 93 active, 11 succeeded, 395 not made",
            "part 0 (100) FAILED: disk full",
            "part 1 (101) CANCELED: canceled by a user",
            "FAILED [##########] 2/2: 2 failed; 2 of 2 parts did not succeed; the job tolerates 1");
  }

  @Test
  void exitsWithZeroWhenWatchedInstanceSucceeds() {
    tree(SUCCEEDED, page(), page(), page(part(0, "SUCCEEDED", null)));

    Result result = scheduler.run("tree", "7", "--watch");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("SUCCEEDED [##########] 2/2: 2 succeeded\n");
  }

  @Test
  void keepsWatchingAfterOutage() {
    scheduler.on("GET /instances/7", 503, "{\"code\":\"UNAVAILABLE\",\"detail\":\"restarting\"}");
    tree(SUCCEEDED, page(), page(), page());

    Result result = scheduler.run("tree", "7", "--watch");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("Scheduler not reachable", "Scheduler reachable again.");
  }

  @Test
  void listsAllPagesOfParts() {
    scheduler
        .on(
            "GET /instances/7/parts?only=all&limit=500",
            200,
            "{\"items\":[" + running(0) + "],\"next\":\"100\"}")
        .on(
            "GET /instances/7/parts?only=all&limit=500&after=100",
            200,
            page(part(1, "FAILED", "disk full")));

    Result result = scheduler.run("parts", "7");

    assertThat(result.exitCode()).as(result.err()).isZero();
    List<String> lines = result.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1)).startsWith("0     100  RUNNING");
    assertThat(lines.get(2)).startsWith("1     101  FAILED").endsWith("disk full");
  }

  @Test
  void filtersPartsByFailedOrActiveOption() {
    scheduler
        .on("GET /instances/7/parts?only=failed&limit=500", 200, page(part(1, "FAILED", "x")))
        .on("GET /instances/7/parts?only=active&limit=500", 200, page(running(0)));

    assertThat(scheduler.run("parts", "7", "--failed", "-o", "json").out().strip())
        .isEqualTo(page(part(1, "FAILED", "x")));
    assertThat(scheduler.run("parts", "7", "--active").out()).contains("RUNNING");
    assertThat(scheduler.run("parts", "7", "--active", "--failed").exitCode()).isEqualTo(2);
  }

  @Test
  void showsPartProgressOfParentsInPs() {
    scheduler.on("GET /apps/a/instances?limit=20", 200, page(RUNNING, FAILED, SUCCEEDED));

    List<String> lines = scheduler.run("ps", "-a", "a").out().lines().toList();

    assertThat(lines.get(1)).endsWith("  12/500 parts, 1 failed");
    assertThat(lines.get(2)).endsWith("  2 of 2 parts did not succeed; the job tolerates 1");
    assertThat(lines.get(3)).endsWith("  2/2 parts");
  }

  @Test
  void showsParentOfPartAndCountsOfParentInGet() {
    scheduler
        .on("GET /instances/7", 200, RUNNING)
        .on("GET /instances/7/attempts?limit=500", 200, page())
        .on("GET /instances/102", 200, "{\"id\":\"102\",\"parent\":\"7\",\"part\":2}")
        .on("GET /instances/102/attempts?limit=500", 200, page());

    assertThat(scheduler.run("get", "7").out())
        .contains("parts       [----------] 12/500: 1 failed");
    assertThat(scheduler.run("get", "102").out()).contains("part        2 of 7\n");
  }

  private void failed() {
    String parts = page(part(0, "FAILED", "disk full"), part(1, "CANCELED", null));
    tree(FAILED, parts, page(), parts);
  }

  /** The next answers to calls for the instance and for each kind of its parts. */
  private void tree(String instance, String failed, String active, String all) {
    scheduler
        .on("GET /instances/7", 200, instance)
        .on("GET /instances/7/parts?only=failed&limit=20", 200, failed)
        .on("GET /instances/7/parts?only=active&limit=20", 200, active)
        .on("GET /instances/7/parts?only=all&limit=20", 200, all);
  }

  private static List<String> tableOf(Result result) {
    return result.out().lines().dropWhile(line -> !line.startsWith("PART")).toList();
  }

  private static String running(int number) {
    return "{\"id\":\""
        + (100 + number)
        + "\",\"part\":"
        + number
        + ",\"state\":\"RUNNING\",\"attempt\":1,\"startedAt\":\"2027-01-01T00:00:01Z\","
        + "\"worker\":\"w1\"}";
  }

  private static String part(int number, String state, String error) {
    return "{\"id\":\""
        + (100 + number)
        + "\",\"part\":"
        + number
        + ",\"state\":\""
        + state
        + "\",\"attempt\":1,\"startedAt\":\"2027-01-01T00:00:01Z\","
        + "\"endedAt\":\"2027-01-01T00:00:02Z\",\"runMillis\":900,\"worker\":\"w1\",\"endReason\":"
        + (state.equals("CANCELED") ? "\"CANCELED\"" : "null")
        + ",\"error\":"
        + (error == null ? "null" : "\"" + error + "\"")
        + "}";
  }
}
