package dev.orrery.scheduler.rest;

/**
 * The root of the REST API. Every resource class has exactly this path, and its methods the rest:
 * requests are matched to a class first, so a class with a longer path would hide the methods of
 * the others.
 */
public final class ApiPath {
  public static final String V1 = "/api/v1";

  private ApiPath() {}
}
