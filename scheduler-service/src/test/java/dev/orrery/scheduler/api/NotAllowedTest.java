package dev.orrery.scheduler.api;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestClient;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class NotAllowedTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /api/v1/apps",
    "POST, /api/v1/apps",
    "POST, /api/v1/apps/any",
    "PATCH, /api/v1/apps/any",
    "POST, /api/v1/apps/any/jobs",
    "POST, /api/v1/schemas/job-file",
    "GET, /api/v1/apps/any/jobs:apply",
    "PUT, /api/v1/apps/any/jobs:apply",
    "PATCH, /api/v1/apps/any/jobs/any",
    "GET, /api/v1/apps/any/jobs/any/instances",
    "DELETE, /api/v1/apps/any/instances",
    "DELETE, /api/v1/instances/1",
    "GET, /api/v1/instances/1/cancel",
    "TRACE, /api/v1/apps",
    "GET, /discovery/v1",
  })
  void methodThatPathDoesNotTakeIsNotAllowed(String method, String path) {
    Refused.with(ErrorCode.METHOD_NOT_ALLOWED, app.asOperator().request(method, path));
  }

  @Test
  void workerOperationsArePostsOnly() {
    for (WorkerOperation<?, ?> verb : WorkerOperation.ALL) {
      for (String method : new String[] {"GET", "PUT", "DELETE"}) {
        Refused.with(
            ErrorCode.METHOD_NOT_ALLOWED,
            Api.as(app.token(TestApp.TokenRole.WORKER))
                .port(TestClient.port())
                .request(method, verb.path()));
      }
    }
  }
}
