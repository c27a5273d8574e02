package dev.orrery.scheduler.http.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.cache.ReadThroughCache;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Caches responses for equal calls of callers with equal rights. A request shares a response only
 * if it accepts one of the last {@link #CACHE_TIME}, as requests of open consoles do. Other
 * requests, such as those of scripts, read their own writes. The JSON of a shared response is made
 * once, and its bytes bound the cache.
 *
 * <p>Roles are checked earlier: a caller without the role gets no response.
 */
@ApplicationScoped
public class SharedResponseCache {
  private static final Duration CACHE_TIME = Duration.ofSeconds(3);

  /** The limit of the JSON; its objects take about as much again. */
  private static final long MAX_BYTES = 16 * 1024 * 1024;

  /** An entry of the cache, without target and JSON. */
  private static final int ENTRY_BYTES = 300;

  private static final String MAX_AGE = "max-age=";

  /** The key under which the data of a request has its body. */
  private static final String BODY = Body.class.getName();

  private final ObjectMapper json;
  private final SecurityIdentity identity;
  private final RoutingContext routing;
  private final ReadThroughCache<Call, Body> bodies;

  SharedResponseCache(
      ObjectMapper json, SecurityIdentity identity, RoutingContext routing, Ticker ticker) {
    this.json = json;
    this.identity = identity;
    this.routing = routing;
    this.bodies =
        new ReadThroughCache<>(taken -> CACHE_TIME, MAX_BYTES, SharedResponseCache::bytes, ticker);
  }

  /**
   * A read, as far as its response depends on it.
   *
   * @param appId the only app that the caller may see; null for the admin
   * @param target path and query as sent
   */
  private record Call(Role role, Integer appId, String target) {}

  private static final class Body {
    private final Object entity;
    private final byte[] json;

    private Body(Object entity, byte[] json) {
      this.entity = entity;
      this.json = json;
    }
  }

  /**
   * Returns the response to the request, which depends only on its path, its query, and the role
   * and app of its caller.
   *
   * @param compute blocks
   */
  @SuppressWarnings("unchecked") // Calls of one target are answered by one operation.
  public <T> T get(Supplier<T> compute) {
    HttpServerRequest request = routing.request();
    if (!HttpMethod.GET.equals(request.method())
        || !accepts(CACHE_TIME, request.getHeader(HttpHeaders.CACHE_CONTROL))) {
      return compute.get();
    }
    Body body = get(Caller.of(identity), request.uri(), compute);
    routing.put(BODY, body);
    return (T) body.entity;
  }

  Body get(Caller caller, String target, Supplier<?> compute) {
    return bodies.get(new Call(caller.role(), caller.appId(), target), call -> body(compute.get()));
  }

  private Body body(Object entity) {
    try {
      return new Body(entity, json.writeValueAsBytes(entity));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A response is not JSON", e);
    }
  }

  /** A target may be longer than the response to it. */
  private static int bytes(Call call, Body body) {
    return ENTRY_BYTES + call.target().length() + body.json.length;
  }

  /**
   * Returns the JSON of a shared response, which the caller must not change, and another response
   * as it is.
   */
  public static Object jsonIfShared(Object entity, RoutingContext routing) {
    return routing.get(BODY) instanceof Body body && body.entity == entity ? body.json : entity;
  }

  /**
   * Returns true if a request accepts a response of this age. A request without the header accepts
   * only a new response.
   *
   * @param header the value of Cache-Control; null for none
   */
  static boolean accepts(Duration age, String header) {
    if (header == null) {
      return false;
    }
    List<String> directives =
        Arrays.stream(header.split(",", -1))
            .map(directive -> directive.strip().toLowerCase(Locale.ROOT))
            .toList();
    return !directives.contains("no-cache")
        && !directives.contains("no-store")
        && directives.stream()
            .filter(directive -> directive.startsWith(MAX_AGE))
            .anyMatch(directive -> seconds(directive) >= age.toSeconds());
  }

  private static long seconds(String maxAge) {
    try {
      return Long.parseLong(maxAge.substring(MAX_AGE.length()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
