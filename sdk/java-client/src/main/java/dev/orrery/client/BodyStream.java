package dev.orrery.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response as a stream. It buffers one read of the socket at a time. Unlike the
 * streams of the JDK, its reads wait for a limited time.
 */
final class BodyStream extends InputStream implements HttpResponse.BodySubscriber<BodyStream> {
  /** What arrived: buffers, or the end with the failure that broke the body. */
  private record Part(List<ByteBuffer> buffers, boolean isLast, Optional<Throwable> failure) {
    static final Part END = new Part(List.of(), true, Optional.empty());
  }

  private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>();
  private final Queue<ByteBuffer> buffers = new ArrayDeque<>();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile boolean closed;
  private long silenceNanos = TimeUnit.SECONDS.toNanos(30);
  private OptionalLong endNanos = OptionalLong.empty();
  private boolean ended;

  /** Sets how long a read waits for the server, before it fails. */
  void maxSilence(long nanos) {
    silenceNanos = nanos;
  }

  /** Lets all further reads together wait as long as one did until now. */
  void limitWhole() {
    endNanos = OptionalLong.of(System.nanoTime() + silenceNanos);
  }

  @Override
  public CompletionStage<BodyStream> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscribed) {
    subscription = subscribed;
    if (closed) {
      subscribed.cancel();
    } else {
      subscribed.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> arrived) {
    parts.add(new Part(arrived, false, Optional.empty()));
  }

  @Override
  public void onError(Throwable failure) {
    parts.add(new Part(List.of(), true, Optional.of(failure)));
  }

  @Override
  public void onComplete() {
    parts.add(Part.END);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      ByteBuffer buffer = buffers.peek();
      if (buffer == null) {
        take();
      } else if (buffer.hasRemaining()) {
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
      } else {
        buffers.remove();
        if (buffers.isEmpty()) {
          subscription.request(1);
        }
      }
    }
    return -1;
  }

  private void take() throws IOException {
    try {
      long wait = endNanos.isEmpty() ? silenceNanos : endNanos.getAsLong() - System.nanoTime();
      Part part = parts.poll(wait, TimeUnit.NANOSECONDS);
      if (part == null) {
        close();
        throw new IOException(
            (endNanos.isEmpty() ? "nothing arrived for " : "the response did not end within ")
                + TimeUnit.NANOSECONDS.toSeconds(silenceNanos)
                + " s");
      }
      ended = part.isLast();
      if (part.failure().isPresent()) {
        throw new IOException(part.failure().get());
      }
      buffers.addAll(part.buffers());
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IOException("the thread was interrupted", e);
    }
  }

  /** Ends a read that waits on another thread, too. */
  @Override
  public void close() {
    closed = true;
    Flow.Subscription subscribed = subscription;
    if (subscribed != null) {
      subscribed.cancel();
    }
    parts.add(Part.END);
  }
}
