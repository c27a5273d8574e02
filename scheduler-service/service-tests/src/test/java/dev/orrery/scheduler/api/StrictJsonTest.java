package dev.orrery.scheduler.api;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.testkit.Refused;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that other parsers accept and the API refuses. */
@QuarkusTest
class StrictJsonTest {
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
  }

  @AfterEach
  void nothingWasMade() {
    Refused.with(ErrorCode.JOB_NOT_FOUND, app.getJob("job"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"processor\":{\"type\":\"noop\"}} and more",
        "{\"processor\":{\"type\":\"noop\"}}{\"priority\":9}",
        "{\"processor\":{\"type\":\"noop\"}}]",
      })
  void refusesContentAfterTheDocumentAsMalformed(String body) {
    Refused.with(ErrorCode.MALFORMED, app.putJob("job", body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"processor\":{\"type\":\"noop\"},\"priority\":1,\"priority\":9}",
        "{\"processor\":{\"type\":\"noop\"},\"parameters\":{\"day\":\"1\",\"day\":\"2\"}}",
      })
  void refusesDuplicateFieldAsMalformed(String body) {
    Refused.with(ErrorCode.MALFORMED, app.putJob("job", body));
  }
}
