package dev.orrery.scheduler.engine.logs;

import dev.orrery.scheduler.model.instance.InstanceState;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;

/** Writes a log as server-sent events. */
final class LogEventWriter {
  private final Sse sse;

  LogEventWriter(Sse sse) {
    this.sse = sse;
  }

  @RegisterForReflection
  record End(String state) {}

  /**
   * Returns a line. Its id is the cursor after the line: a client that reconnects sends it as
   * Last-Event-ID.
   */
  OutboundSseEvent line(LogLine line) {
    return sse.newEventBuilder()
        .id(LogCursor.behind(line).toString())
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(LogLine.class, line)
        .build();
  }

  /**
   * @param state null if only an attempt has ended
   */
  OutboundSseEvent end(InstanceState state) {
    return sse.newEventBuilder()
        .name("end")
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(End.class, new End(state == null ? null : state.publicName()))
        .build();
  }

  /**
   * Returns an event that keeps the connection from being idle. Sending it fails if the client is
   * gone.
   */
  OutboundSseEvent heartbeat() {
    return sse.newEventBuilder().comment("still here").build();
  }
}
