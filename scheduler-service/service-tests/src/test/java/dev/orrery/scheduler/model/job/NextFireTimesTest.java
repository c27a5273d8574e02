package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class NextFireTimesTest {
  @Inject
  @DataSource("engine")
  AgroalDataSource database;

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void firesAtEndOfDaylightSavingGap() {
    trigger("{\"cron\":\"0 30 2 * * *\",\"zone\":\"Europe/Berlin\"}");

    assertThat(next("count=3&from=2027-03-27T00:00:00Z"))
        .containsExactly("2027-03-27T01:30:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z");
  }

  @Test
  void usesUtcForCronByDefault() {
    trigger("{\"cron\":\"0 30 2 * * *\"}");

    assertThat(next("count=1&from=2027-03-28T00:00:00Z")).containsExactly("2027-03-28T02:30:00Z");
  }

  @Test
  void returnsFireTimesStrictlyAfterFromParameter() {
    trigger("{\"cron\":\"0 30 2 * * *\"}");

    assertThat(next("count=1&from=2027-03-28T02:30:00Z")).containsExactly("2027-03-29T02:30:00Z");
    assertThat(next("count=1&from=2027-03-28T04:29:59.999%2B02:00"))
        .containsExactly("2027-03-28T02:30:00Z");
  }

  @Test
  void countsFixedRateFromStart() {
    trigger("{\"every\":\"PT6H\",\"from\":\"2127-01-01T03:00:00Z\"}");

    assertThat(next("count=2")).containsExactly("2127-01-01T03:00:00Z", "2127-01-01T09:00:00Z");
    assertThat(next("count=2&from=2127-01-01T03:00:00Z"))
        .containsExactly("2127-01-01T09:00:00Z", "2127-01-01T15:00:00Z");
  }

  @Test
  void describesWindowAndReturnsItsFireTimesAcrossClockChange() {
    trigger(
        "{\"every\":\"PT4H\",\"zone\":\"Europe/Berlin\","
            + "\"within\":{\"from\":\"09:00\",\"to\":\"18:30\",\"days\":[\"SUN\",\"SAT\"]}}");

    assertThat(next("count=4&from=2027-03-27T09:00:00Z"))
        .containsExactly(
            "2027-03-27T12:00:00Z",
            "2027-03-27T16:00:00Z",
            "2027-03-28T07:00:00Z",
            "2027-03-28T11:00:00Z");
    assertThat(preview("/jobs/job/fire-times?count=1").getString("description"))
        .isEqualTo("every 4 hours from 09:00 to 18:30 on weekends (SAT,SUN), Europe/Berlin");
    assertThat(preview("/jobs/job").getStrings("trigger.within.days"))
        .containsExactly("SAT", "SUN");
    assertThat(preview("/jobs/job").getString("trigger.within.to")).isEqualTo("18:30");
  }

  @Test
  void countsFixedRateFromCreationWithoutStart() {
    Instant before = Instant.now().minusSeconds(60);
    trigger("{\"every\":\"PT1H\"}");

    List<String> next = next("count=2");

    Instant first = Instant.parse(next.get(0));
    assertThat(first).isBetween(before.plusSeconds(3600), Instant.now().plusSeconds(3660));
    assertThat(Duration.between(first, Instant.parse(next.get(1)))).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void returnsFireTimesUpToUntilParameter() {
    trigger(
        "{\"every\":\"PT6H\",\"from\":\"2127-01-01T00:00:00Z\",\"until\":\"2127-01-01T12:00:00Z\"}");

    assertThat(next("count=100"))
        .containsExactly("2127-01-01T00:00:00Z", "2127-01-01T06:00:00Z", "2127-01-01T12:00:00Z");
    assertThat(next("from=2127-01-01T12:00:00Z")).isEmpty();
  }

  @Test
  void returnsSingleFireTimeOfOneTimeTrigger() {
    trigger("{\"at\":\"2127-01-01T00:00:00Z\"}");

    assertThat(next("count=5")).containsExactly("2127-01-01T00:00:00Z");
    assertThat(next("from=2127-01-01T00:00:00Z")).isEmpty();
  }

  @Test
  void returnsOnlyNextFireTimeOfFixedDelay() {
    trigger("{\"delay\":\"PT1H\",\"from\":\"2127-01-01T00:00:00Z\"}");

    assertThat(next("count=5")).containsExactly("2127-01-01T00:00:00Z");
  }

  @Test
  void ignoresJitterInFireTimes() {
    trigger("{\"cron\":\"0 30 2 * * *\",\"jitter\":\"PT10M\"}");

    assertThat(next("count=1&from=2027-03-28T00:00:00Z")).containsExactly("2027-03-28T02:30:00Z");
  }

  @Test
  void returnsNoFireTimesForJobWithoutTrigger() {
    app.withJob("job");

    assertThat(next("count=5")).isEmpty();
  }

  @Test
  void returnsFireTimesOfDisabledJob() {
    app.withJob(
        "job",
        "{\"processor\":{\"type\":\"noop\"},\"enabled\":false,\"trigger\":{\"cron\":\"0 30 2 * * *\"}}");

    assertThat(next("count=1&from=2027-03-28T00:00:00Z")).containsExactly("2027-03-28T02:30:00Z");
  }

  @Test
  void returnsFiveFireTimesByDefault() {
    trigger("{\"cron\":\"* * * * * *\"}");

    assertThat(next("from=2127-01-01T00:00:00Z")).hasSize(5);
    assertThat(next("count=100")).hasSize(100).isSorted();
  }

  @Test
  void describesTriggerInWords() {
    trigger("{\"cron\":\"0 0 9 ? * 2-6\",\"dialect\":\"quartz\",\"zone\":\"Europe/Berlin\"}");

    assertThat(preview("/jobs/job/fire-times?count=1").getString("description"))
        .isEqualTo("at 09:00:00 on weekdays (MON-FRI), Europe/Berlin");
  }

  @Test
  void keepsMeaningOfCronWithoutDialectUntilTriggerEdit() {
    trigger("{\"cron\":\"0 0 0 13 * 5\",\"dialect\":\"spring\"}");
    sql(
        "update job_version set document = document #- '{trigger,dialect}' from job j, app a"
            + " where j.id = job_id and a.id = j.app_id and a.name = '"
            + app.name()
            + "'");

    assertThat(next("count=2&from=2026-01-01T00:00:00Z"))
        .containsExactly("2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z");
    assertThat(put("{\"cron\":\"0 0 0 13 * 5\"},\"priority\":9").statusCode()).isEqualTo(200);
    Refused.with(ErrorCode.INVALID, put("{\"cron\":\"0 0 1 13 * 5\"},\"priority\":9"))
        .at("trigger.cron")
        .saying("Set 'dialect'");
  }

  @Test
  void omitsDescriptionForJobWithoutTrigger() {
    app.withJob("job");

    assertThat(preview("/jobs/job/fire-times").getMap("")).containsOnlyKeys("fireTimes");
  }

  @Test
  void describesCronExpressionWithoutJobAndReturnsFireTimes() {
    Json answer =
        Json.of(
            cron("cron=0 0 9 LW * ?&zone=Europe/Berlin&count=2&from=2027-01-01T00:00:00Z"), 200);

    assertThat(answer.getString("description"))
        .isEqualTo("at 09:00:00 on the last weekday (MON-FRI) of the month, Europe/Berlin");
    assertThat(answer.getStrings("fireTimes"))
        .containsExactly("2027-01-29T08:00:00Z", "2027-02-26T08:00:00Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cron    | zone=UTC
          cron    | cron=
          cron    | cron=0 0 25 * * *
          cron    | cron=0 0 9 * * 2
          cron    | cron=0 0 9 1 1 ? 2020
          cron    | cron=0 0 9 1 1 ? 2027&from=2028-01-01T00:00:00Z
          dialect | cron=0 0 9 * * 2&dialect=vixie
          zone    | cron=0 0 9 * * *&zone=Europe/Atlantis
          count   | cron=0 0 9 * * *&count=101
          from    | cron=0 0 9 * * *&from=today
          """)
  void refusesInvalidCronQueryAndNamesField(String field, String query) {
    Refused.with(ErrorCode.INVALID, cron(query)).at(field);
  }

  @Test
  void returnsNoFireTimesAfterLatestPossibleInstant() {
    trigger("{\"cron\":\"0 0 3 29 2 *\"}");

    Response response =
        app.asViewer().get(app.path("/jobs/job/fire-times?count=2&from=9999-12-31T23:59:59.999Z"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.as(Json.class).getList("fireTimes")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "count, count=0",
    "count, count=101",
    "count, count=all",
    "from,  from=today",
    "from,  from=%2B999999999-12-31T23:59:59Z",
    "from,  from=-999999999-01-01T00:00:00Z",
    "from,  from=1969-12-31T23:59:59Z",
    "from,  from=2027-01-01T00:00:00",
  })
  void refusesInvalidParameterAndNamesField(String field, String query) {
    trigger("{\"cron\":\"0 0 3 * * *\"}");

    Refused.with(ErrorCode.INVALID, app.asViewer().get(app.path("/jobs/job/fire-times?" + query)))
        .at(field);
  }

  private void trigger(String trigger) {
    app.withJob("job", "{\"processor\":{\"type\":\"noop\"},\"trigger\":" + trigger + "}");
  }

  private List<String> next(String query) {
    return preview("/jobs/job/fire-times?" + query).getStrings("fireTimes");
  }

  private Json preview(String path) {
    return Json.of(app.asViewer().get(app.path(path)), 200);
  }

  private Response put(String trigger) {
    return app.putJob("job", "{\"processor\":{\"type\":\"noop\"},\"trigger\":" + trigger + "}");
  }

  private void sql(String statement) {
    try (Connection connection = database.getConnection();
        Statement one = connection.createStatement()) {
      assertThat(one.executeUpdate(statement)).isPositive();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private Response cron(String query) {
    return app.asViewer().get("/api/v1/cron/fire-times?" + query.replace(" ", "%20"));
  }
}
