package dev.orrery.scheduler.sharedresponse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.cache.ReadThroughCache;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.security.Role;
import dev.orrery.scheduler.time.Ticker;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Supplier;

/** The bodies that equal calls share, bounded by their bytes. */
@ApplicationScoped
class SharedResponseCache {
  static final Duration SHARED = Duration.ofSeconds(3);

  /** The limit of the JSON; its objects take about as much again. */
  private static final long MAX_BYTES = 16 * 1024 * 1024;

  /** An entry of the cache, without target and JSON. */
  private static final int ENTRY = 300;

  private final ObjectMapper json;
  private final ReadThroughCache<Call, SharedBody> bodies;

  SharedResponseCache(ObjectMapper json, Ticker ticker) {
    this.json = json;
    this.bodies =
        new ReadThroughCache<>(taken -> SHARED, MAX_BYTES, SharedResponseCache::bytes, ticker);
  }

  /**
   * A read, as far as its response depends on it.
   *
   * @param appId the only app that the caller may see; null for the admin
   * @param target path and query as sent
   */
  private record Call(Role role, Integer appId, String target) {}

  /**
   * Returns the body of a response whose computation ended at most {@link #SHARED} ago.
   *
   * @param compute makes the object; blocks
   */
  SharedBody get(Caller caller, String target, Supplier<Object> compute) {
    return bodies.get(new Call(caller.role(), caller.appId(), target), call -> body(compute.get()));
  }

  /** A target may be longer than the response to it. */
  private static int bytes(Call call, SharedBody body) {
    return ENTRY + call.target().length() + body.json().length;
  }

  private SharedBody body(Object entity) {
    try {
      return new SharedBody(entity, json.writeValueAsBytes(entity));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A response is not JSON", e);
    }
  }
}
