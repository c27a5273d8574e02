package dev.orrery.worker.quarkus.deployment;

import dev.orrery.worker.Processor;
import dev.orrery.worker.binding.ProcessorDecorator;
import dev.orrery.worker.test.ProcessorTester;
import dev.orrery.worker.test.TestedRun;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;

/** Keeps the processors of an application, so that a test runs them without a scheduler. */
@Singleton
class ServedJobs implements ProcessorDecorator {
  private final Map<String, Processor> processors = new TreeMap<>();

  @Override
  public Processor decorate(String name, Processor processor) {
    processors.put(name, processor);
    return processor;
  }

  TestedRun run(String name, Map<String, String> parameters) {
    return ProcessorTester.of(processors.get(name)).run(parameters);
  }
}
