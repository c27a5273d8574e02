package dev.orrery.scheduler.base.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;

/**
 * Reports not live once a part of this process has been stuck for {@link #MAX_STALL}: then only a
 * restart helps, and without one the replica would be missing until an operator acts. Causes that
 * stop all replicas, such as the database, never count.
 */
@Liveness
@ApplicationScoped
class StallHealthCheck implements HealthCheck {
  static final Duration MAX_STALL = Duration.ofMinutes(10);

  /** A process has a hundred threads or two; what is stuck is at the top of its stack. */
  private static final int MAX_DUMP_CHARACTERS = 256 * 1024;

  private static final Logger LOG = Logger.getLogger(StallHealthCheck.class);

  private final ProgressWatch watch;
  private final AtomicBoolean dumped = new AtomicBoolean();

  StallHealthCheck(ProgressWatch watch) {
    this.watch = watch;
  }

  @Override
  public HealthCheckResponse call() {
    Map<String, Duration> stuck = new TreeMap<>(watch.stalled(StallScope.OWN));
    stuck.values().removeIf(time -> time.compareTo(MAX_STALL) < 0);
    HealthCheckResponseBuilder response = HealthCheckResponse.named("progress");
    if (stuck.isEmpty()) {
      dumped.set(false);
      return response.up().build();
    }
    String parts = String.join("; ", stuck.keySet());
    if (dumped.compareAndSet(false, true)) {
      LOG.errorf(
          "Process is stuck; failing its liveness probe, so that it is restarted: parts=%s%n%s",
          parts, threadDump());
    }
    return response.down().withData("code", "STALLED").withData("parts", parts).build();
  }

  private static String threadDump() {
    StringBuilder dump = new StringBuilder();
    for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
      dump.append('"').append(thread.getKey().getName()).append("\" ");
      dump.append(thread.getKey().getState()).append('\n');
      for (StackTraceElement frame : thread.getValue()) {
        dump.append("    at ").append(frame).append('\n');
      }
      if (dump.length() > MAX_DUMP_CHARACTERS) {
        return dump.append("… further threads are left out").toString();
      }
    }
    return dump.toString();
  }
}
