package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests a start for which no packaged scheduler is known: it needs a token, as in production. */
@Tag("thorough")
class RefusedStartTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withEmptyApplication()
          .overrideConfigKey("quarkus.orrery.devservices.enabled", "true")
          .overrideConfigKey("orrery.client.app", "billing")
          .overrideConfigKey("orrery.client.required-jobs", "send-invoice")
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
                  assertThat(failure)
                      .isInstanceOf(ConfigurationException.class)
                      .hasMessageContaining("orrery.client.token is not set"));

  @Test
  void refusesToStartWithoutToken() {
    throw new AssertionError("The application has started");
  }
}
