package dev.orrery.worker.spring;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.worker.binding.JsonFormat;
import dev.orrery.worker.binding.ResultWriter;
import dev.orrery.worker.spring.json.Jackson2Format;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * Provides the JSON format for job results and record parameters, with the application's Jackson 2.
 */
@AutoConfiguration(
    before = OrreryWorkerAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration",
      "org.springframework.boot.jackson2.autoconfigure.Jackson2AutoConfiguration"
    })
@ConditionalOnClass(ObjectMapper.class)
public class Jackson2ResultAutoConfiguration {

  @Bean
  @ConditionalOnSingleCandidate(ObjectMapper.class)
  @ConditionalOnMissingBean(ResultWriter.class)
  JsonFormat orreryJackson2Results(ObjectMapper json) {
    return new Jackson2Format(json);
  }
}
