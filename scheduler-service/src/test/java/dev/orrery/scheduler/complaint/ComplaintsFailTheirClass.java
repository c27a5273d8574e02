package dev.orrery.scheduler.complaint;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.callback.QuarkusTestAfterAllCallback;
import io.quarkus.test.junit.callback.QuarkusTestBeforeClassCallback;
import io.quarkus.test.junit.callback.QuarkusTestContext;

/**
 * Fails each class of tests during which the scheduler complained of itself, whatever the tests
 * look at. Quarkus finds it as a service. What is logged between two classes counts for the second.
 */
public final class ComplaintsFailTheirClass
    implements QuarkusTestBeforeClassCallback, QuarkusTestAfterAllCallback {

  @Override
  public void beforeClass(Class<?> testClass) {
    ComplaintLog.OF_THIS_QUARKUS.listen();
  }

  @Override
  public void afterAll(QuarkusTestContext context) {
    assertThat(ComplaintLog.OF_THIS_QUARKUS.take())
        .as("what the scheduler complained of during its tests")
        .isEmpty();
  }
}
