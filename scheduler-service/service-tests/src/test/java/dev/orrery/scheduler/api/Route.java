package dev.orrery.scheduler.api;

import static dev.orrery.scheduler.api.Route.Access.ADMIN;
import static dev.orrery.scheduler.api.Route.Access.ANY;
import static dev.orrery.scheduler.api.Route.Access.DECLARE;
import static dev.orrery.scheduler.api.Route.Access.OPEN;
import static dev.orrery.scheduler.api.Route.Access.OPERATOR;
import static dev.orrery.scheduler.api.Route.Access.VIEWER;
import static dev.orrery.scheduler.api.Route.Access.VIEWER_OR_DECLARE;
import static dev.orrery.scheduler.api.Route.Access.WORKER;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A method of a path, and who may call it.
 *
 * @param path as a template
 */
record Route(String method, String path, Access access) {

  /** All of them. A new endpoint has to be entered here before the tests of security are green. */
  static final List<Route> ALL =
      List.of(
          new Route("GET", "/api/v1/protocol", ANY),
          new Route("POST", "/api/v1/protocol/main", ADMIN),
          new Route("GET", "/api/v1/cluster", ADMIN),
          new Route("GET", "/api/v1/storage", ADMIN),
          new Route("GET", "/api/v1/workers", VIEWER),
          new Route("GET", "/api/v1/cron/fire-times", VIEWER),
          new Route("GET", "/api/v1/schemas/job-file", VIEWER),
          new Route("POST", "/api/v1/session", OPEN),
          new Route("GET", "/api/v1/session", VIEWER),
          new Route("DELETE", "/api/v1/session", VIEWER),
          new Route("POST", "/api/v1/session/links", VIEWER),
          new Route("GET", "/api/v1/apps", VIEWER),
          new Route("GET", "/api/v1/apps/{app}", VIEWER),
          new Route("PUT", "/api/v1/apps/{app}", ADMIN),
          new Route("DELETE", "/api/v1/apps/{app}", ADMIN),
          new Route("GET", "/api/v1/apps/{app}/powerjob", VIEWER),
          new Route("PUT", "/api/v1/apps/{app}/powerjob", OPERATOR),
          new Route("DELETE", "/api/v1/apps/{app}/powerjob", OPERATOR),
          new Route("GET", "/api/v1/apps/{app}/powerjob/numbers", VIEWER),
          new Route("PUT", "/api/v1/apps/{app}/powerjob/numbers", OPERATOR),
          new Route("GET", "/api/v1/apps/{app}/tokens", OPERATOR),
          new Route("POST", "/api/v1/apps/{app}/tokens", OPERATOR),
          new Route("DELETE", "/api/v1/apps/{app}/tokens/{id}", OPERATOR),
          new Route("GET", "/api/v1/jobs", ADMIN),
          new Route("GET", "/api/v1/apps/{app}/jobs", VIEWER),
          new Route("GET", "/api/v1/apps/{app}/job-statistics", VIEWER),
          new Route("GET", "/api/v1/apps/{app}/fire-times", VIEWER),
          new Route("GET", "/api/v1/apps/{app}/fire-counts", VIEWER),
          new Route("POST", "/api/v1/apps/{app}/jobs:apply", DECLARE),
          new Route("GET", "/api/v1/apps/{app}/jobs/{job}", VIEWER),
          new Route("PUT", "/api/v1/apps/{app}/jobs/{job}", OPERATOR),
          new Route("DELETE", "/api/v1/apps/{app}/jobs/{job}", OPERATOR),
          new Route("GET", "/api/v1/apps/{app}/jobs/{job}/fire-times", VIEWER),
          new Route("GET", "/api/v1/apps/{app}/jobs/{job}/versions", VIEWER),
          new Route("POST", "/api/v1/apps/{app}/jobs/{job}/pause", OPERATOR),
          new Route("POST", "/api/v1/apps/{app}/jobs/{job}/resume", OPERATOR),
          new Route("POST", "/api/v1/apps/{app}/pause", OPERATOR),
          new Route("POST", "/api/v1/apps/{app}/resume", OPERATOR),
          new Route("POST", "/api/v1/apps/{app}/jobs/{job}/backfills", OPERATOR),
          new Route("GET", "/api/v1/apps/{app}/jobs/{job}/backfills", VIEWER),
          new Route("GET", "/api/v1/apps/{app}/jobs/{job}/backfills/{id}", VIEWER),
          new Route("POST", "/api/v1/apps/{app}/jobs/{job}/backfills/{id}/cancel", OPERATOR),
          new Route("GET", "/api/v1/apps/{app}/webhooks", OPERATOR),
          new Route("GET", "/api/v1/apps/{app}/webhooks/{webhook}", OPERATOR),
          new Route("PUT", "/api/v1/apps/{app}/webhooks/{webhook}", OPERATOR),
          new Route("DELETE", "/api/v1/apps/{app}/webhooks/{webhook}", OPERATOR),
          new Route("POST", "/api/v1/apps/{app}/webhooks/{webhook}/secret", OPERATOR),
          new Route("POST", "/api/v1/apps/{app}/webhooks/{webhook}/test", OPERATOR),
          new Route("GET", "/api/v1/apps/{app}/webhooks/{webhook}/deliveries", OPERATOR),
          new Route("POST", "/api/v1/apps/{app}/jobs/{job}/instances", DECLARE),
          new Route("POST", "/api/v1/apps/{app}/instances", DECLARE),
          new Route("GET", "/api/v1/apps/{app}/instances", VIEWER),
          new Route("GET", "/api/v1/apps/{app}/instances:errors", VIEWER),
          new Route("POST", "/api/v1/apps/{app}/instances:cancel", OPERATOR),
          new Route("POST", "/api/v1/apps/{app}/instances:retry", OPERATOR),
          new Route("GET", "/api/v1/apps/{app}/end-counts", VIEWER),
          new Route("GET", "/api/v1/apps/{app}/waiting", VIEWER),
          new Route("GET", "/api/v1/instances", ADMIN),
          new Route("GET", "/api/v1/instances/{id}", VIEWER_OR_DECLARE),
          new Route("GET", "/api/v1/instances/{id}/attempts", VIEWER),
          new Route("GET", "/api/v1/instances/{id}/parts", VIEWER),
          new Route("GET", "/api/v1/instances/{id}/nodes", VIEWER),
          new Route("GET", "/api/v1/instances/{id}/logs", VIEWER),
          new Route("POST", "/api/v1/instances/{id}/cancel", OPERATOR),
          new Route("POST", "/api/v1/instances/{id}/retry", OPERATOR),
          new Route("POST", "/discovery/v1", WORKER),
          new Route("POST", "/worker/v1/handshake", WORKER),
          new Route("POST", "/worker/v1/poll", WORKER),
          new Route("POST", "/worker/v1/report", WORKER),
          new Route("POST", "/worker/v1/renew", WORKER),
          new Route("POST", "/worker/v1/logs", WORKER),
          new Route("POST", "/worker/v1/bye", WORKER));

