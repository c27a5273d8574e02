package dev.orrery.worker.log;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.worker.attempt.AttemptLog;
import dev.orrery.worker.attempt.HeldAttempt;
import dev.orrery.worker.client.ProtocolClient;
import dev.orrery.worker.client.ProtocolClientException;
import dev.orrery.worker.core.Backoff;
import dev.orrery.worker.core.EventLoop;
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
 * Sends log lines while attempts run, and the last ones before their report. Belongs to the
 * worker's thread.
 */
public final class LogSender {
  private static final Duration EVERY = Duration.ofMillis(300);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** So long a report waits for the lines before it, and no longer. */
  private static final Duration BEFORE_REPORT = Duration.ofSeconds(5);

  /**
   * A character is at most six bytes of JSON; a third of the bound is left for what that misses.
   */
  private static final int BYTES_OF_CHARACTER = 9;

  private final EventLoop core;
  private final ProtocolClient wire;
  private final Supplier<URI> address;
  private final Backoff backoff;
  private final Map<AttemptRef, HeldAttempt> writing = new LinkedHashMap<>();
  private final Map<HeldAttempt, ScheduledTask> ending = new LinkedHashMap<>();
  private Consumer<HeldAttempt> whenDelivered = held -> {};
  private boolean underWay;
  private ScheduledTask next;

  /**
   * @param address of the scheduler, whichever is in use
   */
  public LogSender(EventLoop core, ProtocolClient wire, Supplier<URI> address, Backoff backoff) {
    this.core = core;
    this.wire = wire;
    this.address = address;
    this.backoff = backoff;
  }

  /**
   * @param delivered is given each ended attempt, once its lines are delivered or given up
   */
  public void listen(Consumer<HeldAttempt> delivered) {
    whenDelivered = delivered;
  }

  /** An attempt may write from now on. */
  public void watch(HeldAttempt held) {
    writing.put(held.ref(), held);
    sendWithin(EVERY);
  }

  /** An attempt has ended: its last lines are sent, then it is passed on to be reported. */
  public void finish(HeldAttempt held) {
    if (held.log().isDelivered()) {
      writing.remove(held.ref());
      whenDelivered.accept(held);
      return;
    }
    writing.put(held.ref(), held);
    ending.put(held, core.after(BEFORE_REPORT, () -> giveUp(held)));
    sendWithin(Duration.ZERO);
  }

  private void giveUp(HeldAttempt held) {
    if (ending.remove(held) != null) {
      held.markLogIncomplete();
      writing.remove(held.ref());
      whenDelivered.accept(held);
    }
  }

  private void sendWithin(Duration time) {
    if (underWay) {
      return;
    }
    if (next != null) {
      if (!time.isZero()) {
        return;
      }
      next.cancel();
    }
    next = core.after(time, this::send);
  }

  private void send() {
    next = null;
    if (underWay) {
      return;
    }
    int maxWeight = wire.protocol().maxMessageBytes() / BYTES_OF_CHARACTER;
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
      // Attempts that run write perhaps later; without any, nothing is due.
      if (!writing.isEmpty()) {
        sendWithin(EVERY);
      }
      return;
    }
    underWay = true;
    core.handle(
        wire.ask(address.get(), WorkerOperation.LOGS, new LogsRequest(session, chunks), LONGEST),
        (answer, failure) -> answered(senders, answer, failure));
  }

  private void answered(List<HeldAttempt> senders, LogsResponse answer, Throwable failure) {
    underWay = false;
    if (failure == null && isProgress(senders, answer)) {
      backoff.reset();
      finishDelivered(senders);
      sendWithin(
          senders.stream().allMatch(held -> held.log().isDelivered()) ? EVERY : Duration.ZERO);
    } else if (failure instanceof ProtocolClientException refused
        && refused.code() == ErrorCode.SESSION_GONE) {
      // Nobody wants these lines any more.
      senders.forEach(held -> held.log().accepted(Integer.MAX_VALUE));
      finishDelivered(senders);
      sendWithin(EVERY);
    } else {
      next = core.after(backoff.next(), this::send);
    }
  }

  private static boolean isProgress(List<HeldAttempt> senders, LogsResponse answer) {
    Map<AttemptRef, HeldAttempt> byRef = new LinkedHashMap<>();
    senders.forEach(held -> byRef.put(held.ref(), held));
    boolean progress = false;
    for (LogsResponse.Accepted accepted : answer.accepted()) {
      HeldAttempt held = byRef.get(new AttemptRef(accepted.instance(), accepted.attempt()));
      progress |= held != null && held.log().accepted(accepted.upTo());
    }
    return progress;
  }

  private void finishDelivered(List<HeldAttempt> senders) {
    for (HeldAttempt held : senders) {
      ScheduledTask limit = held.log().isDelivered() ? ending.remove(held) : null;
      if (limit != null) {
        limit.cancel();
        writing.remove(held.ref());
        whenDelivered.accept(held);
      }
    }
  }

  /** An attempt that was dropped writes no more. */
  public void forget(HeldAttempt held) {
    writing.remove(held.ref());
    ScheduledTask limit = ending.remove(held);
    if (limit != null) {
      limit.cancel();
    }
  }
}
