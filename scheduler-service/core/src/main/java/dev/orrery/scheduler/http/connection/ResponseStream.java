package dev.orrery.scheduler.http.connection;

import dev.orrery.scheduler.base.problem.ResponseOverloadException;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The body of a response while it is written. It is sent as one buffer at the end, so no thread
 * waits for a peer that does not read. A large body is counted in {@link ResponseMemory} until the
 * network has accepted what fits; from then on {@link ConnectionGuard} counts the rest.
 */
public final class ResponseStream extends OutputStream {
  /**
   * Smaller bodies are not counted: responses to workers must not wait for readers of large pages.
   */
  private static final int MAX_UNCOUNTED_BYTES = 64 * 1024;

  /** The bytes that are compressed in one step. */
  private static final int CHUNK_BYTES = 8 * 1024;

  /** JSON that repeats names of fields compresses at least by this factor. */
  private static final int EXPECTED_RATIO = 5;

  private final RoutingContext request;
  private final ResponseMemory memory;
  private final int app;
  private final Buffer body = Buffer.buffer();
  private Optional<QuotaPermit> place = Optional.empty();
  private long counted = MAX_UNCOUNTED_BYTES;

  /**
   * @param app whose share the body uses
   */
  public ResponseStream(RoutingContext request, ResponseMemory memory, int app) {
    this.request = request;
    this.memory = memory;
    this.app = app;
    // A connection that the peer closes is not an error of the scheduler.
    request.response().exceptionHandler(broken -> {});
  }

  @Override
  public void write(int value) throws ResponseOverloadException {
    count(body.length() + 1L);
    body.appendByte((byte) value);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws ResponseOverloadException {
    count((long) body.length() + length);
    body.appendBytes(bytes, from, length);
  }

  /** Counts twice the bytes written, because a buffer grows by copying to twice its size. */
  private void count(long length) throws ResponseOverloadException {
    if (length <= counted) {
      return;
    }
    release();
    counted = Math.max(length, 2 * counted);
    place = memory.hold(app, counted);
    if (place.isEmpty()) {
      throw new ResponseOverloadException();
    }
  }

  public void release() {
    place.ifPresent(QuotaPermit::release);
    place = Optional.empty();
  }

  public int length() {
    return body.length();
  }

  @Override
  public void close() {
    end(body);
  }

  /**
   * Sends the body as gzip, or uncompressed if there is no memory for a second copy: compression
   * must not refuse a response that would fit without it.
   */
  public void closeCompressed() throws IOException {
    Optional<QuotaPermit> second = memory.hold(app, body.length());
    if (second.isEmpty()) {
      close();
      return;
    }
    Buffer compressed = Buffer.buffer(body.length() / EXPECTED_RATIO);
    try (FastGzip gzip = new FastGzip(compressed)) {
      for (int from = 0; from < body.length(); from += CHUNK_BYTES) {
        gzip.write(body.getBytes(from, Math.min(from + CHUNK_BYTES, body.length())));
      }
    } catch (IOException | RuntimeException e) {
      second.get().release();
      throw e;
    }
    release();
    place = second;
    request.response().putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    end(compressed);
  }

  /**
   * Uses the fastest level: a page of a list shrinks to an eighth, in a millisecond for 100 KiB.
   */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(Buffer target) throws IOException {
      super(new BufferOutput(target), CHUNK_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  /** Appends written bytes to a buffer. */
  private static final class BufferOutput extends OutputStream {
    private final Buffer target;

    BufferOutput(Buffer target) {
      this.target = target;
    }

    @Override
    public void write(int value) {
      target.appendByte((byte) value);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      target.appendBytes(bytes, from, length);
    }
  }

  private void end(Buffer sent) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      release();
      return;
    }
    response.end(sent);
    if (place.isPresent()) {
      // Runs after the task that sends the body.
      Channel connection = ((ConnectionBase) request.request().connection()).channel();
      connection.eventLoop().execute(this::release);
    }
  }
}
