package dev.orrery.worker.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class OrreryWorkerHealthAutoConfigurationTest {
  private static final String OFF = "orrery.worker.enabled=false";

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  OrreryWorkerAutoConfiguration.class, OrreryWorkerHealthAutoConfiguration.class))
          .withPropertyValues(
              "orrery.worker.app=billing", "orrery.worker.token=orrery_test_token_0123456789");

  @Test
  void registersHealthIndicatorOfWorker() {
    runner.run(
        context -> {
          assertThat(context).hasBean("orreryWorkerHealthIndicator");
          Health health = context.getBean(HealthIndicator.class).health();
          assertThat(health.getStatus().getCode()).isEqualTo("UNKNOWN");
          assertThat(health.getDetails())
              .containsEntry("reason", "the application is not ready yet");
        });
  }

  @Test
  void omitsHealthIndicatorWhenDisabled() {
    runner
        .withPropertyValues("management.health.orrery-worker.enabled=false")
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthIndicator.class));
  }

  @Test
  void omitsHealthIndicatorWithoutWorker() {
    runner
        .withPropertyValues(OFF)
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthIndicator.class));
  }

  @Test
  void startsWithoutActuator() {
    runner
        .withClassLoader(new FilteredClassLoader(HealthIndicator.class))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(OrreryWorkerHealthAutoConfiguration.class));
  }
}
