package dev.orrery.worker.report;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.worker.attempt.AttemptOutcome;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.OperationTimeouts;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.core.ScheduledTask;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reports ended attempts, and keeps each until the scheduler has accepted or rejected its report.
 * At most one request is in flight; the next one contains the attempts that end in the meantime.
 * Belongs to the event loop.
 *
 * <p>If the scheduler responds {@code INTERNAL}, the next request has half as many reports. A
 * report that fails alone moves to the end of the queue, so that it does not block the others.
 */
public final class Reporter {
  private static final Logger LOG = System.getLogger(Reporter.class.getName());

  /**
   * The number of characters by which an error may exceed its bound in bytes. It is cut here only
   * to keep a message within its own bound; the scheduler cuts it to its bound and marks the cut.
   */
  private static final int SURPLUS = 1024;

  private static final int MAX_ERROR = MessageLimits.MAX_ERROR_BYTES + SURPLUS;

  /** The size of a report besides its texts, in characters. */
  private static final int FRAME = 16;

  private final EventLoop loop;
  private final ProtocolClient client;
  private final Supplier<URI> address;
  private final FailureBackoff backoff;
  private final ActivityCounters counters;
  private final Consumer<HeldAttempt> onAcknowledged;
  private final Deque<HeldAttempt> waiting = new ArrayDeque<>();
  private int maxReports = MessageLimits.MAX_REPORTS;
  private boolean inFlight;
  private boolean sendPosted;
  private ScheduledTask retry;

  /**
   * @param address of the scheduler in use
   * @param onAcknowledged receives each attempt whose report has a verdict
   */
  public Reporter(
      EventLoop loop,
      ProtocolClient client,
      Supplier<URI> address,
      FailureBackoff backoff,
      ActivityCounters counters,
      Consumer<HeldAttempt> onAcknowledged) {
    this.loop = loop;
    this.client = client;
    this.address = address;
    this.backoff = backoff;
    this.counters = counters;
    this.onAcknowledged = onAcknowledged;
  }

  /** Sends the report with those of all attempts that end in the same task of the event loop. */
  public void add(HeldAttempt ended) {
    waiting.add(ended);
    if (!sendPosted) {
      sendPosted = true;
      loop.execute(
          () -> {
            sendPosted = false;
            send();
          });
    }
  }

  /** Ends the pause after a failed request: sends waiting reports at once. */
  public void retryNow() {
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    send();
  }

  private void send() {
    if (inFlight || retry != null || waiting.isEmpty()) {
      return;
    }
    List<HeldAttempt> batch = nextBatch();
    ReportRequest request =
        new ReportRequest(batch.get(0).session(), batch.stream().map(Reporter::report).toList());
    inFlight = true;
    loop.handle(
        client.ask(address.get(), WorkerOperation.REPORT, request, OperationTimeouts.REPORT),
        (response, failure) -> onResponse(batch, response, failure));
  }

  /** Returns the oldest attempts of a session that fit into a message. */
  private List<HeldAttempt> nextBatch() {
    String session = waiting.getFirst().session();
    List<HeldAttempt> batch = new ArrayList<>();
    long characters = 0;
    for (HeldAttempt ended : waiting) {
      if (!ended.session().equals(session) || batch.size() == maxReports) {
        break;
      }
      characters +=
          FRAME
              + length(ended.outcome().result(), MessageLimits.MAX_RESULT_BYTES)
              + length(ended.outcome().error(), MAX_ERROR);
      if (characters > client.protocol().maxMessageCharacters() && !batch.isEmpty()) {
        break;
      }
      batch.add(ended);
    }
    return batch;
  }

  private static int length(String text, int longest) {
    return text == null ? 0 : Math.min(text.length(), longest);
  }

  private static AttemptReport report(HeldAttempt ended) {
    AttemptOutcome outcome = ended.outcome();
    return new AttemptReport(
        ended.assignment().instance(),
        ended.assignment().attempt(),
        outcome.outcome(),
        ResultText.bounded(outcome.result()),
        BoundedText.cut(outcome.error(), MAX_ERROR),
        ended.logIncomplete() ? Boolean.TRUE : null,
        ended.runTime().map(Duration::toMillis).orElse(null),
        outcome.nonRetryable() ? Boolean.TRUE : null);
  }

  private void onResponse(List<HeldAttempt> batch, ReportResponse response, Throwable failure) {
    inFlight = false;
    if (failure == null && response.verdicts().size() == batch.size()) {
      backoff.reset();
      maxReports = Math.min(MessageLimits.MAX_REPORTS, maxReports * 2);
      for (int i = 0; i < batch.size(); i++) {
        acknowledged(batch.get(i), response.verdicts().get(i));
      }
      send();
    } else if (isRefusedFinally(failure)) {
      LOG.log(
          Level.WARNING,
          "Scheduler permanently refused reports; dropping them: count={0} reason={1}",
          batch.size(),
          failure.getMessage());
      batch.forEach(ended -> acknowledged(ended, Verdict.STALE));
      send();
    } else {
      if (isInternal(failure)) {
        isolate(batch);
      }
      retry =
          loop.after(
              backoff.next(),
              () -> {
                retry = null;
                send();
              });
    }
  }

  private void isolate(List<HeldAttempt> batch) {
    if (batch.size() > 1) {
      maxReports = batch.size() / 2;
      return;
    }
    waiting.removeAll(batch);
    waiting.addAll(batch);
  }

  private static boolean isInternal(Throwable failure) {
    return failure instanceof ProtocolClientException refused
        && refused.code() == ErrorCode.INTERNAL;
  }

  private void acknowledged(HeldAttempt ended, Verdict verdict) {
    waiting.remove(ended);
    if (verdict == Verdict.STALE) {
      counters.reportStale();
      LOG.log(
          Level.WARNING,
          "Report rejected as stale; dropping it: attempt={0} job={1}",
          ended.ref(),
          ended.assignment().job());
    } else {
      counters.reportTaken();
    }
    onAcknowledged.accept(ended);
  }

  /** Returns true if a retry cannot help: the session never existed, or the request is invalid. */
  private static boolean isRefusedFinally(Throwable failure) {
    return failure instanceof ProtocolClientException refused
        && (refused.code() == ErrorCode.SESSION_GONE
            || refused.code() == ErrorCode.MALFORMED
            || refused.code() == ErrorCode.INVALID
            || refused.code() == ErrorCode.TOO_LARGE);
  }
}
