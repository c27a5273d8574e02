package dev.orrery.worker.quarkus.test;

import static java.util.stream.Collectors.toMap;

import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.test.OrreryJobTester;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Produces the bean that runs the application's jobs in tests. It takes the jobs from the
 * lifecycle, which knows them even in tests, where there is no worker.
 */
@Singleton
public class OrreryJobTesterProducer {

  @Produces
  @Singleton
  OrreryJobTester tester(OrreryWorkerLifecycle lifecycle) {
    return OrreryJobTester.of(
        () -> lifecycle.jobs().stream().collect(toMap(BoundJob::uniqueName, BoundJob::processor)));
  }
}
