package dev.orrery.worker.boot;

import dev.orrery.worker.binding.ResultWriter;
import dev.orrery.worker.spring.Jackson2ResultAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.json.JsonMapper;

/** Writes results with Jackson 3, as the application has configured it. */
@AutoConfiguration(
    before = Jackson2ResultAutoConfiguration.class,
    afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnClass(JsonMapper.class)
public class Jackson3ResultAutoConfiguration {

  @Bean
  @ConditionalOnSingleCandidate(JsonMapper.class)
  @ConditionalOnMissingBean
  ResultWriter orreryJackson3Results(JsonMapper json) {
    return json::writeValueAsString;
  }
}
