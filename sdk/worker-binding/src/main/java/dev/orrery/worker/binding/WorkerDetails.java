package dev.orrery.worker.binding;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerLoad;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.binding.declare.DeclareStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Collects the details of a worker that a health check shows, in display order. */
public final class WorkerDetails {
  private WorkerDetails() {}

  /** Returns texts and whole numbers, with the setting to change if the worker is refused. */
  public static Map<String, Object> of(OrreryWorker worker, Optional<DeclareStatus> declaration) {
    WorkerStatus status = worker.status();
    WorkerLoad load = worker.load();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("phase", status.phase().name());
    details.put("scheduler", status.server().toString());
    details.put("running", load.active());
    details.put("capacity", load.capacity());
    status
        .problem()
        .ifPresent(
            problem -> {
              details.put("problem", problem.code());
              details.put("detail", problem.detail());
            });
    declaration.ifPresent(declared -> details.putAll(of(declared)));
    return details;
  }

  /** Returns what became of the declared jobs. */
  public static Map<String, Object> of(DeclareStatus declared) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("declaredJobs", declared.phase().name());
    if (!declared.detail().isEmpty()) {
      details.put("declaredJobsDetail", declared.detail());
    }
    if (!declared.withheld().isEmpty()) {
      details.put("notOffered", String.join(", ", new TreeSet<>(declared.withheld())));
    }
    return details;
  }
}
