package dev.orrery.worker.boot;

import dev.orrery.worker.binding.JsonFormat;
import dev.orrery.worker.binding.ResultWriter;
import dev.orrery.worker.spring.Jackson2ResultAutoConfiguration;
import java.lang.reflect.Type;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Provides the JSON format for job results and record parameters, with the application's Jackson 3.
 */
@AutoConfiguration(
    before = Jackson2ResultAutoConfiguration.class,
    afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass(JsonMapper.class)
public class Jackson3ResultAutoConfiguration {

  @Bean
  @ConditionalOnSingleCandidate(JsonMapper.class)
  @ConditionalOnMissingBean(ResultWriter.class)
  JsonFormat orreryJackson3Results(JsonMapper json) {
    return new Jackson3(json);
  }

  private record Jackson3(JsonMapper json) implements JsonFormat {

    @Override
    public String write(Object result) {
      return json.writeValueAsString(result);
    }

    @Override
    public Object read(String text, Type type) {
      return json.readerFor(json.constructType(type))
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readValue(text);
    }
  }
}
