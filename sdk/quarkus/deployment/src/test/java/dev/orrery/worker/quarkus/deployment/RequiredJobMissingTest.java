package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("thorough")
class RequiredJobMissingTest {
  /** Quarkus loads this class once more: the application calls that of the first time. */
  private static final JobsApi API = new JobsApi();

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(jar -> jar.addClasses(JobsApi.class, Observer.class))
          .overrideConfigKey("orrery.client.app", "billing")
          .overrideConfigKey("orrery.client.token", "of-client")
          .overrideConfigKey("orrery.client.server", API.url())
          .overrideConfigKey("orrery.client.required-jobs", "send-invoise,print")
          .setAfterAllCustomizer(API::close)
          .assertException(
              failure ->
                  assertThat(failure)
                      .isInstanceOf(ConfigurationException.class)
                      .hasMessageContaining("orrery.client.required-jobs names jobs")
                      .hasMessageContaining("app 'billing': 'send-invoise' (did you mean")
                      .hasMessageContaining("'print'"));

  @ApplicationScoped
  static class Observer {
    void start(@Observes StartupEvent event) {
      throw new IllegalStateException("An observer has run before the check");
    }
  }

  @AfterAll
  static void closeServerOfThisLoader() {
    API.close();
  }

  @Test
  void refusesToStartWithoutRequiredJobs() {
    throw new AssertionError("The application has started");
  }
}
