package dev.orrery.worker.binding.declare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.json.JsonException;
import dev.orrery.protocol.json.JsonMap;
import dev.orrery.worker.annotation.Misfire;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.Overlap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleReaderTest {
  private final List<String> mistakes = new ArrayList<>();

  interface Schedules {
    @OrrerySchedule(
        description = " Closes the day for ${tag}. ",
        labels = {"team=billing", "url=https://h?${tag}=b"},
        every = "15m",
        jitter = "30s",
        overlap = Overlap.CANCEL_RUNNING,
        misfire = Misfire.FIRE_ALL,
        timeout = "1h",
        maxAttempts = 3,
        backoff = "5s",
        noSuccessFor = "26h",
        runsLongerThan = "2h",
        pauseAfter = 3,
        concurrency = 2,
        priority = 9,
        requiredTags = {"eu", "${tag}"},
        parameters = {"dir=/in", "text=a=\"b\"\n"})
    void complete();

    @OrrerySchedule(delay = "PT10S")
    void delay();

    @OrrerySchedule(cron = "${off}")
    void off();

    @OrrerySchedule
    void none();

    @OrrerySchedule(
        name = "of-all-fields",
        cron = "0 0 9 * * 1-5",
        from = "2027-01-01T00:00:00Z",
        until = "2028-01-01T00:00:00Z",
        enabled = false,
        catchUpWindow = "2h",
        maxAttempts = 2,
        maxBackoff = "1h",
        maxWorkerLosses = 0)
    void rest();

    @OrrerySchedule(cron = "0 0 9 ? * 2-6", dialect = "quartz")
    void dialect();

    @OrrerySchedule(cron = "@daily")
    void macro();

    @OrrerySchedule(at = "2027-01-31T09:00:00Z")
    void at();

    @OrrerySchedule(at = "tomorrow")
    void atWord();

    @OrrerySchedule(cron = "0 0 9 * * 1-5", dialect = "cronie")
    void unknownDialect();

    @OrrerySchedule(every = "1h", dialect = "unix")
    void dialectOfEvery();

    @OrrerySchedule(zone = "UTC", jitter = "1s")
    void zoneOfNone();

    @OrrerySchedule(cron = "@daily", maxWorkerLosses = -1)
    void maxWorkerLosses();

    @OrrerySchedule(
        cron = "@daily",
        parameters = {"n=1", "n=2"})
    void twice();

    @OrrerySchedule(cron = "@daily", every = "1h")
    void two();

    @OrrerySchedule(
        description = "d",
        labels = "team=billing",
        links = "Runbook=https://example.org/run",
        cron = "0 0 9 * * *",
        dialect = "spring",
        zone = "UTC",
        from = "2027-01-01T00:00:00Z",
        until = "2028-01-01T00:00:00Z",
        jitter = "1s",
        overlap = Overlap.ALLOW,
        misfire = Misfire.SKIP,
        catchUpWindow = "1h",
        enabled = false,
        timeout = "1h",
        maxAttempts = 2,
        backoff = "1s",
        maxBackoff = "2s",
        maxWorkerLosses = 1,
        noSuccessFor = "1d",
        runsLongerThan = "1h",
        pauseAfter = 3,
        concurrency = 1,
        requiredTags = "gpu",
        shards = 4,
        parallelism = 2,
        tolerate = "5%",
        parameters = "n=1")
    void everything();

    @OrrerySchedule(every = "1h", within = "09:00-18:30", days = "MON", broadcast = true)
    void broadcast();

    @OrrerySchedule(every = "1h", broadcast = true, shards = 2)
    void broadcastOfShards();

    @OrrerySchedule(every = "1h", broadcast = true, maxAttempts = 2)
    void broadcastTwice();

    @OrrerySchedule(every = "1h", tolerate = "5%")
    void toleratesNothing();

    @OrrerySchedule(every = "1h", shards = 2, tolerate = "101%")
    void toleratesMuch();

    @OrrerySchedule(every = "1h", shards = 10_001)
    void manyShards();

    @OrrerySchedule(every = "1h", links = "javascript:alert(1)")
    void scriptLink();

    @OrrerySchedule(every = "1h", links = "Runbook=https://user:pw@example.org/")
    void passwordLink();

    @OrrerySchedule(
        every = "10m",
        within = "09:00 - 18:30",
        days = {"MON", "SUN"},
        zone = "Europe/Berlin")
    void window();

    @OrrerySchedule(every = "1h", within = "22:00-06:00")
    void windowOfEveryDay();

    @OrrerySchedule(every = "1h", within = "9-18")
    void within();

    @OrrerySchedule(cron = "@daily", within = "09:00-18:30", zone = "UTC")
    void withinOfCron();

    @OrrerySchedule(
        every = "1h",
        within = "09:00-18:30",
        days = {"MON", "Sunday"})
    void day();

    @OrrerySchedule(every = "1h", days = "MON")
    void daysOfEvery();

    @OrrerySchedule(every = "1h", zone = "UTC")
    void zoneOfEvery();

    @OrrerySchedule(cron = "@daily", zone = "Europe/Berln")
    void zone();

    @OrrerySchedule(every = "soon")
    void every();

    @OrrerySchedule(cron = "${absent}")
    void placeholder();

    @OrrerySchedule(cron = "@daily", maxAttempts = 0)
    void maxAttempts();

    @OrrerySchedule(cron = "@daily", concurrency = -1)
    void concurrency();

    @OrrerySchedule(cron = "@daily", noSuccessFor = "10s")
    void overdue();

    @OrrerySchedule(cron = "@daily", pauseAfter = 101)
    void pauseAfter();

    @OrrerySchedule(cron = "@daily", priority = 10)
    void priority();

    @OrrerySchedule(cron = "@daily", parameters = "dir")
    void parameters();

    @OrrerySchedule(cron = "@daily", timeout = "1 parsec")
    void timeout();

    @OrrerySchedule(cron = "0 0 9 * * 1-5")
    void noDialect();

    @OrrerySchedule(cron = "0 0 0 31 2 *")
    void never();

    @OrrerySchedule(every = "0s")
    void everyZero();

    @OrrerySchedule(cron = "@daily", jitter = "2d")
    void longJitter();

    @OrrerySchedule(cron = "@daily", timeout = "0s")
    void noTimeout();

    @OrrerySchedule(cron = "@daily", requiredTags = "eu west")
    void tag();

    @OrrerySchedule(
        requiredTags = {
          "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
          "s", "t", "u"
        })
    void manyTags();

    @OrrerySchedule(cron = "@daily", zone = "+02:00")
    void offset();

    @OrrerySchedule(every = "1h", from = "2027-01-02T00:00:00Z", until = "2027-01-01T00:00:00Z")
    void untilBeforeFrom();

    @OrrerySchedule(at = "2027-01-02T00:00:00Z", until = "2027-01-01T00:00:00Z")
    void atAfterUntil();

    @OrrerySchedule(every = "1h", within = "09:00-09:00")
    void wholeDay();

    @OrrerySchedule(cron = "@daily", parameters = "orrery.x=1")
    void reservedName();

    @OrrerySchedule(labels = "team")
    void label();

    @OrrerySchedule(labels = "te am=x")
    void labelName();

    @OrrerySchedule(labels = "team=")
    void labelValue();

    @OrrerySchedule(labels = {"team=a", "team=b"})
    void labelTwice();

    @OrrerySchedule(cron = "@daily", parameters = "a b=c")
    void parameterName();

    @OrrerySchedule(at = "2026-01-02T00:00:00Z")
    void over();

    @OrrerySchedule(cron = "0 0 9 1 1 ? 2025", until = "2025-02-01T00:00:00Z")
    void ofPastYear();
  }

  @Test
  void writesDocumentWithAllGivenOptions() {
    assertThat(read("complete"))
        .contains(
            "{\"name\":\"job\",\"description\":\"Closes the day for blue.\","
                + "\"labels\":{\"team\":\"billing\",\"url\":\"https://h?blue=b\"},"
                + "\"processor\":{\"type\":\"java\",\"name\":\"job\"},"
                + "\"trigger\":{\"every\":\"PT15M\",\"jitter\":\"PT30S\"},"
                + "\"overlap\":\"cancel-running\",\"misfire\":\"fire-all\",\"timeout\":\"PT1H\","
                + "\"retry\":{\"maxAttempts\":3,\"backoff\":\"PT5S\"},"
                + "\"alerts\":{\"noSuccessFor\":\"PT26H\",\"runsLongerThan\":\"PT2H\"},"
                + "\"onFailure\":{\"pauseAfter\":3},\"concurrency\":2,"
                + "\"priority\":9,\"requiredTags\":[\"eu\",\"blue\"],"
                + "\"parameters\":{\"dir\":\"/in\",\"text\":\"a=\\\"b\\\"\"}}");
    assertThat(read("delay")).get().asString().contains("\"trigger\":{\"delay\":\"PT10S\"}");
    assertThat(read("window"))
        .get()
        .asString()
        .contains(
            "\"trigger\":{\"every\":\"PT10M\",\"within\":{\"from\":\"09:00\",\"to\":\"18:30\","
                + "\"days\":[\"MON\",\"SUN\"]},\"zone\":\"Europe/Berlin\"}");
    assertThat(read("windowOfEveryDay"))
        .get()
        .asString()
        .contains("\"within\":{\"from\":\"22:00\",\"to\":\"06:00\"}}");
    assertThat(read("rest"))
        .contains(
            "{\"name\":\"of-all-fields\",\"processor\":{\"type\":\"java\",\"name\":\"job\"},"
                + "\"trigger\":{\"cron\":\"0 0 9 * * 1-5\",\"dialect\":\"spring\","
                + "\"from\":\"2027-01-01T00:00:00Z\",\"until\":\"2028-01-01T00:00:00Z\"},"
                + "\"enabled\":false,\"catchUpWindow\":\"PT2H\","
                + "\"retry\":{\"maxAttempts\":2,\"maxBackoff\":\"PT1H\",\"maxWorkerLosses\":0},"
                + "\"priority\":5}");
    assertThat(read("dialect")).get().asString().contains("\"dialect\":\"quartz\"");
    assertThat(read("macro")).get().asString().contains("\"trigger\":{\"cron\":\"@daily\"}");
    assertThat(read("at"))
        .get()
        .asString()
        .contains("\"trigger\":{\"at\":\"2027-01-31T09:00:00Z\"}");
    assertThat(read("none")).get().asString().doesNotContain("trigger");
    assertThat(mistakes).isEmpty();
  }

  /** What belongs to the scheduler, or is fixed: the processor is the method. */
  private static final Set<String> NOT_DECLARED = Set.of("status", "etag");

  @Test
  void canSayAllThatJobDocumentCan() throws IOException, JsonException {
    Map<String, Object> definitions =
        JsonMap.of(
            (Map<?, ?>)
                JsonMap.parse(Files.readString(Path.of("../../docs/job-file.schema.json")))
                    .get("$defs"));
    Map<String, Set<String>> said = new TreeMap<>();
    for (String method : List.of("everything", "broadcast", "delay", "at")) {
      Map<String, Object> job = JsonMap.parse(read(method).orElseThrow());
      collect("JobInFile", job, said);
      collect("Trigger", job.get("trigger"), said);
      collect("DailyWindow", JsonMap.of((Map<?, ?>) job.get("trigger")).get("within"), said);
      collect("Retry", job.get("retry"), said);
      collect("Alerts", job.get("alerts"), said);
      collect("OnFailure", job.get("onFailure"), said);
      collect("FanOut", job.get("fanOut"), said);
      collect("JobLink", job.get("links") instanceof List<?> links ? links.get(0) : null, said);
    }
    assertThat(mistakes).isEmpty();
    said.forEach(
        (definition, fields) -> {
          Map<String, Object> properties =
              JsonMap.of(
                  (Map<?, ?>)
                      JsonMap.of((Map<?, ?>) definitions.get(definition)).get("properties"));
          assertThat(fields)
              .as(definition)
              .containsExactlyInAnyOrderElementsOf(
                  properties.keySet().stream()
                      .filter(field -> !NOT_DECLARED.contains(field))
                      .toList());
        });
    assertThat(said).hasSize(8);
  }

  private static void collect(String definition, Object value, Map<String, Set<String>> said) {
    if (value instanceof Map<?, ?> fields) {
      fields
          .keySet()
          .forEach(
              field ->
                  said.computeIfAbsent(definition, key -> new TreeSet<>())
                      .add(String.valueOf(field)));
    }
  }

  @Test
  void declaresNoJobWhenTriggerIsDisabled() {
    assertThat(read("off")).isEmpty();
    assertThat(mistakes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "atWord | at is 'tomorrow' and must be an instant such as 2027-01-31T09:00:00Z. Correct it.",
        "unknownDialect | there is no dialect 'cronie'. Use quartz, unix, spring.",
        "broadcastOfShards | broadcast has one part for each worker, all at once. Leave shards",
        "broadcastTwice | a part of a broadcast runs on its own worker only, once. Leave max",
        "toleratesNothing | parallelism and tolerate belong to parts. Set shards or broadcast, too.",
        "toleratesMuch | tolerate is '101%' and must be a number of parts from 0 to 10000, or a",
        "manyShards | shards is 10001 and must be from 0 to 10000. Correct it.",
        "scriptLink | the link 'javascript:alert(1)' of @OrrerySchedule must have the form title=",
        "passwordLink | the link 'Runbook=https://user:pw@example.org/' of @OrrerySchedule must have",
        "dialectOfEvery | 'dialect' belongs to 'cron' only. Leave it out.",
        "zoneOfNone | zone and jitter of @OrrerySchedule need a trigger.",
        "maxWorkerLosses | maxWorkerLosses is -1 and must be from 0 to 1000. Correct it.",
        "twice | the parameter 'n' is there twice. Keep one.",
        "two | A trigger has exactly one of 'cron', 'every', 'delay' and 'at'; this one has cron and every.",
        "zoneOfEvery | 'zone' belongs to 'cron', and to 'every' with 'within'. Leave it out.",
        "within | within is '9-18' and must be two local times, such as 09:00-18:30. Correct it.",
        "withinOfCron | 'within' belongs to 'every' only. Leave it out.",
        "day | there is no day 'Sunday'. Use MON, TUE, WED, THU, FRI, SAT, SUN.",
        "daysOfEvery | days belong to within. Set it, such as 09:00-18:30, or leave them out.",
        "zone | there is no zone 'Europe/Berln'. Use a name such as Europe/Berlin.",
        "every | every is 'soon' and must be",
        "placeholder | cron is '${absent}', and its placeholder is not set",
        "maxAttempts | maxAttempts is 0 and must be from 1 to 1000. Correct it.",
        "concurrency | concurrency is -1 and must be from 0 to 10000. Correct it.",
        "overdue | noSuccessFor is PT10S and must be from PT1M to PT9600H. Correct it.",
        "pauseAfter | pauseAfter is 101 and must be from 0 to 100. Correct it.",
        "priority | priority is 10 and must be from 0 to 9. Correct it.",
        "parameters | the parameter 'dir' of @OrrerySchedule must have the form name=value.",
        "timeout | timeout is '1 parsec' and must be",
        "label | the label 'team' of @OrrerySchedule must have the form name=value",
        "labelName | the label 'te am=x' of @OrrerySchedule must have the form name=value",
        "labelValue | the value of the label 'team' must have 1 to 100 characters",
        "labelTwice | the label 'team' is there twice. Keep one.",
      })
  void refusesInvalidScheduleAndNamesTheFix(String method, String mistake) {
    assertThat(read(method)).satisfies(read -> assertThat(mistakes).hasSize(1));
    assertThat(mistakes.get(0)).startsWith(mistake);
  }

  /** What the trial of applications found accepted at the start, and refused by the scheduler. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "noDialect | Cron field 'day of week' is '1-5': dialects read it differently",
        "never | The cron expression '0 0 0 31 2 *' never fires",
        "everyZero | 'every' must be from PT1S to P3650D",
        "longJitter | 'jitter' must be less than the shortest gap between fire times",
        "noTimeout | timeout is PT0S and must be from PT1S to PT720H. Correct it.",
        "tag | 'eu west' of requiredTags must be 1 to 100 characters",
        "manyTags | requiredTags has 21 names and may have 20. Name fewer.",
        "offset | there is no zone '+02:00'. Use a name such as Europe/Berlin. An offset is not a",
        "untilBeforeFrom | The trigger never fires: 'until'",
        "atAfterUntil | 'at', 2027-01-02T00:00:00Z, is not between 'from' and 'until', so it never fires.",
        "wholeDay | 'within.to' equals 'within.from'",
        "reservedName | the parameter 'orrery.x' has a reserved name. Choose one without orrery.",
        "parameterName | the name of the parameter 'a b' must be 1 to 100 characters",
      })
  void refusesScheduleThatSchedulerWouldRefuse(String method, String mistake) {
    assertThat(read(method, Optional.empty())).satisfies(read -> assertThat(mistakes).hasSize(1));
    assertThat(mistakes.get(0)).startsWith(mistake);
  }

  @Test
  void acceptsTriggerInThePast() {
    read("over");
    read("ofPastYear");

    assertThat(mistakes).isEmpty();
  }

  private Optional<String> read(String method) {
    return read(method, Optional.of("spring"));
  }

  private Optional<String> read(String method, Optional<String> dialect) {
    try {
      OrrerySchedule schedule =
          Schedules.class.getDeclaredMethod(method).getAnnotation(OrrerySchedule.class);
      return new ScheduleReader(ScheduleReaderTest::resolved, dialect, mistakes::add)
          .read("job", schedule)
          .map(JobDeclaration::document);
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  private static String resolved(String text) {
    if (text.contains("${absent}")) {
      throw new IllegalArgumentException("absent");
    }
    return text.replace("${off}", "-").replace("${tag}", "blue");
  }
}
