package dev.orrery.worker.report;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.EventLoop;
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
 * Reports what has ended, and keeps it until the scheduler has taken it. One request is under way
 * at a time; what ends meanwhile is in the next one. Belongs to the worker's thread.
 */
public final class Reporter {
  private static final Logger LOG = System.getLogger(Reporter.class.getName());
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /**
   * A character is at most six bytes of JSON; a third of the bound is left for what that misses.
   */
  private static final int BYTES_OF_CHARACTER = 9;

  /** The scheduler keeps less of them; they are cut here so that a message stays in its bound. */
  private static final int MAX_RESULT = 17 * 1024;

  private static final int MAX_ERROR = 5 * 1024;

  /** What a report takes beside its texts. */
  private static final int FRAME = 16;

  private final EventLoop core;
  private final ProtocolClient wire;
  private final Supplier<URI> address;
  private final Backoff backoff;
  private final ActivityCounters counters;
  private final Consumer<HeldAttempt> whenTaken;
  private final Deque<HeldAttempt> waiting = new ArrayDeque<>();
  private boolean underWay;
  private ScheduledTask retry;

  /**
   * @param address of the scheduler, whichever is in use
   * @param whenTaken is given each attempt whose report the scheduler has judged
   */
  public Reporter(
      EventLoop core,
      ProtocolClient wire,
      Supplier<URI> address,
      Backoff backoff,
      ActivityCounters counters,
      Consumer<HeldAttempt> whenTaken) {
    this.core = core;
    this.wire = wire;
    this.address = address;
    this.backoff = backoff;
    this.counters = counters;
    this.whenTaken = whenTaken;
  }

  public void add(HeldAttempt ended) {
    waiting.add(ended);
    send();
  }

  /** The scheduler is there again: no need to wait any longer. */
  public void retryNow() {
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    send();
  }

  private void send() {
    if (underWay || retry != null || waiting.isEmpty()) {
      return;
    }
    List<HeldAttempt> batch = nextBatch();
    ReportRequest request =
        new ReportRequest(batch.get(0).session(), batch.stream().map(Reporter::report).toList());
    underWay = true;
    core.handle(
        wire.ask(address.get(), WorkerOperation.REPORT, request, LONGEST),
        (answer, failure) -> answered(batch, answer, failure));
  }

  /** As many of the same session as a message holds, oldest first. */
  private List<HeldAttempt> nextBatch() {
    String session = waiting.getFirst().session();
    List<HeldAttempt> batch = new ArrayList<>();
    long characters = 0;
    for (HeldAttempt ended : waiting) {
      if (!ended.session().equals(session) || batch.size() == ReportRequest.MAX_REPORTS) {
        break;
      }
      characters +=
          FRAME
              + length(ended.outcome().result(), MAX_RESULT)
              + length(ended.outcome().error(), MAX_ERROR);
      if (characters > wire.protocol().maxMessageBytes() / BYTES_OF_CHARACTER && !batch.isEmpty()) {
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
    AttemptReport full = ended.outcome().toReport(ended.assignment(), ended.logIncomplete());
    return new AttemptReport(
        full.instance(),
        full.attempt(),
        full.outcome(),
        cut(full.result(), MAX_RESULT),
        cut(full.error(), MAX_ERROR),
        full.logIncomplete());
  }

  private static String cut(String text, int longest) {
    return text == null || text.length() <= longest ? text : text.substring(0, longest);
  }

  private void answered(List<HeldAttempt> batch, ReportResponse answer, Throwable failure) {
    underWay = false;
    if (failure == null && answer.verdicts().size() == batch.size()) {
      backoff.reset();
      for (int i = 0; i < batch.size(); i++) {
        taken(batch.get(i), answer.verdicts().get(i));
      }
      send();
    } else if (isRefusedForGood(failure)) {
      LOG.log(Level.WARNING, "{0} reports were refused: {1}", batch.size(), failure.getMessage());
      batch.forEach(ended -> taken(ended, Verdict.STALE));
      send();
    } else {
      retry =
          core.after(
              backoff.next(),
              () -> {
                retry = null;
                send();
              });
    }
  }

  private void taken(HeldAttempt ended, Verdict verdict) {
    waiting.remove(ended);
    if (verdict == Verdict.STALE) {
      counters.reportStale();
      LOG.log(
          Level.WARNING,
          "The report of attempt {0} came too late: it is no longer ours",
          ended.ref());
    } else {
      counters.reportTaken();
    }
    whenTaken.accept(ended);
  }

  /** A session that there never was, or a request that no retry makes better. */
  private static boolean isRefusedForGood(Throwable failure) {
    return failure instanceof ProtocolClientException refused
        && (refused.code() == ErrorCode.SESSION_GONE
            || refused.code() == ErrorCode.MALFORMED
            || refused.code() == ErrorCode.INVALID
            || refused.code() == ErrorCode.TOO_LARGE);
  }
}
