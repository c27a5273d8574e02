package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.ResultWriter;
import dev.orrery.worker.spring.test.OrreryJobTesterAutoConfiguration;
import dev.orrery.worker.test.OrreryJobTester;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class Jackson2ResultAutoConfigurationTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  Jackson2ResultAutoConfiguration.class,
                  OrreryWorkerAutoConfiguration.class,
                  OrreryJobTesterAutoConfiguration.class))
          .withPropertyValues("orrery.worker.enabled=false")
          .withBean(Billing.class);

  record Imported(int rowCount) {}

  static class Billing {
    @OrreryJob("import-orders")
    Imported importOrders() {
      return new Imported(12);
    }
  }

  @Test
  void writesResultsWithObjectMapperOfApplication() {
    runner
        .withBean(
            ObjectMapper.class,
            () ->
                JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build())
        .run(context -> assertThat(result(context)).hasValue("{\"row_count\":12}"));
  }

  private static Optional<String> result(ApplicationContext context) {
    return context.getBean(OrreryJobTester.class).run("import-orders").result();
  }

  @Test
  void prefersResultWriterOfApplication() {
    runner
        .withBean(ObjectMapper.class)
        .withBean(ResultWriter.class, () -> result -> "own")
        .run(context -> assertThat(result(context)).hasValue("own"));
  }

  @Test
  void refusesObjectResultsWithoutJsonLibrary() {
    runner
        .withClassLoader(new FilteredClassLoader(ObjectMapper.class))
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .isInstanceOf(InvalidJobsException.class)
                    .hasMessageContaining("it returns a Imported, and there is no library"));
  }
}
