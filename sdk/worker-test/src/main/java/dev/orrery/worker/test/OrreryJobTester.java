package dev.orrery.worker.test;

import dev.orrery.worker.Processor;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Runs the jobs of an application in tests, by their names and without a scheduler. In an
 * application with a starter it is a bean that knows the methods with {@code @OrreryJob}.
 */
public final class OrreryJobTester {
  private final Supplier<Map<String, Processor>> processors;

  private OrreryJobTester(Supplier<Map<String, Processor>> processors) {
    this.processors = processors;
  }

  /**
   * @param processors by their names, without {@code java:}; asked for each run
   */
  public static OrreryJobTester of(Supplier<Map<String, Processor>> processors) {
    return new OrreryJobTester(processors);
  }

  /**
   * Runs a job to its end.
   *
   * @param name of the processor, as in {@code @OrreryJob}; behind the name of its worker and a
   *     slash if it has one, such as {@code billing/close-month}
   */
  public TestedRun run(String name) {
    return job(name).run();
  }

  /** Like {@link #run(String)}, with these parameters. */
  public TestedRun run(String name, Map<String, String> parameters) {
    return job(name).run(parameters);
  }

  /**
   * Returns a tester of a job, for tests that set more than parameters or stop a run.
   *
   * @throws IllegalArgumentException if the application has no such job
   */
  public ProcessorTester job(String name) {
    Map<String, Processor> known = processors.get();
    Processor processor = known.get(name);
    if (processor == null) {
      throw new IllegalArgumentException(
          "The application has no job '" + name + "'. It has " + new TreeSet<>(known.keySet()));
    }
    return ProcessorTester.of(processor).job(name.substring(name.indexOf('/') + 1));
  }
}
