package dev.orrery.scheduler.http.connection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts the connections that this replica closed, by reason. */
@Singleton
public class ConnectionMetrics {

  /** A bound that a connection exceeded. */
  enum Reason {
    /** A header was not complete in time. */
    HEADER,

    /** The peer read no byte of a response for too long. */
    STALLED,

    /** The share of the app was too small for the unread bytes. */
    UNREAD,

    /** A newer connection replaced it. */
    REPLACED,

    /** Connections with valid tokens used all places. */
    FULL,

    /** No request followed a refused one, or its body continued. */
    REFUSED
  }

  private final Map<Reason, Counter> closed;

  public ConnectionMetrics(MeterRegistry registry) {
    closed =
        Arrays.stream(Reason.values())
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    reason -> counter(registry, reason),
                    (first, other) -> first,
                    () -> new EnumMap<>(Reason.class)));
  }

  private static Counter counter(MeterRegistry registry, Reason reason) {
    return Counter.builder("orrery.connections.closed")
        .description("Connections to the HTTP ports that this replica closed at a limit, by reason")
        .tag("reason", reason.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  void count(Reason reason) {
    closed.get(reason).increment();
  }
}
