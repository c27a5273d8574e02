package dev.orrery.client;

import dev.orrery.client.EventReader.Event;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log line by line while it is written, across restarts of the scheduler. It buffers one
 * line and one read of the socket.
 */
final class FollowedLog implements Iterator<LogLine>, AutoCloseable {
  private final Calls calls;
  private final Request request;
  private volatile Optional<BodyStream> stream = Optional.empty();
  private @Nullable EventReader events;
  private Optional<String> lastId = Optional.empty();
  private Optional<LogLine> next = Optional.empty();
  private boolean ended;

  /** Streams in a row that brought nothing. */
  private int vainStreams;

  private volatile boolean closed;

  FollowedLog(Calls calls, Request request) {
    this.calls = calls;
    this.request = request;
  }

  /** Waits for the next line; false after the last one, and after {@link #close}. */
  @Override
  public boolean hasNext() {
    while (next.isEmpty() && !ended && !closed) {
      read();
    }
    return next.isPresent() && !closed;
  }

  @Override
  public LogLine next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The log has ended.");
    }
    LogLine line = next.orElseThrow();
    next = Optional.empty();
    return line;
  }

  private void read() {
    if (stream.isEmpty()) {
      connect();
    }
    try {
      Optional<Event> event = events.next();
      if (event.isPresent()) {
        take(event.get());
      } else {
        reconnectLater();
      }
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted() && !closed) {
        throw Problems.interrupted(e);
      }
      // The scheduler went away, or was silent for too long.
      reconnectLater();
    }
  }

  private void connect() {
    Request resumed = lastId.map(id -> request.header("Last-Event-ID", id)).orElse(request);
    Deadline deadline = Deadline.ofRepeats(calls.timing(), calls.retryTimeout());
    BodyStream connected = calls.open(resumed, deadline);
    events = new EventReader(connected);
    stream = Optional.of(connected);
    if (closed) {
      connected.close();
    }
  }

  /** Continues behind the last line: at once, or after a pause if the last stream was in vain. */
  private void reconnectLater() {
    disconnect();
    if (vainStreams++ > 0) {
      Timing timing = calls.timing();
      timing.pause(Repeats.PAUSES.after(vainStreams - 1, timing.jitter()).toNanos());
    }
  }

  private void disconnect() {
    stream.ifPresent(BodyStream::close);
    stream = Optional.empty();
  }

  private void take(Event event) {
    vainStreams = 0;
    if (event.name().equals("end")) {
      ended = true;
      disconnect();
    } else if (event.id().isPresent()) {
      next = Optional.of(LogLine.of(Fields.ofResponse("A line of the log", event.data())));
      lastId = event.id();
    }
  }

  /** May be called by another thread, and ends its wait for a line. */
  @Override
  public void close() {
    closed = true;
    stream.ifPresent(BodyStream::close);
  }
}
