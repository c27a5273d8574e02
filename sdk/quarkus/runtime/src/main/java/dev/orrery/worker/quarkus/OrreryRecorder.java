package dev.orrery.worker.quarkus;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.annotations.Recorder;
import java.time.Instant;
import java.util.Map;

/** Passes the beans with jobs, which were found at build time, to the starting application. */
@Recorder
public class OrreryRecorder {

  /**
   * @param beans the names of classes by the identifiers of the beans
   * @param builtMillis when the application was built
   */
  public void prepare(Map<String, String> beans, long builtMillis) {
    Arc.container()
        .instance(OrreryWorkerLifecycle.class)
        .get()
        .prepare(beans, Instant.ofEpochMilli(builtMillis));
  }
}
