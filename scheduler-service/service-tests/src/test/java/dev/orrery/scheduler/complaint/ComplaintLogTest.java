package dev.orrery.scheduler.complaint;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** Checks that the log messages that must fail a test are found. */
@QuarkusTest
class ComplaintLogTest {
  private static final Logger LOG = Logger.getLogger("of.a.test");

  @Test
  void collectsOnlyMessagesAboutBrokenInvariants() {
    ComplaintLog.OF_THIS_QUARKUS.take();

    LOG.errorf("Fire times already had an instance; created no second one: count=%d", 3);
    LOG.error(
        "Due-work loop failed; retrying in 1 s", new IllegalStateException("Nothing overlaps"));
    LOG.error("something else");

    assertThat(ComplaintLog.OF_THIS_QUARKUS.take())
        .containsExactly(
            "of.a.test: Fire times already had an instance; created no second one: count=3",
            "of.a.test: java.lang.IllegalStateException: Nothing overlaps");
    assertThat(ComplaintLog.OF_THIS_QUARKUS.take()).isEmpty();
  }
}
