package dev.orrery.scheduler.security;

import dev.orrery.scheduler.database.ReadingApp;
import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.OptionalInt;

/** The app of the token of the present request. */
@ApplicationScoped
class CallerApp implements ReadingApp {
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
    return context != null && context.user() instanceof QuarkusHttpUser user
        ? OptionalInt.of(Caller.of(user.getSecurityIdentity()).onlyApp().orElse(ALL_APPS))
        : OptionalInt.empty();
  }
}
