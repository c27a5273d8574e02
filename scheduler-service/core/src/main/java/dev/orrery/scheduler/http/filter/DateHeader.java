package dev.orrery.scheduler.http.filter;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Adds {@code Date} to each response of the API port, as RFC 9110 requires of a server with a
 * clock. The console corrects the clock of its browser by it.
 */
@ApplicationScoped
class DateHeader {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private volatile Second last = new Second(0, textOf(0));

  private record Second(long second, String text) {}

  DateHeader(InstantSource clock) {
    this.clock = clock;
  }

  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::add);
  }

  private void add(RoutingContext context) {
    context.addHeadersEndHandler(
        answered -> context.response().putHeader(HttpHeaders.DATE, text()));
    context.next();
  }

  /** Returns the text of the current second, which is computed once. */
  String text() {
    long second = clock.instant().getEpochSecond();
    Second made = last;
    if (made.second != second) {
      made = new Second(second, textOf(second));
      last = made;
    }
    return made.text;
  }

  private static String textOf(long second) {
    return FORMAT.format(Instant.ofEpochSecond(second));
  }
}
