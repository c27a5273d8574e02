package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Upcoming fires of all jobs of an app. */
@QuarkusTest
class UpcomingFireTest {
  private final Instant soon =
      Instant.now().plus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @Test
  void listsFiresOfAllJobsInTimeOrder() {
    job("later", "\"at\":\"" + soon.plusSeconds(2) + "\"");
    job("first", "\"at\":\"" + soon + "\"");
    app.withJob("idle");

    Json answer = fires("");

    assertThat(answer.getStrings("items.job")).containsExactly("first", "later");
    assertThat(answer.getStrings("items.at"))
        .containsExactly(soon.toString(), soon.plusSeconds(2).toString());
    assertThat(answer.getBoolean("more")).isFalse();
    assertThat(fires("?until=" + soon.plusSeconds(1)).getStrings("items.job"))
        .containsExactly("first");
    assertThat(fires("?limit=1").getBoolean("more")).isTrue();
  }

  @Test
  void limitsSecondlyJobToTenFires() {
    job("often", "\"every\":\"PT1S\",\"from\":\"" + soon + "\"");
    job("seldom", "\"at\":\"" + soon.plusSeconds(60) + "\"");

    Json answer = fires("");

    assertThat(answer.getStrings("items.job")).hasSize(11).last().isEqualTo("seldom");
    assertThat(answer.getString("items[9].more")).isEqualTo("true");
    assertThat(answer.getString("items[8].more")).isNull();
    assertThat(answer.getBoolean("more")).isTrue();
  }

  @Test
  void countsFiresOfAllJobsPerHour() {
    job("once", "\"at\":\"" + soon + "\"");
    job("often", "\"every\":\"PT1S\",\"from\":\"" + soon.plus(Duration.ofHours(1)) + "\"");

    Json answer = app.asViewer().get(app.path("/fire-counts")).as(Json.class);

    assertThat(answer.getStrings("items.at")).hasSize(24);
    int hour = answer.getStrings("items.at").indexOf(soon.truncatedTo(ChronoUnit.HOURS).toString());
    assertThat(answer.getString("items[" + hour + "].first[0].job")).isEqualTo("once");
    assertThat(answer.getString("items[" + hour + "].fires")).isEqualTo("1");
    assertThat(answer.getString("items[" + hour + "].more")).isNull();
    assertThat(answer.getString("items[" + (hour + 2) + "].first[0].fires")).isEqualTo("60");
    assertThat(answer.getString("items[" + (hour + 2) + "].first[0].more")).isEqualTo("true");
    assertThat(answer.getBoolean("more")).isTrue();
  }

  @Test
  void excludesPausedAndDisabledJobs() {
    String at = "\"at\":\"" + soon + "\"";
    job("paused", at);
    app.asOperator().post(app.path("/jobs/paused/pause")).then().statusCode(200);
    app.withJob(
        "disabled",
        "{\"processor\":{\"type\":\"noop\"},\"enabled\":false,\"trigger\":{" + at + "}}");
    job("firing", at);

    assertThat(fires("").getStrings("items.job")).containsExactly("firing");
  }

  @Test
  void sharesReadBetweenCallsWithinTwoSeconds() {
    List<String> none = fires("").getStrings("items.job");
    job("new", "\"at\":\"" + soon + "\"");

    assertThat(none).isEmpty();
    assertThat(fires("?limit=7").getStrings("items.job")).isEmpty();
    TestApp.eventually().until(() -> fires("").getStrings("items.job").equals(List.of("new")));
  }

  @Test
  void refusesEndBeyondNextDay() {
    Instant now = Instant.now();

    for (Instant until : List.of(now.minusSeconds(1), now.plus(Duration.ofHours(25)))) {
      Refused.with(ErrorCode.INVALID, call("?until=" + until))
          .at("until")
          .saying("must be after now and at most 24 hours ahead");
    }
    assertThat(call("?until=" + now.plus(Duration.ofHours(24))).statusCode()).isEqualTo(200);
    Refused.with(ErrorCode.INVALID, call("?until=tomorrow")).at("until");
    Refused.with(ErrorCode.INVALID, call("?limit=501")).at("limit");
  }

  private void job(String name, String trigger) {
    app.withJob(name, "{\"processor\":{\"type\":\"noop\"},\"trigger\":{" + trigger + "}}");
  }

  private Json fires(String query) {
    Response response = call(query);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response.as(Json.class);
  }

  private Response call(String query) {
    return app.asViewer().get(app.path("/fire-times" + query));
  }
}
