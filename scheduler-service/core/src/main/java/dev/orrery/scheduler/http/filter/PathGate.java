package dev.orrery.scheduler.http.filter;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import dev.orrery.scheduler.http.rest.HeaderRule;
import dev.orrery.scheduler.http.rest.PathRule;
import dev.orrery.scheduler.http.rest.TargetSyntax;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses ambiguous paths and headers, and invalid addresses, on the API port and the management
 * port, before authentication and all other steps. Ports without a router call {@link PathRule}
 * themselves.
 */
@ApplicationScoped
public class PathGate {
  /** The order of a route that comes after the gates of all paths, before authentication. */
  public static final int AFTER_THE_GATES = Integer.MIN_VALUE + 1;

  private final ProblemRouteInstaller problems;

  PathGate(ProblemRouteInstaller problems) {
    this.problems = problems;
  }

  void registerOnTheApiPort(@Observes Router router) {
    register(router);
  }

  void registerOnTheManagementPort(@Observes ManagementInterface management) {
    register(management.router());
  }

  private void register(Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::handle);
  }

  private void handle(RoutingContext context) {
    PathRule.violation(context.request().path())
        .map(reason -> ProblemException.of(ErrorCode.AMBIGUOUS_PATH, reason))
        .or(
            () ->
                TargetSyntax.violation(context.request().uri())
                    .map(reason -> ProblemException.of(ErrorCode.MALFORMED, reason)))
        .or(() -> HeaderRule.violation(context.request()))
        .ifPresentOrElse(problem -> problems.answer(context, problem), context::next);
  }
}
