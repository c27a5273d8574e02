package dev.orrery.worker.spring.actuate;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.binding.WorkerDetails;
import dev.orrery.worker.spring.OrreryWorkerLifecycle;
import java.util.Map;
import java.util.Optional;

/**
 * The health of the worker, independent of the types of a Boot version.
 *
 * @param status a code of a {@code Status} of Boot
 * @param details with the setting to change if the scheduler refuses the worker
 */
public record WorkerHealth(String status, Map<String, Object> details) {
  private static final String UP = "UP";
  private static final String DOWN = "DOWN";
  private static final String OUT_OF_SERVICE = "OUT_OF_SERVICE";
  private static final String UNKNOWN = "UNKNOWN";

  public static WorkerHealth of(OrreryWorkerLifecycle lifecycle) {
    Optional<OrreryWorker> worker = lifecycle.worker();
    if (worker.isPresent()) {
      return new WorkerHealth(
          code(worker.get().status().phase(), lifecycle.isOutOfService()),
          WorkerDetails.of(worker.get(), lifecycle.declaration()));
    }
    if (lifecycle.isWithoutJobs()) {
      return new WorkerHealth(
          UNKNOWN, Map.of("reason", "no method of a bean has @OrreryJob, so there is no worker"));
    }
    return lifecycle.isRunning()
        ? new WorkerHealth(UNKNOWN, Map.of("reason", "the application is not ready yet"))
        : new WorkerHealth(OUT_OF_SERVICE, Map.of("reason", "the worker has stopped"));
  }

  /**
   * @param refused whether a refusal of the declared jobs counts, and there is one
   */
  static String code(WorkerStatus.Phase phase, boolean refused) {
    return switch (phase) {
      case AGREED -> refused ? OUT_OF_SERVICE : UP;
      case CONNECTING -> UNKNOWN;
      case REFUSED, UNREACHABLE -> DOWN;
      case DRAINING, STOPPED -> OUT_OF_SERVICE;
    };
  }
}
