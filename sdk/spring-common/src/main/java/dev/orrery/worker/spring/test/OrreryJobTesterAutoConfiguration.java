package dev.orrery.worker.spring.test;

import static java.util.stream.Collectors.toMap;

import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.spring.JobBeans;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import dev.orrery.worker.test.OrreryJobTester;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Provides an {@link OrreryJobTester} for the jobs of the application, if it has {@code
 * orrery-worker-test}.
 */
@AutoConfiguration(after = OrreryWorkerAutoConfiguration.class)
@ConditionalOnClass(OrreryJobTester.class)
public class OrreryJobTesterAutoConfiguration {

  /** The jobs are known when all singletons exist. */
  @Bean
  OrreryJobTester orreryJobTester(JobBeans jobs) {
    return OrreryJobTester.of(
        () -> jobs.jobs().stream().collect(toMap(BoundJob::uniqueName, BoundJob::processor)));
  }
}
