package dev.orrery.worker.spring.client;

import dev.orrery.client.OrreryClient;
import dev.orrery.worker.binding.client.RequiredJobs;
import dev.orrery.worker.spring.OrreryWorkerLifecycle;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Checks the required jobs when the worker knows which jobs the application declares, and before
 * anything runs.
 */
final class RequiredJobsCheck implements SmartInitializingSingleton {
  private final List<String> names;
  private final ObjectProvider<OrreryClient> client;
  private final ObjectProvider<OrreryWorkerLifecycle> worker;

  RequiredJobsCheck(
      List<String> names,
      ObjectProvider<OrreryClient> client,
      ObjectProvider<OrreryWorkerLifecycle> worker) {
    this.names = names;
    this.client = client;
    this.worker = worker;
  }

  @Override
  public void afterSingletonsInstantiated() {
    RequiredJobs.check(
        names,
        client::getObject,
        Optional.ofNullable(worker.getIfAvailable())
            .flatMap(OrreryWorkerLifecycle::declareSettings));
  }
}
