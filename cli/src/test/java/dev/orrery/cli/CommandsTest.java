package dev.orrery.cli;

import static dev.orrery.cli.FakeScheduler.page;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.FakeScheduler.Result;
import dev.orrery.cli.view.ProgramVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  private static final String RUNNING =
      "{\"id\":\"7\",\"job\":\"import\",\"state\":\"RUNNING\",\"attempt\":2,\"dueAt\":\"2027-01-01T00:00:00Z\","
          + "\"startedAt\":\"2027-01-01T00:00:01Z\",\"worker\":\"w1\","
          + "\"progress\":{\"percent\":60,\"message\":\"row 6 of 10\",\"at\":\"2027-01-01T00:00:02Z\"}}";
  private static final String FAILED =
      "{\"id\":\"6\",\"job\":\"import\",\"state\":\"FAILED\",\"attempt\":1,\"dueAt\":\"2027-01-01T00:00:00Z\","
          + "\"startedAt\":\"2027-01-01T00:00:01Z\",\"endedAt\":\"2027-01-01T00:00:03Z\","
          + "\"worker\":\"w1\",\"error\":\"exit code 1\\nno such file\"}";
  private static final String SUCCEEDED =
      FAILED.replace("FAILED", "SUCCEEDED").replace("error", "result");
  private static final String WAITING =
      "{\"id\":\"5\",\"job\":\"import\",\"state\":\"WAITING\",\"attempt\":0,\"dueAt\":\"2027-01-01T00:00:00Z\","
          + "\"waitingFor\":\"NO_MATCHING_WORKER\",\"processor\":\"shell\","
          + "\"requiredTags\":[\"gpu\"],\"missing\":{\"processor\":null,\"tags\":[\"gpu\"]}}";

  private final FakeScheduler scheduler = new FakeScheduler();

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void showsProgressWaitReasonAndOutcomeInPs() {
    scheduler.on("GET /apps/a/instances?limit=20", 200, page(RUNNING, FAILED, WAITING));

    Result result = scheduler.run("ps", "-a", "a", "--utc");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    List<String> lines = result.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).matches("ID +JOB +STATE +ATTEMPT +AGE +DURATION +WORKER +DETAIL");
    assertThat(lines.get(1)).contains("RUNNING").endsWith("[######----] 60% row 6 of 10");
    assertThat(lines.get(2))
        .contains("2027-01-01T00:00:03Z  2s")
        .endsWith("exit code 1 no such file");
    assertThat(lines.get(3)).endsWith("no connected worker has the required tag: gpu");
  }

  @Test
  void printsDescriptionAndFireTimesInNext() {
    scheduler.on(
        "GET /apps/a/jobs/nightly/fire-times?count=2",
        200,
        "{\"description\":\"every hour, UTC\","
            + "\"fireTimes\":[\"2027-01-01T00:00:00Z\",\"2027-01-01T01:00:00Z\"]}");

    Result result = scheduler.run("next", "nightly", "-a", "a", "--count", "2", "--utc");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEqualToIgnoringNewLines("every hour, UTC");
    assertThat(result.out().lines())
        .containsExactly("2027-01-01T00:00:00Z", "2027-01-01T01:00:00Z");
  }

  @Test
  void listsTriggersOfJobsWithTheirWindows() {
    scheduler.on("GET /apps/a", 200, "{\"name\":\"a\"}");
    scheduler.on(
        "GET /apps/a/jobs?limit=500",
        200,
        "{\"items\":[{\"name\":\"j\",\"processor\":{\"type\":\"noop\"},\"status\":{\"version\":1},"
            + "\"trigger\":{\"every\":\"PT10M\",\"zone\":\"Europe/Berlin\","
            + "\"within\":{\"from\":\"09:00\",\"to\":\"18:30\",\"days\":[\"MON\",\"TUE\"]}}}]}");

    assertThat(scheduler.run("jobs", "-a", "a").out())
        .contains("every PT10M 09:00-18:30 MON,TUE (Europe/Berlin)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"cron\":\"@daily\"",
        "\"every\":\"PT1H\",\"within\":{\"from\":\"09:00\",\"to\":\"18:30\"}"
      })
  void showsTriggerZoneInNextWhenItDiffersFromLocalZone(String trigger) {
    ZoneId other =
        ZoneId.systemDefault().getRules().getOffset(Instant.EPOCH).equals(ZoneOffset.ofHours(9))
            ? ZoneId.of("Etc/GMT+5")
            : ZoneId.of("Etc/GMT-9");
    scheduler.on(
        "GET /apps/a/jobs/nightly/fire-times?count=5",
        200,
        "{\"description\":\"once\",\"fireTimes\":[\"1970-01-01T00:00:00Z\"]}");
    scheduler.on(
        "GET /apps/a/jobs/nightly",
        200,
        "{\"name\":\"nightly\",\"trigger\":{" + trigger + ",\"zone\":\"" + other + "\"}}");

    Result result = scheduler.run("next", "nightly", "-a", "a");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().strip())
        .matches("(1970|1969)-..-.. ..:..:.. [+-]..:..  (1970|1969)-..-.. ..:00:00 Etc/GMT.*");
  }

  @Test
  void listsFiresOfAllJobsInNextWithoutJob() {
    scheduler.on(
        "GET /apps/a/fire-times?limit=3",
        200,
        "{\"items\":[{\"job\":\"often\",\"at\":\"2027-01-01T00:00:00Z\",\"more\":true},"
            + "{\"job\":\"nightly\",\"at\":\"2027-01-01T02:00:00Z\"}],"
            + "\"until\":\"2027-01-02T00:00:00Z\",\"more\":true}");
    scheduler.on("GET /apps/b/fire-times?limit=5", 200, "{\"items\":[],\"more\":false}");

    Result result = scheduler.run("next", "-a", "a", "--count", "3", "--utc");
    Result none = scheduler.run("next", "-a", "b");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines().map(String::strip))
        .containsExactly(
            "FIRE TIME             JOB",
            "2027-01-01T00:00:00Z  often (and more)",
            "2027-01-01T02:00:00Z  nightly");
    assertThat(none.err()).isEqualTo("No job fires within 24 hours.\n");
    assertThat(none.exitCode()).isZero();
  }

  @Test
  void showsAuthorOfEachJobVersion() {
    scheduler.on(
        "GET /apps/a/jobs/nightly/versions?limit=20",
        200,
        page(
            "{\"version\":3,\"createdAt\":\"2027-01-01T00:00:00Z\","
                + "\"author\":{\"role\":\"operator\",\"token\":\"17\"},\"document\":{}}",
            "{\"version\":2,\"createdAt\":\"2026-01-01T00:00:00Z\",\"author\":{\"role\":\"admin\"}}",
            "{\"version\":1,\"createdAt\":\"2025-01-01T00:00:00Z\"}"));

    Result result = scheduler.run("versions", "nightly", "-a", "a", "--utc");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines().map(String::strip))
        .containsExactly(
            "VERSION  WRITTEN               AUTHOR",
            "3        2027-01-01T00:00:00Z  operator, token 17",
            "2        2026-01-01T00:00:00Z  admin",
            "1        2025-01-01T00:00:00Z  -");
  }

  @Test
  void previewsCronExpressionInNextWithoutJobOrApp() {
    scheduler.on(
        "GET /cron/fire-times?count=5&cron=0%200%209%20L%20*%20%3F&zone=Europe%2FBerlin&dialect=quartz",
        200,
        "{\"description\":\"at 09:00:00 on the last day of the month, Europe/Berlin\","
            + "\"fireTimes\":[\"2027-01-31T08:00:00Z\"]}");

    Result result =
        scheduler.run(
            "next",
            "--cron",
            "0 0 9 L * ?",
            "--zone",
            "Europe/Berlin",
            "--dialect",
            "quartz",
            "--utc");

    assertThat(result.err()).contains("on the last day of the month");
    assertThat(result.out().lines()).containsExactly("2027-01-31T08:00:00Z");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void readsFurtherPagesInPsUntilLimitAndPrintsApiJson() {
    scheduler.on(
        "GET /apps/a/instances?job=import&state=FAILED&limit=2",
        200,
        "{\"items\":[" + FAILED + "],\"next\":\"6\"}");
    scheduler.on(
        "GET /apps/a/instances?job=import&state=FAILED&limit=1&after=6",
        200,
        "{\"items\":[" + FAILED + "],\"next\":\"5\"}");

    Result result =
        scheduler.run(
            "ps", "-a", "a", "--job", "import", "--state", "FAILED", "--limit", "2", "-o", "json");

    assertThat(result.out().strip())
        .isEqualTo("{\"items\":[" + FAILED + "," + FAILED + "],\"next\":\"5\"}");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void selectsJobsAndInstancesByLabels() {
    scheduler.on("GET /apps/a", 200, "{\"name\":\"a\"}");
    scheduler.on(
        "GET /apps/a/jobs?label=team%3Abilling&label=url%3Ahttps%3A%2F%2Fh%3Fa%3Db&filter=OVERDUE&limit=500",
        200,
        "{\"items\":[{\"name\":\"nightly\",\"processor\":{\"type\":\"noop\"},"
            + "\"status\":{\"overdueSince\":\"2027-01-01T00:00:00Z\"}}]}");
    scheduler.on("GET /apps/a/instances?label=team%3Abilling&limit=20", 200, page(FAILED));
    scheduler.on(
        "POST /apps/a/instances:cancel?dryRun=false",
        200,
        "{\"matched\":1,\"changed\":1,\"more\":false}");

    assertThat(
            scheduler
                .run(
                    "jobs -a a --label team=billing --label url=https://h?a=b --state overdue"
                        .split(" "))
                .out())
        .contains("nightly  enabled, overdue");
    for (String label : List.of("team=billing", "team:billing")) {
      assertThat(scheduler.run("ps", "-a", "a", "--label", label).out().lines()).hasSize(2);
    }
    Result canceled =
        scheduler.run(
            "cancel", "--all", "-a", "a", "--label=team:billing", "--parameter=url:a=b", "--yes");
    assertThat(canceled.exitCode()).as(canceled.err()).isZero();
    assertThat(scheduler.asked())
        .last()
        .asString()
        .endsWith(" {\"parameters\":{\"url\":\"a=b\"},\"labels\":{\"team\":\"billing\"}}");
  }

  @Test
  void readsAllPagesWithAllOption() {
    scheduler.on(
        "GET /apps/a/instances?limit=500", 200, "{\"items\":[" + FAILED + "],\"next\":\"6\"}");
    scheduler.on("GET /apps/a/instances?limit=500&after=6", 200, page(WAITING));

    assertThat(scheduler.run("ps", "-a", "a", "--all").out().lines()).hasSize(3);
  }

  @Test
  void searchesAllPagesWithSinceOption() {
    String recent = WAITING.replace("2027-01-01T00:00:00Z", Instant.now().toString());
    String old = FAILED.replace("2027", "2020");
    scheduler.on(
        "GET /apps/a/instances?limit=500",
        200,
        "{\"items\":[" + recent + "," + old + "],\"next\":\"6\"}");
    scheduler.on(
        "GET /apps/a/instances?limit=500&after=6", 200, "{\"items\":[" + old + "],\"next\":\"5\"}");
    // Submitted long before it was due.
    scheduler.on("GET /apps/a/instances?limit=500&after=5", 200, page(recent));

    Result result = scheduler.run("ps", "-a", "a", "--since", "2h", "-o", "json");

    assertThat(result.out().strip()).isEqualTo(page(recent, recent));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TIMED_OUT", "timed_out", "Timed-Out"})
  void acceptsStateInAnyLetterCase(String state) {
    scheduler.on("GET /apps/a/instances?state=TIMED_OUT&limit=20", 200, page());

    assertThat(scheduler.run("ps", "-a", "a", "--state", state).exitCode()).isZero();
  }

  @Test
  void cancelsManyInstancesInConsecutiveCalls() {
    scheduler
        .on(
            "POST /apps/a/instances:cancel?dryRun=false",
            200,
            "{\"matched\":10000,\"changed\":9999,\"more\":true,\"next\":\"77\"}")
        .on(
            "POST /apps/a/instances:cancel?dryRun=false&after=77",
            200,
            "{\"matched\":3,\"changed\":3,\"more\":false}");

    Result result =
        scheduler.run("cancel", "--all", "-a", "a", "--job", "j", "--state", "waiting", "--yes");

    assertThat(result.out()).isEqualTo("10002 instances canceled; 1 had changed in the meantime\n");
    assertThat(scheduler.asked())
        .first()
        .asString()
        .endsWith(" {\"job\":\"j\",\"states\":[\"WAITING\"]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancel", "retry"})
  void sendsAllFlagWhenBulkCommandHasNoFilter(String command) {
    scheduler.on(
        "POST /apps/a/instances:" + command + "?dryRun=false",
        200,
        "{\"matched\":2,\"changed\":2,\"more\":false}");

    Result result = scheduler.run(command, "--all", "-a", "a", "--yes");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(scheduler.asked()).singleElement().asString().endsWith(" {\"all\":true}");
  }

  @Test
  void printsCountForDryRunOfRetry() {
    scheduler.on(
        "POST /apps/a/instances:retry?dryRun=true",
        200,
        "{\"matched\":1,\"changed\":0,\"more\":false}");

    assertThat(scheduler.run("retry", "--all", "-a", "a", "--error", "disk", "--dry-run").out())
        .isEqualTo("1 instance would be retried\n");
  }

  @Test
  void sendsPsFiltersUrlEncoded() {
    scheduler.on(
        "GET /apps/a/instances?worker=w%201&errorText=10%25%20of&origin=BACKFILL&limit=20",
        200, page());

    Result result =
        scheduler.run(
            "ps", "-a", "a", "--worker", "w 1", "--error", "10% of", "--origin", "backfill");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(scheduler.run("ps", "-a", "a", "--origin", "cron").err())
        .contains("--origin must be one of SCHEDULED, MANUAL, BACKFILL, RETRY, FLOW; got 'cron'");
  }

  @Test
  void distinguishesJobWithoutTriggerFromEndedTrigger() {
    scheduler.on("GET /apps/a/jobs/j/fire-times?count=5", 200, "{\"fireTimes\":[]}");
    scheduler.on(
        "GET /apps/a/jobs/k/fire-times?count=5",
        200,
        "{\"description\":\"once\",\"fireTimes\":[]}");

    assertThat(scheduler.run("next", "j", "-a", "a").err()).isEqualTo("Job j has no trigger.\n");
    assertThat(scheduler.run("next", "k", "-a", "a").err()).endsWith("It will not fire again.\n");
  }

  @Test
  void selectsAppAutomaticallyWhenOnlyOneExists() {
    scheduler.on("GET /apps?limit=20", 200, page("{\"name\":\"only\"}"));
    scheduler.on("POST /apps/only/pause", 200, "{\"name\":\"only\",\"paused\":true}");

    assertThat(scheduler.run("pause").out()).isEqualTo("app only is paused\n");
  }

  @Test
  void listsAppsInErrorWhenAppIsAmbiguous() {
    scheduler.on("GET /apps?limit=20", 200, page("{\"name\":\"a\"}", "{\"name\":\"b\"}"));

    Result result = scheduler.run("jobs");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("--app", "ORRERY_APP", "a, b");
  }

  @Test
  void showsJobsOfPausedAppAsPaused() {
    scheduler.on(
        "GET /apps/a/jobs?limit=500",
        200,
        page(
            "{\"name\":\"i\",\"processor\":{\"type\":\"java\",\"name\":\"import\"},"
                + "\"status\":{\"paused\":false}}",
            "{\"name\":\"j\",\"processor\":{\"type\":\"noop\"},"
                + "\"status\":{\"paused\":true,\"owner\":\"team-x\"}}"));
    scheduler
        .on("GET /apps/a", 200, "{\"name\":\"a\",\"paused\":true}")
        .on("GET /apps/a", 200, "{\"name\":\"a\",\"paused\":false}");

    List<String> paused = scheduler.run("jobs", "-a", "a").out().lines().toList();
    List<String> resumed = scheduler.run("jobs", "-a", "a").out().lines().toList();

    assertThat(paused.get(1)).startsWith("i    app paused ").contains("java:import  -  ");
    assertThat(paused.get(2)).startsWith("j    paused, app too ").contains("noop         team-x");
    assertThat(resumed.get(1)).startsWith("i    enabled ");
    assertThat(resumed.get(2)).startsWith("j    paused ");
  }

  @Test
  void pausesAndResumesJobsAndApps() {
    scheduler.on("POST /apps/a/jobs/j/pause", 200, "{\"name\":\"j\"}");
    scheduler.on("POST /apps/a/jobs/j/resume", 200, "{\"name\":\"j\"}");
    scheduler.on("POST /apps/a/resume", 200, "{\"name\":\"a\"}");

    assertThat(scheduler.run("pause", "j", "-a", "a").out())
        .isEqualTo("job j of app a is paused\n");
    assertThat(scheduler.run("pause", "j", "-a", "a", "--note", "disk \"full\"").exitCode())
        .isZero();
    assertThat(scheduler.asked())
        .contains("POST /apps/a/jobs/j/pause {\"note\":\"disk \\\"full\\\"\"}");
    assertThat(scheduler.run("resume", "j", "-a", "a").out())
        .isEqualTo("job j of app a is resumed\n");
    assertThat(scheduler.run("resume", "-a", "a", "-o", "json").out())
        .isEqualTo("{\"name\":\"a\"}\n");
  }

  @Test
  void sendsRunParametersAndPrintsOnlyTheInstanceId() {
    scheduler.on("POST /apps/a/jobs/j/instances", 202, "{\"id\":\"9\"}");

    Result result =
        scheduler.run(
            "run", "j", "-a", "a", "-p", "x=1", "-p", "y=a=b", "--at", "2027-01-01T01:00:00+01:00");

    assertThat(result.out()).isEqualTo("9\n");
    assertThat(scheduler.asked())
        .containsExactly(
            "POST /apps/a/jobs/j/instances"
                + " {\"parameters\":{\"x\":\"1\",\"y\":\"a=b\"},\"runAt\":\"2027-01-01T00:00:00Z\"}");
  }

  @Test
  void returnsExitCodeByOutcomeOfAwaitedRun() {
    scheduler.on("POST /apps/a/jobs/j/instances", 202, "{\"id\":\"9\"}");
    scheduler.on("GET /instances/9", 200, RUNNING).on("GET /instances/9", 200, FAILED);

    Result failed = scheduler.run("run", "j", "-a", "a", "--wait");

    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.out()).isEqualTo("9\n");
    assertThat(failed.err()).contains("FAILED after 2s: exit code 1");

    scheduler.on("GET /instances/9", 200, SUCCEEDED);
    Result succeeded = scheduler.run("run", "j", "-a", "a", "--wait", "-o", "json");
    scheduler.run("run", "j", "-a", "a", "--wait", "-o", "json");
    assertThat(scheduler.run("run", "j", "-a", "a", "--wait").exitCode()).isZero();
    assertThat(succeeded.out().strip()).startsWith("{\"id\":").doesNotContain("\n");
  }

  @Test
  void showsDurationMeasuredByTheWorker() {
    String late = SUCCEEDED.replace("\"attempt\"", "\"runMillis\":140,\"attempt\"");
    scheduler.on("GET /apps/a/instances?limit=20", 200, page(late));
    scheduler.on("GET /instances/6", 200, late);
    scheduler.on("GET /instances/6/attempts?limit=500", 200, "{\"items\":[" + late + "]}");

    assertThat(scheduler.run("ps", "-a", "a").out()).contains("  140ms  ").doesNotContain("  2s  ");
    assertThat(scheduler.run("get", "6", "--utc").out())
        .contains("ran         140ms\n")
        .contains("01Z  140ms\n")
        .doesNotContain("  2s");
  }

  @ParameterizedTest
  @CsvSource({
    "CANCELED, canceled by a user",
    "JOB_DISABLED, the job was disabled",
    "JOB_DELETED, the job was deleted",
    "WORKER_LOST, ended by the scheduler: its worker was lost (crashed or disconnected) too many times",
    "NON_RETRYABLE, 'not retried: its worker reported that a retry would also fail'",
    "OVERLAP, an earlier run of this job was still active",
    "QUEUE_FULL, too many runs of this job were already waiting",
    "REPLACED, a newer run replaced it",
    "BACKFILL_CANCELED, its backfill was canceled",
    "FLOW_TIMED_OUT, its flow timed out",
    "NODE_TIMED_OUT, 'canceled by the scheduler: its flow had already ended, and this run was still active when its time limit ran out, counted from the end of the flow or, if later, from its own start'",
    "MISSED, 'no scheduler was running when 2 scheduled runs were due, and they were not run later'",
    "OF_A_NEWER_RELEASE, OF_A_NEWER_RELEASE",
  })
  void describesEndReasonInWords(String reason, String words) {
    String ended =
        "{\"id\":\"4\",\"state\":\"SKIPPED\",\"attempt\":0,\"dueAt\":\"2027-01-01T00:00:00Z\","
            + "\"endedAt\":\"2027-01-01T00:00:00Z\",\"skippedCount\":2,\"endReason\":\"%s\"}"
                .formatted(reason);
    scheduler.on("GET /apps/a/instances?limit=20", 200, page(ended));
    scheduler.on("GET /instances/4", 200, ended);
    scheduler.on("GET /instances/4/attempts?limit=500", 200, "{\"items\":[]}");

    assertThat(scheduler.run("ps", "-a", "a").out())
        .endsWith(words + (reason.equals("MISSED") ? "\n" : " (2 scheduled runs skipped)\n"));
    assertThat(scheduler.run("get", "4").out()).contains("end reason  " + words + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ps", "get job", "token create", "up"})
  void printsVersionForEveryCommand(String command) {
    for (String option : List.of("-V", "--version")) {
      Result result = FakeScheduler.execute((command + " " + option).strip().split(" "));

      assertThat(result.exitCode()).isZero();
      assertThat(result.out().strip()).isEqualTo("orrery " + ProgramVersion.text());
    }
  }

  @Test
  void resumesFollowedLogAfterLastReceivedEvent() {
    scheduler
        .on("GET /instances/9/logs?follow=true", 200, event(0, "a") + event(1, "b"))
        .on("GET /instances/9/logs?follow=true", 503, problem("UNAVAILABLE"))
        .on(
            "GET /instances/9/logs?follow=true",
            200,
            ": still here\n\n" + event(2, "c") + "event: end\ndata: {\"state\":\"SUCCEEDED\"}\n\n");

    Result result = scheduler.run("logs", "-f", "9");

    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).isEqualTo("a\nb\nc\n");
    assertThat(scheduler.asked())
        .containsExactly(
            "GET /instances/9/logs?follow=true",
            "GET /instances/9/logs?follow=true Last-Event-ID 1-1",
            "GET /instances/9/logs?follow=true Last-Event-ID 1-1");
  }

  @Test
  void discardsIncompleteLogEventAfterDisconnect() {
    scheduler
        .on(
            "GET /instances/9/logs?follow=true",
            200,
            event(0, "a") + "id: 1-1\ndata: {\"text\":\"b")
        .on("GET /instances/9/logs?follow=true", 200, event(1, "b") + "event: end\ndata: {}\n\n");

    assertThat(scheduler.run("logs", "-f", "9").out()).isEqualTo("a\nb\n");
  }

  @Test
  void printsAllLogPagesWithAttemptSeparators() {
    scheduler.on(
        "GET /instances/9/logs?",
        200,
        "{\"items\":[{\"attempt\":1,\"stream\":\"stderr\",\"text\":\"no\"}],\"next\":\"1-0\"}");
    scheduler.on(
        "GET /instances/9/logs?after=1-0",
        200,
        "{\"items\":[{\"attempt\":2,\"stream\":\"orrery\",\"text\":\"truncated: 1 MiB\"}],\"next\":\"2-0\"}");
    scheduler.on("GET /instances/9/logs?after=2-0", 200, "{\"items\":[],\"next\":\"2-0\"}");

    Result result = scheduler.run("logs", "9");

    assertThat(result.out()).isEqualTo("no\n[orrery] truncated: 1 MiB\n");
    assertThat(result.err()).isEqualTo("--- attempt 2 ---\n");
  }

  @Test
  void printsRefusalDetailAndFieldWithoutStackTrace() {
    scheduler.on(
        "POST /apps/a/jobs/j/instances",
        422,
        "{\"code\":\"INVALID\",\"detail\":\"It is too late.\",\"field\":\"runAt\"}");

    Result result = scheduler.run("run", "j", "-a", "a");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isEqualTo("INVALID: It is too late. (field: runAt)\n");
  }

  @Test
  void namesSourceOfRefusedTokenWithoutPrintingTheToken() {
    scheduler.on("GET /workers?limit=500", 401, problem("UNAUTHENTICATED"));

    Result result = scheduler.run("workers");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("UNAUTHENTICATED", "The token is from --token", "ORRERY_TOKEN")
        .doesNotContain("secret-token", "\tat ");
  }

  @Test
  void namesAddressAndUrlSourceOfUnreachableScheduler() {
    scheduler.close();

    Result result = scheduler.run("ps", "-a", "a");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .contains(scheduler.url(), "--url", "./orrery up")
        .doesNotContain("\tat ");
  }

  @Test
  void reportsServerThatIsNotAScheduler() {
    scheduler.on("GET /apps/a/jobs?limit=500", 404, "<html>nginx</html>");

    Result result = scheduler.run("jobs", "-a", "a");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("is not an Orrery scheduler (status 404)");
  }

  @ParameterizedTest
  @CsvSource({
    "414, its address is too long",
    "431, its headers are too large",
    "413, its body is too large",
    "400, it cannot be read as HTTP"
  })
  void namesWhyServerRefusedCallUnread(int status, String reason) {
    scheduler.on("GET /apps/a/jobs?limit=500", status, "");

    Result result = scheduler.run("jobs", "-a", "a");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .contains("refused the call unread (status " + status + "): " + reason)
        .doesNotContain("is not an Orrery scheduler");
  }

  @Test
  void readsAnswersAndRefusalsThatProxyHasCompressed() {
    scheduler
        .compressing()
        .on("GET /apps/a", 200, "{\"name\":\"a\"}")
        .on(
            "GET /apps/a/jobs?limit=500",
            200,
            "{\"items\":[{\"name\":\"nightly\",\"processor\":{\"type\":\"noop\"}}]}")
        .on(
            "GET /apps/a/jobs?limit=500",
            403,
            "{\"code\":\"FORBIDDEN\",\"detail\":\"Not for you.\"}");

    assertThat(scheduler.run("jobs", "-a", "a").out()).contains("nightly");
    assertThat(scheduler.run("jobs", "-a", "a").err()).contains("Not for you.");
  }

  @Test
  void refusesAnswerThatIsLargerThanSchedulersAlsoWhenCompressed() {
    scheduler
        .compressing()
        .on("GET /apps/a/jobs?limit=500", 200, "{\"items\":[" + " ".repeat(17 << 20));

    Result result = scheduler.run("jobs", "-a", "a");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .contains("answers with more than 16 MiB or 1000000 JSON tokens.\nThe address is from");
  }

  @ParameterizedTest
  @CsvSource({"1048576, 1, data: x", "1024, 1100, data: x"})
  void refusesEventThatIsLargerThanSchedulers(int length, int lines, String start) {
    scheduler.on(
        "GET /instances/9/logs?follow=true",
        200,
        (start + "x".repeat(length) + "\r\n").repeat(lines));

    Result result = scheduler.run("logs", "-f", "9");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("sent an event of more than 1048576 characters");
  }

  @Test
  void saysThatAnswerIsNoJsonWithoutWordsOfParser() {
    scheduler.on("GET /apps/a/jobs?limit=500", 200, "<html>please sign in</html>");

    Result result = scheduler.run("jobs", "-a", "a");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err())
        .contains("answers, but not with JSON")
        .doesNotContain("StreamReadFeature", "No scheduler answers");
  }

  @Test
  void reportsPortThatLacksTheRestApi() {
    scheduler.on(
        "GET /apps/a/instances?limit=20",
        404,
        "{\"code\":\"NOT_FOUND\",\"detail\":\"There is nothing at this path.\"}");

    Result result = scheduler.run("ps", "-a", "a");

    assertThat(result.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(result.err())
        .startsWith(scheduler.url() + " is an Orrery port without the REST API, such as 10010")
        .contains("7700", "The address is from --url");
  }

  @Test
  void reportsPlainHttpPortForHttpsUrl() throws IOException {
    Result result;
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> refuseInPlainHttp(plain));
      server.start();
      String url = "https://127.0.0.1:" + plain.getLocalPort();
      result = FakeScheduler.execute("ps", "-a", "a", "--url", url, "--token", "t");
    }

    assertThat(result.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(result.err()).contains("that port speaks plain HTTP: use http://");
  }

  @Test
  void failsWorkersCommandForUnknownApp() {
    scheduler.on("GET /apps/nonsuch", 404, problem("APP_NOT_FOUND"));

    Result result = scheduler.run("workers", "-a", "nonsuch");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err()).startsWith("APP_NOT_FOUND");
  }

  @Test
  void showsTagsThatNoConnectedWorkerHas() {
    scheduler.on(
        "GET /instances/5",
        200,
        WAITING.replace("\"tags\":[\"gpu\"]", "\"tags\":[\"gpu\",\"eu\"]"));
    scheduler.on("GET /instances/5/attempts?limit=500", 200, "{\"items\":[]}");

    assertThat(scheduler.run("get", "5").out())
        .contains("waits       no connected worker has all of the required tags: gpu, eu\n");
  }

  @Test
  void refusesLogsOfAttemptThatDoesNotExist() {
    scheduler.on("GET /instances/7/logs?attempt=7&", 200, page());
    scheduler.on("GET /instances/7/logs?attempt=2&", 200, page());
    scheduler.on("GET /instances/7", 200, RUNNING);

    Result missing = scheduler.run("logs", "7", "--attempt", "7");
    Result silent = scheduler.run("logs", "7", "--attempt", "2");

    assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(missing.err()).isEqualTo("Instance 7 has no attempt 7; its last one is 2.\n");
    assertThat(silent.exitCode()).isZero();
  }

  @Test
  void printsInstanceAsJsonAfterFollowedRun() {
    scheduler.on("POST /apps/a/jobs/j/instances", 202, "{\"id\":\"9\"}");
    scheduler.on(
        "GET /instances/9/logs?follow=true", 200, event(0, "a") + "event: end\ndata: {}\n\n");
    scheduler.on("GET /instances/9", 200, FAILED);

    Result result = scheduler.run("run", "j", "-a", "a", "--follow", "-o", "json");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.out().lines().toList()).hasSize(2).last().isEqualTo(FAILED);
  }

  @Test
  void printsZeroStoppedProcessesAsJsonWithoutStack() {
    assertThat(FakeScheduler.execute("stop", "-o", "json").out()).isEqualTo("{\"stopped\":0}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "run j --wait --follow,         mutually exclusive",
    "run j --at tomorrow -a a,      --at must be an instant",
    "ps --limit 0 -a a,             --limit",
    "ps --limit 3 --all -a a,       --all and --limit exclude each other",
    "ps --watch -o json -a a,       --watch",
    "ps --state lost -a a,          --state must be one of WAITING",
    "next j --count 0 -a a,         --count must be from 1 to 100; got 0",
    "ps -a a --no-nodes --origin flow, --no-nodes and --origin FLOW exclude each other",
    "next nightly --cron @hourly,   'Name a job, or give a cron expression with --cron; not both.'",
    "next --zone UTC,               --zone and --dialect belong to --cron; a job has its own.",
    "next nightly --zone UTC,       --zone and --dialect belong to --cron; a job has its own.",
    "next nightly --dialect unix,   --zone and --dialect belong to --cron; a job has its own.",
    "next --count 101,              --count must be from 1 to 100; got 101",
    "versions,                      Missing required parameter: 'JOB'",
    "versions nightly --limit 0,    --limit must be from 1 to 10000; got 0",
    "tree 7 --watch -o json,        --watch does not work with -o json",
    "cancel,                        --all",
    "cancel 7 --all,                --all",
    "cancel 7 --yes,                --all",
    "retry 7 --job j,               --all",
    "retry 7 --dry-run,             --all",
    "retry --all -a a --from-failed, '--from-failed works on one instance, not on --all'",
    "logs 9 --attempt 0,            --attempt",
    "get,                           Name an instance by its id",
    "get greet,                     greet' is not an ID",
    "logs greet,                    ./orrery ps --job JOB lists the instances",
    "logs -f 12x,                   12x' is not an ID",
    "cancel greet,                  ./orrery get job JOB shows it",
    "retry greet,                   greet' is not an ID",
    "token create --role viewer --expires soon -a a, soon' is not a time such as 30s",
    "token revoke t1 -a a,          ./orrery token list shows it",
    "backfill cancel j all -a a,    ./orrery backfill list j shows it",
    "get greet -a demo,             after the command: ./orrery get job … -a",
    "apply jobs.yaml,               Did you mean ./orrery apply -f jobs.yaml?",
    "apply --dry-run a/b.json,      Did you mean ./orrery apply -f a/b.json?",
    "apply --prune -,               Did you mean ./orrery apply -f -?",
  })
  void returnsUsageExitCodeForInvalidOptionsWithoutCallingApi(String words, String message) {
    Result result = scheduler.run(words.split(" "));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(message);
    assertThat(scheduler.asked()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://h:7700/api/v1,   'ends with /api/v1, which is added to it. Leave it out.'",
    "http://h/x/api/v1/,     'ends with /api/v1, which is added to it. Leave it out.'",
    "https://h/x/console,    'ends with /console, which is added to it. Leave it out.'",
    "https://h/x?y,          'has a path, a query or a fragment'",
    "https://h:0/x,          has no port from 1 to 65535",
    "https://h/?token=x,     'has a path, a query or a fragment'",
    "http://h:70000,         has no port from 1 to 65535",
    "http://h:0/,            has no port from 1 to 65535",
  })
  void refusesUrlWithPathOfApiQueryOrInvalidPort(String url, String message) {
    Result result = FakeScheduler.execute("jobs", "--url", url, "--token", "t");

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("(--url) " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/prefix", "/prefix/", "/a/prefix"})
  void callsSchedulerUnderPathOfProxy(String path) {
    String prefix = path.replaceFirst("/$", "");
    scheduler.on("GET " + prefix + "/apps/a/instances?limit=20", 200, "{\"items\":[]}");
    scheduler.on("POST " + prefix + "/session/links", 200, "{\"link\":\"l\",\"expiresAt\":\"e\"}");
    String url = scheduler.url() + path;

    Result listed = FakeScheduler.execute("ps", "-a", "a", "--url", url, "--token", "t");
    Result console = FakeScheduler.execute("console", "--url", url, "--token", "t");

    assertThat(listed.exitCode()).as(listed.err()).isZero();
    assertThat(console.out()).startsWith(scheduler.url() + prefix + "/console/sign-in#link=l");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:7700", "ftp://localhost", "http:// bad"})
  void refusesMalformedUrl(String url) {
    Result result = FakeScheduler.execute("jobs", "--url", url, "--token", "t");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("'" + url + "' (--url)");
  }

  @ParameterizedTest
  @CsvSource({
    "--url http://h:1 ps,    ./orrery ps … --url",
    "--url=http://h:1 ps,    ./orrery ps … --url",
    "-o json jobs,           ./orrery jobs … -o",
    "-a demo,                ./orrery COMMAND … -a",
    "--token SECRET run j,   ./orrery run … --token",
    "token -a demo list,     ./orrery token list … -a",
  })
  void printsHintForOptionPlacedBeforeItsCommand(String words, String shown) {
    Result result = FakeScheduler.execute(words.split(" "));

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err())
        .contains("Write it after the command: " + shown)
        .doesNotContain("SECRET");
  }

  private static void refuseInPlainHttp(ServerSocket server) {
    try (Socket client = server.accept()) {
      client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      client.shutdownOutput();
      client.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The client has seen enough, or the test is over.
    }
  }

  private static String event(int sequence, String text) {
    return "id: 1-"
        + sequence
        + "\ndata: {\"attempt\":1,\"sequence\":"
        + sequence
        + ",\"stream\":\"stdout\",\"text\":\""
        + text
        + "\"}\n\n";
  }

  private static String problem(String code) {
    return "{\"code\":\"" + code + "\",\"detail\":\"For a reason.\"}";
  }
}
