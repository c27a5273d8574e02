package dev.orrery.worker.quarkus;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.annotations.Recorder;
import java.util.Map;

/** Hands the application what was found at build. */
@Recorder
public class OrreryRecorder {

  /**
   * @param beans the names of classes by the identifiers of the beans
   */
  public void prepare(Map<String, String> beans) {
    Arc.container().instance(OrreryWorkerLifecycle.class).get().prepare(beans);
  }
}
