package dev.orrery.worker.quarkus.test;

import static java.util.stream.Collectors.toMap;

import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.test.OrreryJobTester;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Also in tests, in which there is no worker, the lifecycle knows the jobs. */
@Singleton
public class OrreryJobTesterProducer {

  @Produces
  @Singleton
  OrreryJobTester tester(OrreryWorkerLifecycle lifecycle) {
    return OrreryJobTester.of(
        () -> lifecycle.jobs().stream().collect(toMap(BoundJob::name, BoundJob::processor)));
  }
}
