package dev.orrery.worker.spring;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.StopCause;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationContext;

/** Runs a job of a context without a scheduler. */
final class SpringRuns {
  private SpringRuns() {}

  /**
   * @param parameters names and values in turn
   */
  static String run(ApplicationContext context, String job, String... parameters) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      map.put(parameters[i], parameters[i + 1]);
    }
    try {
      return context.getBean(JobBeans.class).jobs().stream()
          .filter(bound -> bound.name().equals(job))
          .findFirst()
          .orElseThrow()
          .processor()
          .process(new Attempt(job, map));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  record Attempt(String job, Map<String, String> parameters) implements AttemptContext {
    @Override
    public long instance() {
      return 1;
    }

    @Override
    public int attempt() {
      return 1;
    }

    @Override
    public int jobVersion() {
      return 1;
    }

    @Override
    public ProcessorSpec processor() {
      return new ProcessorSpec.Java(job);
    }

    @Override
    public Optional<String> fireTime() {
      return Optional.empty();
    }

    @Override
    public void log(String line) {}

    @Override
    public void log(String stream, String line) {}

    @Override
    public void progress(int percent, String message) {}

    @Override
    public Optional<StopCause> stopCause() {
      return Optional.empty();
    }

    @Override
    public void onStop(Runnable action) {}
  }
}