  /** Who holds a token. */
  enum Holder {
    THE_ADMIN,
    AN_OPERATOR,
    A_VIEWER,
    A_WORKER,
    A_DECLARER
  }

  /** Who may call. */
  enum Access {
    /** Everybody, also without a token. */
    OPEN,
    ANY,
    VIEWER,
    VIEWER_OR_DECLARE,
    DECLARE,
    OPERATOR,
    ADMIN,
    WORKER;

    /** The role that a refusal names. */
    String role() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    Set<Holder> allowed() {
      return switch (this) {
        case OPEN, ANY -> EnumSet.allOf(Holder.class);
        case VIEWER -> EnumSet.of(Holder.THE_ADMIN, Holder.AN_OPERATOR, Holder.A_VIEWER);
        case VIEWER_OR_DECLARE -> EnumSet.complementOf(EnumSet.of(Holder.A_WORKER));
        case DECLARE -> EnumSet.of(Holder.THE_ADMIN, Holder.AN_OPERATOR, Holder.A_DECLARER);
        case OPERATOR -> EnumSet.of(Holder.THE_ADMIN, Holder.AN_OPERATOR);
        case ADMIN -> EnumSet.of(Holder.THE_ADMIN);
        case WORKER -> EnumSet.of(Holder.A_WORKER);
      };
    }

    Set<Holder> refused() {
      return EnumSet.complementOf(EnumSet.copyOf(allowed()));
    }
  }

  boolean isOfOneApp() {
    return path.contains("{app}") || path.contains("/instances/{id}");
  }

  boolean needsToken() {
    return access != Access.OPEN;
  }

  boolean takesBody() {
    return method.equals("PUT") || method.equals("POST");
  }

  /** Served on the port of the protocol http, and nowhere else. */
  boolean isWorkerVerb() {
    return path.startsWith("/worker/");
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
