package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("thorough")
class RequiredJobsWithoutTokenTest {

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withEmptyApplication()
          .overrideConfigKey("orrery.client.app", "billing")
          .overrideConfigKey("orrery.client.required-jobs", "send-invoice")
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
