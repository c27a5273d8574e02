package dev.orrery.worker.spring;

import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.test.ProcessorTester;
import java.util.List;
import org.springframework.context.ApplicationContext;

/** Runs a job of a context without a scheduler. */
final class SpringRuns {
  private SpringRuns() {}

  /**
   * @param parameters names and values in turn
   */
  static String run(ApplicationContext context, String job, String... parameters) {
    List<BoundJob> jobs = context.getBean(JobBeans.class).jobs();
    ProcessorTester tester =
        ProcessorTester.of(
            jobs.stream()
                .filter(bound -> bound.name().equals(job))
                .findFirst()
                .orElseThrow()
                .processor());
    for (int i = 0; i < parameters.length; i += 2) {
      tester.parameter(parameters[i], parameters[i + 1]);
    }
    return tester.run().result().orElseThrow();
  }
}
