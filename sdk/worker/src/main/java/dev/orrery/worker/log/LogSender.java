package dev.orrery.worker.log;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.worker.attempt.AttemptLog;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.OperationTimeouts;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.EventLoop;
import dev.orrery.worker.core.FailureBackoff;
import dev.orrery.worker.core.ScheduledTask;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sends log lines while attempts run, and the last lines of an attempt before its report. Belongs
 * to the event loop.
 */
public final class LogSender {
  private static final Duration INTERVAL = Duration.ofMillis(300);

  /**
   * The maximum time that a report waits for all its log lines while the scheduler responds. In an
   * outage it waits longer, because the report could not be delivered either.
   */
  private static final Duration ALL_LINES = Duration.ofSeconds(5);

  /** The further time that it waits for the last lines, where the reason of a failure is. */
  private static final Duration LAST_LINES = Duration.ofSeconds(25);

  private final EventLoop loop;
  private final ProtocolClient client;
  private final Supplier<URI> address;
  private final FailureBackoff backoff;
  private final Map<AttemptRef, HeldAttempt> writing = new LinkedHashMap<>();

  /**
   * Ended attempts with the timer that ends their wait. The timer is absent until the scheduler
   * responds.
   */
  private final Map<HeldAttempt, Optional<ScheduledTask>> ending = new LinkedHashMap<>();

  private Consumer<HeldAttempt> onDelivered = held -> {};
  private boolean inFlight;
  private ScheduledTask next;

  /**
   * @param address of the scheduler in use
   */
  public LogSender(
      EventLoop loop, ProtocolClient client, Supplier<URI> address, FailureBackoff backoff) {
    this.loop = loop;
    this.client = client;
    this.address = address;
    this.backoff = backoff;
  }

  /**
   * @param listener receives each ended attempt once its lines are delivered or abandoned
   */
  public void setOnDelivered(Consumer<HeldAttempt> listener) {
    onDelivered = listener;
  }

  public void watch(HeldAttempt held) {
    writing.put(held.ref(), held);
    sendWithin(INTERVAL);
  }

  /** Sends the last lines of an ended attempt, and then passes it on to be reported. */
  public void finish(HeldAttempt held) {
    held.log().end();
    if (held.log().isDelivered()) {
      writing.remove(held.ref());
      onDelivered.accept(held);
      return;
    }
    writing.put(held.ref(), held);
    ending.put(held, Optional.empty());
    sendWithin(Duration.ZERO);
  }

  /** Ends the pause after a failed request: sends waiting lines at once. */
  public void retryNow() {
    sendWithin(Duration.ZERO);
  }

  private void keepLastLines(HeldAttempt held) {
    held.log().keepLastLines();
    ending.put(held, Optional.of(loop.after(LAST_LINES, () -> giveUp(held))));
  }

  private void giveUp(HeldAttempt held) {
    if (ending.remove(held) != null) {
      held.markLogIncomplete();
      writing.remove(held.ref());
      onDelivered.accept(held);
    }
  }

  private void sendWithin(Duration time) {
    if (inFlight) {
      return;
    }
    if (next != null) {
      if (!time.isZero()) {
        return;
      }
      next.cancel();
    }
    next = loop.after(time, this::send);
  }

  private void send() {
    next = null;
    if (inFlight) {
      return;
    }
    int maxWeight = client.protocol().maxMessageCharacters();
    List<HeldAttempt> senders = new ArrayList<>();
    List<Chunk> chunks = new ArrayList<>();
    String session = null;
    int weight = 0;
    for (HeldAttempt held : writing.values()) {
      if (session == null || session.equals(held.session())) {
        Optional<Chunk> chunk = held.log().next(maxWeight);
        weight += chunk.map(AttemptLog::weight).orElse(0);
        if (weight > maxWeight) {
          break;
        }
        if (chunk.isPresent()) {
          session = held.session();
          senders.add(held);
          chunks.add(chunk.get());
        }
      }
    }
    if (chunks.isEmpty()) {
      // A running attempt may write later; without one there is nothing to send.
      if (!writing.isEmpty()) {
        sendWithin(INTERVAL);
      }
      return;
    }
    inFlight = true;
    loop.handle(
        client.ask(
            address.get(),
            WorkerOperation.LOGS,
            new LogsRequest(session, chunks),
            OperationTimeouts.LOGS),
        (response, failure) -> onResponse(senders, response, failure));
  }

  private void onResponse(List<HeldAttempt> senders, LogsResponse response, Throwable failure) {
    inFlight = false;
    senders.forEach(this::moveBehindOthers);
    if (isOutage(failure)) {
      stopLimits();
    } else {
      startLimits();
    }
    if (failure == null && isProgress(senders, response)) {
      backoff.reset();
      finishDelivered(senders);
      sendWithin(
          senders.stream().allMatch(held -> held.log().isDelivered()) ? INTERVAL : Duration.ZERO);
    } else if (failure instanceof ProtocolClientException refused
        && refused.code() == ErrorCode.SESSION_GONE) {
      // The scheduler accepts no lines of this session any more.
      senders.forEach(held -> held.log().accepted(Integer.MAX_VALUE));
      finishDelivered(senders);
      sendWithin(INTERVAL);
    } else {
      next = loop.after(backoff.next(), this::send);
    }
  }

  /** A message has no room for all: those whose lines it did not take come next. */
  private void moveBehindOthers(HeldAttempt held) {
    if (writing.remove(held.ref(), held)) {
      writing.put(held.ref(), held);
    }
  }

  private static boolean isOutage(Throwable failure) {
    return failure instanceof ProtocolClientException refused
        && (refused.code() == ErrorCode.UNREACHABLE || refused.code() == ErrorCode.UNAVAILABLE);
  }

  private void startLimits() {
    ending.replaceAll(
        (held, limit) ->
            limit.isPresent()
                ? limit
                : Optional.of(loop.after(ALL_LINES, () -> keepLastLines(held))));
  }

  private void stopLimits() {
    ending.replaceAll(
        (held, limit) -> {
          limit.ifPresent(ScheduledTask::cancel);
          return Optional.empty();
        });
  }

  private static boolean isProgress(List<HeldAttempt> senders, LogsResponse response) {
    Map<AttemptRef, HeldAttempt> byRef = new LinkedHashMap<>();
    senders.forEach(held -> byRef.put(held.ref(), held));
    boolean progress = false;
    for (LogsResponse.Accepted accepted : response.accepted()) {
      HeldAttempt held = byRef.get(new AttemptRef(accepted.instance(), accepted.attempt()));
      progress |= held != null && held.log().accepted(accepted.upTo());
    }
    return progress;
  }

  private void finishDelivered(List<HeldAttempt> senders) {
    for (HeldAttempt held : senders) {
      if (held.log().isDelivered() && stopWaiting(held)) {
        writing.remove(held.ref());
        onDelivered.accept(held);
      }
    }
  }

  /** Sends no further lines of an attempt that was dropped. */
  public void forget(HeldAttempt held) {
    writing.remove(held.ref());
    stopWaiting(held);
  }

  /** Returns true if the attempt was waiting for its lines. */
  private boolean stopWaiting(HeldAttempt held) {
    Optional<ScheduledTask> limit = ending.remove(held);
    if (limit == null) {
      return false;
    }
    limit.ifPresent(ScheduledTask::cancel);
    return true;
  }
}
