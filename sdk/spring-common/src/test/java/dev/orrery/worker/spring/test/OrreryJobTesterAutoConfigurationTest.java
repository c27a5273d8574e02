package dev.orrery.worker.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import dev.orrery.worker.test.OrreryJobTester;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class OrreryJobTesterAutoConfigurationTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withPropertyValues("orrery.worker.enabled=false")
          .withConfiguration(
              AutoConfigurations.of(
                  OrreryWorkerAutoConfiguration.class, OrreryJobTesterAutoConfiguration.class));

  @Test
  void providesJobTesterInApplicationContext() {
    runner.run(context -> assertThat(context).hasSingleBean(OrreryJobTester.class));
  }

  @Test
  void startsWithoutJobTesterOnClasspath() {
    runner
        .withClassLoader(new FilteredClassLoader(OrreryJobTester.class))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(OrreryJobTesterAutoConfiguration.class));
  }
}
