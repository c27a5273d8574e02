package dev.orrery.scheduler.http.rest;

import static java.util.stream.Collectors.joining;

import dev.orrery.protocol.WorkerOperation;
import java.util.stream.Stream;

/**
 * The root of the REST API. Every resource class has exactly this path, and its methods have the
 * rest: requests are matched to a class first, so a class with a longer path would hide the methods
 * of the others.
 */
public final class ApiPath {
  public static final String V1 = WorkerOperation.Paths.API;

  /**
   * The path of a console session, below {@link #V1}. Its POST is the only call without a token.
   */
  public static final String SESSION = "/session";

  private ApiPath() {}

  /**
   * Returns true for the path of {@link #SESSION}, also with a trailing slash, as resources match.
   */
  public static boolean isSession(String path) {
    String session = V1 + SESSION;
    return path.equals(session) || path.equals(session + "/");
  }

  /** Returns the path of an instance, for {@code Location}. */
  public static String ofInstance(String id) {
    return V1 + "/instances/" + id;
  }

  /**
   * Returns the path of an app, or of a resource in it, for {@code Location}. Names and ids need no
   * encoding.
   *
   * @param below segments below the app
   */
  public static String ofApp(String app, String... below) {
    return V1 + "/apps/" + app + Stream.of(below).map(segment -> "/" + segment).collect(joining());
  }
}
