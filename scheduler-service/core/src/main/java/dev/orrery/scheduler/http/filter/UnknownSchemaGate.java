package dev.orrery.scheduler.http.filter;

import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemRouteInstaller;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Refuses all calls, on any port, while the schema is unknown: any action could be wrong. */
@ApplicationScoped
class UnknownSchemaGate {
  /** Runs after authentication, before all steps that read a body. */
  private static final int BEFORE_THE_BODY = -4;

  private final SchemaState schema;
  private final ProblemRouteInstaller problems;

  UnknownSchemaGate(SchemaState schema, ProblemRouteInstaller problems) {
    this.schema = schema;
    this.problems = problems;
  }

  void register(@Observes Router router) {
    router.route().order(BEFORE_THE_BODY).handler(this::handle);
  }

  private void handle(RoutingContext context) {
    if (schema.isKnown()) {
      context.next();
    } else {
      problems.answer(
          context,
          ProblemException.unavailable(
              "The database was changed by a newer release; this replica serves nothing."));
    }
  }
}
