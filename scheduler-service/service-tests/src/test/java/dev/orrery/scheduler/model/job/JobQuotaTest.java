package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Json;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class JobQuotaTest {
  private static final String NOOP = "{\"processor\":{\"type\":\"noop\"}}";
  private static final String TAGGED =
      "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"%s\"]}";
  private static final String FILE =
      """
      {"owner":"deploy","prune":%s,"jobs":[{"name":"%s","processor":{"type":"noop"}}]}
      """;

  private record Limits(int maxPerApp, int maxLanesPerApp, int maxDocumentMibPerApp)
      implements JobConfig {}

  @Inject JobStore store;
  private TestApp app;

  @BeforeEach
  void createJob() {
    QuarkusMock.installMockForType(new JobQuota(store, new Limits(3, 2, 1)), JobQuota.class);
    app = TestApp.create();
    assertThat(apply(false, "kept").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesJobBeyondMaximum() {
    fillApp();

    for (String query : new String[] {"", "?dryRun=true"}) {
      Refused.with(
              ErrorCode.INVALID, app.asOperator().body(NOOP).put(app.path("/jobs/further" + query)))
          .at("name")
          .saying("'name' adds 1 to the 3 jobs", "at most 3 (orrery.jobs.max-per-app)");
    }

    assertThat(app.getJob("further").statusCode()).isEqualTo(404);
  }

  @Test
  void allowsChangeAndReplacementOfJobsInFullApp() {
    fillApp();

    assertThat(app.putJob("kept", TAGGED.formatted("gpu")).statusCode()).isEqualTo(200);
    assertThat(apply(true, "instead").statusCode()).isEqualTo(200);
    assertThat(app.getJob("kept").statusCode()).isEqualTo(404);
  }

  @Test
  void allowsNewJobAfterDeletion() {
    fillApp();
    app.asOperator().delete(app.path("/jobs/kept"));

    app.withJob("instead");
  }

  @Test
  void refusesWholeFileExceedingMaximum() {
    fillApp();

    Refused.with(ErrorCode.INVALID, apply(false, "further"))
        .at("jobs")
        .saying("'jobs' adds 1 to the 3 jobs");

    assertThat(app.getJob("further").statusCode()).isEqualTo(404);
  }

  @Test
  void limitsJobsPerAppIndependently() {
    fillApp();

    TestApp.create().withJob("job");
  }

  @Test
  void refusesJobBeyondMaximumNumberOfLanes() {
    app.withJob("gpu", TAGGED.formatted("gpu"));

    Refused.with(ErrorCode.INVALID, app.putJob("further", TAGGED.formatted("arm")))
        .at("requiredTags")
        .saying("of job 'further' make a new lane", "at most 2 (orrery.jobs.max-lanes-per-app)");
    Refused.with(ErrorCode.INVALID, app.putJob("kept", TAGGED.formatted("arm"))).at("requiredTags");

    assertThat(app.getJob("further").statusCode()).isEqualTo(404);
    app.withJob("in-a-known-lane");
    TestApp.create().withJob("gpu", TAGGED.formatted("arm"));
  }

  @Test
  void refusesVersionBeyondDocumentByteLimitOfApp() {
    for (int version = 1; version <= 16; version++) {
      app.withJob("large", large());
    }

    Refused.with(ErrorCode.INVALID, app.putJob("large", large()))
        .at("name")
        .saying("job 'large'", "at most 1 MiB (orrery.jobs.max-document-mib-per-app)");
    Refused.with(
            ErrorCode.INVALID,
            app.asOperator()
                .body("{\"jobs\":[" + large().replaceFirst("\\{", "{\"name\":\"other\",") + "]}")
                .post(app.path("/jobs:apply")))
        .at("name");

    assertThat(app.getJob("large").as(Json.class).getInt("status.version")).isEqualTo(16);
    assertThat(app.getJob("other").statusCode()).isEqualTo(404);
    assertThat(app.asOperator().delete(app.path("/jobs/large")).statusCode()).isEqualTo(204);
    Refused.with(ErrorCode.INVALID, app.putJob("large", large())).at("name");
    app.withJob("small");
    TestApp.create().withJob("large", large());
  }

  /** 63,000 characters that cannot be compressed. */
  private static String large() {
    byte[] bytes = new byte[47_250];
    new SecureRandom().nextBytes(bytes);
    return "{\"processor\":{\"type\":\"shell\",\"script\":\"%s\"}}"
        .formatted(Base64.getEncoder().encodeToString(bytes));
  }

  private void fillApp() {
    app.withJob("second").withJob("third");
  }

  private Response apply(boolean prune, String name) {
    return app.asOperator().body(FILE.formatted(prune, name)).post(app.path("/jobs:apply"));
  }
}
