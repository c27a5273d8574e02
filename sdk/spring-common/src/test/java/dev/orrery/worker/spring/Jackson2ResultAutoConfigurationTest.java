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
import dev.orrery.worker.test.TestedRun;
import java.util.List;
import java.util.Map;
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

  static class Reading {
    @OrreryJob("read-orders")
    Imported read(List<Imported> parts) {
      return parts.get(0);
    }
  }

  @Test
  void writesResultsAndReadsRecordsWithObjectMapperOfApplication() {
    runner
        .withBean(Reading.class)
        .withBean(
            ObjectMapper.class,
            () ->
                JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build())
        .run(
            context -> {
              assertThat(result(context)).hasValue("{\"row_count\":12}");
              assertThat(run(context, "[{\"row_count\": 7}]").result())
                  .hasValue("{\"row_count\":7}");
              assertThat(run(context, "[{}] []").error().orElseThrow())
                  .startsWith("The parameter 'parts' is '[{}] []', which is not of type");
            });
  }

  private static TestedRun run(ApplicationContext context, String parts) {
    return context.getBean(OrreryJobTester.class).run("read-orders", Map.of("parts", parts));
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
