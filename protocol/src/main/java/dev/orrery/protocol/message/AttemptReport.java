package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The end of one attempt, as its worker reports it.
 *
 * @param instance 63 bits, a string of digits in JSON
 * @param attempt from 1
 * @param outcome see {@link Outcome}
 * @param result at most 16 KiB; longer ones are cut and marked, see {@link
 *     dev.orrery.protocol.text.ResultText}; may be absent
 * @param error at most 4 KiB, longer ones are cut; may be absent
 * @param logIncomplete true if log lines of the attempt could not be delivered before this report;
 *     absent means that all were
 * @param runTime milliseconds from its start on the worker to its end; absent if it never started
 * @param nonRetryable true if it FAILED and a retry would fail, too; absent means that the job's
 *     policy decides
 */
@SparseMessage
public record AttemptReport(
    @JsonFormat(shape = JsonFormat.Shape.STRING) long instance,
    int attempt,
    Outcome outcome,
    @Bounded(max = MessageLimits.MAX_RESULT_BYTES, excess = Bounded.Excess.CUT) String result,
    @Bounded(max = MessageLimits.MAX_ERROR_BYTES, excess = Bounded.Excess.CUT) String error,
    Boolean logIncomplete,
    Long runTime,
    Boolean nonRetryable) {

  public AttemptReport(
      long instance,
      int attempt,
      Outcome outcome,
      String result,
      String error,
      Boolean logIncomplete) {
    this(instance, attempt, outcome, result, error, logIncomplete, null, null);
  }

  public AttemptReport(
      long instance,
      int attempt,
      Outcome outcome,
      String result,
      String error,
      Boolean logIncomplete,
      Long runTime) {
    this(instance, attempt, outcome, result, error, logIncomplete, runTime, null);
  }

  public AttemptRef ref() {
    return new AttemptRef(instance, attempt);
  }

  /**
   * The outcome that the worker observed. The scheduler decides between a retry and the end of the
   * instance.
   */
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    /** The worker stopped it at the job's time-out. */
    TIMED_OUT,
    /** The worker stopped it because the scheduler canceled it. */
    CANCELED,
    /**
     * The attempt did not finish, through no fault of its own: it is requeued at once and uses no
     * retry.
     */
    HANDED_BACK;

    private static final Map<String, Outcome> NAMES =
        Arrays.stream(values()).collect(Collectors.toMap(Outcome::name, value -> value));

    /** An unknown outcome, of a newer worker, counts as a failure. */
    @JsonCreator
    public static Outcome of(String name) {
      return NAMES.getOrDefault(name, FAILED);
    }
  }
}
