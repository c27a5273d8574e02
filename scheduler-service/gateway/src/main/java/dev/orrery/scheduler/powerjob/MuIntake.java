package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.powerjob.ClusterQuery;
import dev.orrery.powerjob.Heartbeat;
import dev.orrery.powerjob.InstanceReport;
import dev.orrery.powerjob.LogReport;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.powerjob.mu.MuFrameReader;
import dev.orrery.powerjob.mu.MuMessage;
import dev.orrery.scheduler.base.quota.AppQuota;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * The receiving side of one connection over MU. Its heartbeats name the worker to which it belongs;
 * messages that come before the first one wait for it. Confined to the event loop of the
 * connection.
 */
final class MuIntake implements WorkerSource {
  /** A message that has begun must end in this time. */
  private static final long MESSAGE_MILLIS = 10_000;

  private static final int MAX_EARLY_BYTES = 256 * 1024;

  private static final Map<String, Class<?>> REQUESTS =
      Map.of(
          "/server/workerHeartbeat", Heartbeat.class,
          "/server/reportInstanceStatus", InstanceReport.class,
          "/server/reportLog", LogReport.class,
          "/server/queryJobCluster", ClusterQuery.class);

  private static final Logger LOG = Logger.getLogger(MuIntake.class);

  private final NetSocket socket;
  private final MuConnection connection;
  private final MuWorkerTransport transport;
  private final WorkerMessages messages;
  private final JoinRefusal refusals;
  private final Vertx vertx;
  private final AppQuota memory;
  private final ObjectMapper json;
  private final MuFrameReader reader = new MuFrameReader();
  private final Deque<byte[]> frames = new ArrayDeque<>();
  private final Deque<byte[]> early = new ArrayDeque<>();
  private long queuedBytes;
  private long earlyBytes;
  private long heldBytes;
  private boolean reading;
  private boolean closed;
  private Long timer;
  private Member member;

  /** The worker that a connection belongs to. */
  private record Member(int app, WorkerAddress worker) {}

  /**
   * A message from the worker.
   *
   * @param request null for an answer, or if the path is unknown
   */
  private record Message(MuMessage mu, Object request) {}

  /**
   * @param memory for bytes that arrive
   * @param json which limits the tokens
   */
  MuIntake(
      NetSocket socket,
      MuConnection connection,
      MuWorkerTransport transport,
      WorkerMessages messages,
      JoinRefusal refusals,
      Vertx vertx,
      AppQuota memory,
      ObjectMapper json) {
    this.socket = socket;
    this.connection = connection;
    this.transport = transport;
    this.messages = messages;
    this.refusals = refusals;
    this.vertx = vertx;
    this.memory = memory;
    this.json = json;
  }

  @Override
  public WorkerTransport transport() {
    return transport;
  }

  @Override
  public String host() {
    return connection.host();
  }

  @Override
  public boolean mayName(WorkerAddress worker) {
    return member != null && member.worker().equals(worker);
  }

  @Override
  public boolean join(int app, WorkerAddress worker) {
    Member claimed = new Member(app, worker);
    if (member != null && !member.equals(claimed)) {
      return false;
    }
    boolean joins = transport.bind(connection, app, channel(worker));
    if (joins) {
      member = claimed;
    }
    return joins;
  }

  void receive(Buffer chunk) {
    if (closed) {
      return;
    }
    int before = frames.size();
    try {
      reader.read(
          ByteBuffer.wrap(chunk.getBytes()),
          frame -> {
            frames.add(frame);
            queuedBytes += frame.length;
          });
    } catch (IOException e) {
      refuse(e.getMessage());
      return;
    }
    watchMessage(frames.size() > before);
    if (!holdsMemory()) {
      refuse("The messages of its address use the memory for them.");
      return;
    }
    readNext();
  }

  private void watchMessage(boolean hasEnded) {
    if (timer != null && (hasEnded || !reader.isWithinFrame())) {
      vertx.cancelTimer(timer);
      timer = null;
    }
    if (timer == null && reader.isWithinFrame()) {
      timer = vertx.setTimer(MESSAGE_MILLIS, late -> refuseUnlessPaused());
    }
  }

  private void refuseUnlessPaused() {
    if (reading) {
      timer = vertx.setTimer(MESSAGE_MILLIS, late -> refuseUnlessPaused());
    } else {
      refuse("A message did not end within " + MESSAGE_MILLIS / 1_000 + " s.");
    }
  }

