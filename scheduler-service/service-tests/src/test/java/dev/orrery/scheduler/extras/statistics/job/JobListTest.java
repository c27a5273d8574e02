package dev.orrery.scheduler.extras.statistics.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class JobListTest {
  private static final String ONE_ATTEMPT =
      "{\"processor\":{\"type\":\"noop\"},\"retry\":{\"maxAttempts\":1}}";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("alpha").withJob("beta_1").withJob("Gamma");
  }

  @ParameterizedTest
  @CsvSource({"search=ALPHA, alpha", "search=m, Gamma", "search=_, beta_1", "search=%25, ''"})
  void findsJobsByPartOfName(String query, String found) {
    Json answer = list(query);

    assertThat(String.join(" ", answer.getStrings("items.name"))).isEqualTo(found);
    assertThat(answer.getInt("total")).isEqualTo(found.isEmpty() ? 0 : 1);
  }

  @Test
  void findsFailingJobsWithStatisticsAmongManyJobs() {
    StringBuilder jobs = new StringBuilder();
    for (int n = 0; n < 400; n++) {
      jobs.append(
          "%s{\"name\":\"job-%03d\",\"processor\":{\"type\":\"noop\"}}"
              .formatted(n == 0 ? "" : ",", n));
    }
    apply(jobs.toString());
    app.withJob("zeta", ONE_ATTEMPT);
    TestWorker worker = app.worker();
    String failed = app.run("zeta");
    worker.fail(worker.take(), "exit 3");
    app.run("job-001");
    worker.succeed(worker.take());

    Json failing = list("filter=FAILING&ends=5");
    Json sorted = list("sort=successRate&limit=3");

    assertThat(failing.getStrings("items.name")).containsExactly("zeta");
    assertThat(failing.getInt("total")).isOne();
    assertThat(failing.getString("statistics[0].job")).isEqualTo("zeta");
    assertThat(failing.getString("statistics[0].ends[0].id")).isEqualTo(failed);
    assertThat(failing.getString("statistics[0].lastError")).contains("exit 3");
    assertThat(sorted.getStrings("items.name")).startsWith("zeta", "job-001");
    assertThat(sorted.getInt("total")).isEqualTo(404);
  }

  @Test
  void listsPausedAndDisabledJobs() {
    app.withJob("off", "{\"processor\":{\"type\":\"noop\"},\"enabled\":false}");
    app.asOperator().post(app.path("/jobs/alpha/pause")).then().statusCode(200);

    assertThat(list("filter=PAUSED").getStrings("items.name")).containsExactly("alpha");
    assertThat(list("filter=DISABLED").getStrings("items.name")).containsExactly("off");
    assertThat(list("filter=ENABLED").getStrings("items.name")).containsExactly("Gamma", "beta_1");
    assertThat(list("sort=state&limit=2").getStrings("items.name")).containsExactly("alpha", "off");
  }

  @Test
  void listsOverdueJobs() {
    String alerts = "{\"processor\":{\"type\":\"noop\"},\"alerts\":{\"noSuccessFor\":\"PT1H\"}}";
    app.withJob("backup", alerts).withJob("in-time", alerts);
    TestDatabase.update(
        """
        update job_watch w set overdue_since = statement_timestamp() from job j join app a on a.id = j.app_id
        where j.id = w.job_id and j.name = 'backup' and a.name = ?
        """,
        app.name());

    assertThat(list("filter=OVERDUE").getStrings("items.name")).containsExactly("backup");
    assertThat(list("sort=state&limit=1").getStrings("items.name")).containsExactly("backup");
    assertThat(list("filter=OVERDUE").getString("items[0].status.overdueSince")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"limit=500", "sort=name", "sort=-name", "sort=nextFireTime", "sort=-successRate"})
  void returnsEachJobOncePageByPage(String query) {
    for (int n = 0; n < 4; n++) {
      app.withJob("more-" + n);
    }
    List<String> all = list(query).getStrings("items.name");
    String two = query.equals("limit=500") ? "limit=2" : query + "&limit=2";
    List<String> read = new ArrayList<>();
    String after = null;
    do {
      Json page = list(two + (after == null ? "" : "&after=" + after));
      read.addAll(page.getStrings("items.name"));
      assertThat(page.getInt("total")).isEqualTo(7);
      after = page.getString("next");
    } while (after != null);

    assertThat(read).isEqualTo(all).hasSize(7).doesNotHaveDuplicates();
  }

  @Test
  void limitsPageWithStatistics() {
    StringBuilder jobs = new StringBuilder();
    for (int n = 0; n < 110; n++) {
      jobs.append(
          "%s{\"name\":\"job-%03d\",\"processor\":{\"type\":\"noop\"}}"
              .formatted(n == 0 ? "" : ",", n));
    }
    apply(jobs.toString());

    assertThat(list("limit=500&ends=1").getStrings("statistics.job")).hasSize(100);
    assertThat(list("limit=500").getStrings("items.name")).hasSize(113);
    assertThat(list("limit=500").getString("statistics")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "filter=failing, filter, must be one of ENABLED",
    "sort=--name, sort, must be one of name",
    "sort=-, sort, must be one of name",
    "ends=21, ends, from 1 to 20",
    "sort=nextFireTime&after=x:y, after, cursor of a page",
  })
  void refusesInvalidParameterAndNamesField(String query, String field, String text) {
    Refused.with(ErrorCode.INVALID, call(query)).at(field).saying(text);
  }

  @Test
  void refusesSearchTextOver100Characters() {
    Refused.with(ErrorCode.INVALID, call("search=" + "x".repeat(101)))
        .at("search")
        .saying("1 to 100 characters");
  }

  private void apply(String jobs) {
    app.asOperator()
        .body("{\"jobs\":[" + jobs + "]}")
        .post(app.path("/jobs:apply"))
        .then()
        .statusCode(200);
  }

  private Json list(String query) {
    Response response = call(query);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response.as(Json.class);
  }

  private Response call(String query) {
    return app.asViewer().urlEncodingEnabled(false).get(app.path("/jobs?" + query));
  }
}
