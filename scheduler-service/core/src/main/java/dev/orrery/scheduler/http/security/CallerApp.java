package dev.orrery.scheduler.http.security;

import dev.orrery.scheduler.base.database.CallingApp;
import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.OptionalInt;

/** Returns the app of the current request's token; empty for a request without a token. */
@ApplicationScoped
class CallerApp implements CallingApp {
  private final CurrentVertxRequest request;

  CallerApp(CurrentVertxRequest request) {
    this.request = request;
  }

  @Override
  public OptionalInt current() {
    if (!Arc.container().requestContext().isActive()) {
      return OptionalInt.empty();
    }
    RoutingContext context = request.getCurrent();
    return Optional.ofNullable(context)
        .flatMap(Caller::find)
        .map(caller -> OptionalInt.of(caller.shareApp()))
        .orElse(OptionalInt.empty());
  }
}
