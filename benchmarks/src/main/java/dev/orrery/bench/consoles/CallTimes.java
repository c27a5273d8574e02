package dev.orrery.bench.consoles;

import dev.orrery.bench.BenchException;
import dev.orrery.bench.measure.SampleSet;
import java.util.ArrayList;
import java.util.List;

/** Collects the durations and sizes of the calls that many clients make. */
final class CallTimes {
  private final List<Double> millis = new ArrayList<>();
  private long bytes;
  private long refused;
  private Throwable failure;

  synchronized void add(long nanos, long size) {
    millis.add(nanos / 1e6);
    bytes += size;
  }

  /** Counts a call that the scheduler refused temporarily. */
  synchronized void refuse() {
    refused++;
  }

  synchronized void fail(Throwable cause) {
    failure = cause;
  }

  synchronized void reset() {
    millis.clear();
    bytes = 0;
    refused = 0;
  }

  /**
   * @throws BenchException if a call has failed
   */
  synchronized boolean hasCalls() {
    requireNoFailure();
    return !millis.isEmpty();
  }

  private void requireNoFailure() {
    if (failure != null) {
      throw new BenchException("Console call failed: " + failure.getMessage(), failure);
    }
  }

  /** Calls since the last reset. */
  record Summary(int calls, long refused, double p50Millis, double p99Millis, double bytesOfCall) {}

  /**
   * @throws BenchException if a call has failed, or there were none
   */
  synchronized Summary summary() {
    requireNoFailure();
    if (millis.isEmpty()) {
      throw new BenchException("The consoles made no call; measure for longer: --seconds");
    }
    SampleSet samples = SampleSet.of(millis);
    return new Summary(
        samples.count(),
        refused,
        samples.percentile(50),
        samples.percentile(99),
        (double) bytes / samples.count());
  }
}
