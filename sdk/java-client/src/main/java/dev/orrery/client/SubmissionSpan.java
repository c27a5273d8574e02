package dev.orrery.client;

import dev.orrery.protocol.text.TraceParent;
import java.util.List;
import java.util.Optional;

/** The tracing span of a submission. The submitted runs continue its trace. */
public interface SubmissionSpan extends AutoCloseable {
  /** No span. */
  SubmissionSpan NONE = Optional::empty;

  /** Returns the {@code traceparent} of the span; empty if there is none. */
  Optional<String> traceparent();

  /**
   * @param ids of the runs
   */
  default void submitted(List<String> ids) {}

  default void failed(Exception reason) {}

  @Override
  default void close() {}

  /** Returns the run within this trace. */
  default Run traced(Run run) {
    return traceparent().map(trace -> run.parameter(TraceParent.PARAMETER, trace)).orElse(run);
  }
}