  private boolean holdsMemory() {
    long bytes = reader.heldBytes() + queuedBytes + earlyBytes;
    int share = LimiterKey.of(host());
    if (bytes > heldBytes && !memory.take(share, bytes - heldBytes)) {
      return false;
    }
    if (bytes < heldBytes) {
      memory.release(share, heldBytes - bytes);
    }
    heldBytes = bytes;
    return true;
  }

  private void readNext() {
    while (!reading && !closed && !frames.isEmpty()) {
      byte[] frame = frames.remove();
      if (frame.length <= WorkerMessages.MAX_READ_ON_LOOP) {
        try {
          take(frame, read(frame));
        } catch (IOException e) {
          refuse(e);
        }
      } else {
        readElsewhere(frame);
      }
    }
  }

  /** Reads nothing else of the connection meanwhile. */
  private void readElsewhere(byte[] frame) {
    reading = true;
    socket.pause();
    vertx
        .executeBlocking(() -> read(frame), false)
        .onSuccess(message -> take(frame, message))
        .onFailure(this::refuse)
        .onComplete(
            done -> {
              reading = false;
              socket.resume();
              readNext();
            });
  }

  private Message read(byte[] frame) throws IOException {
    MuMessage message = MuMessage.read(frame, json);
    Class<?> type = message.path() == null ? null : REQUESTS.get(message.path());
    Object request = type == null ? null : json.treeToValue(message.payload(), type);
    if (type != null && request == null) {
      throw new IOException("A message to " + message.path() + " is empty.");
    }
    return new Message(message, request);
  }

  private void take(byte[] frame, Message message) {
    if (closed) {
      return;
    }
    queuedBytes -= frame.length;
    switch (message.mu().type()) {
      case HEARTBEAT -> {}
      case RESPONSE, ERROR -> connection.answered(message.mu());
      case TELL, ASK -> request(frame, message);
    }
    // Never more than before.
    var unused = holdsMemory();
  }

  private void request(byte[] frame, Message message) {
    if (message.request() instanceof Heartbeat heartbeat) {
      messages.heartbeat(this, heartbeat);
      if (member != null) {
        readEarly();
      }
    } else if (member == null) {
      keepEarly(frame);
    } else if (message.request() instanceof InstanceReport report) {
      answer(message, messages.report(this, report));
    } else if (message.request() instanceof LogReport report) {
      messages.log(this, report);
    } else if (message.request() instanceof ClusterQuery query) {
      answer(message, messages.cluster(this, query));
    } else if (message.mu().type() == MuMessage.Type.ASK) {
      connection.respondError(message.mu().requestId(), "The scheduler does not have this path.");
    }
  }

  /** Keeps its bytes, because the message itself may need far more memory. */
  private void keepEarly(byte[] frame) {
    if (earlyBytes + frame.length > MAX_EARLY_BYTES) {
      refuse("Its first " + MAX_EARLY_BYTES + " bytes have no status of a worker.");
    } else {
      earlyBytes += frame.length;
      early.add(frame);
    }
  }

  private void readEarly() {
    while (!early.isEmpty()) {
      frames.addFirst(early.removeLast());
    }
    queuedBytes += earlyBytes;
    earlyBytes = 0;
  }

  private void answer(Message message, CompletableFuture<?> answer) {
    if (message.mu().type() != MuMessage.Type.ASK) {
      return;
    }
    String question = message.mu().requestId();
    var unused =
        answer.whenComplete(
            (payload, failure) -> {
              if (failure == null) {
                connection.respond(question, payload);
              } else {
                connection.respondError(question, "not read; ask again");
              }
            });
  }

  private void refuse(Throwable failure) {
    if (failure instanceof IOException) {
      refuse(
          "It sent no message of MU, or one with more than "
              + BoundedJson.MAX_TOKENS
              + " JSON tokens.");
    } else {
      closed = true;
      LOG.errorf(failure, "Failed to read a message over MU; closing its connection");
      connection.close();
    }
  }

  private void refuse(String reason) {
    closed = true;
    refusals.unreadable(host(), reason);
    connection.respondError(null, "Orrery: " + reason);
    connection.close();
  }

  void onClosed() {
    closed = true;
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
    frames.clear();
    early.clear();
    memory.release(LimiterKey.of(host()), heldBytes);
    heldBytes = 0;
    connection.onClosed();
    if (member != null) {
      transport.closed(connection, channel(member.worker()));
    }
  }
}
