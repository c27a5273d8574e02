package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;
import java.util.Optional;

/**
 * A run as PowerJob clients see it.
 *
 * @param number the number by which clients know the run; if it was retried, the number of the
 *     first run
 * @param id of the instance
 * @param jobNumber by which clients know its job
 * @param expectedAt when it was to start
 * @param worker null if it has not started
 * @param reason the reason of its end, if the state alone does not show it
 * @param jobParams the parameter of this name of the job
 * @param instanceParams the parameter of this name of the run
 */
record ClientRun(
    long number,
    long id,
    int appId,
    long jobNumber,
    InstanceState state,
    int attempt,
    Instant expectedAt,
    Instant startedAt,
    Instant endedAt,
    Worker worker,
    String result,
    String error,
    String reason,
    String jobParams,
    String instanceParams) {

  /**
   * The worker of the last attempt.
   *
   * @param isPowerJob whether its name is its address
   */
  record Worker(String name, boolean isPowerJob) {
    /** Returns its address, or its name if it has none. */
    String address() {
      return Optional.of(name)
          .filter(text -> isPowerJob)
          .flatMap(WorkerAddress::ofWorkerName)
          .map(WorkerAddress::toString)
          .orElse(name);
    }
  }
}
