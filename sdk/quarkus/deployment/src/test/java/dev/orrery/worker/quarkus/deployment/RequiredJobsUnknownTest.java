package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.client.OrreryClient;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests an application whose scheduler is away while it checks its required jobs. */
@Tag("thorough")
class RequiredJobsUnknownTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withEmptyApplication()
          .overrideConfigKey("orrery.client.app", "billing")
          .overrideConfigKey("orrery.client.token", "of-client")
          .overrideConfigKey("orrery.client.server", "http://localhost:1")
          .overrideConfigKey("orrery.client.required-jobs", "send-invoice")
          .setLogRecordPredicate(record -> record.getLevel().equals(Level.WARNING))
          .assertLogRecords(
              records ->
                  assertThat(records)
                      .extracting(LogRecord::getMessage)
                      .anyMatch(line -> line.contains("Failed to check the required jobs")));

  @Inject OrreryClient client;

  @Test
  void startsWithWarning() {
    assertThat(client.app()).isEqualTo("billing");
  }
}
