package dev.orrery.worker.quarkus.deployment;

import dev.orrery.worker.Processor;
import dev.orrery.worker.binding.ProcessorDecorator;
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

  String run(String name, Map<String, String> parameters) throws Exception {
    return processors.get(name).process(new FakeAttempt(parameters));
  }
}
