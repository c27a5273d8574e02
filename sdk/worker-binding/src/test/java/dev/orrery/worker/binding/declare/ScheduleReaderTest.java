package dev.orrery.worker.binding.declare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.Misfire;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.Overlap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleReaderTest {
  private final List<String> mistakes = new ArrayList<>();

  interface Schedules {
    @OrrerySchedule(
        every = "15m",
        jitter = "30s",
        overlap = Overlap.CANCEL_RUNNING,
        misfire = Misfire.FIRE_ALL,
        timeout = "1h",
        maxAttempts = 3,
        backoff = "5s",
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

    @OrrerySchedule(cron = "@daily", priority = 10)
    void priority();

    @OrrerySchedule(cron = "@daily", parameters = "dir")
    void parameters();

    @OrrerySchedule(cron = "@daily", timeout = "1 parsec")
    void timeout();
  }

  @Test
  void writesDocumentWithAllGivenOptions() {
    assertThat(read("complete"))
        .contains(
            "{\"name\":\"job\",\"processor\":{\"type\":\"java\",\"name\":\"job\"},"
                + "\"trigger\":{\"every\":\"PT15M\",\"jitter\":\"PT30S\"},"
                + "\"overlap\":\"cancel-running\",\"misfire\":\"fire-all\",\"timeout\":\"PT1H\","
                + "\"retry\":{\"maxAttempts\":3,\"backoff\":\"PT5S\"},\"concurrency\":2,"
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

  @Test
  void declaresNoJobWhenTriggerIsDisabled() {
    assertThat(read("off")).isEmpty();
    assertThat(mistakes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "atWord | at is 'tomorrow' and must be an instant such as 2027-01-31T09:00:00Z. Correct it.",
        "unknownDialect | there is no dialect 'cronie'. Use quartz, unix, spring.",
        "dialectOfEvery | a dialect belongs to cron, and not to every. Leave it out.",
        "zoneOfNone | zone and jitter of @OrrerySchedule need a trigger.",
        "maxWorkerLosses | maxWorkerLosses is -1 and must be from 0 to 1000. Correct it.",
        "twice | the parameter 'n' is there twice. Keep one.",
        "two | @OrrerySchedule has cron and every. Keep one.",
        "zoneOfEvery | a zone belongs to cron or within, and not to every. Leave it out.",
        "within | within is '9-18' and must be two local times, such as 09:00-18:30. Correct it.",
        "withinOfCron | within belongs to every, and not to cron. Leave it out.",
        "day | there is no day 'Sunday'. Use MON, TUE, WED, THU, FRI, SAT, SUN.",
        "daysOfEvery | days belong to within. Set it, such as 09:00-18:30, or leave them out.",
        "zone | there is no zone 'Europe/Berln'. Use a name such as Europe/Berlin.",
        "every | every is 'soon' and must be",
        "placeholder | cron is '${absent}', and its placeholder is not set",
        "maxAttempts | maxAttempts is 0 and must be from 1 to 1000. Correct it.",
        "concurrency | concurrency is -1 and must be at least 0. Correct it.",
        "priority | priority is 10 and must be from 0 to 9. Correct it.",
        "parameters | the parameter 'dir' of @OrrerySchedule must have the form name=value.",
        "timeout | timeout is '1 parsec' and must be",
      })
  void refusesInvalidScheduleAndNamesTheFix(String method, String mistake) {
    assertThat(read(method)).satisfies(read -> assertThat(mistakes).hasSize(1));
    assertThat(mistakes.get(0)).startsWith(mistake);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 30 2 * * *",
        "*/5 * * * *",
        "0 0 12 ? * MON-FRI",
        "0 0 12 L * ?",
        "0 0 12 L-3 * ?",
        "0 0 12 15W * ?",
        "0 0 12 LW * ?",
        "0 0 12 ? * 6L",
        "0 0 12 ? * 5#2",
        "0 0 12 1,15 JAN,JUL ? 2027-2030",
        "@daily",
      })
  void acceptsCronExpressionsOfTheScheduler(String cron) {
    assertThat(CronShape.mistake(cron)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@dayly | is not a name",
        "* * * | has 3 fields",
        "0 0 24 * * * | has 24 as hour",
        "61 * * * * | has 61 as minute",
        "0 0 12 0 * ? | has 0 as day of month",
        "0 0 12 1 13 ? | has 13 as month",
        "0 0 12 ? * 8 | has 8 as day of week",
        "0 0 12 !, * * | has '!,' as day of month",
        "*/0 * * * * | has '*/0' as minute",
      })
  void refusesInvalidCronExpressions(String cron, String mistake) {
    assertThat(CronShape.mistake(cron)).get().asString().startsWith(mistake);
  }

  private Optional<String> read(String method) {
    try {
      OrrerySchedule schedule =
          Schedules.class.getDeclaredMethod(method).getAnnotation(OrrerySchedule.class);
      return new ScheduleReader(ScheduleReaderTest::resolved, Optional.of("spring"), mistakes::add)
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
