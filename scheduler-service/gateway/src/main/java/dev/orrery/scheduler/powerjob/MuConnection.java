package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.powerjob.mu.MuMessage;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sending side of one connection over MU: what goes to the worker, and its answers. Any thread
 * may call it.
 */
final class MuConnection {
  private static final int MAX_QUESTIONS = 2_000;

  /** Of what is kept for a message until it has left. */
  private static final int OVERHEAD_BYTES = 512;

  /** A worker that has not read more than this gets no answers any more. */
  private static final long MAX_UNREAD_BYTES = 4 * 1024 * 1024;

  private final NetSocket socket;
  private final String host;
  private final Vertx vertx;
  private final AppQuota unread;
  private final ObjectMapper json;
  private final AtomicLong lastQuestion = new AtomicLong();
  private final Map<String, Promise<JsonNode>> questions = new ConcurrentHashMap<>();

  /** The connection before it, which the worker has not closed. */
  private volatile MuConnection former;

  private final AtomicLong unreadBytes = new AtomicLong();

  MuConnection(NetSocket socket, String host, Vertx vertx, AppQuota unread, ObjectMapper json) {
    this.socket = socket;
    this.host = host;
    this.vertx = vertx;
    this.unread = unread;
    this.json = json;
  }

  /** Returns the address from which it comes, without the port. */
  String host() {
    return host;
  }

  Future<Void> tell(String path, Object payload) {
    return send(MuMessage.tell(path, json.valueToTree(payload)));
  }

  /** Completes with the answer of the worker; fails if there is none in time. */
  Future<JsonNode> ask(String path, Object payload) {
    if (questions.size() >= MAX_QUESTIONS) {
      return Future.failedFuture(new IllegalStateException("too many questions are unanswered"));
    }
    String id = Long.toString(lastQuestion.incrementAndGet());
    Promise<JsonNode> answer = Promise.promise();
    questions.put(id, answer);
    long timer =
        vertx.setTimer(
            PowerJobLimits.PUSH_TIMEOUT.toMillis(),
            late -> fail(id, new TimeoutException("no answer in time")));
    send(MuMessage.ask(id, path, json.valueToTree(payload))).onFailure(broken -> fail(id, broken));
    return answer.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private void fail(String question, Throwable reason) {
    Promise<JsonNode> answer = questions.remove(question);
    if (answer != null) {
      answer.fail(reason);
    }
  }

  /** Takes a RESPONSE or an ERROR of the worker; one to no question is ignored. */
  void answered(MuMessage message) {
    Promise<JsonNode> answer =
        message.requestId() == null ? null : questions.remove(message.requestId());
    if (answer == null) {
      return;
    }
    if (message.type() == MuMessage.Type.RESPONSE) {
      answer.complete(message.payload());
    } else {
      answer.fail("the worker answers: " + JoinRefusal.shown(message.error()));
    }
  }

  void respond(String question, Object payload) {
    answer(MuMessage.response(question, json.valueToTree(payload)));
  }

  void respondError(String question, String error) {
    answer(MuMessage.error(question, error));
  }

  /** If other connections of its host use the memory, the worker asks again. */
  private void answer(MuMessage message) {
    if (unreadBytes.get() > MAX_UNREAD_BYTES) {
      close();
    } else {
      var unused = send(message);
    }
  }

  private Future<Void> send(MuMessage toWorker) {
    ByteBuffer frame;
    try {
      frame = toWorker.frame(json);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(new WorkerTransport.UnfitException(e.getMessage()));
    }
    byte[] message = new byte[frame.remaining()];
    frame.get(message);
    int length = message.length + OVERHEAD_BYTES;
    Optional<QuotaPermit> bytes = unread.hold(LimiterKey.of(host), length);
    if (bytes.isEmpty()) {
      return Future.failedFuture(
          new WorkerTransport.UnsentException(
              new IllegalStateException("workers of its host do not read what they are sent")));
    }
    unreadBytes.addAndGet(length);
    return socket
        .write(Buffer.buffer(message))
        .onComplete(
            done -> {
              unreadBytes.addAndGet(-length);
              bytes.get().release();
            });
  }

  /**
   * Keeps the connection that it replaces open: when a worker sees one of its connections close, it
   * forgets the other one as well.
   */
  void replaces(MuConnection before) {
    MuConnection oldest = before.former;
    before.former = null;
    former = before;
    if (oldest != null && oldest != this) {
      oldest.close();
    }
  }

  /** Closes it at once: Vert.x would wait for a worker that reads nothing. */
  void close() {
    ChannelHandlerContext context = ((ConnectionBase) socket).channelHandlerContext();
    context
        .executor()
        .execute(
            () -> {
              context.flush();
              var unused = context.close();
            });
  }

  /** The connection is closed. */
  void onClosed() {
    questions.keySet().forEach(id -> fail(id, new IllegalStateException("the connection closed")));
    MuConnection before = former;
    if (before != null) {
      before.close();
    }
  }
}
