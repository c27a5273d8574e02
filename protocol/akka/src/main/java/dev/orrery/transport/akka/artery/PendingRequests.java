package dev.orrery.transport.akka.artery;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.protocol.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The requests of a worker that have no response yet, up to a limit. */
public final class PendingRequests implements AutoCloseable {
  /**
   * The maximum wait for the first message. The scheduler acknowledges a request at once if its
   * response takes longer.
   */
  private static final Duration ARRIVAL = Duration.ofSeconds(3);

  private final int most;
  private final SecureRandom random = new SecureRandom();
  private final Map<UUID, PendingRequest> open = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor timers =
      new ScheduledThreadPoolExecutor(1, PendingRequests::thread);

  public static final class PendingRequest {
    private final UUID id;
    private final CompletableFuture<OperationResponse> answer = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private volatile long scheduler;
    private Future<?> arrival;
    private Future<?> end;

    private PendingRequest(UUID id) {
      this.id = id;
    }

    public UUID id() {
      return id;
    }

    public CompletableFuture<OperationResponse> answer() {
      return answer;
    }
  }

  /**
   * @param most the maximum number of pending requests
   */
  public PendingRequests(int most) {
    this.most = most;
    timers.setRemoveOnCancelPolicy(true);
  }

  /**
   * Opens a request, which fails at once if too many are pending.
   *
   * @param timeout the maximum time until the response
   * @param silence the failure if no message arrives
   */
  public PendingRequest open(Duration timeout, Supplier<TransportException> silence) {
    PendingRequest ask = new PendingRequest(new UUID(random.nextLong(), random.nextLong()));
    if (open.size() >= most) {
      ask.answer.completeExceptionally(tooMany(null));
      return ask;
    }
    open.put(ask.id, ask);
    ask.arrival = failAfter(ask, timeout.compareTo(ARRIVAL) < 0 ? timeout : ARRIVAL, silence);
    ask.end =
        failAfter(
            ask,
            timeout,
            () -> new TransportException("No response within " + timeout.toSeconds() + " s."));
    var unused =
        ask.answer.whenComplete(
            (done, failure) -> {
              open.remove(ask.id);
              ask.arrival.cancel(false);
              ask.end.cancel(false);
            });
    return ask;
  }

  /**
   * @param cause may be null
   */
  public static TransportException tooMany(Throwable cause) {
    return new TransportException("Too many requests are pending.", cause);
  }

  private Future<?> failAfter(
      PendingRequest ask, Duration time, Supplier<TransportException> failure) {
    return timers.schedule(
        () -> ask.answer.completeExceptionally(failure.get()),
        time.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** Handles a received message; returns false, and ignores it, if it answers no request. */
  boolean take(Envelope envelope) {
    PendingRequest ask = open.get(envelope.id());
    if (ask == null) {
      return false;
    }
    switch (envelope.kind()) {
      case ARRIVED -> {
        ask.scheduler = envelope.system();
        ask.arrival.cancel(false);
      }
      case PART -> add(ask, envelope.body());
      case ANSWER, REFUSAL -> {
        if (add(ask, envelope.body())) {
          ask.answer.complete(
              new OperationResponse(
                  envelope.kind() == Envelope.Kind.REFUSAL, ask.body.toByteArray()));
        }
      }
      case REQUEST, OVERFLOW -> {}
    }
    return true;
  }

  private static boolean add(PendingRequest ask, byte[] part) {
    ask.arrival.cancel(false);
    if (ask.body.size() + part.length > MessageLimits.MAX_MESSAGE_BYTES) {
      ask.answer.completeExceptionally(new TransportException("The response is too large."));
      return false;
    }
    ask.body.writeBytes(part);
    return true;
  }

  /** Fails the pending requests of a scheduler whose connection has ended. */
  public void onDisconnected(long scheduler) {
    List.copyOf(open.values()).stream()
        .filter(ask -> ask.scheduler == scheduler)
        .forEach(
            ask ->
                ask.answer.completeExceptionally(
                    new TransportException("The scheduler's connection broke.")));
  }

  public void failAll(String reason) {
    List.copyOf(open.values())
        .forEach(ask -> ask.answer.completeExceptionally(new TransportException(reason)));
  }

  @Override
  public void close() {
    failAll("The worker is being closed.");
    timers.shutdownNow();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "orrery-akka-timer");
    thread.setDaemon(true);
    return thread;
  }
}
