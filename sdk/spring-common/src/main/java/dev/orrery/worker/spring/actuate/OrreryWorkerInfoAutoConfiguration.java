package dev.orrery.worker.spring.actuate;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.spring.JobBeans;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Shows the version and the jobs of the worker at {@code /actuator/info}. */
@AutoConfiguration(after = OrreryWorkerAutoConfiguration.class)
@ConditionalOnClass({InfoContributor.class, ConditionalOnEnabledInfoContributor.class})
public class OrreryWorkerInfoAutoConfiguration {

  @Bean
  @ConditionalOnEnabledInfoContributor("orrery-worker")
  InfoContributor orreryWorkerInfoContributor(JobBeans jobs) {
    return builder -> {
      Map<String, Object> details = new LinkedHashMap<>();
      String version = OrreryWorker.class.getPackage().getImplementationVersion();
      details.put("version", version == null ? "unknown" : version);
      details.put("jobs", jobs.jobs().stream().map(BoundJob::uniqueName).sorted().toList());
      builder.withDetail("orreryWorker", details);
    };
  }
}
