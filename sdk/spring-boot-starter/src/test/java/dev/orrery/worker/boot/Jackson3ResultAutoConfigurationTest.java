package dev.orrery.worker.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.worker.binding.JsonFormat;
import dev.orrery.worker.binding.ResultWriter;
import dev.orrery.worker.spring.Jackson2ResultAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class Jackson3ResultAutoConfigurationTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  Jackson2ResultAutoConfiguration.class, Jackson3ResultAutoConfiguration.class));

  record Imported(int rowCount) {}

  private ApplicationContextRunner withBoth() {
    return runner
        .withBean(ObjectMapper.class)
        .withBean(
            JsonMapper.class,
            () ->
                JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build());
  }

  @Test
  void prefersJackson3WhenBothVersionsArePresent() {
    withBoth()
        .run(
            context -> {
              JsonFormat json = context.getBean(JsonFormat.class);
              assertThat(json.write(new Imported(12))).isEqualTo("{\"row_count\":12}");
              assertThat(json.read("{\"row_count\": 7}", Imported.class))
                  .isEqualTo(new Imported(7));
              assertThatThrownBy(() -> json.read("{} {}", Imported.class))
                  .isInstanceOf(JacksonException.class);
            });
  }

  @Test
  void usesJackson2WhenJackson3IsAbsent() {
    runner
        .withClassLoader(new FilteredClassLoader(JsonMapper.class))
        .withBean(ObjectMapper.class)
        .run(
            context ->
                assertThat(context.getBean(ResultWriter.class).write(java.util.List.of(1)))
                    .isEqualTo("[1]"));
  }
}
