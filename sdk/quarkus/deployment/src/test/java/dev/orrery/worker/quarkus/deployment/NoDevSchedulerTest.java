package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests a start for which no packaged scheduler is known: it needs a token, as in production. */
@Tag("thorough")
class NoDevSchedulerTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(Billing.class))
          .overrideConfigKey("orrery.worker.enabled", "true")
          .overrideConfigKey("orrery.worker.app", "billing")
          .setLogRecordPredicate(
              line -> line.getLoggerName().equals(DevServiceProcessor.class.getName()))
          .assertLogRecords(
              lines ->
                  assertThat(lines)
                      .singleElement()
                      .extracting(LogRecord::getMessage)
                      .asString()
                      .contains("quarkus.orrery.devservices.home", "ORRERY_HOME"))
          .assertException(
              failure ->
                  assertThat(failure).hasMessageContaining("orrery.worker.token is not set"));

  @ApplicationScoped
  static class Billing {
    @OrreryJob("import")
    void importOrders() {}
  }

  @Test
  void refusesToStartWithoutToken() {
    throw new AssertionError("The application has started");
  }
}
