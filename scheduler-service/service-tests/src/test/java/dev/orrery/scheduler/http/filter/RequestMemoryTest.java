package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.RawHttp;
import dev.orrery.scheduler.testkit.RawHttp.Answer;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests of an app whose bodies in flight already use up its memory share. */
@QuarkusTest
class RequestMemoryTest {
  private static final String JOB = "{\"processor\":{\"type\":\"noop\"}}";

  @Inject RequestMemory memory;

  private TestApp app;
  private int id;
  private QuotaPermit most;
  private QuotaPermit rest;

  @BeforeEach
  void useUpTheShare() {
    app = TestApp.create();
    app.token(TokenRole.OPERATOR);
    id = Integer.parseInt(TestDatabase.read("select id from app where name = ?", app.name()));
    most = memory.hold(id, memory.perApp() - 1000).orElseThrow();
    rest = memory.hold(id, 1000).orElseThrow();
  }

  @AfterEach
  void giveBack() {
    most.release();
    rest.release();
  }

  @Test
  void refusesFurtherBodyOfAppBeforeReadingButAdmitsAnotherApp() throws IOException {
    Answer answer = put().withLengthOnly(1000);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.body()).contains("OVERLOADED");
    assertThat(put().inChunks(JOB.getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(429);
    TestApp.create().withJob("job");
    Api.asAdmin().body("{}").put(app.path("")).then().statusCode(200);
  }

  @Test
  void servesCallWithoutBody() {
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("job"));
  }

  @Test
  void releasesMemoryAfterResponse() {
    rest.release();

    for (int n = 0; n < 30; n++) {
      app.withJob("job");
    }
    TestApp.eventually().until(() -> holdsAgain(1000));
  }

  private boolean holdsAgain(long bytes) {
    Optional<QuotaPermit> held = memory.hold(id, bytes);
    held.ifPresent(QuotaPermit::release);
    return held.isPresent();
  }

  private RawHttp put() {
    return RawHttp.request(
        RestAssured.port, "PUT", app.path("/jobs/job"), app.token(TokenRole.OPERATOR));
  }
}
