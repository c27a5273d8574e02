package dev.orrery.worker.spring.actuate;

import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.spring.OrreryWorkerLifecycle;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The health of the workers, that of the worst one, independent of the types of a Boot version.
 *
 * @param status a code of a {@code Status} of Boot
 * @param details with the setting to change if the scheduler refuses the worker
 */
public record WorkerHealth(String status, Map<String, Object> details) {
  private static final String UP = "UP";
  private static final String DOWN = "DOWN";
  private static final String OUT_OF_SERVICE = "OUT_OF_SERVICE";
  private static final String UNKNOWN = "UNKNOWN";
  private static final List<String> WORST_FIRST = List.of(DOWN, OUT_OF_SERVICE, UNKNOWN, UP);

  public static WorkerHealth of(OrreryWorkerLifecycle lifecycle) {
    Optional<String> worst =
        lifecycle.workers().started().stream()
            .map(worker -> code(worker.phase(), worker.isOutOfService()))
            .min(Comparator.comparing(WORST_FIRST::indexOf));
    if (worst.isPresent()) {
      return new WorkerHealth(worst.get(), lifecycle.workers().details());
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
